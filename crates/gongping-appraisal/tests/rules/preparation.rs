//! Preparation (A2, C1, C2): plans of the levels below, roster, channels.

use crate::area::assert_drawn;
use crate::refusal::Provocation;
use crate::story::{Chapter, Story, account, calendar, digest, unit};
use gongping_appraisal::{
    Appraisal, Calendar, ChannelKind, Command, Duty, DutyGrant, Entry, Event, LocalPlan, Phase,
    PreparationEvent, PublicChannel, Rejection, RosterPost, Step, World,
};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;

const DRAWING: &str = include_str!("../../../../docs/state-machines/preparation.md");
const CITY: &str = "360100-LSB";

fn act(story: &mut Story, actor: &str, event: &PreparationEvent) -> Result<(), Rejection> {
    story.step(actor, Step::Preparation(event.step()))
}

fn appraisal(story: &Story) -> &Appraisal {
    story.world.appraisal(&story.id()).unwrap()
}

fn plan(story: &Story) -> &LocalPlan {
    appraisal(story).preparation.plan(&unit(CITY)).unwrap()
}

fn draft_of(city: &str, calendar: Calendar, text: &str) -> PreparationEvent {
    PreparationEvent::PlanDrafted { unit: unit(city), calendar, content: digest(text) }
}

fn draft(story: &mut Story, text: &str) -> Result<(), Rejection> {
    act(story, "clerk", &draft_of(CITY, calendar(2026), text))
}

fn file(story: &mut Story, text: &str) -> Result<(), Rejection> {
    let event = PreparationEvent::PlanFiled { unit: unit(CITY), content: digest(text) };
    act(story, "clerk", &event)
}

fn give_back(story: &mut Story, actor: &str) -> Result<(), Rejection> {
    let event = PreparationEvent::PlanReturned { unit: unit(CITY), reasons: digest("thin") };
    act(story, actor, &event)
}

fn accept(story: &mut Story, text: &str) -> Result<(), Rejection> {
    let event = PreparationEvent::PlanAccepted { unit: unit(CITY), content: digest(text) };
    act(story, "coordinator", &event)
}

fn filed(story: &mut Story) {
    draft(story, "plan").unwrap();
    file(story, "plan").unwrap();
}

fn appoint(story: &mut Story, post: RosterPost, who: &str) -> Result<(), Rejection> {
    let (unit, account, on) = (story.organiser.clone(), account(who), date(2026, 6, 15));
    let (document, name) = ("赣劳社〔2026〕8号".to_owned(), digest("a name"));
    act(
        story,
        "coordinator",
        &PreparationEvent::Appointed { unit, post, account, on, document, name },
    )
}

fn dismiss(story: &mut Story, post: RosterPost, who: &str, on: Date) -> Result<(), Rejection> {
    let (unit, account) = (story.organiser.clone(), account(who));
    let document = "赣劳社〔2026〕9号".to_owned();
    let event = PreparationEvent::Dismissed { unit, post, account, on, document };
    act(story, "coordinator", &event)
}

fn list(story: &mut Story, until: Option<Date>) -> Result<(), Rejection> {
    let (kind, label) = (ChannelKind::Hotline, "0791-12333".to_owned());
    let (from, proof) = (date(2026, 7, 1), Some(digest("a scan")));
    let channel = PublicChannel { number: 0, kind, label, from, until, proof };
    act(story, "coordinator", &PreparationEvent::ChannelListed { channel })
}

fn end(story: &mut Story, channel: u32, on: Date) -> Result<(), Rejection> {
    act(story, "coordinator", &PreparationEvent::ChannelEnded { channel, on })
}

