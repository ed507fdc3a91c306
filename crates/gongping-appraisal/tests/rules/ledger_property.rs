//! Whatever is tried by whomever, no entry reaches a state without what that state needs.

use crate::ledger::{ONE, act, appraisal, open_as, proof, undertaking, with_unit};
use crate::story::{Chapter, Story, digest};
use gongping_appraisal::{
    CallBack, Duty, EntryState, LedgerEntry, LedgerStep, OpinionId, Source, World,
};
use jiff::{SignedDuration, ToSpan as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

const ACTORS: [&str; 8] =
    ["clerk", "head", "surveyor", "inspector", "director", "conduct", "both", "statistician"];

fn step(story: &Story, kind: u8, detail: u16) -> LedgerStep {
    let even = detail.is_multiple_of(2);
    let days = i64::from(detail % 40) - 2;
    let until = crate::ledger::today(story).checked_add(days.days()).unwrap();
    match kind {
        0 => LedgerStep::Accept { entry: ONE, undertaking: undertaking(story, days) },
        1 => LedgerStep::Start { entry: ONE },
        2 => LedgerStep::AddEvidence { entry: ONE, evidence: proof() },
        3 => LedgerStep::Claim { entry: ONE, mechanism: digest("rule") },
        4 => LedgerStep::Verify { entry: ONE, minute: digest("minute") },
        5 => LedgerStep::Return { entry: ONE, reason: digest("no"), was_false: even },
        6 => LedgerStep::CallBack {
            entry: ONE,
            opinion: OpinionId(1),
            answer: CallBack::NotSatisfied,
            note: digest("said"),
        },
        7 => LedgerStep::Close { entry: ONE },
        8 => LedgerStep::Reopen { entry: ONE, grounds: digest("false") },
        9 => LedgerStep::Dispute { entry: ONE, grounds: digest("grounds") },
        10 => LedgerStep::Rule { entry: ONE, stands: even, grounds: digest("ruling") },
        11 => LedgerStep::AskExtension { entry: ONE, until, reason: digest("rain") },
        12 => LedgerStep::DecideExtension { entry: ONE, granted: even },
        _ => LedgerStep::Recur { entry: ONE, source: Source::Other, problem: digest("again") },
    }
}

/// Who does what next when all goes well.
fn sensible(story: &Story, detail: u16) -> (&'static str, LedgerStep) {
    let take = |kind, actor| (actor, step(story, kind, detail));
    match &crate::ledger::entry(story).state {
        EntryState::Open | EntryState::Reopened { .. } => {
            let undertaking = undertaking(story, 12);
            ("clerk", LedgerStep::Accept { entry: ONE, undertaking })
        }
        EntryState::Accepted { .. } | EntryState::Returned { .. } => take(1, "clerk"),
        EntryState::Doing { proofs, .. } if proofs.is_empty() => take(2, "head"),
        EntryState::Doing { .. } => take(3, "head"),
        EntryState::Claimed(_) => take(4, "inspector"),
        EntryState::Verified(_) => take(7, "surveyor"),
        EntryState::Closed { .. } => take(8, "inspector"),
        EntryState::Disputed { .. } => take(10, "conduct"),
    }
}

fn complete(entry: &LedgerEntry) -> Result<(), TestCaseError> {
    let independent = |by: &gongping_appraisal::AccountId| !entry.fixers.contains(by);
    if let Some(claim) = entry.state.claim() {
        prop_assert!(claim.proofs.iter().count() >= 1);
        prop_assert!(entry.fixers.contains(&claim.by));
    }
    if let Some(seen) = entry.state.verification() {
        prop_assert!(independent(&seen.by), "{} verified the own work", seen.by);
        prop_assert!(seen.by.as_str() != "both", "somebody of the unit verified");
    }
    match &entry.state {
        EntryState::Doing { undertaking, .. } | EntryState::Accepted { undertaking, .. } => {
            prop_assert!(
                undertaking.deadline >= entry.since_day() || entry.since > entry.opened_at
            );
        }
        EntryState::Disputed { before, .. } => prop_assert!(before.is_units_turn()),
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config {
        cases: 128,
        rng_seed: RngSeed::Fixed(2007),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn no_state_is_reached_without_its_data(
        attempts in prop::collection::vec((0..28u8, 0..ACTORS.len(), any::<u16>()), 1..80),
    ) {
        let mut story = Story::province(Chapter::Opened);
        with_unit(&mut story);
        let duties = [
            (Duty::Inspector, story.organiser.clone()),
            (Duty::AppraisedUnit, crate::story::unit("360100-LSB")),
        ];
        story.open_account("both", "both", &duties).unwrap();
        open_as(&mut story, Source::Other, "B5", false).unwrap();
        for (kind, actor, detail) in attempts {
            let (before, size) = (crate::ledger::entry(&story).clone(), story.entries.len());
            let (actor, attempted) = match kind {
                14.. => sensible(&story, detail),
                _ => (ACTORS[actor], step(&story, kind, detail)),
            };
            let outcome = act(&mut story, actor, attempted);
            if outcome.is_err() {
                prop_assert_eq!(story.entries.len(), size);
                prop_assert_eq!(&before, crate::ledger::entry(&story));
            } else {
                prop_assert!(crate::ledger::entry(&story).revision > before.revision);
            }
            complete(crate::ledger::entry(&story))?;
            story.now += SignedDuration::from_hours(i64::from(detail % 30));
        }
        let mut replayed = World::default();
        story.entries.iter().for_each(|entry| replayed.evolve(entry));
        let again = replayed.appraisal(&story.id()).unwrap().ledger.get(ONE).unwrap();
        prop_assert_eq!(again, appraisal(&story).ledger.get(ONE).unwrap());
    }
}
