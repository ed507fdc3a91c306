//! The boxes: each by itself, and each against what the log says of it.

use super::files::{Files, damage};
use super::record::{BoxRecord, Record};
use super::single::{box_problem, proofs};
use super::{Progress, Run, VerifyFailure};
use crate::layout::box_path;
use crate::report::{BoxCheckCount, Place};
use crate::{BoxContent, BoxTally, Check, DossierSource, Problem, read_box};
use gongping_appraisal::BoxId;
use gongping_seal::{BoxReport, Election, ElectionDraft, Phase, VerifyError};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was found in one archive.
#[derive(Default)]
struct Examined {
    content: Option<BoxContent>,
    report: Option<BoxReport>,
    problems: Vec<(Check, Problem)>,
}

/// Checks all boxes and gives back what came out of each.
pub(super) fn check(
    run: &mut Run<'_>,
    files: &Files,
    record: &Record,
) -> Result<BTreeMap<BoxId, BoxTally>, VerifyFailure> {
    for check in [Check::Codes, Check::Questions, Check::Ballots, Check::BoxHeads, Check::Opening] {
        run.begin(check);
    }
    let present = |id: &&BoxId| files.digests.contains_key(&box_path(id));
    let ids: Vec<&BoxId> = record.boxes.keys().filter(present).collect();
    let threads = run.options.threads.max(1);
    // Many boxes: one thread each. Few: all threads for each in turn.
    let threads = if ids.len() >= threads { 1 } else { threads };
    let (source, progress) = (run.source, run.progress);
    let (done, ballots, total) = (AtomicU64::new(0), AtomicU64::new(0), ids.len() as u64);
    let examined: Vec<Result<(&BoxId, Examined), VerifyFailure>> = ids
        .into_par_iter()
        .map(|id| {
            let examined = examine(source, id, threads, &|| {
                let done = ballots.fetch_add(1, Ordering::Relaxed) + 1;
                progress(Progress::Ballots { done });
            })?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(Progress::Boxes { done, total });
            Ok((id, examined))
        })
        .collect();
    let plan = record.open().and_then(|open| open.survey.plan());
    let planned = plan.map(|plan| plan.boxes(&record.id)).unwrap_or_default();
    let mut tallies = BTreeMap::new();
    for one in examined {
        let (id, examined) = one?;
        let path = box_path(id);
        for (check, problem) in &examined.problems {
            run.in_file(*check, &path, problem.clone());
        }
        count(run, examined.report.as_ref());
        if let (Some(content), Some(known)) = (&examined.content, record.boxes.get(id)) {
            let codes_planned = planned.get(id).copied().unwrap_or_default();
            codes(run, record, id, codes_planned, content);
            compare(run, record, id, known, content);
            phase(run, &path, known, examined.report.as_ref());
            let counted = content.counted.unwrap_or_default();
            tallies.insert(id.clone(), BoxTally { counted, counts: content.counts.clone() });
        }
    }
    Ok(tallies)
}

fn examine(
    source: &dyn DossierSource,
    id: &BoxId,
    threads: usize,
    on_ballot: &(dyn Fn() + Sync),
) -> Result<Examined, VerifyFailure> {
    let path = box_path(id);
    let mut examined = Examined::default();
    let mut content = None;
    let read = source.read(&path, &mut |reader| {
        content = Some(read_box(reader));
        Ok(())
    });
    match (read, content) {
        (Err(error), _) => examined.problems.push((Check::Ballots, damage(&path, error)?)),
        (Ok(()), Some(Ok(content))) => examined.content = Some(content),
        // The full verification below says the same with the number of the check.
        (Ok(()), _) => {}
    }
    match verify(source, &path, threads, on_ballot) {
        Ok(Ok(report)) => examined.report = Some(report),
        Ok(Err(VerifyError::Finding(finding))) => {
            examined.problems.push((Check::Ballots, box_problem(&finding)));
        }
        Ok(Err(VerifyError::Unreadable(error))) | Err(error) => {
            examined.problems.push((Check::Ballots, damage(&path, error)?));
        }
    }
    Ok(examined)
}

/// A file is read again where that saves memory; out of a zip, a box is read once.
fn verify(
    source: &dyn DossierSource,
    path: &str,
    threads: usize,
    on_ballot: &(dyn Fn() + Sync),
) -> io::Result<Result<BoxReport, VerifyError>> {
    let mut seen = 0;
    let mut progress = |progress: gongping_seal::Progress| {
        (seen..progress.ballots).for_each(|_| on_ballot());
        seen = progress.ballots;
    };
    if let Some(file) = source.file(path) {
        let open = move || File::open(&file);
        return Ok(gongping_seal::verify_archive_file(open, progress, threads));
    }
    let mut outcome = None;
    source.read(path, &mut |reader| {
        outcome = Some(gongping_seal::verify_archive(reader, &mut progress, threads));
        Ok(())
    })?;
    outcome.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "nothing was read"))
}

fn count(run: &mut Run<'_>, report: Option<&BoxReport>) {
    let Some(report) = report else { return };
    BoxCheckCount::add(&mut run.box_checks, BoxCheckCount::of(std::iter::once(report)));
    let counted = &mut run.counted;
    counted.boxes += 1;
    match report.phase {
        Phase::Counted => counted.boxes_open += 1,
        Phase::Open | Phase::Closed | Phase::AddedUp => counted.boxes_shut += 1,
    }
    counted.codes += report.credentials;
    counted.ballots += report.ballots_checked;
    counted.ballots_replaced += report.ballots_replaced;
    counted.proofs += proofs(report);
    counted.shares += report.trustees.iter().filter(|trustee| trustee.opened).count() as u64;
}

