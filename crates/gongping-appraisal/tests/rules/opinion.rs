//! Opinions (C2, E3 (6), (7)): who may file, who may read, and what may follow what.

use crate::area::{compare_machine, every_event_is_drawn};
use crate::refusal::Provocation;
use crate::story::{Chapter, PEOPLE, Story, account, digest, unit};
use gongping_appraisal::{
    Appraisal, Channel, Command, Duty, Event, Filing, IdentityState, ItemId, KeyRole, Matter,
    Opinion, OpinionId, OpinionRejection, OpinionStep, Outcome, PUBLIC_ACTOR, Protection,
    Rejection, Step,
};
use std::collections::BTreeSet;

const DRAWING: &str = include_str!("../../../../docs/state-machines/opinion.md");

/// Public halves of age keys that nobody holds.
const KEYS: [&str; 4] = [
    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age1yhm4gctwfmrpz87tdslm550wrx6m79y9f2hdzt0lndjnehwj0ukqrjpyx5",
];

fn act(story: &mut Story, actor: &str, step: OpinionStep) -> Result<(), Rejection> {
    story.step(actor, Step::Opinion(step))
}

fn register(story: &mut Story, who: &str, role: KeyRole, key: usize) -> Result<(), Rejection> {
    act(story, who, OpinionStep::RegisterKey { role, recipient: KEYS[key].to_owned() })
}

/// An open appraisal with a handler and a second person, who have keys.
fn ready() -> Story {
    let mut story = Story::province(Chapter::Opened);
    with_keys(&mut story);
    story
}

fn with_keys(story: &mut Story) {
    register(story, "surveyor", KeyRole::Handler, 0).unwrap();
    register(story, "conduct", KeyRole::Second, 1).unwrap();
}

/// A confidential complaint about 360100-LSB over the web.
fn complaint(name: &str) -> Filing {
    Filing {
        unit: unit("360100-LSB"),
        item: None,
        matter: Matter::Complaint,
        channel: Channel::Web,
        protection: Protection::Confidential,
        sealed: true,
        content: digest(&format!("content of {name}")),
        identity: Some(digest(&format!("identity of {name}"))),
        lookup: digest(name),
        handlers: [account("surveyor")].into(),
        seconds: [account("conduct")].into(),
        read_back: false,
    }
}

/// Praise in open text, without a name.
fn praise(name: &str) -> Filing {
    Filing {
        matter: Matter::Praise,
        protection: Protection::Anonymous,
        sealed: false,
        identity: None,
        handlers: BTreeSet::new(),
        seconds: BTreeSet::new(),
        ..complaint(name)
    }
}

fn file(story: &mut Story, filing: Filing) -> Result<(), Rejection> {
    act(story, PUBLIC_ACTOR, OpinionStep::File(filing))
}

fn with_complaint(story: &mut Story) {
    with_keys(story);
    file(story, complaint("one")).unwrap();
}

const FIRST: OpinionId = OpinionId(1);

fn open_text(story: &mut Story) -> Result<(), Rejection> {
    act(story, "surveyor", OpinionStep::OpenText { opinion: FIRST })
}

fn answer(story: &mut Story) -> Result<(), Rejection> {
    let answer = digest("an answer");
    act(story, "surveyor", OpinionStep::Answer { opinion: FIRST, answer })
}

fn close(story: &mut Story, outcome: Outcome) -> Result<(), Rejection> {
    let grounds = digest("grounds");
    act(story, "surveyor", OpinionStep::Close { opinion: FIRST, outcome, grounds })
}

fn contest(story: &mut Story) -> Result<(), Rejection> {
    act(story, PUBLIC_ACTOR, OpinionStep::Contest { opinion: FIRST })
}

fn add(story: &mut Story) -> Result<(), Rejection> {
    let addition = digest("more");
    act(story, PUBLIC_ACTOR, OpinionStep::Add { opinion: FIRST, addition })
}

