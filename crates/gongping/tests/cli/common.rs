//! Running the program, and the practice province that all tests share.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_gongping");
/// Last year's appraisal of the province, which is published.
pub(crate) const APPRAISAL: &str = "2025-360000-LSB";
/// The seed of the shared province.
pub(crate) const SEED: &str = "7";

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Stops unless the command ended with this status.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Stops unless all of it was printed as a result.
    #[track_caller]
    pub(crate) fn printed(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.out.contains(text), "no {text:?} in: {}\nerr: {}", self.out, self.err);
        }
        self
    }
}

/// Runs the program with an English environment.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ran {
    run_with(arguments, "")
}

/// The same with something on standard input.
pub(crate) fn run_with<A: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = A>,
    input: &str,
) -> Ran {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "en_GB.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `gongping WORDS --dir DIR MORE`
pub(crate) fn run_in(words: &[&str], dir: &Path, more: &[&OsStr]) -> Ran {
    let words = words.iter().map(OsStr::new);
    run(words.chain([OsStr::new("--dir"), dir.as_os_str()]).chain(more.iter().copied()))
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The shared province: nobody writes to it.
pub(crate) struct Province {
    /// Its folder.
    pub(crate) dir: PathBuf,
    /// Its exported dossier.
    pub(crate) dossier: PathBuf,
}

/// Builds the province once for each build of the program: the runner may start a process for
/// each test, so a lock on a file lets one of them build while the others wait.
pub(crate) fn province() -> &'static Province {
    static PROVINCE: OnceLock<Province> = OnceLock::new();
    PROVINCE.get_or_init(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gongping-cli");
        std::fs::create_dir_all(&all).unwrap();
        let lock = std::fs::File::create(all.join("lock")).unwrap();
        lock.lock().unwrap();
        let program = std::fs::metadata(PROGRAM).unwrap();
        let built = program.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
        let of_program = all.join(format!("{}-{}", built.as_nanos(), program.len()));
        for entry in std::fs::read_dir(&all).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path != of_program {
                std::fs::remove_dir_all(path).unwrap();
            }
        }
        let (dir, dossier) = (of_program.join("province"), of_program.join("dossier"));
        if !dossier.exists() {
            build(&dir);
            export(&dir, &dossier).ended(0);
        }
        Province { dir, dossier }
    })
}

/// Builds a practice province.
pub(crate) fn build(dir: &Path) {
    let more = ["--no-serve", "--seed", SEED].map(OsStr::new);
    run_in(&["demo"], dir, &more).ended(0);
}

/// Exports the published appraisal.
pub(crate) fn export(dir: &Path, out: &Path) -> Ran {
    let more = [OsStr::new("--appraisal"), OsStr::new(APPRAISAL), out.as_os_str()];
    run_in(&["dossier", "export"], dir, &more)
}

/// A copy of a folder that the test may change.
pub(crate) fn copy_of(folder: &Path) -> (TempDir, PathBuf) {
    let holder = tempfile::tempdir().unwrap();
    let copy = holder.path().join("copy");
    copy_folder(folder, &copy);
    (holder, copy)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The files of a folder by path, with their bytes.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push((path, std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

/// The box archives of a dossier.
pub(crate) fn boxes(dossier: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dossier.join("boxes")).unwrap();
    let mut boxes: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    boxes.sort();
    boxes
}
