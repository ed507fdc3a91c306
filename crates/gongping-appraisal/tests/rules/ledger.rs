//! Feedback and rectification (C4–C6): every change of state, every refusal, and that nobody
//! verifies what was done by the own hands (T12).

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

const DRAWING: &str = include_str!("../../../../docs/state-machines/ledger.md");
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

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("wrong_stage", Chapter::Planned, |story| open_as(story, Source::Other, "B5", false)),
    ("ledger_unknown_entry", Chapter::Opened, close),
    ("ledger_unknown_letter", Chapter::Opened, send),
    ("ledger_unknown_unit", Chapter::Opened, |story| {
        let (unit, findings) = (unit("360102-LSB"), [FindingId(1)].into());
        act(story, "surveyor", LedgerStep::DraftLetter { unit, findings, text: digest("x") })
    }),
    ("ledger_unknown_item", Chapter::Opened, |story| open_as(story, Source::Other, "B99", false)),
    ("ledger_unknown_item", Chapter::Opened, |story| {
        with_unit(story);
        inspect_oneself(story, "head", &["B99"])
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        verify(story, "inspector")
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        accept(story, 5)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        close(story)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_claim(story);
        reopen(story)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_entry(story);
        rule(story, "conduct", false)
    }),
    ("ledger_entry_state", Chapter::Opened, |story| {
        with_closed(story);
        dispute(story)
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        send(story)
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_sent_letter(story);
        redraft(story, &[1])
    }),
    ("ledger_letter_state", Chapter::Opened, |story| {
        with_sent_letter(story);
        meet(story).unwrap();
        meet(story)
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        with_entry(story);
        let undertaking = undertaking(story, 5);
        act(story, "surveyor", LedgerStep::Accept { entry: ONE, undertaking })
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        // The clerk is not the head.
        with_unit(story);
        inspect_oneself(story, "clerk", &[])
    }),
    ("ledger_not_of_unit", Chapter::Opened, |story| {
        with_sent_letter(story);
        confirm(story, "clerk")
    }),
    ("ledger_not_independent", Chapter::Opened, |story| {
        with_claim(story);
        verify(story, "clerk")
    }),
    ("ledger_not_independent", Chapter::Opened, |story| {
        with_entry(story);
        let declare = OpinionStep::DeclareInterest { unit: unit(UNIT) };
        story.step("surveyor", Step::Opinion(declare)).unwrap();
        open_as(story, Source::Other, "B4", false)
    }),
    ("ledger_not_one_up", Chapter::Opened, |story| {
        with_entry(story);
        dispute(story).unwrap();
        rule(story, "surveyor", false)
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, -1)
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        // At once is not in a month.
        with_entry(story);
        let mut undertaking = undertaking(story, 30);
        undertaking.manner = Manner::AtOnce;
        act(story, "clerk", LedgerStep::Accept { entry: ONE, undertaking })
    }),
    ("ledger_deadline", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        ask(story, 10)
    }),
    ("ledger_no_evidence", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        act(story, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_no_evidence", Chapter::Opened, |story| {
        // The proofs of a claim that was returned prove nothing any more.
        with_claim(story);
        let (reason, was_false) = (digest("not done"), true);
        act(story, "inspector", LedgerStep::Return { entry: ONE, reason, was_false }).unwrap();
        act(story, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
        act(story, "clerk", LedgerStep::Claim { entry: ONE, mechanism: digest("rule") })
    }),
    ("ledger_call_back_missing", Chapter::Opened, |story| {
        with_sent_letter(story);
        accept(story, 10).unwrap();
        work(story);
        verify(story, "inspector").unwrap();
        close(story)
    }),
    ("ledger_not_its_opinion", Chapter::Opened, |story| {
        with_closed(story);
        call(story, 1, CallBack::Satisfied)
    }),
    ("ledger_no_wish", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        grant(story, true)
    }),
    ("ledger_no_wish", Chapter::Opened, |story| {
        with_entry(story);
        accept(story, 10).unwrap();
        ask(story, 20).unwrap();
        ask(story, 21)
    }),
    ("ledger_wrong_source", Chapter::Opened, |story| {
        with_unit(story);
        let source = Source::Finding { finding: FindingId(1), letter: LETTER };
        open_as(story, source, "B5", false)
    }),
    ("ledger_how_many", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[2])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        draft(story, &[1])
    }),
    ("ledger_not_its_finding", Chapter::Opened, |story| {
        // Dissolved after the letter was signed.
        with_finding(story);
        draft(story, &[1]).unwrap();
        sign(story, "letter").unwrap();
        let dissolve = SortingStep::Dissolve { finding: FindingId(1) };
        story.step("surveyor", Step::Sorting(dissolve)).unwrap();
        send(story)
    }),
    ("ledger_not_recurring", Chapter::Opened, |story| {
        with_entry(story);
        let (source, problem) = (Source::Other, digest("again"));
        act(story, "surveyor", LedgerStep::Recur { entry: ONE, source, problem })
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_finding(story);
        draft(story, &[1]).unwrap();
        sign(story, "another text")
    }),
];