fn rule(story: &mut Story, who: &str, reopen: bool) -> Result<(), Rejection> {
    let grounds = digest("ruling");
    act(story, who, OpinionStep::Rule { opinion: FIRST, reopen, grounds })
}

fn request(story: &mut Story) -> Result<(), Rejection> {
    let reason = digest("reason");
    act(story, "surveyor", OpinionStep::RequestIdentity { opinion: FIRST, reason })
}

fn release(story: &mut Story, who: &str) -> Result<(), Rejection> {
    let inner = digest("inner");
    act(story, who, OpinionStep::ReleaseIdentity { opinion: FIRST, inner })
}

fn appraisal(story: &Story) -> &Appraisal {
    story.world.appraisal(&story.id()).unwrap()
}

fn first(story: &Story) -> &Opinion {
    appraisal(story).opinions.get(FIRST).unwrap()
}

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("wrong_stage", Chapter::Planned, |story| register(story, "surveyor", KeyRole::Handler, 0)),
    ("opinion_bad_key", Chapter::Opened, |story| {
        let recipient = KEYS[0].replace('z', "q");
        act(story, "surveyor", OpinionStep::RegisterKey { role: KeyRole::Handler, recipient })
    }),
    ("opinion_bad_key", Chapter::Opened, |story| {
        register(story, "coordinator", KeyRole::Handler, 0)
    }),
    ("opinion_bad_key", Chapter::Opened, |story| register(story, "surveyor", KeyRole::Second, 0)),
    ("opinion_key_taken", Chapter::Opened, |story| {
        with_keys(story);
        register(story, "conduct", KeyRole::Second, 0)
    }),
    ("opinion_key_taken", Chapter::Opened, |story| {
        let duties = [Duty::AppraisalTeam, Duty::ConductOffice];
        let organiser = story.organiser.clone();
        let grants = duties.map(|duty| (duty, organiser.clone()));
        story.open_account("both", "both", &grants).unwrap();
        register(story, "both", KeyRole::Handler, 2).unwrap();
        register(story, "both", KeyRole::Second, 3)
    }),
    ("opinion_unknown_opinion", Chapter::Opened, |story| {
        with_keys(story);
        open_text(story)
    }),
    ("opinion_unknown_item", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { item: ItemId::parse("b99").ok(), ..complaint("one") })
    }),
    ("opinion_unknown_unit", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { unit: unit("360102-LSB"), ..complaint("one") })
    }),
    ("opinion_unknown_unit", Chapter::Opened, |story| {
        let unit = unit("360102-LSB");
        act(story, "surveyor", OpinionStep::DeclareInterest { unit })
    }),
    ("opinion_must_be_sealed", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { sealed: false, ..complaint("one") })
    }),
    ("opinion_must_be_sealed", Chapter::Opened, |story| {
        with_keys(story);
        let protection = Protection::Confidential;
        file(
            story,
            Filing { matter: Matter::Praise, protection, sealed: false, ..complaint("one") },
        )
    }),
    ("opinion_identity_mismatch", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { protection: Protection::Anonymous, ..complaint("one") })
    }),
    ("opinion_identity_mismatch", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { identity: None, seconds: BTreeSet::new(), ..complaint("one") })
    }),
    ("opinion_wrong_recipients", Chapter::Opened, |story| file(story, complaint("one"))),
    ("opinion_wrong_recipients", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { handlers: BTreeSet::new(), ..complaint("one") })
    }),
    ("opinion_wrong_recipients", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { seconds: [account("surveyor")].into(), ..complaint("one") })
    }),
    ("opinion_wrong_recipients", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { handlers: [account("bystander")].into(), ..complaint("one") })
    }),
    ("opinion_wrong_channel", Chapter::Opened, |story| {
        with_keys(story);
        act(story, "liaison", OpinionStep::File(complaint("one")))
    }),
    ("opinion_wrong_channel", Chapter::Opened, |story| {
        with_keys(story);
        file(story, Filing { channel: Channel::Telephone, read_back: true, ..complaint("one") })
    }),
    ("opinion_not_read_back", Chapter::Opened, |story| {
        with_keys(story);
        let filing = Filing { channel: Channel::Telephone, ..complaint("one") };
        act(story, "liaison", OpinionStep::File(filing))
    }),
    ("opinion_already_filed", Chapter::Opened, |story| {
        with_complaint(story);
        file(story, complaint("one"))
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        answer(story)
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        // No complaint is closed unread.
        with_complaint(story);
        close(story, Outcome::Declined)
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        contest(story)
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        release(story, "conduct")
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        rule(story, "conduct", true)
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        act(story, "surveyor", OpinionStep::OpenIdentity { opinion: FIRST })
    }),
    ("opinion_wrong_state", Chapter::Opened, |story| {
        with_complaint(story);
        open_text(story).unwrap();
        close(story, Outcome::Upheld)
    }),
    ("opinion_not_among_them", Chapter::Opened, |story| {
        with_complaint(story);
        act(story, "coordinator", OpinionStep::OpenText { opinion: FIRST })
    }),
    ("opinion_not_among_them", Chapter::Opened, |story| {
        // Ties that are declared later count as well.
        with_complaint(story);
        let unit = unit("360100-LSB");
        act(story, "surveyor", OpinionStep::DeclareInterest { unit }).unwrap();
        open_text(story)
    }),
    ("opinion_not_among_them", Chapter::Opened, |story| {
        with_complaint(story);
        request(story).unwrap();
        release(story, "director")
    }),
    ("opinion_same_person", Chapter::Opened, |story| {
        with_complaint(story);
        request(story).unwrap();
        release(story, "surveyor")
    }),
    ("opinion_not_one_up", Chapter::Opened, |story| {
        with_complaint(story);
        open_text(story).unwrap();
        answer(story).unwrap();
        contest(story).unwrap();
        rule(story, "surveyor", false)
    }),
    ("opinion_not_one_up", Chapter::Opened, |story| {
        act(story, PUBLIC_ACTOR, OpinionStep::ReportInfluence { sheet: None }).unwrap();
        act(story, "surveyor", OpinionStep::TakeUpInfluence { report: 1 })
    }),
    ("opinion_unknown_report", Chapter::Opened, |story| {
        act(story, "conduct", OpinionStep::TakeUpInfluence { report: 1 })
    }),
    ("already_given", Chapter::Opened, |story| {
        act(story, PUBLIC_ACTOR, OpinionStep::ReportInfluence { sheet: None }).unwrap();
        act(story, "conduct", OpinionStep::TakeUpInfluence { report: 1 }).unwrap();
        act(story, "conduct", OpinionStep::TakeUpInfluence { report: 1 })
    }),
];

