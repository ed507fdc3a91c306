//! `gongping backup`: a copy that was opened and examined.

use crate::command::doctor;
use crate::failure::CommandFailure;
use crate::folder::{Folder, partial};
use crate::installation::{DATABASE, Installation, LOG_KEY, PRACTICE, SETTINGS};
use crate::output::{say, tell};
use gongping_app::{Failure, SystemClock};
use gongping_verify::ExitStatus;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 备份，服务运行时也可以 · Copy an installation, also while it is served
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    folder: Folder,
    /// 新文件夹 · Folder to make
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

pub(crate) async fn run(command: Backup) -> Result<ExitStatus, CommandFailure> {
    let (dir, out) = (&command.folder.dir, &command.out);
    if out.symlink_metadata().is_ok() {
        return Err(CommandFailure::Exists(out.clone()));
    }
    let beside = partial(out);
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(at(&beside))?;
    }
    let installation = Installation::open(dir)?;
    let app = installation.start(Arc::new(SystemClock), None).await?;
    std::fs::create_dir_all(&beside).map_err(at(&beside))?;
    let copied = app.backup(&beside.join(DATABASE)).await;
    app.close().await;
    if let Err(failure) = copied {
        std::fs::remove_dir_all(&beside).map_err(at(&beside))?;
        return Err(refused(failure));
    }
    copy(&dir.join(SETTINGS), &beside.join(SETTINGS))?;
    let practice = dir.join(PRACTICE);
    if installation.settings.practice && practice.exists() {
        copy_folder(&practice, &beside.join(PRACTICE))?;
    }
    // A copy that nobody has opened is a hope, not a backup.
    let copy = installation.over(&beside)?.start(Arc::new(SystemClock), None).await?;
    let diagnosis = doctor::examine(&copy).await;
    copy.close().await;
    let status = doctor::report(&diagnosis?);
    std::fs::rename(&beside, out).map_err(at(out))?;
    tell(&out.display().to_string());
    say(&format!(
        "备份不含日志私钥。请把 {key} 另存他处；没有它，恢复以后不能继续记日志 · the backup does not \
         hold the secret key of the log. Keep {key} elsewhere: without it a restored installation \
         cannot continue its log",
        key = dir.join(LOG_KEY).display()
    ));
    if status == ExitStatus::DoesNotHold {
        say(
            "备份忠实于原件，原件有上述问题 · the copy is faithful; the findings are the original's",
        );
    }
    Ok(status)
}

fn refused(failure: Failure) -> CommandFailure {
    CommandFailure::Refusal(failure.into())
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> CommandFailure + '_ {
    move |source| CommandFailure::File { path: path.to_owned(), source }
}

fn copy(from: &Path, to: &Path) -> Result<(), CommandFailure> {
    // The rights are copied too: settings may hold the password of a database.
    std::fs::copy(from, to).map(|_| ()).map_err(at(from))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), CommandFailure> {
    std::fs::create_dir_all(to).map_err(at(to))?;
    for entry in std::fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().map_err(at(&source))?.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            copy(&source, &target)?;
        }
    }
    Ok(())
}