/// Stories that together show every arrow.
fn stories() -> Vec<Story> {
    let begin = || Story::province(Chapter::Opened);
    // A finding, from the letter to closing, and filers who are not satisfied.
    let mut told = begin();
    with_finding(&mut told);
    draft(&mut told, &[1]).unwrap();
    redraft(&mut told, &[1]).unwrap();
    sign(&mut told, "letter").unwrap();
    redraft(&mut told, &[1]).unwrap();
    sign(&mut told, "letter").unwrap();
    send(&mut told).unwrap();
    meet(&mut told).unwrap();
    confirm(&mut told, "head").unwrap();
    accept(&mut told, 10).unwrap();
    work(&mut told);
    verify(&mut told, "inspector").unwrap();
    call(&mut told, 1, CallBack::NotSatisfied).unwrap();
    accept(&mut told, 10).unwrap();
    work(&mut told);
    verify(&mut told, "inspector").unwrap();
    call(&mut told, 1, CallBack::Satisfied).unwrap();
    close(&mut told).unwrap();
    call(&mut told, 2, CallBack::NotReached).unwrap();
    let mut late_word = told.clone();
    call(&mut late_word, 2, CallBack::NotSatisfied).unwrap();
    // Another letter about the same item.
    let mut again = told.clone();
    let mut filing = again.entries.iter().find_map(|entry| match &entry.body {
        Event::Opinion { what: gongping_appraisal::OpinionEvent::Filed { filing, .. }, .. } => {
            Some(filing.clone())
        }
        _ => None,
    });
    let filing = filing.as_mut().unwrap();
    filing.lookup = digest("third");
    again.step(PUBLIC_ACTOR, Step::Opinion(OpinionStep::File(filing.clone()))).unwrap();
    form(&mut again, &[3]);
    draft(&mut again, &[2]).unwrap();
    let second = LetterId(2);
    let text = digest("letter");
    act(&mut again, "director", LedgerStep::SignLetter { letter: second, text }).unwrap();
    act(&mut again, "surveyor", LedgerStep::SendLetter { letter: second }).unwrap();
    confirm(&mut again, "head").unwrap_err();
    act(&mut again, "head", LedgerStep::ConfirmLetter { letter: second }).unwrap();
    let (attitude, minute) = (Attitude::AcceptsInPart, digest("second meeting"));
    let record = LedgerStep::RecordMeeting { letter: second, attitude, minute };
    act(&mut again, "surveyor", record).unwrap();
    // Disputes at each state.
    let mut disputed = begin();
    with_entry(&mut disputed);
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    accept(&mut disputed, 10).unwrap();
    ask(&mut disputed, 20).unwrap();
    grant(&mut disputed, true).unwrap();
    act(&mut disputed, "clerk", LedgerStep::Start { entry: ONE }).unwrap();
    ask(&mut disputed, 30).unwrap();
    grant(&mut disputed, false).unwrap();
    act(&mut disputed, "clerk", LedgerStep::AddEvidence { entry: ONE, evidence: proof() }).unwrap();
    let mechanism = digest("rule");
    act(&mut disputed, "clerk", LedgerStep::Claim { entry: ONE, mechanism }).unwrap();
    let (reason, was_false) = (digest("not done"), true);
    let back = LedgerStep::Return { entry: ONE, reason, was_false };
    act(&mut disputed, "inspector", back).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    work(&mut disputed);
    verify(&mut disputed, "leader").unwrap();
    reopen(&mut disputed).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", true).unwrap();
    dispute(&mut disputed).unwrap();
    rule(&mut disputed, "conduct", false).unwrap();
    // Closed, found false, closed, come up again.
    let mut relapsed = begin();
    with_closed(&mut relapsed);
    reopen(&mut relapsed).unwrap();
    accept(&mut relapsed, 20).unwrap();
    work(&mut relapsed);
    verify(&mut relapsed, "inspector").unwrap();
    close(&mut relapsed).unwrap();
    let mut named = relapsed.clone();
    open_as(&mut relapsed, Source::Inspection, "B5", false).unwrap();
    let (source, problem) = (Source::LowRating, digest("again"));
    act(&mut named, "surveyor", LedgerStep::Recur { entry: ONE, source, problem }).unwrap();
    let mut own = begin();
    with_unit(&mut own);
    inspect_oneself(&mut own, "head", &["B5"]).unwrap();
    let mut met_first = begin();
    with_sent_letter(&mut met_first);
    confirm(&mut met_first, "head").unwrap();
    meet(&mut met_first).unwrap();
    vec![told, late_word, again, disputed, relapsed, named, own, met_first]
}

