//! The register of the eight prohibitions (E3, E4) and the consequences of a result (E1, E2).

use crate::area::{compare_machine, every_event_is_drawn};
use crate::refusal::Provocation;
use crate::story::{Chapter, Story, account, digest, unit};
use gongping_appraisal::{
    Accused, Appraisal, CaseNumber, CaseOutcome, CaseState, Event, IntegrityStep, KeySeat, Ranking,
    Rejection, Signatory, Step,
};

const DRAWING: &str = include_str!("../../../../docs/state-machines/integrity.md");
const FIRST: CaseNumber = CaseNumber(1);

fn act(story: &mut Story, actor: &str, step: IntegrityStep) -> Result<(), Rejection> {
    story.step(actor, Step::Integrity(step))
}

fn open_case(story: &mut Story) -> Result<(), Rejection> {
    act(story, "conduct", IntegrityStep::OpenCase { file: digest("file") })
}

fn begin(story: &mut Story) -> Result<(), Rejection> {
    act(story, "conduct", IntegrityStep::BeginInquiry { case: FIRST })
}

fn dismiss(story: &mut Story) -> Result<(), Rejection> {
    act(story, "conduct", IntegrityStep::DismissCase { case: FIRST, grounds: digest("grounds") })
}

fn propose(story: &mut Story) -> Result<(), Rejection> {
    act(story, "conduct", IntegrityStep::ProposeFinding { case: FIRST, report: digest("found") })
}

fn send_back(story: &mut Story, actor: &str) -> Result<(), Rejection> {
    act(story, actor, IntegrityStep::ReturnFinding { case: FIRST, grounds: digest("unclear") })
}

fn breach_of(accused: Accused) -> CaseOutcome {
    CaseOutcome::Confirmed { accused, prohibition: "E3-3".to_owned() }
}

fn of_unit(id: &str) -> CaseOutcome {
    breach_of(Accused::Unit { unit: unit(id) })
}

fn of_person(id: &str) -> CaseOutcome {
    breach_of(Accused::Account { account: account(id) })
}

fn decide_as(story: &mut Story, actor: &str, outcome: CaseOutcome) -> Result<(), Rejection> {
    let report = digest("found");
    act(story, actor, IntegrityStep::DecideFinding { case: FIRST, report, outcome })
}

fn with_proposal(story: &mut Story) {
    open_case(story).unwrap();
    begin(story).unwrap();
    propose(story).unwrap();
}

fn confirm(story: &mut Story, of: &str, consequence: &str, why: &str) -> Result<(), Rejection> {
    let (unit, consequence, grounds) = (unit(of), consequence.to_owned(), why.to_owned());
    act(story, "director", IntegrityStep::ConfirmConsequence { unit, consequence, grounds })
}

fn follow_up(story: &mut Story, note: &str) -> Result<(), Rejection> {
    let (unit, consequence) = (unit("360200-LSB"), "accountability".to_owned());
    let note = note.to_owned();
    act(story, "director", IntegrityStep::FollowUpConsequence { unit, consequence, note })
}

fn appraisal(story: &Story) -> &Appraisal {
    story.world.appraisal(&story.id()).unwrap()
}

