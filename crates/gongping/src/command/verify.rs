//! `gongping verify`: recomputes a published result, or one box, from its files alone.

use crate::failure::CommandFailure;
use crate::output::{bar, put, say};
use crate::report;
use gongping_locale::Texts;
use gongping_log::VerifierKey;
use gongping_verify::{
    ExitStatus, Options, Progress, Report, open_source, verify_box, verify_dossier,
};
use indicatif::ProgressBar;
use serde::Serialize;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// 核对公布的结果或票箱，不连网、不需数据库 · Check a published result or a box, offline
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// 材料文件夹、ZIP 或 .bel 票箱 · Dossier folders or zips, or .bel boxes
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// 输出 JSON：每个路径一项 · Print JSON: a list with one object for each path
    #[arg(long)]
    json: bool,
    /// 从别处得知的日志公钥 · Key of the log, known from elsewhere
    #[arg(long, value_name = "VKEY")]
    log_key: Option<VerifierKey>,
    /// 以前保存的日志检查点 · A signed checkpoint of the log that was kept earlier
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

/// What became of one path.
#[derive(Serialize)]
struct Outcome<'a> {
    path: &'a Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) fn run(command: Verify, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let checkpoint = match &command.checkpoint {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .map_err(|source| CommandFailure::File { path: path.clone(), source })?,
        ),
        None => None,
    };
    let options = Options {
        log_key: command.log_key,
        checkpoint,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        stop_early: false,
    };
    let mut outcomes = Vec::new();
    for path in &command.paths {
        let outcome = match check(path, &options) {
            Ok(report) => Outcome { path, report: Some(report), error: None },
            Err(failure) => {
                say(&format!("错误 · error: {failure}"));
                Outcome { path, report: None, error: Some(failure.to_string()) }
            }
        };
        if let (Some(report), false) = (&outcome.report, command.json) {
            put(&report::in_words(path, report, &options, t));
        }
        outcomes.push(outcome);
    }
    if command.json {
        // Strings, numbers and maps with string keys always serialise.
        put(&(serde_json::to_string_pretty(&outcomes).unwrap_or_default() + "\n"));
    }
    Ok(status(&outcomes))
}

/// Something that does not hold weighs more than something that could not be read.
fn status(outcomes: &[Outcome<'_>]) -> ExitStatus {
    let reports = || outcomes.iter().map(|outcome| &outcome.report);
    if reports().flatten().any(|report| !report.holds) {
        ExitStatus::DoesNotHold
    } else if reports().any(Option::is_none) {
        ExitStatus::Unreadable
    } else {
        ExitStatus::Holds
    }
}

fn check(path: &Path, options: &Options) -> Result<Report, CommandFailure> {
    let shown = bar("");
    let progress = |now| advance(&shown, now);
    let failed = |source| CommandFailure::Verify { path: path.to_owned(), source };
    let report = if path.extension().is_some_and(|extension| extension == "bel") && path.is_file() {
        let file = File::open(path)
            .map_err(|source| CommandFailure::File { path: path.to_owned(), source })?;
        verify_box(BufReader::new(file), options.threads, &progress).map_err(failed)
    } else {
        let source = open_source(path)
            .map_err(|source| CommandFailure::Source { path: path.to_owned(), source })?;
        verify_dossier(&*source, options, &progress).map_err(failed)
    };
    shown.finish_and_clear();
    report
}

/// Files and then boxes fill the bar; ballots, whose number nobody knows beforehand, are told.
fn advance(bar: &ProgressBar, now: Progress) {
    match now {
        Progress::Check(_) => bar.tick(),
        Progress::Files { done, total } | Progress::Boxes { done, total } => {
            bar.set_length(total);
            bar.set_position(done);
        }
        Progress::Ballots { done } => bar.set_message(format!("{done} 张票 · ballots")),
    }
}
