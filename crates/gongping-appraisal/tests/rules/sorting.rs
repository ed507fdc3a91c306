//! Gathering and sorting (C2, C5): what may be merged, taken apart and sent on.

use crate::area::{assert_drawn, table_rows};
use crate::refusal::Provocation;
use crate::story::{Chapter, Story, digest, unit};
use gongping_appraisal::{
    Appraisal, Channel, Context, Duty, Event, Filing, FindingId, FindingState, ItemId, KeyRole,
    Matter, OpinionId, OpinionStep, PUBLIC_ACTOR, Place, Protection, Rejection, SortingStep, Step,
    World, decide,
};
use std::collections::BTreeSet;

const DRAWING: &str = include_str!("../../../../docs/state-machines/sorting.md");
const KEY: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

fn act(story: &mut Story, step: SortingStep) -> Result<(), Rejection> {
    story.step("surveyor", Step::Sorting(step))
}

fn opinions(numbers: &[u32]) -> BTreeSet<OpinionId> {
    numbers.iter().copied().map(OpinionId).collect()
}

fn place(of: &str, item: Option<&str>) -> Place {
    Place { unit: unit(of), item: item.map(|item| ItemId::parse(item).unwrap()) }
}

fn suggestion(story: &mut Story, of: &str, name: &str) {
    let filing = Filing {
        unit: unit(of),
        item: None,
        matter: Matter::Suggestion,
        channel: Channel::Web,
        protection: Protection::Anonymous,
        sealed: false,
        content: digest(&format!("content of {name}")),
        identity: None,
        lookup: digest(name),
        handlers: BTreeSet::new(),
        seconds: BTreeSet::new(),
        read_back: false,
    };
    story.step(PUBLIC_ACTOR, Step::Opinion(OpinionStep::File(filing))).unwrap();
}

/// Four suggestions: three about 360100-LSB, the last about 360200-LSB.
fn with_opinions(story: &mut Story) {
    for name in ["one", "two", "three"] {
        suggestion(story, "360100-LSB", name);
    }
    suggestion(story, "360200-LSB", "four");
}

fn form(story: &mut Story, numbers: &[u32]) -> Result<(), Rejection> {
    let place = place("360100-LSB", Some("B5"));
    let problem = digest("problem");
    act(story, SortingStep::Form { place, opinions: opinions(numbers), problem })
}

fn with_finding(story: &mut Story) {
    with_opinions(story);
    form(story, &[1, 2]).unwrap();
}

fn join(story: &mut Story, numbers: &[u32]) -> Result<(), Rejection> {
    act(story, SortingStep::Join { finding: FindingId(1), opinions: opinions(numbers) })
}

fn take_out(story: &mut Story, numbers: &[u32]) -> Result<(), Rejection> {
    act(story, SortingStep::TakeOut { finding: FindingId(1), opinions: opinions(numbers) })
}

fn dissolve(story: &mut Story) -> Result<(), Rejection> {
    act(story, SortingStep::Dissolve { finding: FindingId(1) })
}

fn reword(story: &mut Story, item: &str) -> Result<(), Rejection> {
    let (item, problem) = (ItemId::parse(item).ok(), digest("other words"));
    act(story, SortingStep::Reword { finding: FindingId(1), item, problem })
}

fn route(story: &mut Story, number: u32, place: Place) -> Result<(), Rejection> {
    let (opinion, reason) = (OpinionId(number), digest("reason"));
    act(story, SortingStep::Route { opinion, place, reason })
}

fn gather(story: &mut Story, channel: Channel, first: u32, count: u32) -> Result<(), Rejection> {
    let (record, first) = (digest("minutes"), OpinionId(first));
    act(story, SortingStep::Gather { channel, record, first, count })
}