/// Every refusal of this area, provoked.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("preparation_no_plan_here", Chapter::Opened, |story| {
        act(story, "clerk", &draft_of("360102-LSB", calendar(2026), "plan"))
    }),
    ("preparation_no_plan_here", Chapter::Opened, |story| file(story, "plan")),
    ("preparation_outside_frame", Chapter::Opened, |story| {
        act(story, "clerk", &draft_of(CITY, calendar(2027), "plan"))
    }),
    ("preparation_plan_state", Chapter::Opened, |story| {
        filed(story);
        draft(story, "another")
    }),
    ("preparation_plan_state", Chapter::Opened, |story| {
        filed(story);
        file(story, "plan")
    }),
    ("preparation_plan_state", Chapter::Opened, |story| {
        draft(story, "plan").unwrap();
        accept(story, "plan")
    }),
    ("preparation_plan_state", Chapter::Opened, |story| {
        draft(story, "plan").unwrap();
        give_back(story, "coordinator")
    }),
    ("same_signer", Chapter::Opened, |story| {
        filed(story);
        give_back(story, "clerk")
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        draft(story, "plan").unwrap();
        file(story, "an older plan")
    }),
    ("preparation_not_principal", Chapter::Opened, |story| {
        appoint(story, RosterPost::Leader, "director")
    }),
    ("preparation_post_taken", Chapter::Opened, |story| {
        appoint(story, RosterPost::Director, "director").unwrap();
        appoint(story, RosterPost::Director, "liaison")
    }),
    ("preparation_post_taken", Chapter::Opened, |story| {
        appoint(story, RosterPost::OfficeMember, "liaison").unwrap();
        appoint(story, RosterPost::OfficeMember, "liaison")
    }),
    ("preparation_not_appointed", Chapter::Opened, |story| {
        dismiss(story, RosterPost::Director, "director", date(2026, 7, 1))
    }),
    ("preparation_day_order", Chapter::Opened, |story| {
        appoint(story, RosterPost::Director, "director").unwrap();
        dismiss(story, RosterPost::Director, "director", date(2026, 6, 1))
    }),
    ("preparation_day_order", Chapter::Opened, |story| list(story, Some(date(2026, 6, 30)))),
    ("preparation_no_channel", Chapter::Opened, |story| end(story, 1, date(2026, 7, 30))),
    ("preparation_no_channel", Chapter::Opened, |story| {
        list(story, Some(date(2026, 7, 30))).unwrap();
        end(story, 1, date(2026, 7, 30))
    }),
    ("wrong_stage", Chapter::Published, |story| draft(story, "plan")),
];

/// Stories that together show every change of state of a plan.
fn stories() -> Vec<Story> {
    let mut story = Story::province(Chapter::Opened);
    draft(&mut story, "one").unwrap();
    draft(&mut story, "two").unwrap();
    file(&mut story, "two").unwrap();
    give_back(&mut story, "coordinator").unwrap();
    draft(&mut story, "three").unwrap();
    file(&mut story, "three").unwrap();
    accept(&mut story, "three").unwrap();
    vec![story]
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let mut seen = BTreeSet::new();
    for story in stories() {
        let state = |world: &World, of| {
            let known = world.appraisal(&story.id()).and_then(|known| known.preparation.plan(of));
            known.map_or("[*]".to_owned(), |plan| plan.state.as_str().to_owned())
        };
        let mut world = World::default();
        for entry in &story.entries {
            let before = world.clone();
            world.evolve(entry);
            let Event::Preparation { what, .. } = &entry.body else { continue };
            let Some(of) = what.unit() else { continue };
            let kind = entry.body.kind().replace("preparation_", "");
            seen.insert((state(&before, of), kind, state(&world, of)));
        }
    }
    assert_drawn(&DRAWING[..DRAWING.find("## Beside it").unwrap()], &seen);
}

#[test]
fn first_filing_says_whether_a_plan_came_in_time() {
    let mut story = Story::province(Chapter::Opened);
    let frame = calendar(2026);
    assert_eq!(LocalPlan::due(&frame), date(2026, 6, 30));
    assert_eq!(LocalPlan::days_late(None, &frame, date(2026, 6, 30)), 0);
    assert_eq!(LocalPlan::days_late(None, &frame, date(2026, 7, 6)), 4);
    // The plan of 2007: 30 June was a Saturday, so 2 July is not late and 3 July is.
    assert_eq!(LocalPlan::days_late(None, &calendar(2007), date(2007, 7, 2)), 0);
    assert_eq!(LocalPlan::days_late(None, &calendar(2007), date(2007, 7, 3)), 1);
    filed(&mut story);
    assert_eq!(plan(&story).filed_on, Some(date(2026, 6, 15)));
    story.now = "2026-07-06T01:00:00Z".parse().unwrap();
    give_back(&mut story, "coordinator").unwrap();
    assert_eq!(plan(&story).state.reasons(), Some(digest("thin")));
    draft(&mut story, "better").unwrap();
    assert_eq!(plan(&story).state.reasons(), Some(digest("thin")), "the draft keeps them");
    file(&mut story, "better").unwrap();
    assert_eq!(plan(&story).state.reasons(), None);
    assert_eq!(LocalPlan::days_late(Some(plan(&story)), &frame, date(2026, 8, 1)), 0);
}