/// Each refusal of this area; `refusal.rs` provokes them with all the others.
pub(crate) const REFUSALS: &[Provocation] = &[
    ("wrong_stage", Chapter::Planned, open_case),
    ("integrity_unknown_case", Chapter::Opened, begin),
    ("integrity_wrong_state", Chapter::Opened, |story| {
        open_case(story).unwrap();
        propose(story)
    }),
    ("integrity_wrong_state", Chapter::Opened, |story| {
        open_case(story).unwrap();
        decide_as(story, "director", CaseOutcome::Unfounded)
    }),
    ("integrity_wrong_state", Chapter::Opened, |story| {
        with_proposal(story);
        dismiss(story)
    }),
    ("integrity_second_person", Chapter::Opened, |story| {
        with_proposal(story);
        decide_as(story, "conduct", CaseOutcome::Unfounded)
    }),
    ("integrity_second_person", Chapter::Opened, |story| {
        with_proposal(story);
        send_back(story, "conduct")
    }),
    ("integrity_own_case", Chapter::Opened, |story| {
        with_proposal(story);
        decide_as(story, "director", of_person("director"))
    }),
    ("integrity_unknown_accused", Chapter::Opened, |story| {
        with_proposal(story);
        decide_as(story, "director", of_unit("360102-LSB"))
    }),
    ("integrity_unknown_accused", Chapter::Opened, |story| {
        with_proposal(story);
        decide_as(story, "director", of_person("nobody"))
    }),
    ("integrity_unknown_prohibition", Chapter::Opened, |story| {
        with_proposal(story);
        let accused = Accused::Unit { unit: unit("360100-LSB") };
        let outcome = CaseOutcome::Confirmed { accused, prohibition: "E3-9".to_owned() };
        decide_as(story, "director", outcome)
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_proposal(story);
        let (report, outcome) = (digest("another report"), CaseOutcome::Unfounded);
        act(story, "director", IntegrityStep::DecideFinding { case: FIRST, report, outcome })
    }),
    ("wrong_stage", Chapter::Signed, |story| {
        confirm(story, "360100-LSB", "commendation", "第一名")
    }),
    ("unknown_unit", Chapter::Published, |story| {
        confirm(story, "360102-LSB", "commendation", "第一名")
    }),
    ("integrity_unknown_consequence", Chapter::Published, |story| {
        confirm(story, "360100-LSB", "medal", "第一名")
    }),
    ("integrity_unknown_consequence", Chapter::Published, |story| {
        // This one is for appraisers, not for units.
        confirm(story, "360100-LSB", "appraiser-removed", "第一名")
    }),
    ("integrity_consequence_given", Chapter::Published, |story| {
        confirm(story, "360100-LSB", "commendation", "第一名").unwrap();
        confirm(story, "360100-LSB", "commendation", "第一名")
    }),
    ("integrity_consequence_not_given", Chapter::Published, |story| follow_up(story, "已约谈")),
    ("integrity_barred", Chapter::Published, |story| {
        with_proposal(story);
        decide_as(story, "director", of_unit("360100-LSB")).unwrap();
        confirm(story, "360100-LSB", "exemption", "第一名")
    }),
    ("integrity_person_barred", Chapter::Closed, |story| {
        with_proposal(story);
        decide_as(story, "director", of_person("statistician")).unwrap();
        let (seat, heads) = (KeySeat::Statistics, story.heads(10));
        story.step("statistician", Step::GiveShare { seat, heads })
    }),
    ("integrity_bad_line", Chapter::Published, |story| {
        confirm(story, "360100-LSB", "commendation", "两\n行")
    }),
    ("integrity_bad_line", Chapter::Published, |story| {
        confirm(story, "360200-LSB", "accountability", "末位").unwrap();
        follow_up(story, "")
    }),
];

#[test]
fn the_drawing_shows_every_change_of_state_and_no_other() {
    let machine = &DRAWING[..DRAWING.find("## Consequences").unwrap()];
    // One story for each way in which a case ends; together they show every arrow.
    let mut decided = Story::province(Chapter::Opened);
    with_proposal(&mut decided);
    send_back(&mut decided, "director").unwrap();
    dismiss(&mut decided).unwrap();
    let mut all = decided;
    // A second and a third case, told as the first one, add the arrows that are left.
    for (number, last) in [(2, "dismissed at once"), (3, "decided")] {
        let case = CaseNumber(number);
        open_case(&mut all).unwrap();
        if last == "decided" {
            act(&mut all, "conduct", IntegrityStep::BeginInquiry { case }).unwrap();
            let report = digest("found");
            act(&mut all, "conduct", IntegrityStep::ProposeFinding { case, report }).unwrap();
            let outcome = CaseOutcome::Unfounded;
            let step = IntegrityStep::DecideFinding { case, report, outcome };
            act(&mut all, "director", step).unwrap();
        } else {
            let grounds = digest("not ours");
            act(&mut all, "conduct", IntegrityStep::DismissCase { case, grounds }).unwrap();
        }
    }
    let id = all.id();
    compare_machine(
        machine,
        &all,
        |event| match event {
            Event::Integrity { what, .. } => what.case(),
            _ => None,
        },
        |world, case| {
            let known = world.appraisal(&id).and_then(|known| known.register.case(case));
            known.map(|case| case.state.as_str())
        },
    );
}