fn appraisal(story: &Story) -> &Appraisal {
    story.world.appraisal(&story.id()).unwrap()
}

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("wrong_stage", Chapter::Planned, |story| form(story, &[1])),
    ("sorting_unknown_opinion", Chapter::Opened, |story| form(story, &[1])),
    ("sorting_unknown_opinion", Chapter::Opened, |story| {
        route(story, 1, place("360100-LSB", None))
    }),
    ("sorting_unknown_finding", Chapter::Opened, dissolve),
    ("sorting_unknown_unit", Chapter::Opened, |story| {
        with_opinions(story);
        route(story, 1, place("360102-LSB", None))
    }),
    ("sorting_unknown_item", Chapter::Opened, |story| {
        with_finding(story);
        reword(story, "B99")
    }),
    ("sorting_already_sorted", Chapter::Opened, |story| {
        with_finding(story);
        form(story, &[2, 3])
    }),
    ("sorting_already_sorted", Chapter::Opened, |story| {
        with_finding(story);
        join(story, &[1])
    }),
    ("sorting_already_sorted", Chapter::Opened, |story| {
        with_finding(story);
        route(story, 1, place("360200-LSB", None))
    }),
    ("sorting_not_in_finding", Chapter::Opened, |story| {
        with_finding(story);
        take_out(story, &[3])
    }),
    ("sorting_other_unit", Chapter::Opened, |story| {
        with_opinions(story);
        form(story, &[1, 4])
    }),
    ("sorting_no_copy", Chapter::Opened, |story| {
        with_opinions(story);
        let role = KeyRole::Handler;
        let register = OpinionStep::RegisterKey { role, recipient: KEY.to_owned() };
        story.step("surveyor", Step::Opinion(register)).unwrap();
        let filing = Filing {
            unit: unit("360100-LSB"),
            item: None,
            matter: Matter::Complaint,
            channel: Channel::Web,
            protection: Protection::Anonymous,
            sealed: true,
            content: digest("sealed"),
            identity: None,
            lookup: digest("sealed one"),
            handlers: [crate::story::account("surveyor")].into(),
            seconds: BTreeSet::new(),
            read_back: false,
        };
        story.step(PUBLIC_ACTOR, Step::Opinion(OpinionStep::File(filing))).unwrap();
        form(story, &[5])
    }),
    ("sorting_how_many", Chapter::Opened, |story| {
        with_opinions(story);
        form(story, &[])
    }),
    ("sorting_how_many", Chapter::Opened, |story| gather(story, Channel::Symposium, 1, 0)),
    ("sorting_how_many", Chapter::Opened, |story| gather(story, Channel::Symposium, 1, 501)),
    ("sorting_fixed", Chapter::Opened, |story| {
        with_finding(story);
        dissolve(story).unwrap();
        join(story, &[3])
    }),
    ("sorting_last_opinion", Chapter::Opened, |story| {
        with_finding(story);
        take_out(story, &[1, 2])
    }),
    ("sorting_same_place", Chapter::Opened, |story| {
        with_opinions(story);
        route(story, 1, place("360100-LSB", None))
    }),
    ("sorting_one_opinion", Chapter::Opened, |story| {
        with_opinions(story);
        act(story, SortingStep::KeepApart { one: OpinionId(1), other: OpinionId(1) })
    }),
    ("sorting_has_ties", Chapter::Opened, |story| {
        with_opinions(story);
        let declare = OpinionStep::DeclareInterest { unit: unit("360100-LSB") };
        story.step("surveyor", Step::Opinion(declare)).unwrap();
        form(story, &[1, 2])
    }),
    ("sorting_has_ties", Chapter::Opened, |story| {
        // Nobody sends an opinion to a unit of the own, where it would be out of sight.
        with_opinions(story);
        let declare = OpinionStep::DeclareInterest { unit: unit("360200-LSB") };
        story.step("surveyor", Step::Opinion(declare)).unwrap();
        route(story, 1, place("360200-LSB", None))
    }),
    ("sorting_wrong_channel", Chapter::Opened, |story| gather(story, Channel::Telephone, 1, 2)),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_opinions(story);
        gather(story, Channel::Symposium, 4, 2)
    }),
];

/// A story with every arrow that this area causes by itself.
fn whole_story() -> Story {
    let mut story = Story::province(Chapter::Opened);
    gather(&mut story, Channel::Symposium, 1, 4).unwrap();
    with_finding(&mut story);
    join(&mut story, &[3]).unwrap();
    take_out(&mut story, &[1, 2]).unwrap();
    reword(&mut story, "B4").unwrap();
    dissolve(&mut story).unwrap();
    route(&mut story, 1, place("360200-LSB", Some("B5"))).unwrap();
    let apart = SortingStep::KeepApart { one: OpinionId(3), other: OpinionId(2) };
    act(&mut story, apart).unwrap();
    story
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let story = whole_story();
    let state = |world: &World| {
        let finding = world.appraisal(&story.id()).and_then(|a| a.findings.get(FindingId(1)));
        finding.map_or("[*]".to_owned(), |finding| finding.state.as_str().to_owned())
    };
    let mut seen = BTreeSet::new();
    let (mut beside, mut replayed) = (BTreeSet::new(), World::default());
    for entry in &story.entries {
        let before = state(&replayed);
        replayed.evolve(entry);
        let Event::Sorting { what, .. } = &entry.body else { continue };
        let kind = entry.body.kind().replace("sorting_", "");
        if what.finding().is_some() {
            seen.insert((before, kind, state(&replayed)));
        } else {
            assert_eq!(before, state(&replayed));
            beside.insert(kind);
        }
    }
    // What the feedback letter brings about belongs to the ledger; joining goes on after it.
    let mut told = whole_story().world.appraisal(&story.id()).unwrap().findings.clone();
    told.feed_back([FindingId(1)]);
    assert_eq!(told.get(FindingId(1)).unwrap().state, FindingState::FedBack);
    let late = |state: &str| (state.to_owned(), "joined".to_owned(), state.to_owned());
    seen.insert(late("fed_back"));

    let (machine, rest) = DRAWING.split_at(DRAWING.find("## Beside it").unwrap());
    assert_drawn(machine, &seen);
    assert_eq!(table_rows(rest).map(|row| row[0].clone()).collect::<BTreeSet<_>>(), beside);
}