/// A story with every arrow of the drawing.
fn whole_story() -> Story {
    let mut story = ready();
    file(&mut story, complaint("one")).unwrap();
    add(&mut story).unwrap();
    open_text(&mut story).unwrap();
    open_text(&mut story).unwrap();
    act(&mut story, "surveyor", OpinionStep::Mask { opinion: FIRST, copy: digest("copy") })
        .unwrap();
    answer(&mut story).unwrap();
    answer(&mut story).unwrap();
    add(&mut story).unwrap();
    contest(&mut story).unwrap();
    rule(&mut story, "conduct", true).unwrap();
    close(&mut story, Outcome::Settled).unwrap();
    add(&mut story).unwrap();
    contest(&mut story).unwrap();
    rule(&mut story, "conduct", false).unwrap();
    contest(&mut story).unwrap();
    rule(&mut story, "conduct", true).unwrap();
    answer(&mut story).unwrap();
    close(&mut story, Outcome::Declined).unwrap();
    story
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let story = whole_story();
    let id = story.id();
    compare_machine(
        &DRAWING[..DRAWING.find("## Identity").unwrap()],
        &story,
        |event| match event {
            Event::Opinion { what, .. } => what.opinion(),
            _ => None,
        },
        |world, opinion| {
            let known = world.appraisal(&id).and_then(|known| known.opinions.get(opinion));
            known.map(|opinion| opinion.state.as_str())
        },
    );
}