#[test]
fn every_event_of_the_area_stands_in_the_drawing() {
    let source = include_str!("../../src/integrity/event.rs");
    every_event_is_drawn(source, "IntegrityEvent", DRAWING);
}

#[test]
fn a_breach_of_a_unit_takes_a_ranking_back_that_was_drawn_up_before() {
    let mut story = Story::province(Chapter::Signed);
    with_proposal(&mut story);
    decide_as(&mut story, "director", of_unit("360100-LSB")).unwrap();
    assert_eq!(appraisal(&story).running().unwrap().ranking, Ranking::Absent);
    let breaches = appraisal(&story).register.breaches();
    assert!(breaches[&unit("360100-LSB")].contains("E3-3"));
    // What was signed before cannot be published; it is drawn up and signed again.
    assert!(story.tell_chapter(Chapter::Published).is_err());
    let report = digest("scores with the breach");
    story.step("coordinator", Step::DraftRanking { report }).unwrap();
    for (actor, signatory) in
        [("director", Signatory::Office), ("statistician", Signatory::Statistics)]
    {
        story.step(actor, Step::SignRanking { signatory, report }).unwrap();
    }
    story.tell_chapter(Chapter::Published).unwrap();
}

#[test]
fn what_is_found_against_a_person_leaves_the_ranking_and_bars_the_person() {
    let mut story = Story::province(Chapter::Signed);
    with_proposal(&mut story);
    decide_as(&mut story, "director", of_person("inspector")).unwrap();
    assert!(appraisal(&story).register.is_barred(&account("inspector")));
    assert!(!appraisal(&story).register.is_barred(&account("leader")));
    assert_eq!(appraisal(&story).running().unwrap().ranking.stage(), "signed");
}

#[test]
fn a_suspicion_names_nobody_in_the_log() {
    let mut story = Story::province(Chapter::Opened);
    with_proposal(&mut story);
    decide_as(&mut story, "director", CaseOutcome::Unfounded).unwrap();
    let told = story.entries.iter().filter(|entry| matches!(entry.body, Event::Integrity { .. }));
    for entry in told {
        let text = String::from_utf8(entry.to_bytes()).unwrap();
        assert!(!text.contains("360100-LSB") && !text.contains("E3-"), "{text}");
    }
    let case = appraisal(&story).register.case(FIRST).unwrap();
    assert!(
        matches!(&case.state, CaseState::Decided { outcome, .. } if *outcome == CaseOutcome::Unfounded)
    );
}

#[test]
fn consequences_are_confirmed_and_followed_up() {
    let mut story = Story::province(Chapter::Published);
    confirm(&mut story, "360200-LSB", "accountability", "排名末位").unwrap();
    follow_up(&mut story, "已约谈主要负责人").unwrap();
    follow_up(&mut story, "整改已验收").unwrap();
    let register = &appraisal(&story).register;
    let (of, id, known) = register.consequences().next().unwrap();
    assert_eq!(
        (of, id, known.grounds.as_str()),
        (&unit("360200-LSB"), "accountability", "排名末位")
    );
    let notes: Vec<&str> = known.followed_up.iter().map(|(_, note)| note.as_str()).collect();
    assert_eq!(notes, ["已约谈主要负责人", "整改已验收"]);
    assert_eq!(known.by, account("director"));
}