#[test]
fn of_two_writers_at_once_one_wins_and_the_other_is_told() {
    let mut story = Story::province(Chapter::Opened);
    let save = |story: &mut Story, text: &str, seen| {
        let step = Step::Preparation(draft_of(CITY, calendar(2026), text).step());
        let command = Command::Within(story.id(), step);
        story.act_seeing("clerk", command, Some(seen))
    };
    save(&mut story, "one", 0).unwrap();
    assert_eq!(save(&mut story, "other", 0), Err(Rejection::ChangedMeanwhile));
    save(&mut story, "two", 1).unwrap();
    assert_eq!(plan(&story).content, digest("two"));
    let revision = appraisal(&story).revision;
    save(&mut story, "three", 2).unwrap();
    assert_eq!(appraisal(&story).revision, revision, "no other form becomes stale");
}

#[test]
fn phases_of_a_plan_may_lie_within_those_above_and_nowhere_else() {
    let frame = calendar(2026);
    let with = |phase: usize, first: Date, last: Date| {
        let mut ranges = Phase::ALL.map(|phase| frame.dates(phase));
        (ranges[phase].first, ranges[phase].last) = (first, last);
        LocalPlan::outside(&frame, &Calendar::new(ranges).unwrap())
    };
    assert_eq!(LocalPlan::outside(&frame, &frame), None);
    assert_eq!(with(1, date(2026, 7, 3), date(2026, 7, 20)), None);
    assert_eq!(with(1, date(2026, 6, 30), date(2026, 7, 20)), Some(Phase::Opinions));
    assert_eq!(with(3, date(2026, 8, 15), date(2026, 9, 6)), Some(Phase::Tally));
}

#[test]
fn leader_is_the_principal_of_the_unit() {
    let mut story = Story::province(Chapter::Opened);
    let head = DutyGrant { duty: Duty::UnitHead, unit: story.organiser.clone() };
    let duties = [head].into();
    let open = Command::OpenAccount {
        account: account("principal"),
        login: "principal".to_owned(),
        title: "局长".to_owned(),
        duties,
        password: digest("secret"),
    };
    story.act("admin", open).unwrap();
    appoint(&mut story, RosterPost::Leader, "principal").unwrap();
    appoint(&mut story, RosterPost::GroupMember, "director").unwrap();
    let organiser = story.organiser.clone();
    let held = |story: &Story| {
        let roster = appraisal(story).preparation.roster(&organiser);
        roster.map(|(post, ..)| post).collect::<Vec<_>>()
    };
    assert_eq!(held(&story), [RosterPost::Leader, RosterPost::GroupMember]);
    dismiss(&mut story, RosterPost::Leader, "principal", date(2026, 7, 1)).unwrap();
    assert_eq!(held(&story), [RosterPost::GroupMember]);
}

#[test]
fn channels_are_open_on_their_days_and_numbered_by_the_rules() {
    let mut story = Story::province(Chapter::Opened);
    list(&mut story, None).unwrap();
    list(&mut story, Some(date(2026, 7, 10))).unwrap();
    let open = |story: &Story, day| {
        let channels = appraisal(story).preparation.channels_on(day);
        channels.map(|channel| channel.number).collect::<Vec<_>>()
    };
    assert_eq!(open(&story, date(2026, 6, 30)), [0_u32; 0]);
    assert_eq!(open(&story, date(2026, 7, 10)), [1, 2]);
    assert_eq!(open(&story, date(2026, 7, 11)), [1]);
    end(&mut story, 1, date(2026, 7, 20)).unwrap();
    assert_eq!(open(&story, date(2026, 7, 20)), [1]);
    assert_eq!(open(&story, date(2026, 7, 21)), [0_u32; 0]);
}

#[test]
fn every_event_is_decided_again_from_what_it_says() {
    let mut story = stories().remove(0);
    appoint(&mut story, RosterPost::Director, "director").unwrap();
    list(&mut story, None).unwrap();
    let mut world = World::default();
    let mut decided = 0;
    for entry in &story.entries {
        if let Event::Preparation { what, .. } = &entry.body {
            let now = jiff::Timestamp::from_microsecond(entry.at_us).unwrap();
            let context =
                gongping_appraisal::Context { now, actor: entry.actor.clone(), seen: None };
            let command = Command::Within(story.id(), Step::Preparation(what.step()));
            let again = gongping_appraisal::decide(&world, command, &context).unwrap();
            assert_eq!(again, std::slice::from_ref(&entry.body));
            assert_eq!(Entry::from_bytes(&entry.to_bytes()).unwrap(), *entry);
            decided += 1;
        }
        world.evolve(entry);
    }
    assert_eq!(decided, 9);
}
