//! `gongping verify`: recomputes a published result, or one box, from its files alone.

use crate::command::verify_diff::is_box;
use crate::failure::CommandFailure;
use crate::output::{bar, put, say};
use crate::report;
use gongping_locale::Texts;
use gongping_log::VerifierKey;
use gongping_verify::{
    ExitStatus, Followed, Options, Progress, Report, follow_box, open_source, verify_box_file,
    verify_dossier,
};
use indicatif::ProgressBar;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a second it is seen whether somebody wants to stop.
const LOOKS_A_SECOND: u64 = 10;
/// The status of a program that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// 核对公布的结果或票箱，不连网、不需数据库 · Check a published result or a box, offline
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// 材料文件夹、ZIP 或 .bel 票箱 · Dossier folders or zips, or .bel boxes
    #[arg(value_name = "PATH", required_unless_present = "follow")]
    paths: Vec<PathBuf>,
    /// 边收票边核对一个 .bel 票箱，直到计数公布或按 Ctrl-C · Keep checking a growing .bel box
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "log_key", "checkpoint"])]
    follow: Option<PathBuf>,
    /// 每隔多少秒看一次 · Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 5, conflicts_with = "paths")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
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

pub(crate) async fn run(command: Verify, t: Texts) -> Result<ExitStatus, CommandFailure> {
    match &command.follow {
        Some(path) => follow(path.clone(), command.every, command.json, t).await,
        None => check_all(command, t),
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Keeps checking until the counts are there, something is wrong, or somebody presses Ctrl-C.
async fn follow(
    path: PathBuf,
    every: u64,
    json: bool,
    t: Texts,
) -> Result<ExitStatus, CommandFailure> {
    let stop = Arc::new(AtomicBool::new(false));
    let (asked, file) = (Arc::clone(&stop), path.clone());
    let following = tokio::task::spawn_blocking(move || {
        let mut wait = || {
            for _ in 0..every.saturating_mul(LOOKS_A_SECOND) {
                if asked.load(Ordering::Relaxed) {
                    return false;
                }
                std::thread::sleep(Duration::from_millis(1000 / LOOKS_A_SECOND));
            }
            !asked.load(Ordering::Relaxed)
        };
        let mut tell_step = |step: Followed| {
            put(&if json { report::step_in_json(&step) } else { report::step_in_words(&step, t) });
        };
        follow_box(&file, threads(), &mut tell_step, &mut wait)
    });
    let watcher = tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if stop.swap(true, Ordering::Relaxed) {
                // Asked twice: a long check is under way, and nobody wants its result.
                std::process::exit(INTERRUPTED);
            }
        }
    });
    let outcome = following.await;
    watcher.abort();
    let stopped = |error: tokio::task::JoinError| CommandFailure::File {
        path: path.clone(),
        source: std::io::Error::other(error),
    };
    let failed = |failure| CommandFailure::of_file(&path, failure);
    let report = outcome.map_err(stopped)?.map_err(failed)?;
    if json {
        let outcome = Outcome { path: &path, report: Some(report.clone()), error: None };
        put(&(serde_json::to_string(&outcome).unwrap_or_default() + "\n"));
    } else {
        put(&report::in_words(&path, &report, &Options::default(), t));
    }
    Ok(report.status())
}

fn check_all(command: Verify, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let checkpoint = match &command.checkpoint {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .map_err(|source| CommandFailure::File { path: path.clone(), source })?,
        ),
        None => None,
    };
    let options =
        Options { log_key: command.log_key, checkpoint, threads: threads(), stop_early: false };
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
    let report = if is_box(path) {
        let failed = |failure| CommandFailure::of_file(path, failure);
        verify_box_file(path, options.threads, &progress).map_err(failed)
    } else {
        let source = open_source(path)
            .map_err(|source| CommandFailure::Source { path: path.to_owned(), source })?;
        let failed = |source| CommandFailure::Verify { path: path.to_owned(), source };
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
