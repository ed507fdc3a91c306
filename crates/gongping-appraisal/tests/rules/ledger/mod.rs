//! Feedback and rectification (C4–C6): every change of state, every refusal, and that nobody
//! verifies what was done by the own hands (T12).

use crate::area::{Arrow, assert_drawn};
use crate::refusal::Provocation;
use crate::story::{Chapter, Story, account, digest, unit};
use gongping_appraisal::{
    Appraisal, Attitude, CallBack, Channel, Command, Context, Duty, EntryId, EntryState, Event,
    EvidenceKind, Filing, FindingId, FindingState, ItemId, KeyRole, LedgerEntry, LedgerEvent,
    LedgerStep, LetterId, Manner, Matter, NewEvidence, OpinionId, OpinionStep, OwnProblem,
    PUBLIC_ACTOR, Place, Protection, Rejection, SeenBy, SortingStep, Source, Step, Turn,
    Undertaking, World, decide,
};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use std::collections::BTreeSet;

mod drawing;
mod refusal;

pub(crate) use refusal::REFUSALS;

const DRAWING: &str = include_str!("../../../../../docs/state-machines/ledger.md");
const KEYS: [&str; 2] = [
    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
];
const UNIT: &str = "360100-LSB";
pub(crate) const ONE: EntryId = EntryId(1);
const LETTER: LetterId = LetterId(1);

pub(crate) fn act(story: &mut Story, actor: &str, step: LedgerStep) -> Result<(), Rejection> {
    story.step(actor, Step::Ledger(step))
}

/// The people of the unit: a clerk and the head.
pub(crate) fn with_unit(story: &mut Story) {
    story.open_account("clerk", "clerk", &[(Duty::AppraisedUnit, unit(UNIT))]).unwrap();
    story.open_account("head", "head", &[(Duty::UnitHead, unit(UNIT))]).unwrap();
}

fn item(id: &str) -> ItemId {
    ItemId::parse(id).unwrap()
}

pub(crate) fn open_as(
    story: &mut Story,
    source: Source,
    item_id: &str,
    other_cause: bool,
) -> Result<(), Rejection> {
    let step = LedgerStep::Open {
        unit: unit(UNIT),
        item: Some(item(item_id)),
        source,
        problem: digest("problem"),
        other_cause: other_cause.then(|| digest("another cause")),
    };
    act(story, "surveyor", step)
}

fn with_entry(story: &mut Story) {
    with_unit(story);
    open_as(story, Source::Other, "B5", false).unwrap();
}

pub(crate) fn today(story: &Story) -> Date {
    Context { now: story.now, actor: account("surveyor"), seen: None }.today()
}

pub(crate) fn undertaking(story: &Story, days: i64) -> Undertaking {
    let deadline = today(story).checked_add(days.days()).unwrap();
    let manner = if days > 15 { Manner::Planned { plan: digest("plan") } } else { Manner::AtOnce };
    Undertaking { terms: digest("terms"), manner, deadline }
}

fn accept(story: &mut Story, days: i64) -> Result<(), Rejection> {
    let undertaking = undertaking(story, days);
    act(story, "clerk", LedgerStep::Accept { entry: ONE, undertaking })
}

pub(crate) fn proof() -> NewEvidence {
    NewEvidence { content: digest("photo"), kind: EvidenceKind::Picture, bytes: 1000 }
}