/// Compares a box with the log.
fn compare(
    run: &mut Run<'_>,
    record: &Record,
    id: &BoxId,
    known: &BoxRecord,
    content: &BoxContent,
) {
    let path = box_path(id);
    keys(run, record, &path, content);
    questions(run, &path, known, content);
    heads(run, &path, known, content);
    opening(run, record, &path, known, content);
}

/// The list was fixed before the opening, with as many codes as the plan says (T1, T2).
fn codes(run: &mut Run<'_>, record: &Record, id: &BoxId, planned: u64, content: &BoxContent) {
    let place = || Place::file(box_path(id));
    let Some(list) = record.codes.get(id) else {
        run.find(Check::Codes, place(), Problem::Missing);
        return;
    };
    let found = content.code_list.map(|digest| digest.to_string()).unwrap_or_default();
    let what = "the SHA-256 of the public list of codes";
    run.same(Check::Codes, place(), what, (list.digest, found));
    let what = "the number of codes";
    run.same(Check::Codes, place(), what, (list.count, content.codes));
    run.same(Check::Codes, place(), what, (planned, content.codes));
}

fn keys(run: &mut Run<'_>, record: &Record, path: &str, content: &BoxContent) {
    // A ceremony that does not hold was named once, for all boxes.
    let Some(Ok(trustees)) = &record.trustees else { return };
    if trustees.bytes() != content.trustees {
        let text = |bytes: &[u8]| gongping_appraisal::sha256(bytes).to_string();
        let what = "the SHA-256 of the list of key holders";
        let both = (text(trustees.bytes()), text(&content.trustees));
        run.same(Check::Keys, Place::file(path), what, both);
    }
}

/// The box asks what the rulebook says, in its words and for this unit, and nothing else (T5).
fn questions(run: &mut Run<'_>, path: &str, known: &BoxRecord, content: &BoxContent) {
    let place = || Place::file(path);
    let expected = match &known.election {
        Ok(expected) => expected,
        Err(mistake) => {
            run.find(Check::Questions, place(), Problem::malformed(mistake));
            return;
        }
    };
    let found = match Election::parse(&content.election) {
        Ok(found) => found,
        Err(error) => {
            run.find(Check::Questions, place(), Problem::malformed(error));
            return;
        }
    };
    for (what, expected, found) in fields(expected)
        .into_iter()
        .zip(fields(found.draft()))
        .map(|((what, expected), (_, found))| (what, expected, found))
    {
        run.same(Check::Questions, place(), what, (expected, found));
    }
    let what = "the identifier in the log";
    run.same(Check::Questions, place(), what, (&known.opening.uuid, found.uuid()));
    let what = "the fingerprint in the log";
    run.same(Check::Questions, place(), what, (&known.opening.fingerprint, found.fingerprint()));
}

/// All that an election says, field by field.
fn fields(draft: &ElectionDraft) -> [(&'static str, String); 7] {
    let optional = |name: &Option<String>| name.clone().unwrap_or_else(|| "(none)".to_owned());
    [
        ("the identifier", draft.uuid.to_string()),
        ("the name", draft.name.clone()),
        ("the description", draft.description.clone()),
        ("the questions", format!("{:?}", draft.questions)),
        ("the public key", draft.public_key.to_hex()),
        ("the administrator", optional(&draft.administrator)),
        ("the credential authority", optional(&draft.credential_authority)),
    ]
}

/// Everything that the log ever noted of the box is still in it, and nothing came after (T3).
fn heads(run: &mut Run<'_>, path: &str, known: &BoxRecord, content: &BoxContent) {
    for (entry, head) in &known.heads {
        if content.head_at(head.height) != Some(head.hash) {
            let (entry, head, height) = (*entry, head.hash, head.height);
            run.in_file(Check::BoxHeads, path, Problem::HeadNotInBox { entry, head, height });
        }
    }
    let last = known.heads.last().map_or(0, |(_, head)| head.height);
    let found = (content.events.len() as u64).saturating_sub(1);
    run.same(Check::BoxHeads, Place::file(path), "the height of the last event", (last, found));
}

/// Boxes with enough ballots are open; of the others not even one share exists (T7, T9).
fn opening(
    run: &mut Run<'_>,
    record: &Record,
    path: &str,
    known: &BoxRecord,
    content: &BoxContent,
) {
    let Some(open) = record.open() else { return };
    let place = || Place::file(path);
    let minimum = open.rulebook.rules.survey().box_minimum.value;
    let counted = content.counted.unwrap_or_default();
    let opened = content.counts.is_some();
    if counted < minimum && (opened || content.shares > 0) {
        run.find(Check::Opening, place(), Problem::OpenedTooSmall { counted, minimum });
    }
    if counted >= minimum && !opened {
        run.find(Check::Opening, place(), Problem::NotOpened { counted, minimum });
    }
    let shares = if known.to_open { record.shares_needed() } else { 0 };
    run.same(Check::Opening, place(), "the number of shares", (shares, content.shares));
    let (Some(closed), Some(tallied)) = (&known.closed, &known.tallied) else {
        run.find(Check::Opening, place(), Problem::Missing);
        return;
    };
    let what = "the number of ballots that count";
    run.same(Check::Opening, place(), what, (closed.counted, counted));
    run.same(Check::Opening, place(), what, (tallied.counted, counted));
    run.same(Check::Opening, place(), "whether it was opened", (tallied.opened, opened));
}

/// A box stands where the log says that it does.
fn phase(run: &mut Run<'_>, path: &str, known: &BoxRecord, report: Option<&BoxReport>) {
    let Some(report) = report else { return };
    let expected = if known.to_open { Phase::Counted } else { Phase::AddedUp };
    let (expected, found) = (format!("{expected:?}"), format!("{:?}", report.phase));
    run.same(Check::Opening, Place::file(path), "the phase", (expected, found));
}
