//! The result: inspection reports, scores, ranking and tables.

use super::Run;
use super::files::Files;
use super::record::Record;
use super::rules::Reports;
use crate::layout::{COUNTS, OPENINGS, RANKING, SCORES, UNITS, inspection_path};
use crate::report::{Place, Subject};
use crate::tables::{counts_csv, ranking_csv, unit_names, units_csv};
use crate::{BoxTally, Check, Openings, Problem, build, score_input, score_report};
use gongping_appraisal::{BoxId, Digest, Inspection, InspectionReport, Open, UnitId};
use gongping_log::Opening;
use gongping_score::ScoreReport;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(
    run: &mut Run<'_>,
    files: &Files,
    record: &Record,
    tallies: &BTreeMap<BoxId, BoxTally>,
) {
    let Some(open) = record.open() else { return };
    commitments(run, files, record, open);
    let reports = inspections(run, files, record, open);
    scores(run, files, record, open, tallies, &reports);
}

/// The commitment that stands in the openings for a file, computed from the file itself.
fn computed(openings: &Openings, path: &str, bytes: &[u8]) -> Option<Digest> {
    let salt = openings.0.get(path)?.salt_bytes()?;
    let commitment = Opening::new(salt, bytes.to_owned()).commitment();
    Digest::parse(&commitment.to_string())
}

/// The published inspection reports by what the log commits to, for replaying the log.
pub(super) fn reports_by_commitment(files: &Files) -> Reports {
    let openings = files.small.get(OPENINGS).and_then(|bytes| Openings::from_bytes(bytes).ok());
    let Some(openings) = openings else { return Reports::new() };
    let report = |path: &String| {
        let bytes = files.small.get(path)?;
        let report = serde_json::from_slice(bytes).ok()?;
        Some((computed(&openings, path, bytes)?, report))
    };
    openings.0.keys().filter(|path| *path != SCORES).filter_map(report).collect()
}

/// Each committed file is what the log says, and the openings say no more than that.
fn commitments(run: &mut Run<'_>, files: &Files, record: &Record, open: &Open) {
    run.begin(Check::Commitments);
    let Some(bytes) = files.small.get(OPENINGS) else { return };
    let openings = match Openings::from_bytes(bytes) {
        Ok(openings) => openings,
        Err(error) => {
            run.in_file(Check::Commitments, OPENINGS, Problem::malformed(error));
            return;
        }
    };
    let mut expected: BTreeMap<String, Option<Digest>> =
        BTreeMap::from([(SCORES.to_owned(), open.ranking.report())]);
    for unit in record.appraisal().into_iter().flat_map(|appraisal| &appraisal.units) {
        let report = open.inspections.get(unit).and_then(Inspection::report);
        expected.insert(inspection_path(unit), report);
    }
    let (listed, needed): (BTreeSet<_>, BTreeSet<_>) =
        (openings.0.keys().collect(), expected.keys().collect());
    for path in listed.difference(&needed) {
        run.in_file(Check::Commitments, path, Problem::Unexpected);
    }
    for (path, claimed) in expected {
        let known = openings.0.get(&path);
        let (Some(known), Some(claimed)) = (known, claimed) else {
            run.in_file(Check::Commitments, &path, Problem::Missing);
            continue;
        };
        let place = || Place::file(OPENINGS);
        let what = "a commitment";
        run.same(Check::Commitments, place(), what, (claimed, known.commitment));
        let Some(content) = files.small.get(&path) else { continue };
        match computed(&openings, &path, content) {
            Some(computed) if computed == claimed => {}
            Some(computed) => {
                run.in_file(Check::Commitments, &path, Problem::Commitment { claimed, computed });
            }
            None => run.find(
                Check::Commitments,
                place(),
                Problem::malformed(format!("the salt of {path}")),
            ),
        }
    }
}