fn work(story: &mut Story) {
    act(story, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
    act(story, "clerk", LedgerStep::AddEvidence { entry: ONE, evidence: proof() }).unwrap();
    act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") }).unwrap();
}

fn with_claim(story: &mut Story) {
    with_entry(story);
    accept(story, 10).unwrap();
    work(story);
}

fn verify(story: &mut Story, actor: &str) -> Result<(), Rejection> {
    act(story, actor, LedgerStep::Verify { entry: ONE, minute: digest("minute") })
}

fn close(story: &mut Story) -> Result<(), Rejection> {
    act(story, "surveyor", LedgerStep::Close { entry: ONE })
}

fn with_closed(story: &mut Story) {
    with_claim(story);
    verify(story, "inspector").unwrap();
    close(story).unwrap();
}

fn dispute(story: &mut Story) -> Result<(), Rejection> {
    act(story, "head", LedgerStep::Dispute { entry: ONE, grounds: digest("grounds") })
}

fn rule(story: &mut Story, actor: &str, stands: bool) -> Result<(), Rejection> {
    act(story, actor, LedgerStep::Rule { entry: ONE, stands, grounds: digest("ruling") })
}

fn reopen(story: &mut Story) -> Result<(), Rejection> {
    act(story, "inspector", LedgerStep::Reopen { entry: ONE, grounds: digest("false") })
}

fn ask(story: &mut Story, days: i64) -> Result<(), Rejection> {
    let until = today(story).checked_add(days.days()).unwrap();
    act(story, "clerk", LedgerStep::AskExtension { entry: ONE, until, reason: digest("rain") })
}

fn grant(story: &mut Story, granted: bool) -> Result<(), Rejection> {
    act(story, "director", LedgerStep::DecideExtension { entry: ONE, granted })
}

fn call(story: &mut Story, opinion: u32, answer: CallBack) -> Result<(), Rejection> {
    let (opinion, note) = (OpinionId(opinion), digest("said"));
    act(story, "surveyor", LedgerStep::CallBack { entry: ONE, opinion, answer, note })
}

/// Two opinions about the unit, the first with a filer who can be called back, in one finding.
fn with_finding(story: &mut Story) {
    with_unit(story);
    for (who, role, key) in
        [("surveyor", KeyRole::Handler, KEYS[0]), ("director", KeyRole::Second, KEYS[1])]
    {
        let recipient = key.to_owned();
        let register = OpinionStep::RegisterKey { role, recipient };
        story.step(who, Step::Opinion(register)).unwrap();
    }
    for (name, named) in [("one", true), ("two", false)] {
        let people =
            |who: &str| if named { BTreeSet::from([account(who)]) } else { BTreeSet::new() };
        let filing = Filing {
            unit: unit(UNIT),
            item: None,
            matter: Matter::Suggestion,
            channel: Channel::Web,
            protection: if named { Protection::Named } else { Protection::Anonymous },
            sealed: false,
            content: digest(name),
            identity: named.then(|| digest("identity")),
            lookup: digest(&format!("lookup of {name}")),
            handlers: people("surveyor"),
            seconds: people("director"),
            read_back: false,
        };
        story.step(PUBLIC_ACTOR, Step::Opinion(OpinionStep::File(filing))).unwrap();
    }
    form(story, &[1, 2]);
}

fn form(story: &mut Story, numbers: &[u32]) {
    let form = SortingStep::Form {
        place: Place { unit: unit(UNIT), item: Some(item("B5")) },
        opinions: numbers.iter().copied().map(OpinionId).collect(),
        problem: digest("finding"),
    };
    story.step("surveyor", Step::Sorting(form)).unwrap();
}

fn draft(story: &mut Story, numbers: &[u32]) -> Result<(), Rejection> {
    let findings = numbers.iter().copied().map(FindingId).collect();
    let step = LedgerStep::DraftLetter { unit: unit(UNIT), findings, text: digest("letter") };
    act(story, "surveyor", step)
}

fn redraft(story: &mut Story, numbers: &[u32]) -> Result<(), Rejection> {
    let findings = numbers.iter().copied().map(FindingId).collect();
    let step = LedgerStep::RedraftLetter { letter: LETTER, findings, text: digest("letter") };
    act(story, "surveyor", step)
}

fn sign(story: &mut Story, text: &str) -> Result<(), Rejection> {
    act(story, "director", LedgerStep::SignLetter { letter: LETTER, text: digest(text) })
}

fn send(story: &mut Story) -> Result<(), Rejection> {
    act(story, "surveyor", LedgerStep::SendLetter { letter: LETTER })
}

fn meet(story: &mut Story) -> Result<(), Rejection> {
    let (attitude, minute) = (Attitude::Accepts, digest("meeting"));
    act(story, "surveyor", LedgerStep::RecordMeeting { letter: LETTER, attitude, minute })
}

fn confirm(story: &mut Story, actor: &str) -> Result<(), Rejection> {
    act(story, actor, LedgerStep::ConfirmLetter { letter: LETTER })
}

fn with_sent_letter(story: &mut Story) {
    with_finding(story);
    draft(story, &[1]).unwrap();
    sign(story, "letter").unwrap();
    send(story).unwrap();
}

fn inspect_oneself(story: &mut Story, actor: &str, items: &[&str]) -> Result<(), Rejection> {
    let problems =
        items.iter().map(|id| OwnProblem { item: item(id), problem: digest(id) }).collect();
    let (unit, report) = (unit(UNIT), digest("report"));
    act(story, actor, LedgerStep::InspectOneself { unit, report, problems })
}

pub(crate) fn entry(story: &Story) -> &LedgerEntry {
    appraisal(story).ledger.get(ONE).unwrap()
}

pub(crate) fn appraisal(story: &Story) -> &Appraisal {
    story.world.appraisal(&story.id()).unwrap()
}

#[test]
fn whoever_fixed_can_by_no_route_verify() {
    // By account: the clerk leaves the unit and joins the inspectors.
    let mut story = Story::province(Chapter::Opened);
    with_claim(&mut story);
    let organiser = story.organiser.clone();
    let become_inspector = |duties| Command::ChangeDuties { account: account("clerk"), duties };
    let grant = |duty, unit| gongping_appraisal::DutyGrant { duty, unit };
    let only = BTreeSet::from([grant(Duty::Inspector, organiser.clone())]);
    story.act("admin", become_inspector(only)).unwrap();
    let refused = verify(&mut story, "clerk").unwrap_err();
    assert_eq!(refused.code(), "ledger_not_independent");
    // By duty: somebody of the unit, or of a body below it, who never touched the entry.
    for (who, place) in [("second", UNIT), ("below", "360102-LSB")] {
        let duties = [(Duty::Inspector, organiser.clone()), (Duty::AppraisedUnit, unit(place))];
        story.open_account(who, who, &duties).unwrap();
        let not_done = LedgerStep::Return { entry: ONE, reason: digest("x"), was_false: false };
        assert_eq!(act(&mut story, who, not_done).unwrap_err().code(), "ledger_not_independent");
        assert_eq!(verify(&mut story, who).unwrap_err().code(), "ledger_not_independent");
    }
    // By ties that were declared.
    let declare = OpinionStep::DeclareInterest { unit: unit(UNIT) };
    story.step("surveyor", Step::Opinion(declare)).unwrap();
    assert_eq!(verify(&mut story, "surveyor").unwrap_err().code(), "ledger_not_independent");
    verify(&mut story, "inspector").unwrap();
    // Nor does the fixer close it.
    let closing = act(&mut story, "clerk", LedgerStep::Close { entry: ONE });
    assert_eq!(closing.unwrap_err().code(), "ledger_not_independent");
}

#[test]
fn a_fixer_of_an_earlier_round_stays_one() {
    let mut story = Story::province(Chapter::Opened);
    with_claim(&mut story);
    verify(&mut story, "inspector").unwrap();
    reopen(&mut story).unwrap();
    let step = LedgerStep::Accept { entry: ONE, undertaking: undertaking(&story, 5) };
    act(&mut story, "head", step).unwrap();
    assert_eq!(entry(&story).fixers, [account("clerk"), account("head")].into());
}

#[test]
fn what_is_late_is_seen_higher_up_by_itself() {
    let mut story = Story::province(Chapter::Opened);
    with_entry(&mut story);
    let opened = today(&story);
    let seen =
        |story: &Story, days: i64| entry(story).seen_by(opened.checked_add(days.days()).unwrap());
    assert_eq!([7, 8, 14, 15].map(|days| seen(&story, days)), {
        [SeenBy::Nobody, SeenBy::Office, SeenBy::Office, SeenBy::Above]
    });
    accept(&mut story, 10).unwrap();
    assert_eq!([10, 11, 18].map(|days| seen(&story, days)), {
        [SeenBy::Nobody, SeenBy::Office, SeenBy::Above]
    });
    work(&mut story);
    assert_eq!(entry(&story).turn(), Turn::Organiser);
    // The organiser's own silence does not stay with the organiser.
    assert_eq!([10, 11].map(|days| seen(&story, days)), [SeenBy::Nobody, SeenBy::Above]);
    verify(&mut story, "inspector").unwrap();
    close(&mut story).unwrap();
    assert_eq!(seen(&story, 1000), SeenBy::Nobody);
    let mut other = Story::province(Chapter::Opened);
    with_entry(&mut other);
    dispute(&mut other).unwrap();
    assert_eq!(seen(&other, 0), SeenBy::Above);
}

#[test]
fn the_same_within_a_year_reopens_and_counts() {
    let mut story = Story::province(Chapter::Opened);
    with_closed(&mut story);
    let mut late = story.clone();
    open_as(&mut story, Source::LowRating, "B5", false).unwrap();
    assert_eq!(entry(&story).state.as_str(), "reopened");
    assert_eq!((entry(&story).setbacks.recurrences, entry(&story).sources.len()), (1, 2));
    assert_eq!(appraisal(&story).ledger.len(), 1);
    // Another item, or another cause that somebody answers for, is another entry.
    open_as(&mut late, Source::LowRating, "B4", false).unwrap();
    open_as(&mut late, Source::LowRating, "B5", true).unwrap();
    late.now += SignedDuration::from_hours(24 * 366);
    open_as(&mut late, Source::LowRating, "B5", false).unwrap();
    assert_eq!(appraisal(&late).ledger.len(), 4);
    assert_eq!(entry(&late).state.as_str(), "closed");
}

#[test]
fn false_completion_counts_whenever_it_is_found() {
    let mut story = Story::province(Chapter::Opened);
    with_claim(&mut story);
    let give_back = |was_false| LedgerStep::Return { entry: ONE, reason: digest("no"), was_false };
    act(&mut story, "inspector", give_back(false)).unwrap();
    assert_eq!(entry(&story).setbacks.false_completions, 0);
    work(&mut story);
    act(&mut story, "inspector", give_back(true)).unwrap();
    work(&mut story);
    verify(&mut story, "inspector").unwrap();
    close(&mut story).unwrap();
    reopen(&mut story).unwrap();
    let setbacks = entry(&story).setbacks;
    assert_eq!((setbacks.false_completions, setbacks.reopened), (2, 1));
    assert_eq!(entry(&story).earlier.len(), 3, "the proofs of all rounds are kept");
}

#[test]
fn sending_feeds_findings_back_and_of_two_clerks_one_is_told() {
    let mut story = Story::province(Chapter::Opened);
    with_sent_letter(&mut story);
    let finding = appraisal(&story).findings.get(FindingId(1)).unwrap();
    assert_eq!(finding.state, FindingState::FedBack);
    assert_eq!(entry(&story).findings().collect::<Vec<_>>(), [FindingId(1)]);
    let seen = Some(u64::from(entry(&story).revision));
    let context = Context { now: story.now, actor: account("clerk"), seen };
    let undertaking = undertaking(&story, 5);
    let step = Step::Ledger(LedgerStep::Accept { entry: ONE, undertaking });
    let command = Command::Within(story.id(), step);
    decide(&story.world, command.clone(), &context).unwrap();
    accept(&mut story, 10).unwrap();
    assert_eq!(decide(&story.world, command, &context), Err(Rejection::ChangedMeanwhile));
}

#[test]
fn a_self_inspection_opens_what_is_not_put_right_and_can_be_filed_again() {
    let mut story = Story::province(Chapter::Opened);
    with_unit(&mut story);
    inspect_oneself(&mut story, "head", &["B4", "B5"]).unwrap();
    inspect_oneself(&mut story, "head", &["B1"]).unwrap();
    let known = appraisal(&story).ledger.self_inspection(&unit(UNIT)).unwrap().clone();
    assert_eq!((known.revision, known.entries.len()), (2, 3));
    let first = entry(&story);
    assert!(matches!(first.state, EntryState::Open));
    assert_eq!(first.sources[0].0, Source::SelfInspection);
}
