//! `gongping import units`: units from a spreadsheet, after a look at what would change.

use crate::failure::CommandFailure;
use crate::folder::Folder;
use crate::output::{say, tell};
use crate::words;
use gongping_app::unit::{self, ImportPreview};
use gongping_app::{App, Refusal};
use gongping_locale::Texts;
use gongping_verify::ExitStatus;
use jiff::civil::Date;
use std::path::PathBuf;

/// 导入 · Import
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Units(Units),
}

/// 导入单位表（CSV 或 XLSX）· Import a table of units
#[derive(Debug, clap::Args)]
struct Units {
    #[command(flatten)]
    folder: Folder,
    /// 单位表 · Table of units: CSV or XLSX
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 只看差异，不导入 · Only show what would change
    #[arg(long)]
    dry_run: bool,
    /// 新名称从哪天起用；默认今天 · First day of new names; today if not given
    #[arg(long, value_name = "DATE")]
    rename_from: Option<Date>,
}

pub(crate) async fn run(import: Import, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let Command::Units(units) = import.command;
    let bytes = std::fs::read(&units.file)
        .map_err(|source| CommandFailure::File { path: units.file.clone(), source })?;
    let app = units.folder.open().await?;
    let status = import_units(&app, &units, &bytes, t).await;
    app.close().await;
    status
}

async fn import_units(
    app: &App,
    units: &Units,
    bytes: &[u8],
    t: Texts,
) -> Result<ExitStatus, CommandFailure> {
    let name = units.file.file_name().unwrap_or_default().to_string_lossy();
    let preview = unit::preview_as_operator(app, &name, bytes)?;
    let status = show(&preview, t);
    if status != ExitStatus::Holds || units.dry_run {
        return Ok(status);
    }
    if preview.new.is_empty() && preview.renamed.is_empty() {
        return Ok(status);
    }
    let from = units.rename_from.unwrap_or_else(|| app.today());
    let imported = unit::import_as_operator(app, &name, bytes, preview.digest, from).await;
    match imported {
        Ok(()) => {
            say("已导入 · imported");
            Ok(status)
        }
        Err(refusal @ Refusal::Rejected(_)) => {
            for line in words::refusal(t, &refusal) {
                tell(&line);
            }
            Ok(ExitStatus::DoesNotHold)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn show(preview: &ImportPreview, t: Texts) -> ExitStatus {
    for mistake in &preview.mistakes {
        tell(&words::row_mistake(t, mistake));
    }
    if !preview.mistakes.is_empty() {
        tell(&t.unit_import_mistakes(preview.mistakes.len()));
        return ExitStatus::DoesNotHold;
    }
    if let Some(rejection) = &preview.rejection {
        tell(&words::rejected(t, rejection));
        return ExitStatus::DoesNotHold;
    }
    for unit in &preview.new {
        tell(&format!("+ {}  {}", unit.id, unit.name));
    }
    for (id, now, new) in &preview.renamed {
        tell(&format!("~ {id}  {now} → {new}"));
    }
    for id in &preview.different {
        tell(&format!("! {id}  {}", t.units_preview_different()));
    }
    for id in &preview.different {
        tell(&format!("≠ {id}  {}", t.units_preview_different()));
    }
    for id in &preview.missing {
        tell(&format!("? {id}  {}", t.units_preview_missing()));
    }
    if !preview.ignored_columns.is_empty() {
        tell(&t.command_ignored_columns(t.list(&preview.ignored_columns)));
    }
    tell(&t.unit_import_added(preview.new.len()));
    tell(&t.unit_import_renamed(preview.renamed.len()));
    tell(&t.unit_import_unchanged(preview.unchanged));
    if preview.new.is_empty() && preview.renamed.is_empty() {
        tell(t.units_nothing_new());
    }
    ExitStatus::Holds
}
