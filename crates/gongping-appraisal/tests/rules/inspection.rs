//! Blind scoring and the members' vote (C8, T11): who may do what, and what nobody may.

use crate::area::assert_drawn;
use crate::refusal::Provocation;
use crate::story::{Chapter, Story, account, digest, report_on, unit};
use gongping_appraisal::{
    Duty, Event, Inspection, InspectionGroup, InspectionReport, InspectionStep, Rejection, Step,
    Vote, World,
};
use std::collections::BTreeSet;

const DRAWING: &str = include_str!("../../../../docs/state-machines/inspection.md");
const UNIT: &str = "360100-LSB";
const MEMBERS: [&str; 3] = ["leader", "inspector", "third"];

fn act(story: &mut Story, who: &str, step: InspectionStep) -> Result<(), Rejection> {
    story.step(who, Step::Inspection(step))
}

/// A group of three of whom two must vote.
fn group(story: &Story) -> InspectionGroup {
    let members = MEMBERS.map(account).into();
    InspectionGroup { members, quorum: Some(2), ..story.group() }
}

fn form(story: &mut Story, change: fn(&mut InspectionGroup)) -> Result<(), Rejection> {
    let mut group = group(story);
    change(&mut group);
    story.step("coordinator", Step::FormInspectionGroup(group))
}

fn with_group(story: &mut Story) {
    let duties = [(Duty::Inspector, story.organiser.clone())];
    story.open_account("third", "third", &duties).unwrap();
    form(story, |_| {}).unwrap();
}

fn with_sheets(story: &mut Story) {
    with_group(story);
    for member in MEMBERS {
        story.enter(member, &unit(UNIT)).unwrap();
    }
}

fn report(story: &Story) -> InspectionReport {
    InspectionReport { votes_for: None, votes_against: None, ..story.report(&unit(UNIT)) }
}

fn propose(story: &mut Story, who: &str, report: InspectionReport) -> Result<(), Rejection> {
    let commitment = report_on(&unit(UNIT));
    act(story, who, InspectionStep::Propose { report, commitment })
}

fn with_proposal(story: &mut Story) {
    with_sheets(story);
    let report = report(story);
    propose(story, "leader", report).unwrap();
}

fn vote(story: &mut Story, who: &str, vote: Vote) -> Result<(), Rejection> {
    let (unit, report) = (unit(UNIT), report_on(&unit(UNIT)));
    act(story, who, InspectionStep::Vote { unit, report, vote })
}

fn close(story: &mut Story, who: &str) -> Result<(), Rejection> {
    let reason = "一名组员生病".to_owned();
    act(story, who, InspectionStep::CloseEntering { unit: unit(UNIT), reason })
}

fn sign(story: &mut Story) -> Result<(), Rejection> {
    let (unit, report) = (unit(UNIT), report_on(&unit(UNIT)));
    story.step("leader", Step::SignInspection { unit, report })
}

fn give_back(story: &mut Story) -> Result<(), Rejection> {
    let step = Step::ReturnInspection { unit: unit(UNIT), reason: "再核对".to_owned() };
    story.step("leader", step)
}

