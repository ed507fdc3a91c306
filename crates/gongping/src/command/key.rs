//! `gongping key`: what a key holder does on a machine without a network (C9).

use crate::failure::CommandFailure;
use crate::installation::write_secret;
use crate::key_file::{self, KeyFileError};
use crate::output::{put, say, tell};
use crate::typed;
use gongping_app::key_holder::{HolderMistake, KeyFile, KeyTask, KeyWork};
use gongping_appraisal::{AppraisalId, KeySeat, Medium};
use gongping_locale::Texts;
use gongping_seal::{ArchiveReader, CeremonySecret, Trustees};
use gongping_verify::ExitStatus;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// 密钥保管方：在不联网的电脑上做密钥、办理每一步、开箱 · A key holder's steps, without a network
#[derive(Debug, clap::Args)]
pub(crate) struct KeyCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(New),
    Answer(Answer),
    Check(Check),
    Sheet(Sheet),
    Passphrase(Passphrase),
}

/// 做一份新密钥；口令从终端或标准输入读取 · Make a key; its passphrase is asked for, or read from
/// standard input
#[derive(Debug, clap::Args)]
struct New {
    /// 评议编号 · The appraisal
    #[arg(long, value_name = "ID", value_parser = AppraisalId::parse)]
    appraisal: AppraisalId,
    /// 保管方 office、statistics、conduct · The seat
    #[arg(long, value_parser = seat)]
    seat: KeySeat,
    /// 密钥文件存到哪里；不覆盖 · Where the file goes; nothing is overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// 按任务文件办理这一步，写出答复文件 · Do what a work order asks for, and write the answer
#[derive(Debug, clap::Args)]
struct Answer {
    /// 从密钥页面下载的任务文件 · The work order, downloaded from the page of the keys
    #[arg(value_name = "WORK")]
    work: PathBuf,
    /// 答复文件存到哪里，再交到密钥页面 · Where the answer goes, to be handed in on that page
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    key: KeySource,
}

/// 核对公开记录：证书或票箱里是不是这份密钥 · Whether the public record holds this key
#[derive(Debug, clap::Args)]
struct Check {
    /// 任务文件或 .bel 票箱；不给就只看密钥文件 · A work order or a .bel box; without one, only the
    /// key file is read
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    #[command(flatten)]
    key: KeySource,
}

/// 显示密钥单上的 28 个字母和数字，供手抄 · Show the 28 letters of the key sheet, to be copied
#[derive(Debug, clap::Args)]
struct Sheet {
    /// 密钥文件 · The key file
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

/// 换一个口令，另存为新文件 · Write a copy under another passphrase
#[derive(Debug, clap::Args)]
struct Passphrase {
    /// 密钥文件 · The key file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 新文件 · Where the copy goes; nothing is overwritten
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Where the secret is read from.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct KeySource {
    /// 密钥文件；口令从终端或标准输入读取 · The key file; its passphrase is asked for
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// 照密钥单输入，从终端或标准输入读取 · Type the key from the sheet
    #[arg(long)]
    sheet: bool,
}

fn seat(text: &str) -> Result<KeySeat, String> {
    let known = KeySeat::ALL.into_iter().find(|seat| seat.as_str() == text);
    known.ok_or_else(|| "office、statistics、conduct".to_owned())
}

pub(crate) fn run(command: KeyCommand, t: Texts) -> Result<ExitStatus, CommandFailure> {
    match command.command {
        Command::New(command) => new(&command, t)?,
        Command::Answer(command) => answer(&command, t)?,
        Command::Check(command) => return check(&command, t),
        Command::Sheet(Sheet { file }) => {
            let letters = open(&file)?.secret().map_err(CommandFailure::Holder)?.letters();
            put(&format!("{}\n", *letters));
            say(t.command_key_sheet());
        }
        Command::Passphrase(Passphrase { file, out }) => {
            let opened = open(&file)?;
            write(&out, &opened, "新口令 · new passphrase: ")?;
            say(t.command_key_copied());
        }
    }
    Ok(ExitStatus::Holds)
}

fn dice() -> ChaCha20Rng {
    let mut seed = Zeroizing::new([0u8; 32]);
    rand::Rng::fill_bytes(&mut rand::rng(), seed.as_mut());
    ChaCha20Rng::from_seed(*seed)
}

fn new(command: &New, t: Texts) -> Result<(), CommandFailure> {
    let secret = CeremonySecret::generate(&mut dice());
    let file = KeyFile::new(command.appraisal.clone(), command.seat, &secret);
    write(&command.file, &file, "新口令 · new passphrase: ")?;
    say(t.command_key_made());
    Ok(())
}

fn write(path: &Path, file: &KeyFile, prompt: &str) -> Result<(), CommandFailure> {
    let passphrase = typed::new_secret(prompt)?;
    let failed = |source| CommandFailure::KeyFile { path: path.to_owned(), source };
    let sealed = key_file::seal(file, &passphrase).map_err(failed)?;
    Ok(write_secret(path, &sealed)?)
}

fn read(path: &Path) -> Result<Vec<u8>, CommandFailure> {
    std::fs::read(path).map_err(|source| CommandFailure::File { path: path.to_owned(), source })
}

/// Why a key file cannot be opened: itself, or the passphrase could not be had.
enum OpenFailure {
    File(KeyFileError),
    Typed(CommandFailure),
}

impl From<KeyFileError> for OpenFailure {
    fn from(error: KeyFileError) -> Self {
        Self::File(error)
    }
}

fn open(path: &Path) -> Result<KeyFile, CommandFailure> {
    let passphrase = || typed::secret("口令 · passphrase: ").map_err(OpenFailure::Typed);
    key_file::open(&read(path)?, passphrase).map_err(|failure| match failure {
        OpenFailure::File(source) => CommandFailure::KeyFile { path: path.to_owned(), source },
        OpenFailure::Typed(failure) => failure,
    })
}

/// The secret, and from which medium it was read; a file names appraisal and seat as well.
fn secret(source: &KeySource) -> Result<(CeremonySecret, Medium, Option<KeyFile>), CommandFailure> {
    match &source.file {
        Some(path) => {
            let file = open(path)?;
            let secret = file.secret().map_err(CommandFailure::Holder)?;
            Ok((secret, Medium::File, Some(file)))
        }
        None => {
            let letters = typed::secret("密钥单上的密钥 · key on the sheet: ")?;
            let secret = CeremonySecret::from_letters(&letters);
            Ok((secret.map_err(CommandFailure::Letters)?, Medium::Sheet, None))
        }
    }
}

fn work_order(path: &Path) -> Result<KeyWork, CommandFailure> {
    let order = serde_json::from_slice(&read(path)?);
    order.map_err(|_| CommandFailure::NoWorkOrder(path.to_owned()))
}

fn answer(command: &Answer, t: Texts) -> Result<(), CommandFailure> {
    let work = work_order(&command.work)?;
    let (secret, medium, file) = secret(&command.key)?;
    let is_other = |file: &KeyFile| file.appraisal != work.appraisal || file.seat != work.seat;
    if file.as_ref().is_some_and(is_other) {
        return Err(CommandFailure::Holder(HolderMistake::OtherKey));
    }
    let is_first = matches!(work.task, KeyTask::Certificate);
    if !is_first && work.is_on_record(&secret).map_err(CommandFailure::Holder)? != Some(true) {
        return Err(CommandFailure::Holder(HolderMistake::OtherKey));
    }
    let answer = work.answer(&secret, medium, &mut dice()).map_err(CommandFailure::Holder)?;
    // No secret is in it; but it is written once, like a signature.
    write_secret(&command.out, &serde_json::to_vec(&answer).unwrap_or_default())?;
    say(t.command_key_answered());
    Ok(())
}

fn check(command: &Check, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let (secret, _, file) = secret(&command.key)?;
    if let Some(file) = &file {
        tell(&format!("{} {}", file.appraisal, file.seat.as_str()));
    }
    let Some(record) = &command.record else { return Ok(ExitStatus::Holds) };
    let is_box = record.extension().is_some_and(|extension| extension == "bel");
    let holds = if is_box {
        trustees(record)?.place_of(&secret).is_some()
    } else {
        work_order(record)?.is_on_record(&secret).map_err(CommandFailure::Holder)? == Some(true)
    };
    if holds {
        say(t.command_key_on_record());
        return Ok(ExitStatus::Holds);
    }
    say(t.command_key_not_on_record());
    Ok(ExitStatus::DoesNotHold)
}

/// The key holders of a box, from the beginning of its archive.
fn trustees(path: &Path) -> Result<Trustees, CommandFailure> {
    let failed = |source| CommandFailure::File { path: path.to_owned(), source };
    let no_box = || CommandFailure::NoWorkOrder(path.to_owned());
    let mut reader = ArchiveReader::new(BufReader::new(File::open(path).map_err(failed)?));
    // Header, election, trustees: whatever else is among the first entries is none.
    for _ in 0..4 {
        let item = reader.next_item().ok().flatten().ok_or_else(no_box)?;
        if let Ok(trustees) = Trustees::parse(&item.bytes) {
            return Ok(trustees);
        }
    }
    Err(no_box())
}