/// Reads the reports and checks each against its group (C8).
fn inspections(
    run: &mut Run<'_>,
    files: &Files,
    record: &Record,
    open: &Open,
) -> BTreeMap<UnitId, InspectionReport> {
    run.begin(Check::Inspection);
    let mut reports = BTreeMap::new();
    let units = record.appraisal().map(|appraisal| appraisal.units.clone()).unwrap_or_default();
    for unit in units {
        let path = inspection_path(&unit);
        let Some(bytes) = files.small.get(&path) else { continue };
        let report: InspectionReport = match serde_json::from_slice(bytes) {
            Ok(report) => report,
            Err(error) => {
                run.in_file(Check::Inspection, &path, Problem::malformed(error));
                continue;
            }
        };
        // One spelling only: two texts for one report would have two commitments.
        if !serde_json::to_vec(&report).is_ok_and(|canonical| canonical == *bytes) {
            let problem = Problem::malformed("not in canonical form");
            run.in_file(Check::Inspection, &path, problem);
        }
        inspection(run, record, open, (&unit, &path), &report);
        run.counted.inspections += 1;
        reports.insert(unit, report);
    }
    reports
}

fn inspection(
    run: &mut Run<'_>,
    record: &Record,
    open: &Open,
    (unit, path): (&UnitId, &str),
    report: &InspectionReport,
) {
    let check = Check::Inspection;
    let place = || Place::file(path);
    run.same(check, place(), "the appraisal", (&record.id, &report.appraisal));
    run.same(check, place(), "the unit", (unit, &report.unit));
    let group = open.groups.values().find(|group| group.units.contains(unit));
    let signed = open.inspections.get(unit);
    let (Some(group), Some(Inspection::Signed { sheets, leader, .. })) = (group, signed) else {
        run.find(check, place(), Problem::differs("its stage", "signed", "not signed"));
        return;
    };
    run.same(check, place(), "the inspection group", (group.number, report.group));
    run.same(check, place(), "the leader who signed", (&group.leader, leader));
    let (entered, before) = (format!("{sheets:?}"), format!("{:?}", report.sheets));
    run.same(check, place(), "the members' sheets", (entered, before));
    let votes = u32::from(report.votes_for) + u32::from(report.votes_against);
    run.same(check, place(), "the number of votes", (group.members.len(), votes));
    if report.votes_for <= report.votes_against {
        let found = format!("{} : {}", report.votes_for, report.votes_against);
        run.find(check, place(), Problem::differs("the vote", "a majority", found));
    }
    let rules = &open.rulebook.rules;
    let components: Vec<String> =
        rules.entered_components().iter().map(|(component, _)| component.id.clone()).collect();
    let components: BTreeSet<&String> = components.iter().collect();
    let given: BTreeSet<&String> = report.points.keys().collect();
    let text = |ids: &BTreeSet<&String>| format!("{ids:?}");
    run.same(check, place(), "the components", (text(&components), text(&given)));
}

/// Recomputes everything that a reader looks at (T4).
fn scores(
    run: &mut Run<'_>,
    files: &Files,
    record: &Record,
    open: &Open,
    tallies: &BTreeMap<BoxId, BoxTally>,
    reports: &BTreeMap<UnitId, InspectionReport>,
) {
    run.begin(Check::Scores);
    run.begin(Check::Tables);
    let Some(appraisal) = record.appraisal() else { return };
    let rules = &open.rulebook.rules;
    let names = unit_names(&record.world, appraisal, build::civil_date(record.published_at));
    run.follows(Check::Tables, UNITS, &units_csv(&names), files.small.get(UNITS));
    run.counted.units = names.len() as u64;
    let breaches = appraisal.register.breaches();
    let input = score_input(rules, &appraisal.units, tallies, reports, &breaches);
    let report = score_report(rules, &appraisal.units, tallies, reports, &breaches);
    let (input, report) = match (input, report) {
        (Ok(input), Ok(report)) => (input, report),
        (Err(mistake), _) | (_, Err(mistake)) => {
            let problem = Problem::NoScores { reason: mistake.to_string() };
            run.in_file(Check::Scores, SCORES, problem);
            return;
        }
    };
    run.follows(Check::Scores, SCORES, report.to_json().as_bytes(), files.small.get(SCORES));
    run.follows(Check::Tables, COUNTS, &counts_csv(rules, &input), files.small.get(COUNTS));
    run.follows(Check::Tables, RANKING, &ranking_csv(&report, &names), files.small.get(RANKING));
    count(run, &report);
}

fn count(run: &mut Run<'_>, report: &ScoreReport) {
    let totals = report.scores.units.values().filter(|score| score.total.is_some());
    run.counted.scores = totals.count() as u64;
    if let Subject::Dossier { ranking, .. } = &mut run.subject {
        *ranking = report.ranking.rows.iter().map(|row| row.unit.clone()).collect();
    }
}
