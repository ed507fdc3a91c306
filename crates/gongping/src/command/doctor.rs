//! `gongping doctor`: compares everything that is stored with the log.

use crate::failure::CommandFailure;
use crate::folder::Folder;
use crate::installation::InstallationFailure;
use crate::output::{say, spinner, tell};
use gongping_app::doctor::{self, Diagnosis, Finding};
use gongping_app::{App, Failure, Refusal};
use gongping_verify::ExitStatus;

/// 用存证日志检查全部数据 · Compare everything that is stored with the log
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    folder: Folder,
    /// 按日志重建各表 · Rebuild the tables from the log
    #[arg(long)]
    repair_tables: bool,
}

pub(crate) async fn run(command: Doctor) -> Result<ExitStatus, CommandFailure> {
    let app = match command.folder.open().await {
        Ok(app) => app,
        Err(CommandFailure::Installation(InstallationFailure::Failure(Failure::Damaged(what)))) => {
            return Ok(report(&unreadable(what)));
        }
        Err(failure) => return Err(failure),
    };
    let diagnosis = treat(&app, command.repair_tables).await;
    app.close().await;
    Ok(report(&diagnosis?))
}

async fn treat(app: &App, repair: bool) -> Result<Diagnosis, CommandFailure> {
    let diagnosis = examine(app).await?;
    if !repair || diagnosis.findings.is_empty() {
        return Ok(diagnosis);
    }
    for finding in &diagnosis.findings {
        say(&line(finding));
    }
    say("按日志重建各表，再检查一遍 · rebuilding the tables from the log, then looking again");
    doctor::rebuild_tables(app).await?;
    examine(app).await
}

/// Examines an installation, with a sign of life.
pub(crate) async fn examine(app: &App) -> Result<Diagnosis, CommandFailure> {
    let progress = spinner();
    let diagnosis = doctor::examine(app, |place| progress.set_message(place.to_owned())).await;
    progress.finish_and_clear();
    match diagnosis {
        // Damage that ends the reading is still a finding, not a reason to be silent.
        Err(Refusal::Failure(Failure::Damaged(what))) => Ok(unreadable(what)),
        other => Ok(other?),
    }
}

fn unreadable(what: String) -> Diagnosis {
    let findings = vec![Finding { place: "log".to_owned(), what }];
    Diagnosis { findings, ..Diagnosis::default() }
}

fn line(finding: &Finding) -> String {
    format!("{}: {}", finding.place, finding.what)
}

/// Tells what was looked at and what is wrong.
pub(crate) fn report(diagnosis: &Diagnosis) -> ExitStatus {
    for (count, what) in [
        (diagnosis.entries, "日志条目 · log entries"),
        (diagnosis.checkpoints, "签名检查点 · signed checkpoints"),
        (diagnosis.rows, "表中的行 · rows of tables"),
        (diagnosis.payloads, "承诺的内容 · committed contents"),
        (diagnosis.passwords, "密码 · passwords"),
        (diagnosis.boxes, "票箱 · boxes"),
        (diagnosis.ballots, "测评票 · ballots"),
    ] {
        tell(&format!("{count:>9}  {what}"));
    }
    for finding in &diagnosis.findings {
        tell(&format!("✗ {}", line(finding)));
    }
    if diagnosis.findings.is_empty() {
        tell("✓ 全部与日志一致 · everything follows from the log");
        return ExitStatus::Holds;
    }
    tell(&format!("✗ {} 处与日志不符 · findings", diagnosis.findings.len()));
    if diagnosis.findings.iter().any(|finding| finding.place.starts_with("table ")) {
        say(
            "各表可由日志重建 · tables can be rebuilt from the log: gongping doctor --repair-tables",
        );
    }
    ExitStatus::DoesNotHold
}
