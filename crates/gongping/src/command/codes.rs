//! `gongping codes`: invitation codes, made on the statistics bureau's own machine. Needs neither
//! an installation nor a network.

use crate::failure::CommandFailure;
use crate::folder::partial;
use crate::output::{bar, say, tell};
use gongping_app::{Clock as _, SystemClock};
use gongping_locale::Texts;
use gongping_slips::{
    BallotLink, CodeLine, CodeWork, PublicLists, SecretList, SlipFont, replace, slips_pdf,
};
use gongping_verify::ExitStatus;
use indicatif::ProgressBar;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The codes: for mail merge, and for nobody else.
const SECRET: &str = "codes-secret.csv";
/// The codes on paper.
const SLIPS: &str = "slips.pdf";
/// What is handed in.
const PUBLIC: &str = "codes-public.json";
/// What is handed in when codes were replaced.
const REPLACEMENT: &str = "codes-replacement.json";
/// What there was to make.
const WORK: &str = "sheets.json";

/// 制作、核对、补发邀请码（不需要联网）· Make, check and replace invitation codes, offline
#[derive(Debug, clap::Args)]
pub(crate) struct Codes {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Issue(Issue),
    Check(Check),
    Replace(Replace),
}

/// How slips look.
#[derive(Debug, clap::Args)]
struct Print {
    /// 网站地址，印在邀请码单上 · Address of the site, as printed on the slips
    #[arg(long, value_name = "URL")]
    address: String,
    /// 中文字体文件；默认用系统里的 · File of a Chinese font; one of the system if not given
    #[arg(long, value_name = "FILE")]
    font: Option<PathBuf>,
}

