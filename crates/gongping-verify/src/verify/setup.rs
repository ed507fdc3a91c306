//! Rulebook, survey plan and keys, as they were fixed before the first ballot.

use super::Run;
use super::files::Files;
use super::record::Record;
use crate::layout::RULEBOOK;
use crate::report::Place;
use crate::{Check, Problem, check_rehearsal};
use gongping_appraisal::{AccountId, KeyRound, KeySeat, Ranking, Signatory, sha256};
use std::collections::BTreeMap;

pub(super) fn check(run: &mut Run<'_>, files: &Files, record: &Record) {
    rulebook(run, files, record);
    survey_plan(run, record);
    keys(run, record);
    rehearsal(run, record);
    run.begin(Check::RankingSigned);
    let empty = BTreeMap::new();
    let ranking = record.open().map(|open| &open.ranking);
    let signed = match ranking {
        Some(Ranking::Signed { signed, .. } | Ranking::Drafted { signed, .. }) => signed,
        Some(Ranking::Absent) | None => &empty,
    };
    both_signed(run, Check::RankingSigned, signed);
}

/// The file is the text that the log froze when the appraisal opened (T5).
fn rulebook(run: &mut Run<'_>, files: &Files, record: &Record) {
    run.begin(Check::Rulebook);
    let Some(open) = record.open() else {
        run.find(Check::Rulebook, Place::whole(), Problem::Missing);
        return;
    };
    let bytes = files.small.get(RULEBOOK);
    run.follows(Check::Rulebook, RULEBOOK, open.rulebook.text.as_bytes(), bytes);
    let (what, place) = ("the SHA-256 in the log", || Place::file(RULEBOOK));
    let frozen = record.frozen.map(|frozen| frozen.to_string()).unwrap_or_default();
    run.same(Check::Rulebook, place(), what, (&frozen, open.rulebook.hash));
    if let Some(bytes) = bytes {
        run.same(Check::Rulebook, place(), what, (&frozen, sha256(bytes)));
    }
}

/// All key holders took part in making the key.
fn keys(run: &mut Run<'_>, record: &Record) {
    run.begin(Check::Keys);
    let ceremony = record.open().and_then(|open| open.survey.ceremony());
    for seat in KeySeat::ALL {
        let absent = |round| ceremony.is_none_or(|known| known.message(round, seat).is_none());
        if KeyRound::ALL.into_iter().any(absent) {
            run.find(Check::Keys, Place::whole(), Problem::NoKey { seat });
        }
    }
    if let Some(Err(mistake)) = &record.trustees {
        run.find(Check::Keys, Place::whole(), Problem::malformed(mistake));
    }
}

/// They opened a practice box before the survey opened.
fn rehearsal(run: &mut Run<'_>, record: &Record) {
    run.begin(Check::Rehearsal);
    let place = Place::whole();
    let appraisal = record.appraisal();
    let ceremony = record.open().and_then(|open| open.survey.ceremony());
    let (Some(appraisal), Some(ceremony)) = (appraisal, ceremony) else {
        return run.find(Check::Rehearsal, place, Problem::Missing);
    };
    // Without a key there is nothing to try; the check of the keys has said so.
    let Some(Ok(trustees)) = &record.trustees else { return };
    if let Err(mistake) = check_rehearsal(appraisal, ceremony, trustees) {
        run.find(Check::Rehearsal, place, Problem::malformed(mistake));
    }
}

fn survey_plan(run: &mut Run<'_>, record: &Record) {
    run.begin(Check::SurveyPlan);
    let Some(plan) = record.open().and_then(|open| open.survey.plan()) else {
        run.find(Check::SurveyPlan, Place::whole(), Problem::Missing);
        return;
    };
    let digest = plan.digest();
    for (_, signed) in record.plan_signed.values() {
        let what = "the SHA-256 of the signed survey plan";
        run.same(Check::SurveyPlan, Place::whole(), what, (digest, signed));
    }
    let signers = record.plan_signed.iter();
    let signers = signers.map(|(body, (account, _))| (*body, account.clone())).collect();
    both_signed(run, Check::SurveyPlan, &signers);
}

/// Two bodies sign, so two accounts do (A5).
fn both_signed(run: &mut Run<'_>, check: Check, signed: &BTreeMap<Signatory, AccountId>) {
    for signatory in Signatory::ALL {
        if !signed.contains_key(&signatory) {
            run.find(check, Place::whole(), Problem::NotSigned { signatory });
        }
    }
    let [office, statistics] = Signatory::ALL.map(|body| signed.get(&body));
    if let (Some(account), true) = (office, office == statistics) {
        run.find(check, Place::whole(), Problem::SameSigner { account: account.clone() });
    }
}
