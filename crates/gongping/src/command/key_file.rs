//! `gongping key-file`: a key holder looks after the own file, on a machine without a network.

use crate::failure::CommandFailure;
use crate::installation::write_secret;
use crate::key_file::KeyFile;
use crate::output::{say, tell};
use crate::typed;
use std::path::{Path, PathBuf};

/// 密钥保管方的密钥文件 · The file of a key holder
#[derive(Debug, clap::Args)]
pub(crate) struct KeyFileCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(Check),
    Passphrase(Passphrase),
}

/// 能否打开，属于哪次评议、哪个保管方；口令从终端或标准输入读取 · Whether it opens, and of which
/// appraisal and seat it is; the passphrase is asked for, or read from standard input
#[derive(Debug, clap::Args)]
struct Check {
    /// 密钥文件 · The file, gongping-key-….age
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// 换一个口令，另存为新文件 · Write a copy under another passphrase
#[derive(Debug, clap::Args)]
struct Passphrase {
    /// 密钥文件 · The file, gongping-key-….age
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 新文件 · Where the copy goes; nothing is overwritten
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

pub(crate) fn run(command: KeyFileCommand) -> Result<(), CommandFailure> {
    match command.command {
        Command::Check(Check { file }) => {
            let KeyFile { appraisal, seat, .. } = open(&file)?;
            tell(&format!("{appraisal} {seat}"));
        }
        Command::Passphrase(Passphrase { file, out }) => {
            let opened = open(&file)?;
            let passphrase = typed::new_secret("新口令 · new passphrase: ")?;
            let sealed = opened.seal(&passphrase).map_err(|source| failed(&out, source))?;
            write_secret(&out, &sealed)?;
            say(
                "新文件已写好；请用 check 试一次，再销毁旧文件 · the copy is written; check it, then destroy the old file",
            );
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<KeyFile, CommandFailure> {
    let read = std::fs::read(path);
    let bytes = read.map_err(|source| CommandFailure::File { path: path.to_owned(), source })?;
    let passphrase = typed::secret("口令 · passphrase: ")?;
    KeyFile::open(&bytes, &passphrase).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: crate::key_file::KeyFileError) -> CommandFailure {
    CommandFailure::KeyFile { path: path.to_owned(), source }
}
