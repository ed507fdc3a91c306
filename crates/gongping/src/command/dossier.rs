//! `gongping dossier export`: the published result as plain files.

use crate::failure::CommandFailure;
use crate::folder::{Folder, partial};
use crate::output::{bar, say, tell};
use gongping_app::publication;
use gongping_appraisal::AppraisalId;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// 公布结果的全部材料 · The published result as plain files
#[derive(Debug, clap::Args)]
pub(crate) struct Dossier {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Export(Export),
}

/// 导出已公布的评议 · Export a published appraisal
#[derive(Debug, clap::Args)]
struct Export {
    #[command(flatten)]
    folder: Folder,
    /// 评议编号，如 2025-360000-LSB · Id of the appraisal
    #[arg(long, value_name = "ID")]
    appraisal: AppraisalId,
    /// 新文件夹；以 .zip 结尾则为压缩包 · Folder to make; a zip when it ends in .zip
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

pub(crate) async fn run(dossier: Dossier) -> Result<(), CommandFailure> {
    let Command::Export(export) = dossier.command;
    let out = &export.out;
    if out.symlink_metadata().is_ok() {
        return Err(CommandFailure::Exists(out.clone()));
    }
    let app = export.folder.open().await?;
    let is_zip = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    let written = if is_zip {
        let bytes = publication::dossier_zip(&app, &export.appraisal).await?;
        write_zip(out, &bytes)
    } else {
        let files = publication::export_dossier(&app, &export.appraisal).await?;
        write_folder(out, &files)
    };
    app.close().await;
    written?;
    tell(&out.display().to_string());
    say(&format!("核对 · check it with: gongping verify {}", out.display()));
    Ok(())
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> CommandFailure + '_ {
    move |source| CommandFailure::File { path: path.to_owned(), source }
}

/// Writes durably.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandFailure> {
    let mut file = File::create(path).map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    file.sync_all().map_err(at(path))
}

fn write_zip(out: &Path, bytes: &[u8]) -> Result<(), CommandFailure> {
    let beside = partial(out);
    if let Some(folder) = beside.parent() {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    write(&beside, bytes)?;
    std::fs::rename(&beside, out).map_err(at(out))
}

fn write_folder(out: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), CommandFailure> {
    let beside = partial(out);
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(at(&beside))?;
    }
    let progress = bar("文件 · files");
    progress.set_length(files.len() as u64);
    for (path, bytes) in files {
        let path = beside.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(at(folder))?;
        }
        write(&path, bytes)?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    std::fs::rename(&beside, out).map_err(at(out))
}