/// 制作邀请码、邀请码单和公开清单 · Make codes, slips and the public lists
#[derive(Debug, clap::Args)]
struct Issue {
    /// 从“制发邀请码”页面下载的测评表文件 · File of sheets, from the page where codes are issued
    #[arg(long, value_name = "FILE")]
    sheets: PathBuf,
    #[command(flatten)]
    print: Print,
    /// 新文件夹，只有本人能读 · Folder to make, for its owner alone
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// 核对邀请码与公开清单是否一致 · See whether the secret and the public lists belong together
#[derive(Debug, clap::Args)]
struct Check {
    /// 邀请码文件夹 · Folder of codes
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// 测评开始前作废丢失的邀请码并补发 · Strike off lost codes and make others, before the survey opens
#[derive(Debug, clap::Args)]
struct Replace {
    /// 邀请码文件夹 · Folder of codes
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 丢失的邀请码，或邀请码单编号如 07-0012；可重复 · Lost code, or number of its slip; repeatable
    #[arg(long, value_name = "CODE", required = true)]
    code: Vec<String>,
    #[command(flatten)]
    print: Print,
    /// 新文件夹：补发后的全部邀请码 · Folder to make, with all codes as they are then
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Why a command about codes failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodesFailure {
    /// The file of sheets.
    #[error(transparent)]
    Work(#[from] gongping_slips::WorkMistake),
    /// The list of codes.
    #[error(transparent)]
    Secret(#[from] gongping_slips::SecretMistake),
    /// The public lists.
    #[error("公开清单读不出 · the public lists cannot be read: {0}")]
    Public(serde_json::Error),
    /// A public list that no box takes.
    #[error("{0}")]
    List(#[from] gongping_seal::CredentialListError),
    /// The address.
    #[error(transparent)]
    Link(#[from] gongping_slips::LinkMistake),
    /// The font.
    #[error(transparent)]
    Font(#[from] gongping_slips::FontMistake),
    /// The slips.
    #[error(transparent)]
    Paper(#[from] gongping_slips::PaperMistake),
    /// What was to be replaced.
    #[error(transparent)]
    Replace(#[from] gongping_slips::ReplaceMistake),
}

pub(crate) fn run(codes: Codes, t: Texts) -> Result<ExitStatus, CommandFailure> {
    match codes.command {
        Command::Issue(command) => issue(&command, t).map(|()| ExitStatus::Holds),
        Command::Check(command) => check(&command),
        Command::Replace(command) => replace_lost(&command, t).map(|()| ExitStatus::Holds),
    }
}

fn issue(command: &Issue, t: Texts) -> Result<(), CommandFailure> {
    let sheets = read(&command.sheets)?;
    let work = CodeWork::parse(&sheets).map_err(CodesFailure::Work)?;
    let folder = NewFolder::begin(&command.out)?;
    let printer = Printer::new(&command.print, &work, t)?;
    let secret = SecretList::generate(&work, &mut rand::rng());
    let public = derive(&work, &secret);
    folder.write(WORK, &sheets)?;
    folder.write(PUBLIC, &public.to_json())?;
    printer.put(&folder, &work, &secret, secret.lines())?;
    folder.finish()?;
    tell_fingerprints(&public)?;
    advise(&command.out, PUBLIC);
    Ok(())
}

fn replace_lost(command: &Replace, t: Texts) -> Result<(), CommandFailure> {
    let (sheets, work, secret) = read_folder(&command.dir)?;
    let folder = NewFolder::begin(&command.out)?;
    let printer = Printer::new(&command.print, &work, t)?;
    let replaced = replace(&work, &secret, &command.code, &mut rand::rng());
    let (after, added, replacement) = replaced.map_err(CodesFailure::Replace)?;
    let public = derive(&work, &after);
    folder.write(WORK, &sheets)?;
    folder.write(PUBLIC, &public.to_json())?;
    folder.write(REPLACEMENT, &replacement.to_json())?;
    printer.put(&folder, &work, &after, &added)?;
    folder.finish()?;
    for line in &added {
        tell(&format!("+ {}", line.serial()));
    }
    tell_fingerprints(&public)?;
    advise(&command.out, REPLACEMENT);
    Ok(())
}

fn check(command: &Check) -> Result<ExitStatus, CommandFailure> {
    let (_, work, secret) = read_folder(&command.dir)?;
    let public = read(&command.dir.join(PUBLIC))?;
    let public: PublicLists = serde_json::from_slice(&public).map_err(CodesFailure::Public)?;
    let mut expected = derive(&work, &secret);
    expected.boxes.sort_by(|one, other| one.id.cmp(&other.id));
    let mut found = public.clone();
    found.boxes.sort_by(|one, other| one.id.cmp(&other.id));
    let planned = work
        .sheets
        .iter()
        .all(|sheet| secret.of_sheet(sheet.sheet).count() as u64 == u64::from(sheet.count));
    if planned && secret.lines().len() as u64 == work.codes() && expected == found {
        tell_fingerprints(&found)?;
        tell(&format!("✓ {} 个邀请码与公开清单一致 · codes fit the public lists", work.codes()));
        return Ok(ExitStatus::Holds);
    }
    if !planned || secret.lines().len() as u64 != work.codes() {
        let (found, wanted) = (secret.lines().len(), work.codes());
        tell(&format!("✗ 邀请码 {found} 个，应为 {wanted} 个 · codes found and planned"));
    }
    for of_box in &expected.boxes {
        if !found.boxes.contains(of_box) {
            tell(&format!("✗ {}", of_box.id));
        }
    }
    tell("✗ 邀请码与公开清单不一致 · the codes do not fit the public lists");
    Ok(ExitStatus::DoesNotHold)
}

fn read_folder(dir: &Path) -> Result<(Vec<u8>, CodeWork, SecretList), CommandFailure> {
    let sheets = read(&dir.join(WORK))?;
    let work = CodeWork::parse(&sheets).map_err(CodesFailure::Work)?;
    let text = zeroize::Zeroizing::new(read(&dir.join(SECRET))?);
    let secret = SecretList::from_csv(&text).map_err(CodesFailure::Secret)?;
    Ok((sheets, work, secret))
}

fn derive(work: &CodeWork, secret: &SecretList) -> PublicLists {
    let progress: ProgressBar = bar("公钥 · keys");
    let total = work.sheets.iter().map(|sheet| sheet.boxes.len() as u64 * u64::from(sheet.count));
    progress.set_length(total.sum());
    let public = PublicLists::derive(work, secret, |done| progress.inc(done));
    progress.finish_and_clear();
    public
}

/// The hash of each list as the log will have it. Nothing secret.
fn tell_fingerprints(public: &PublicLists) -> Result<(), CommandFailure> {
    for of_box in &public.boxes {
        let fingerprint = of_box.fingerprint().map_err(CodesFailure::List)?;
        tell(&format!("{fingerprint}  {}", of_box.id));
    }
    Ok(())
}

fn advise(out: &Path, handed_in: &str) {
    say(&format!(
        "{SECRET} 和 {SLIPS} 含邀请码：不要联网，发放后妥善保管或销毁。提交给服务器的只有 {} · \
         {SECRET} and {SLIPS} hold the codes: keep them offline. Hand in {} and nothing else",
        out.join(handed_in).display(),
        handed_in,
    ));
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> CommandFailure + '_ {
    move |source| CommandFailure::File { path: path.to_owned(), source }
}

fn read(path: &Path) -> Result<Vec<u8>, CommandFailure> {
    std::fs::read(path).map_err(at(path))
}

/// A folder that appears when it is whole, for its owner alone.
struct NewFolder {
    out: PathBuf,
    beside: PathBuf,
}

impl NewFolder {
    fn begin(out: &Path) -> Result<Self, CommandFailure> {
        let beside = partial(out);
        for path in [out, &*beside] {
            // What an interrupted run left may hold codes that were printed: it stays, too.
            if path.symlink_metadata().is_ok() {
                return Err(CommandFailure::Exists(path.to_owned()));
            }
        }
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&beside).map_err(at(&beside))?;
        Ok(Self { out: out.to_owned(), beside })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CommandFailure> {
        let path = self.beside.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(at(&path))?;
        file.write_all(bytes).map_err(at(&path))?;
        file.sync_all().map_err(at(&path))
    }

    fn finish(self) -> Result<(), CommandFailure> {
        std::fs::rename(&self.beside, &self.out).map_err(at(&self.out))
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // After `finish` there is nothing; after a failure, nothing was printed or handed in.
        std::fs::remove_dir_all(&self.beside).ok();
    }
}

/// Writes the secret list and the slips.
struct Printer {
    link: BallotLink,
    font: SlipFont,
    t: Texts,
}

impl Printer {
    fn new(print: &Print, work: &CodeWork, t: Texts) -> Result<Self, CommandFailure> {
        let link = BallotLink::new(&print.address, work).map_err(CodesFailure::Link)?;
        let Texts(locale) = t;
        let font = match &print.font {
            Some(path) => SlipFont::from_file(path, locale),
            None => SlipFont::of_system(locale),
        };
        Ok(Self { link, font: font.map_err(CodesFailure::Font)?, t })
    }

    fn put(
        &self,
        folder: &NewFolder,
        work: &CodeWork,
        secret: &SecretList,
        on_paper: &[CodeLine],
    ) -> Result<(), CommandFailure> {
        let table = secret.to_csv(self.t.slip_csv_header(), &self.link);
        folder.write(SECRET, table.as_bytes())?;
        let made = slips_pdf(work, on_paper, &self.link, &self.font, SystemClock.now(), self.t);
        let pdf = zeroize::Zeroizing::new(made.map_err(CodesFailure::Paper)?);
        folder.write(SLIPS, &pdf)
    }
}
