//! Lists what `web/dist` holds, so that the binary carries its own scripts, sheets and pictures.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Set to compile without the built files, for checks of the Rust code alone.
const WITHOUT: &str = "GONGPING_ALLOW_NO_ASSETS";

fn main() {
    // Not `env!`: a target folder that was copied from another checkout would read that one's files.
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = here.join("../../web/dist");
    println!("cargo:rerun-if-env-changed={WITHOUT}");
    println!("cargo:rerun-if-changed={}", dist.display());
    let files = files(&dist);
    if files.is_empty() && env::var_os(WITHOUT).is_none() {
        println!("cargo::error=web/dist is missing: run `npm ci && npm run build` in web/");
        process::exit(1);
    }
    let mut list = String::from("&[\n");
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let version = hex::encode(&Sha256::digest(&bytes)[..8]);
        let path = file.display().to_string();
        let _ = writeln!(list, "    ({name:?}, {version:?}, include_bytes!({path:?})),");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("assets.rs");
    fs::write(&out, list).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}

/// The files of a folder by name, hidden ones left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .filter(|path| !path.file_name().unwrap_or_default().to_string_lossy().starts_with('.'))
        .collect();
    files.sort();
    files
}