fn state(story: &Story) -> &Inspection {
    &story.open().inspections[&unit(UNIT)]
}

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("inspection_quorum", Chapter::Opened, |story| {
        // Half of two is not more than half.
        let group = InspectionGroup { quorum: Some(1), ..story.group() };
        story.step("coordinator", Step::FormInspectionGroup(group))
    }),
    ("inspection_quorum", Chapter::Opened, |story| {
        let group = InspectionGroup { quorum: Some(3), ..story.group() };
        story.step("coordinator", Step::FormInspectionGroup(group))
    }),
    ("inspection_group_fixed", Chapter::Opened, |story| {
        with_proposal(story);
        vote(story, "third", Vote::Against).unwrap();
        form(story, |group| group.members.retain(|id| id.as_str() != "third"))
    }),
    ("inspection_group_fixed", Chapter::Opened, |story| {
        with_sheets(story);
        form(story, |group| group.quorum = Some(3))
    }),
    ("inspection_group_fixed", Chapter::Opened, |story| {
        with_group(story);
        form(story, |group| group.quorum = None)
    }),
    ("inspection_vote_by_member", Chapter::Opened, |story| {
        with_sheets(story);
        story.decide_on(&unit(UNIT))
    }),
    ("inspection_vote_by_member", Chapter::Opened, |story| {
        with_sheets(story);
        let counted = story.report(&unit(UNIT));
        propose(story, "leader", counted)
    }),
    ("inspection_no_quorum", Chapter::Opened, |story| {
        story.step("coordinator", Step::FormInspectionGroup(story.group())).unwrap();
        close(story, "leader")
    }),
    ("inspection_state", Chapter::Opened, |story| {
        with_group(story);
        let early = report(story);
        propose(story, "leader", early)
    }),
    ("inspection_state", Chapter::Opened, |story| {
        with_sheets(story);
        vote(story, "inspector", Vote::For)
    }),
    ("inspection_state", Chapter::Opened, |story| {
        with_sheets(story);
        close(story, "leader")
    }),
    ("inspection_too_few_sheets", Chapter::Opened, |story| {
        with_group(story);
        story.enter("leader", &unit(UNIT)).unwrap();
        close(story, "leader")
    }),
    ("inspection_not_carried", Chapter::Opened, |story| {
        with_proposal(story);
        vote(story, "leader", Vote::For).unwrap();
        sign(story)
    }),
    ("inspection_not_carried", Chapter::Opened, |story| {
        // One vote more, but the third could still make it even.
        with_proposal(story);
        vote(story, "leader", Vote::For).unwrap();
        vote(story, "inspector", Vote::Abstain).unwrap();
        sign(story)
    }),
    ("not_in_group", Chapter::Opened, |story| {
        with_group(story);
        close(story, "inspector")
    }),
    ("not_in_group", Chapter::Opened, |story| {
        with_sheets(story);
        let report = report(story);
        propose(story, "inspector", report)
    }),
    ("not_in_group", Chapter::Opened, |story| {
        with_proposal(story);
        vote(story, "coordinator", Vote::For)
    }),
    ("already_given", Chapter::Opened, |story| {
        with_proposal(story);
        vote(story, "third", Vote::Against).unwrap();
        vote(story, "third", Vote::For)
    }),
    ("inspection_state", Chapter::Opened, |story| {
        // A sheet does not change after others were seen.
        with_sheets(story);
        story.enter("third", &unit(UNIT))
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_sheets(story);
        let mut report = report(story);
        report.sheets.insert(account("third"), digest("another sheet"));
        propose(story, "leader", report)
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_proposal(story);
        let (unit, report) = (unit(UNIT), digest("another report"));
        act(story, "third", InspectionStep::Vote { unit, report, vote: Vote::For })
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_proposal(story);
        vote(story, "leader", Vote::For).unwrap();
        vote(story, "third", Vote::For).unwrap();
        let step = Step::SignInspection { unit: unit(UNIT), report: digest("another report") };
        story.step("leader", step)
    }),
];