#[test]
fn every_event_of_the_area_stands_in_the_drawing() {
    let source = include_str!("../../src/opinion/event.rs");
    every_event_is_drawn(source, "OpinionEvent", DRAWING);
}

#[test]
fn an_identity_needs_a_handler_who_asks_and_a_second_person_who_agrees() {
    let mut story = ready();
    file(&mut story, complaint("one")).unwrap();
    request(&mut story).unwrap();
    // A second request waits for an answer to the first.
    assert!(request(&mut story).is_err());
    let reason = digest("no reason");
    act(&mut story, "conduct", OpinionStep::RefuseIdentity { opinion: FIRST, reason }).unwrap();
    assert_eq!(first(&story).identity_state, IdentityState::Sealed);
    request(&mut story).unwrap();
    release(&mut story, "conduct").unwrap();
    let other = act(&mut story, "conduct", OpinionStep::OpenIdentity { opinion: FIRST });
    assert_eq!(other.unwrap_err().code(), "opinion_not_among_them");
    act(&mut story, "surveyor", OpinionStep::OpenIdentity { opinion: FIRST }).unwrap();
}

#[test]
fn whoever_belongs_to_the_unit_or_has_ties_to_it_is_no_reader() {
    let mut story = ready();
    let organiser = story.organiser.clone();
    let city = unit("360100-LSB");
    let duties = [(Duty::AppraisalTeam, organiser.clone()), (Duty::AppraisedUnit, city.clone())];
    story.open_account("insider", "insider", &duties).unwrap();
    let window = [(Duty::AppraisalTeam, organiser.clone()), (Duty::Liaison, unit("360102-LSB-W1"))];
    story.open_account("below", "below", &window).unwrap();
    register(&mut story, "insider", KeyRole::Handler, 2).unwrap();
    register(&mut story, "below", KeyRole::Handler, 3).unwrap();
    let readers = |story: &Story, of: &str| -> Vec<String> {
        let readers = story.world.readers(appraisal(story), &unit(of));
        readers.handlers.keys().map(ToString::to_string).collect()
    };
    assert_eq!(readers(&story, "360100-LSB"), ["surveyor"]);
    assert_eq!(readers(&story, "360200-LSB"), ["below", "insider", "surveyor"]);
    let to_insider =
        Filing { handlers: [account("surveyor"), account("insider")].into(), ..complaint("one") };
    let refusal = file(&mut story, to_insider).unwrap_err();
    assert_eq!(refusal, OpinionRejection::WrongRecipients.into());
    let unit = unit("360200-LSB");
    act(&mut story, "surveyor", OpinionStep::DeclareInterest { unit }).unwrap();
    assert_eq!(readers(&story, "360200-LSB"), ["below", "insider"]);
}

#[test]
fn a_closed_account_reads_nothing_more() {
    let mut story = ready();
    file(&mut story, complaint("one")).unwrap();
    story.act("admin", Command::CloseAccount { account: account("surveyor") }).unwrap();
    assert!(story.world.readers(appraisal(&story), &unit("360100-LSB")).handlers.is_empty());
    assert_eq!(open_text(&mut story).unwrap_err(), OpinionRejection::NotAmongThem.into());
}

