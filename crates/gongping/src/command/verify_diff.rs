//! `gongping verify-diff`: whether a newer copy of a box or dossier holds everything of an older.

use crate::failure::CommandFailure;
use crate::output::put;
use crate::report;
use gongping_locale::Texts;
use gongping_verify::{Comparison, ExitStatus, compare_boxes, compare_dossiers, open_source};
use std::path::{Path, PathBuf};

/// 证明新的一份包含旧的全部，没有抽走什么 · Show that NEW has all of OLD, nothing taken away
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyDiff {
    /// 以前保存的 .bel 票箱或材料 · A .bel box or dossier that was kept earlier
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// 现在的那一份 · The same one now
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// 输出 JSON · Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &VerifyDiff, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let comparison = compare(&command.old, &command.new)?;
    if command.json {
        // Strings, numbers and maps with string keys always serialise.
        put(&(serde_json::to_string_pretty(&comparison).unwrap_or_default() + "\n"));
    } else {
        put(&report::comparison_in_words(&comparison, t));
    }
    Ok(if comparison.holds { ExitStatus::Holds } else { ExitStatus::DoesNotHold })
}

pub(crate) fn is_box(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "bel") && path.is_file()
}

fn compare(old: &Path, new: &Path) -> Result<Comparison, CommandFailure> {
    if is_box(old) || is_box(new) {
        return compare_boxes(old, new).map_err(|failure| CommandFailure::of_file(new, failure));
    }
    let open = |path: &Path| {
        open_source(path).map_err(|source| CommandFailure::Source { path: path.to_owned(), source })
    };
    let failed = |source| CommandFailure::Verify { path: new.to_owned(), source };
    compare_dossiers(&*open(old)?, &*open(new)?).map_err(failed)
}
