//! Reads `locales/`, refuses texts that are incomplete, writes one Rust method for each text.

#![allow(clippy::print_stdout, reason = "cargo listens to the standard output of build scripts")]

mod catalogue;
mod parse;
mod render;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let crate_folder = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let locales = crate_folder.join("../../locales");
    println!("cargo::rerun-if-changed=build");
    for tag in catalogue::TAGS {
        // Cargo looks at every file in a folder that it is told to watch.
        println!("cargo::rerun-if-changed={}", locales.join(tag).display());
    }
    let mistakes = match catalogue::read(&locales) {
        Ok(catalogue) => match write(&catalogue, Path::new(&variable("OUT_DIR"))) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => vec![format!("the generated texts cannot be written: {error}")],
        },
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    };
    for mistake in mistakes {
        println!("cargo::error=locales: {mistake}");
    }
    ExitCode::FAILURE
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for every build script"))
}

fn write(catalogue: &catalogue::Catalogue, out: &Path) -> std::io::Result<()> {
    fs::write(out.join("messages.rs"), render::rust(catalogue))
}