#[test]
fn where_the_organiser_itself_is_spoken_of_the_level_above_reads() {
    let mut story = Story::province(Chapter::Opened);
    let county = unit("360102-LSB");
    let city = unit("360100-LSB");
    for (who, place) in [("of-county", &county), ("of-city", &city)] {
        story.open_account(who, who, &[(Duty::AppraisalTeam, place.clone())]).unwrap();
    }
    let mut own = Story::county(3, Chapter::Opened);
    own.open_account("above", "above", &[(Duty::AppraisalTeam, city)]).unwrap();
    register(&mut own, "surveyor", KeyRole::Handler, 0).unwrap();
    register(&mut own, "above", KeyRole::Handler, 1).unwrap();
    let of_itself = own.world.readers(appraisal(&own), &county);
    let of_window = own.world.readers(appraisal(&own), &unit("360102-LSB-W1"));
    assert_eq!(of_itself.handlers.keys().collect::<Vec<_>>(), [&account("above")]);
    assert_eq!(of_window.handlers.keys().collect::<Vec<_>>(), [&account("surveyor")]);
}

#[test]
fn silence_and_disagreement_go_one_level_up_by_themselves() {
    let mut story = ready();
    file(&mut story, complaint("one")).unwrap();
    let filed = story.now;
    let days = |count: i64| filed + jiff::SignedDuration::from_hours(24 * count);
    assert!(!first(&story).is_raised(days(15)));
    assert!(first(&story).is_raised(days(16)), "nobody answered");
    open_text(&mut story).unwrap();
    assert!(first(&story).is_raised(days(16)), "opening is no answer");
    answer(&mut story).unwrap();
    assert!(!first(&story).is_raised(days(16)));
    contest(&mut story).unwrap();
    assert!(first(&story).is_raised(filed));
}

#[test]
fn what_happens_to_opinions_makes_no_form_about_the_appraisal_stale() {
    let mut story = ready();
    let before = appraisal(&story).revision;
    file(&mut story, complaint("one")).unwrap();
    file(&mut story, praise("two")).unwrap();
    assert_eq!(appraisal(&story).revision, before);
    assert_eq!(appraisal(&story).opinions.count(), 2);
}

#[test]
fn of_two_handlers_at_once_one_wins_and_the_other_is_told() {
    let mut story = ready();
    file(&mut story, complaint("one")).unwrap();
    open_text(&mut story).unwrap();
    let seen = Some(first(&story).revision);
    let mut mask = |name: &str| {
        let step = OpinionStep::Mask { opinion: FIRST, copy: digest(name) };
        let command = Command::Within(story.id(), Step::Opinion(step));
        story.act_seeing("surveyor", command, seen)
    };
    mask("mine").unwrap();
    assert_eq!(mask("theirs").unwrap_err(), Rejection::ChangedMeanwhile);
}

#[test]
fn opinions_are_taken_after_publication_too() {
    let mut story = Story::province(Chapter::Published);
    with_keys(&mut story);
    file(&mut story, complaint("one")).unwrap();
    assert!(PEOPLE.iter().all(|(who, _)| *who != PUBLIC_ACTOR));
}

#[test]
fn the_queues_hold_what_a_count_over_all_opinions_finds() {
    let story = whole_story();
    let mut world = gongping_appraisal::World::default();
    let mut seen = BTreeSet::new();
    for entry in &story.entries {
        world.evolve(entry);
        let Some(known) = world.appraisal(&story.id()) else { continue };
        let opinions = &known.opinions;
        let count = |is: &dyn Fn(&Opinion) -> bool| opinions.all().filter(|one| is(one)).count();
        let contested = count(&|one| one.state.as_str() == "contested");
        assert_eq!(opinions.waiting_count(), count(&Opinion::is_waiting));
        assert_eq!(opinions.contested_count(), contested);
        let silent = |one: &&Opinion| matches!(one.state.as_str(), "received" | "in_hand");
        let first = opinions.all().filter(silent).map(Opinion::due_at).min();
        assert_eq!(opinions.overdue_from(), first);
        seen.insert((opinions.waiting_count(), contested, first.is_some()));
    }
    assert!(seen.len() >= 4, "{seen:?}");
}
