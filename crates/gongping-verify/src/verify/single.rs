//! One box by itself.

use super::{Progress, VerifyFailure};
use crate::report::{BoxCheckCount, Counted, Finding, Place, Report, Subject};
use crate::{Check, Problem};
use gongping_seal::{BoxFinding, BoxReport, Check as BoxCheck, Phase, VerifyError};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Checks the archive of one box: every ballot with every proof, also those replaced later, the
/// sum, the shares and the counts, as far as the box has come.
///
/// # Errors
/// [`VerifyFailure`] when it could not be read; a box that is wrong gives a report.
pub fn verify_box(
    reader: impl Read + Send,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, VerifyFailure> {
    progress(Progress::Check(Check::Box));
    let tell = |now: gongping_seal::Progress| progress(Progress::Ballots { done: now.ballots });
    conclude("(box)", gongping_seal::verify_archive(reader, tell, threads))
}

/// As [`verify_box`], of a file: its memory hardly grows with the number of ballots.
///
/// # Errors
/// [`VerifyFailure`] when it could not be read; a box that is wrong gives a report.
pub fn verify_box_file(
    path: &Path,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, VerifyFailure> {
    progress(Progress::Check(Check::Box));
    let tell = |now: gongping_seal::Progress| progress(Progress::Ballots { done: now.ballots });
    let file = path.to_owned();
    let open = move || File::open(&file);
    let shown = path.display().to_string();
    conclude(&shown, gongping_seal::verify_archive_file(open, tell, threads))
}

/// The report of a box, or of what is wrong with it.
pub(crate) fn conclude(
    path: &str,
    outcome: Result<BoxReport, VerifyError>,
) -> Result<Report, VerifyFailure> {
    match outcome {
        Ok(report) => Ok(of_box(&report)),
        Err(VerifyError::Finding(finding)) => {
            let (check, problem) = (Check::Box, box_problem(&finding));
            let findings = vec![Finding { check, place: Place::whole(), problem }];
            Ok(Report { checks: vec![check], findings, ..Report::default() })
        }
        Err(VerifyError::Unreadable(source)) => {
            Err(VerifyFailure::Read { path: path.to_owned(), source })
        }
    }
}

/// What a box's own verification found.
pub(super) fn box_problem(finding: &BoxFinding) -> Problem {
    let check = finding.check();
    Problem::Box {
        position: finding.position,
        offset: finding.offset,
        height: finding.height,
        name: finding.name.clone(),
        number: check.number(),
        check: check.name(),
        reason: finding.defect.to_string(),
    }
}

/// How many proofs and signatures were checked.
pub(super) fn proofs(report: &BoxReport) -> u64 {
    let kinds = [
        BoxCheck::BallotSignature,
        BoxCheck::IndividualProof,
        BoxCheck::OverallProof,
        BoxCheck::BlankProof,
        BoxCheck::DecryptionProof,
    ];
    kinds.iter().filter_map(|kind| report.performed.get(kind)).sum()
}

fn of_box(report: &BoxReport) -> Report {
    let open = u64::from(report.phase == Phase::Counted);
    let counted = Counted {
        files: 1,
        bytes: report.bytes,
        boxes: 1,
        boxes_open: open,
        boxes_shut: 1 - open,
        codes: report.credentials,
        ballots: report.ballots_checked,
        ballots_replaced: report.ballots_replaced,
        proofs: proofs(report),
        shares: report.trustees.iter().filter(|trustee| trustee.opened).count() as u64,
        ..Counted::default()
    };
    let mut findings = Vec::new();
    // What the box's own verification promises; a second look costs nothing.
    if report.ballots_checked != report.ballots_received {
        let (expected, found) = (report.ballots_received, report.ballots_checked);
        let problem = Problem::NotChecked { what: "ballots", expected, found };
        findings.push(Finding { check: Check::Box, place: Place::whole(), problem });
    }
    Report {
        holds: findings.is_empty(),
        subject: Subject::Box {
            uuid: report.uuid.to_string(),
            name: report.name.clone(),
            description: report.description.clone(),
            phase: report.phase.name().to_owned(),
            counts: report.counts.clone(),
        },
        counted,
        box_checks: BoxCheckCount::of(std::iter::once(report)),
        checks: vec![Check::Box],
        findings,
        ..Report::default()
    }
}