#[test]
fn what_was_merged_can_be_taken_apart_and_opinions_keep_their_state() {
    let mut story = Story::province(Chapter::Opened);
    with_finding(&mut story);
    let state = |story: &Story, number| {
        let known = appraisal(story).opinions.get(OpinionId(number)).unwrap().clone();
        (known.state, known.revision)
    };
    let before = state(&story, 1);
    let of = |story: &Story, number| {
        appraisal(story).findings.of_opinion(OpinionId(number)).map(|finding| finding.id)
    };
    assert_eq!([1, 2, 3].map(|n| of(&story, n)), [Some(FindingId(1)), Some(FindingId(1)), None]);
    take_out(&mut story, &[1]).unwrap();
    assert_eq!([1, 2].map(|n| of(&story, n)), [None, Some(FindingId(1))]);
    // It can be sorted anew, and the first finding stays as it is.
    form(&mut story, &[1, 3]).unwrap();
    assert_eq!([1, 2, 3].map(|n| of(&story, n).unwrap().0), [2, 1, 2]);
    dissolve(&mut story).unwrap();
    assert_eq!(of(&story, 2), None);
    let unit = unit("360100-LSB");
    let standing: Vec<u32> = appraisal(&story).findings.of_unit(&unit).map(|f| f.id.0).collect();
    assert_eq!(standing, [2]);
    assert_eq!(state(&story, 1), before, "sorting changes nothing for the filer");
}

#[test]
fn of_two_who_saw_the_same_finding_the_second_is_told() {
    let mut story = Story::province(Chapter::Opened);
    with_finding(&mut story);
    let seen = u64::from(appraisal(&story).findings.get(FindingId(1)).unwrap().revision);
    let context =
        Context { now: story.now, actor: crate::story::account("surveyor"), seen: Some(seen) };
    let step = SortingStep::Join { finding: FindingId(1), opinions: opinions(&[3]) };
    let command = gongping_appraisal::Command::Within(story.id(), Step::Sorting(step));
    decide(&story.world, command.clone(), &context).unwrap();
    reword(&mut story, "B4").unwrap();
    assert_eq!(decide(&story.world, command, &context), Err(Rejection::ChangedMeanwhile));
}

#[test]
fn a_routed_opinion_is_read_by_nobody_who_has_ties_to_where_it_went() {
    let mut story = Story::province(Chapter::Opened);
    with_opinions(&mut story);
    let organiser = story.organiser.clone();
    let duties = [(Duty::AppraisalTeam, organiser), (Duty::AppraisedUnit, unit("360200-LSB"))];
    story.open_account("cousin", "cousin", &duties).unwrap();
    let reads = |story: &Story| {
        let known = appraisal(story);
        let opinion = known.opinions.get(OpinionId(1)).unwrap();
        story.world.is_handler(known, opinion, &crate::story::account("cousin"))
    };
    assert!(reads(&story));
    route(&mut story, 1, place("360200-LSB", Some("B5"))).unwrap();
    assert!(!reads(&story));
    let opinion = appraisal(&story).opinions.get(OpinionId(1)).unwrap();
    assert_eq!(
        (&opinion.unit, opinion.item.as_ref().unwrap().as_str()),
        (&unit("360200-LSB"), "B5")
    );
    assert_eq!(opinion.revision, 2);
}

#[test]
fn what_waits_is_what_no_finding_has_at_its_unit() {
    let story = whole_story();
    let mut world = World::default();
    let mut seen = BTreeSet::new();
    for entry in &story.entries {
        world.evolve(entry);
        let Some(known) = world.appraisal(&story.id()) else { continue };
        for unit in &known.units {
            let expected: Vec<OpinionId> = known
                .opinions
                .all()
                .filter(|opinion| opinion.unit == *unit)
                .filter(|opinion| known.findings.of_opinion(opinion.id).is_none())
                .map(|opinion| opinion.id)
                .collect();
            let waiting: Vec<OpinionId> = known.findings.waiting(unit, None).collect();
            assert_eq!(waiting, expected, "{unit}");
            assert_eq!(known.findings.waiting_count(unit), expected.len());
            let after: Vec<OpinionId> = known.findings.waiting(unit, Some(OpinionId(1))).collect();
            assert!(after.iter().all(|id| id.0 > 1) && after.len() + 1 >= waiting.len());
            seen.insert(waiting.len());
        }
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

#[test]
fn two_opinions_that_differ_are_kept_apart_in_either_order() {
    let story = whole_story();
    let findings = &appraisal(&story).findings;
    for (one, other, apart) in [(2, 3, true), (3, 2, true), (1, 2, false)] {
        assert_eq!(findings.are_apart(OpinionId(one), OpinionId(other)), apart);
    }
    let gathering = findings.gatherings().next().unwrap();
    assert_eq!((gathering.first, gathering.count), (OpinionId(1), 4));
}