/// From, event, to.
type Arrow = (String, String, String);

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
}

fn compare(heading: &str, seen: &BTreeSet<Arrow>) {
    let start = DRAWING.find(&format!("## {heading}\n")).unwrap();
    let rest = &DRAWING[start..];
    let part = &rest[..rest[2..].find("\n## ").map_or(rest.len(), |end| end + 2)];
    let rows = part.lines().filter(|line| line.starts_with("| `")).map(cells);
    let table: BTreeSet<Arrow> =
        rows.map(|row| (row[0].clone(), row[1].clone(), row[2].clone())).collect();
    let drawn: BTreeSet<Arrow> = part
        .lines()
        .filter_map(|line| {
            let (from, rest) = line.trim().split_once(" --> ")?;
            let (to, event) = rest.split_once(": ")?;
            Some((from.to_owned(), event.to_owned(), to.to_owned()))
        })
        .collect();
    assert_eq!(&table, seen, "table of {heading}");
    assert_eq!(&drawn, seen, "drawing of {heading}");
}

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let (mut entries, mut letters) = (BTreeSet::new(), BTreeSet::new());
    for story in stories() {
        let id = story.id();
        let mut world = World::default();
        let entry_state = |world: &World, entry| {
            let known = world.appraisal(&id).and_then(|known| known.ledger.get(entry));
            known.map_or("[*]".to_owned(), |known| known.state.as_str().to_owned())
        };
        let letter_state = |world: &World, letter| {
            let known = world.appraisal(&id).and_then(|known| known.ledger.letter(letter));
            known.map_or("[*]".to_owned(), |known| known.state.as_str().to_owned())
        };
        for entry in &story.entries {
            let before = world.clone();
            world.evolve(entry);
            let Event::Ledger { what, .. } = &entry.body else { continue };
            let kind = entry.body.kind().replace("ledger_", "");
            for id in what.entries() {
                entries.insert((entry_state(&before, id), kind.clone(), entry_state(&world, id)));
            }
            if let Some(id) = what.letter() {
                letters.insert((letter_state(&before, id), kind, letter_state(&world, id)));
            }
        }
    }
    compare("Entry", &entries);
    compare("Letter", &letters);
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

#[test]
fn every_event_answers_its_own_command() {
    for story in stories() {
        for entry in &story.entries {
            let Event::Ledger { what, .. } = &entry.body else { continue };
            // Repeating the log must lead to the same events.
            let mut before = World::default();
            for earlier in story.entries.iter().take_while(|earlier| *earlier != entry) {
                before.evolve(earlier);
            }
            let now = jiff::Timestamp::from_microsecond(entry.at_us).unwrap();
            let context = Context { now, actor: entry.actor.clone(), seen: None };
            let command = Command::Within(story.id(), Step::Ledger(what.step()));
            let again = decide(&before, command, &context).unwrap();
            assert_eq!(again, std::slice::from_ref(&entry.body));
            assert!(what.commitments().len() <= 3);
            if let LedgerEvent::Accepted { undertaking, .. } = what {
                let planned = matches!(undertaking.manner, Manner::Planned { .. });
                assert_eq!(what.commitments().len(), 1 + usize::from(planned));
            }
        }
    }
}
