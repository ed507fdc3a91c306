//! What the commands print.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write as _;
use std::time::Duration;

/// A result, on standard output, with a line feed at its end.
pub(crate) fn tell(result: &str) {
    put(&format!("{result}\n"));
}

/// A result, on standard output, exactly as it is.
pub(crate) fn put(result: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has seen enough, such as `head`, closes the pipe.
    out.write_all(result.as_bytes()).and_then(|()| out.flush()).ok();
}

/// A line for people, on standard error: standard output is for results.
pub(crate) fn say(line: &str) {
    // Nobody is left to be told when standard error is closed.
    writeln!(std::io::stderr(), "{line}").ok();
}

/// A progress bar on standard error; silent when that is no terminal.
pub(crate) fn bar(unit: &'static str) -> ProgressBar {
    let template = format!("{{wide_bar}} {{pos}}/{{len}} {unit} {{elapsed}}");
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A sign of life for work whose length is not known; silent when standard error is no terminal.
pub(crate) fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let bar = match ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    };
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
