//! What the commands print.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write as _;

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
