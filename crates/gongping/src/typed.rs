//! What is typed and must not be seen: never taken from the command line, which every other user
//! of the machine can see.

use crate::failure::CommandFailure;
use std::io::{BufRead as _, IsTerminal as _};
use zeroize::Zeroizing;

/// Typed at a terminal; else the next line of standard input.
pub(crate) fn secret(prompt: &str) -> Result<Zeroizing<String>, CommandFailure> {
    let failed = |source| CommandFailure::File { path: "-".into(), source };
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(failed);
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    let secret = line.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(CommandFailure::Password);
    }
    Ok(Zeroizing::new(secret.to_owned()))
}

/// Typed twice at a terminal; else the next line of standard input.
pub(crate) fn new_secret(prompt: &str) -> Result<Zeroizing<String>, CommandFailure> {
    let first = secret(prompt)?;
    if std::io::stdin().is_terminal() && *secret("再输一次 · again: ")? != *first {
        return Err(CommandFailure::Password);
    }
    Ok(first)
}