/// Stories with every arrow.
fn stories() -> [Story; 3] {
    let mut all = Story::province(Chapter::Opened);
    with_group(&mut all);
    form(&mut all, |_| {}).unwrap();
    for member in MEMBERS {
        all.enter(member, &unit(UNIT)).unwrap();
    }
    form(&mut all, |_| {}).unwrap();
    let first = report(&all);
    propose(&mut all, "leader", first).unwrap();
    form(&mut all, |_| {}).unwrap();
    vote(&mut all, "third", Vote::Against).unwrap();
    give_back(&mut all).unwrap();
    let second = report(&all);
    propose(&mut all, "leader", second).unwrap();
    vote(&mut all, "leader", Vote::For).unwrap();
    vote(&mut all, "inspector", Vote::For).unwrap();
    sign(&mut all).unwrap();
    let mut closed = Story::province(Chapter::Opened);
    with_group(&mut closed);
    closed.enter("leader", &unit(UNIT)).unwrap();
    closed.enter("third", &unit(UNIT)).unwrap();
    close(&mut closed, "leader").unwrap();
    let mut replaced = Story::province(Chapter::Opened);
    with_group(&mut replaced);
    replaced.enter("leader", &unit(UNIT)).unwrap();
    replaced.enter("inspector", &unit(UNIT)).unwrap();
    form(&mut replaced, |group| group.members.retain(|id| id.as_str() != "third")).unwrap();
    [all, closed, replaced]
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let mut seen = BTreeSet::new();
    for story in stories() {
        let stage = |world: &World| {
            let running = world.appraisal(&story.id()).and_then(|known| known.running());
            let known = running.and_then(|open| open.inspections.get(&unit(UNIT)));
            known.map_or("[*]".to_owned(), |known| known.stage().to_owned())
        };
        let mut world = World::default();
        for entry in &story.entries {
            let before = stage(&world);
            world.evolve(entry);
            let concerns = matches!(
                &entry.body,
                Event::InspectionGroupFormed { .. }
                    | Event::PointsEntered { .. }
                    | Event::InspectionReturned { .. }
                    | Event::InspectionSigned { .. }
                    | Event::Inspection { .. }
            );
            if concerns {
                seen.insert((before, entry.body.kind(), stage(&world)));
            } else {
                assert_eq!(before, stage(&world));
            }
        }
    }
    assert_drawn(DRAWING, &seen);
}

#[test]
fn a_returned_report_keeps_the_sheets_fixed_and_drops_the_votes() {
    let mut story = Story::province(Chapter::Opened);
    with_proposal(&mut story);
    let sheets = state(&story).sheets().clone();
    vote(&mut story, "third", Vote::For).unwrap();
    give_back(&mut story).unwrap();
    assert_eq!(state(&story), &Inspection::Compared { sheets: sheets.clone() });
    assert_eq!(story.enter("third", &unit(UNIT)).unwrap_err().code(), "inspection_state");
    let again = report(&story);
    propose(&mut story, "leader", again).unwrap();
    assert!(state(&story).votes().unwrap().is_empty());
}

#[test]
fn the_signed_report_says_how_each_member_voted() {
    let mut story = Story::province(Chapter::Opened);
    with_proposal(&mut story);
    let given = [("leader", Vote::For), ("inspector", Vote::Against), ("third", Vote::For)];
    for (who, how) in given {
        vote(&mut story, who, how).unwrap();
    }
    sign(&mut story).unwrap();
    let expected = given.map(|(who, how)| (account(who), how)).into();
    assert_eq!(state(&story).votes(), Some(&expected));
    assert_eq!(state(&story).report(), Some(report_on(&unit(UNIT))));
}

#[test]
fn a_group_from_before_gets_a_quorum_without_losing_its_sheets() {
    let mut story = Story::province(Chapter::Opened);
    story.step("coordinator", Step::FormInspectionGroup(story.group())).unwrap();
    for member in ["leader", "inspector"] {
        story.enter(member, &unit(UNIT)).unwrap();
    }
    assert_eq!(state(&story).stage(), "entering");
    let group = InspectionGroup { quorum: Some(2), ..story.group() };
    story.step("coordinator", Step::FormInspectionGroup(group)).unwrap();
    assert_eq!((state(&story).stage(), state(&story).sheets().len()), ("compared", 2));
}

#[test]
fn the_usual_quorum_is_two_thirds_and_always_more_than_half() {
    for members in 1..=60_usize {
        let quorum = InspectionGroup::usual_quorum(members);
        let (least, most) = InspectionGroup::quorum_bounds(members);
        assert!((least..=most).contains(&quorum), "{members}");
        assert!(2 * usize::from(least) > members);
        assert!(3 * usize::from(quorum) >= 2 * members);
    }
    assert_eq!([2, 3, 5, 7].map(InspectionGroup::usual_quorum), [2, 2, 4, 5]);
}
