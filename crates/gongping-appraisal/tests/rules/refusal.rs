//! Every refusal that the rules know is provoked by a real command, and changes nothing.

use crate::story::{
    Chapter, RULEBOOK, Story, account, calendar, closes_at, digest, group_id, key, points,
    practice_box, practice_share, report_on, text_of, tree, unit,
};
use gongping_appraisal::permission::Publish;
use gongping_appraisal::{
    BoxId, Calendar, CodeList, Command, DateRange, Duty, InspectionGroupNumber, KeyRound, KeySeat,
    Level, Medium, Phase, Rejection, SheetNumber, Signatory, Step, SurveyPlan,
};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Provocation = (&'static str, Chapter, fn(&mut Story) -> Result<(), Rejection>);

fn propose(story: &mut Story, change: fn(&mut SurveyPlan)) -> Result<(), Rejection> {
    let mut plan = story.plan();
    change(&mut plan);
    story.step("surveyor", Step::ProposeSurvey(plan))
}

/// Replaces a code of the first sheet, with something changed in what is handed in.
fn replace(
    story: &mut Story,
    change: impl FnOnce(&mut SheetNumber, &mut BTreeMap<BoxId, CodeList>, &mut String),
) -> Result<(), Rejection> {
    let Step::ReplaceCodes { mut sheet, mut lists, struck, mut reason } = story.replacement(1)
    else {
        unreachable!()
    };
    change(&mut sheet, &mut lists, &mut reason);
    story.step("statistician", Step::ReplaceCodes { sheet, lists, struck, reason })
}

fn close_unit(story: &mut Story, id: &str) -> Result<(), Rejection> {
    story.act("admin", Command::CloseUnit { unit: unit(id), on: date(2026, 7, 1) })
}

/// The first steps of the key ceremony.
fn ceremony(story: &mut Story, steps: usize) {
    for (actor, step) in crate::story::ceremony().into_iter().take(steps) {
        story.step(actor, step).unwrap();
    }
}

fn with_group(story: &mut Story) {
    story.step("coordinator", Step::FormInspectionGroup(story.group())).unwrap();
}

fn with_sheets(story: &mut Story) {
    with_group(story);
    story.enter("leader", &unit("360100-LSB")).unwrap();
    story.enter("inspector", &unit("360100-LSB")).unwrap();
}

fn with_decision(story: &mut Story) {
    with_sheets(story);
    story.decide_on(&unit("360100-LSB")).unwrap();
}

/// A calendar as it may come out of a form or a file, past its own constructor.
fn disordered() -> Calendar {
    let text = serde_json::to_string(&calendar(2026)).unwrap();
    serde_json::from_str(&text.replace("2026-07-01", "2026-05-01")).unwrap()
}

/// Units, accounts and the plan.
const DIRECTORY: &[Provocation] = &[
    ("not_allowed", Chapter::Signed, |story| {
        let organiser = story.organiser.clone();
        story.world.allow::<Publish>(&account("statistician"), &organiser).map(drop)
    }),
    ("unknown_unit", Chapter::People, |story| close_unit(story, "369999-LSB")),
    ("unknown_unit", Chapter::People, |story| {
        story.open_account("new", "new", &[(Duty::Liaison, unit("369999-LSB"))])
    }),
    ("unknown_unit", Chapter::People, |story| {
        // A body that was closed takes nothing under it any more.
        for id in ["360102-LSB-W1", "360102-LSB-W2", "360102-LSB"] {
            close_unit(story, id).unwrap();
        }
        let mut late = tree(3).pop().unwrap();
        late.opened_on = date(2026, 8, 1);
        story.act("admin", Command::RegisterUnits(vec![late]))
    }),
    ("unknown_unit", Chapter::Opened, |story| {
        propose(story, |plan| plan.sheets[0].units = vec![unit("360102-LSB")])
    }),
    ("unit_exists", Chapter::People, |story| story.act("admin", Command::RegisterUnits(tree(0)))),
    ("wrong_level", Chapter::People, |story| {
        let mut window = tree(3).pop().unwrap();
        window.parent = Some(unit("360100-LSB"));
        story.act("admin", Command::RegisterUnits(vec![window]))
    }),
    ("wrong_level", Chapter::People, |story| {
        let mut city = tree(0).remove(1);
        (city.id, city.parent) = (unit("360300-LSB"), None);
        story.act("admin", Command::RegisterUnits(vec![city]))
    }),
    ("bad_name", Chapter::People, |story| {
        let (unit, from) = (unit("360100-LSB"), date(2026, 7, 1));
        story.act("admin", Command::RenameUnit { unit, name: "两\n行".to_owned(), from })
    }),
    ("bad_unit_date", Chapter::People, |story| {
        let (unit, from) = (unit("360100-LSB"), date(1999, 7, 1));
        story.act("admin", Command::RenameUnit { unit, name: "新名".to_owned(), from })
    }),
    ("bad_unit_date", Chapter::People, |story| {
        close_unit(story, "360200-LSB").unwrap();
        close_unit(story, "360200-LSB")
    }),
    ("has_open_units", Chapter::People, |story| close_unit(story, "360102-LSB")),
    ("bad_login", Chapter::People, |story| story.open_account("second", "leader", &[])),
    ("bad_login", Chapter::People, |story| story.open_account("second", "a b", &[])),
    ("unknown_account", Chapter::People, |story| {
        let account = account("nobody");
        story.act("admin", Command::CloseAccount { account })
    }),
    ("unknown_account", Chapter::People, |story| {
        let account = account("leader");
        story.act("admin", Command::CloseAccount { account: account.clone() }).unwrap();
        story.act("admin", Command::SetPassword { account, password: digest("x") })
    }),
    ("account_exists", Chapter::People, |story| story.open_account("leader", "other", &[])),
    ("unknown_appraisal", Chapter::People, |story| story.step("director", Step::Open)),
    ("unknown_appraisal", Chapter::Opened, |story| {
        with_group(story);
        let mut sheet = story.sheet("leader", &unit("360100-LSB"));
        sheet.appraisal = Story::county(2, Chapter::People).id();
        story.step("leader", Step::EnterPoints { sheet, commitment: digest("x") })
    }),
    ("appraisal_exists", Chapter::Planned, |story| story.act("coordinator", story.planning())),
    ("not_appraised_by_organiser", Chapter::People, |story| {
        story.units.push(unit("360102-LSB"));
        story.act("coordinator", story.planning())
    }),
    ("not_appraised_by_organiser", Chapter::People, |story| {
        story.units.push(story.organiser.clone());
        story.act("coordinator", story.planning())
    }),
    ("bad_unit_list", Chapter::People, |story| {
        story.units.truncate(1);
        story.act("coordinator", story.planning())
    }),
    ("bad_unit_list", Chapter::People, |story| {
        story.units.push(story.units[0].clone());
        story.act("coordinator", story.planning())
    }),
    ("wrong_stage", Chapter::Planned, |story| propose(story, |_| {})),
    ("wrong_stage", Chapter::Published, |story| {
        story.step("director", Step::Publish { manifest: digest("again") })
    }),
    ("rulebook_mistakes", Chapter::Planned, |story| {
        let text = RULEBOOK.replace("points = 70", "points = 71");
        story.step("coordinator", Step::AdoptRulebook { text })
    }),
    ("too_long", Chapter::Planned, |story| {
        story.step("coordinator", Step::AdoptRulebook { text: endless_rulebook() })
    }),
    ("too_long", Chapter::Opened, |story| {
        propose(story, |plan| plan.channels = vec!["张贴在政务大厅".to_owned(); 4000])
    }),
    ("calendar_disorder", Chapter::Planned, |story| {
        story.step("coordinator", Step::SetCalendar(disordered()))
    }),
    ("missing", Chapter::Planned, |story| story.step("director", Step::Open)),
];

/// A rulebook that is in order and far too long.
fn endless_rulebook() -> String {
    format!("{RULEBOOK}# {}\n", "长".repeat(30_000))
}

/// The survey and the sealed tally.
const SURVEY: &[Provocation] = &[
    ("plan_leaves_out", Chapter::Opened, |story| {
        propose(story, |plan| drop(plan.sheets.remove(0)))
    }),
    ("unknown_group", Chapter::Opened, |story| {
        propose(story, |plan| plan.sheets[0].group = group_id("martians"))
    }),
    ("bad_sheet", Chapter::Opened, |story| {
        propose(story, |plan| plan.sheets[1].number = plan.sheets[0].number)
    }),
    ("bad_sheet", Chapter::Opened, |story| {
        propose(story, |plan| plan.sheets[0].number = SheetNumber(0))
    }),
    ("bad_sheet", Chapter::Opened, |story| propose(story, |plan| plan.sheets[0].codes = 0)),
    ("too_few_codes", Chapter::Opened, |story| propose(story, |plan| plan.sheets[0].codes = 4)),
    ("bad_name", Chapter::Opened, |story| {
        propose(story, |plan| plan.channels.push("信".repeat(81)))
    }),
    ("survey_times", Chapter::Opened, |story| {
        propose(story, |plan| plan.closes_at = plan.opens_at)
    }),
    ("changed_meanwhile", Chapter::Planned, |story| {
        let seen = story.world.appraisal(&story.id()).unwrap().revision;
        let set = |id| Command::Within(id, Step::SetCalendar(calendar(2026)));
        story.act_seeing("coordinator", set(story.id()), Some(seen)).unwrap();
        story.act_seeing("coordinator", set(story.id()), Some(seen))
    }),
    ("already_given", Chapter::Ready, |story| {
        story.step("statistician", Step::IssueCodes(story.code_lists()))
    }),
    ("already_given", Chapter::Agreed, |story| {
        // Two seats cannot have one key.
        let step = key(KeySeat::Office, KeyRound::Certificate);
        story.step("director", step.clone()).unwrap();
        let Step::GiveKeyMessage { round, message, .. } = step else { unreachable!() };
        story.step("conduct", Step::GiveKeyMessage { seat: KeySeat::Conduct, round, message })
    }),
    ("already_given", Chapter::Agreed, |story| {
        // Others may have answered the first polynomial.
        ceremony(story, 4);
        story.step("director", key(KeySeat::Office, KeyRound::Polynomial))
    }),
    ("already_given", Chapter::Ready, |story| story.step("conduct", practice_box())),
    ("already_given", Chapter::Ready, |story| {
        story.step("director", key(KeySeat::Office, KeyRound::Output))
    }),
    ("already_given", Chapter::Ready, |story| {
        // The share from the file does not show that the sheet can be read.
        let Step::GivePracticeShare { share, .. } = practice_share(KeySeat::Office, Medium::File)
        else {
            unreachable!()
        };
        let (seat, medium) = (KeySeat::Conduct, Medium::Sheet);
        story.step("conduct", Step::GivePracticeShare { seat, medium, share })
    }),
    ("already_given", Chapter::Ready, |story| {
        story.step("conduct", Step::OpenPracticeBox { outcome: vec![vec![3, 0]] })
    }),
    ("same_signer", Chapter::Agreed, |story| {
        story.step("director", key(KeySeat::Office, KeyRound::Certificate)).unwrap();
        story.step("director", key(KeySeat::Conduct, KeyRound::Certificate))
    }),
    ("key_threshold", Chapter::Opened, |story| propose(story, |plan| plan.key_threshold = 1)),
    ("key_threshold", Chapter::Opened, |story| propose(story, |plan| plan.key_threshold = 4)),
    ("key_round", Chapter::Agreed, |story| {
        ceremony(story, 2);
        story.step("director", key(KeySeat::Office, KeyRound::Polynomial))
    }),
    ("key_round", Chapter::Agreed, |story| {
        ceremony(story, 8);
        story.step("conduct", practice_box())
    }),
    ("missing", Chapter::Agreed, |story| {
        let (seat, reason) = (KeySeat::Office, "口令忘了".to_owned());
        story.step("director", Step::RestartKeys { seat, reason })
    }),
    ("bad_name", Chapter::Agreed, |story| {
        ceremony(story, 2);
        let (seat, reason) = (KeySeat::Office, String::new());
        story.step("director", Step::RestartKeys { seat, reason })
    }),
    ("missing", Chapter::Agreed, |story| {
        // A share of a box that is not there.
        ceremony(story, 9);
        story.step("director", practice_share(KeySeat::Office, Medium::File))
    }),
    ("missing", Chapter::Agreed, |story| {
        // Two media of one holder and one of another are not two holders.
        ceremony(story, 13);
        story.step("conduct", Step::OpenPracticeBox { outcome: vec![vec![1, 2]] })
    }),
    ("missing", Chapter::Agreed, |story| {
        // A key that was never rehearsed with.
        story.step("statistician", Step::IssueCodes(story.code_lists())).unwrap();
        ceremony(story, 14);
        story.now = crate::story::opens_at();
        story.step("system", Step::OpenSurvey(story.openings()))
    }),
    ("code_list_mismatch", Chapter::Agreed, |story| {
        let mut lists = story.code_lists();
        lists.values_mut().next().unwrap().count += 1;
        story.step("statistician", Step::IssueCodes(lists))
    }),
    ("wrong_stage", Chapter::Collecting, |story| {
        // Once ballots are taken, striking off a code could strike off an answer.
        story.step("statistician", story.replacement(1))
    }),
    ("missing", Chapter::Agreed, |story| story.step("statistician", story.replacement(1))),
    ("struck_codes", Chapter::Ready, |story| story.step("statistician", story.replacement(0))),
    ("struck_codes", Chapter::Ready, |story| story.step("statistician", story.replacement(13))),
    ("bad_name", Chapter::Ready, |story| replace(story, |_, _, reason| reason.push('\n'))),
    ("bad_sheet", Chapter::Ready, |story| replace(story, |sheet, _, _| sheet.0 = 99)),
    ("boxes_mismatch", Chapter::Ready, |story| {
        replace(story, |_, lists, _| drop(lists.pop_first()))
    }),
    ("boxes_mismatch", Chapter::Ready, |story| {
        // The boxes of another sheet keep the codes that they have.
        let all = story.code_lists();
        replace(story, |_, lists, _| lists.extend(all))
    }),
    ("code_list_mismatch", Chapter::Ready, |story| {
        // The number of codes was signed.
        replace(story, |_, lists, _| lists.values_mut().for_each(|list| list.count += 1))
    }),
    ("code_list_mismatch", Chapter::Ready, |story| {
        let all = story.code_lists();
        replace(story, |_, lists, _| {
            lists.iter_mut().for_each(|(id, list)| list.digest = all[id].digest);
        })
    }),
    ("boxes_mismatch", Chapter::Agreed, |story| {
        let mut lists = story.code_lists();
        lists.pop_first();
        story.step("statistician", Step::IssueCodes(lists))
    }),
    ("boxes_mismatch", Chapter::Ready, |story| {
        story.now = crate::story::opens_at();
        let mut openings = story.openings();
        openings.values_mut().next().unwrap().uuid = "another".to_owned();
        story.step("system", Step::OpenSurvey(openings))
    }),
    ("boxes_mismatch", Chapter::Collecting, |story| {
        // A head that goes back is a box from which something was taken.
        story.step("system", Step::CheckpointBoxes(story.heads(6)))
    }),
    ("boxes_mismatch", Chapter::Collecting, |story| {
        // Another head of the same height is another box.
        let mut heads = story.heads(7);
        heads.values_mut().next().unwrap().hash = digest("fork");
        story.step("system", Step::CheckpointBoxes(heads))
    }),
    ("boxes_mismatch", Chapter::Collecting, |story| {
        // A result before the key holders acted.
        story.now = closes_at();
        story.step("system", Step::CloseSurvey(story.tallied(9, true)))
    }),
    ("boxes_mismatch", Chapter::Shared, |story| {
        // A box that was to open stays shut.
        let mut boxes = story.tallied(13, true);
        boxes.values_mut().next().unwrap().opened = false;
        story.step("conduct", Step::OpenBoxes(boxes))
    }),
    ("missing", Chapter::Agreed, |story| {
        story.now = crate::story::opens_at();
        story.step("system", Step::OpenSurvey(story.openings()))
    }),
    ("missing", Chapter::Closed, |story| {
        story.step("conduct", Step::OpenBoxes(story.tallied(13, true)))
    }),
    ("too_early", Chapter::Ready, |story| story.step("system", Step::OpenSurvey(story.openings()))),
    ("too_early", Chapter::Collecting, |story| {
        story.step("system", Step::CloseSurvey(story.tallied(9, false)))
    }),
    ("too_late", Chapter::Ready, |story| {
        story.now = closes_at();
        story.step("system", Step::OpenSurvey(story.openings()))
    }),
];

/// Inspection and ranking.
const INSPECTION: &[Provocation] = &[
    ("bad_inspection_group", Chapter::Opened, |story| {
        let mut group = story.group();
        group.members = crate::story::accounts(&["inspector"]);
        story.step("coordinator", Step::FormInspectionGroup(group))
    }),
    ("bad_inspection_group", Chapter::Opened, |story| {
        let mut group = story.group();
        group.members.insert(account("liaison"));
        story.step("coordinator", Step::FormInspectionGroup(group))
    }),
    ("bad_inspection_group", Chapter::Opened, |story| {
        with_group(story);
        let mut other = story.group();
        other.number = InspectionGroupNumber(2);
        story.step("coordinator", Step::FormInspectionGroup(other))
    }),
    ("bad_inspection_group", Chapter::Opened, |story| {
        with_group(story);
        // A group that has begun keeps its units.
        story.enter("inspector", &unit("360100-LSB")).unwrap();
        let mut group = story.group();
        group.units.pop_last();
        story.step("coordinator", Step::FormInspectionGroup(group))
    }),
    ("not_in_group", Chapter::Opened, |story| {
        with_group(story);
        story.enter("liaison", &unit("360100-LSB"))
    }),
    ("not_in_group", Chapter::Opened, |story| {
        // Nobody enters points in the name of another.
        with_group(story);
        let sheet = story.sheet("inspector", &unit("360100-LSB"));
        story.step("leader", Step::EnterPoints { sheet, commitment: digest("x") })
    }),
    ("not_in_group", Chapter::Opened, |story| {
        with_decision(story);
        let (unit, report) = (unit("360100-LSB"), report_on(&unit("360100-LSB")));
        story.step("inspector", Step::SignInspection { unit, report })
    }),
    ("bad_points", Chapter::Opened, |story| {
        with_group(story);
        let mut sheet = story.sheet("leader", &unit("360100-LSB"));
        sheet.points = points("20.1", "8");
        story.step("leader", Step::EnterPoints { sheet, commitment: digest("x") })
    }),
    ("bad_points", Chapter::Opened, |story| {
        with_group(story);
        let mut sheet = story.sheet("leader", &unit("360100-LSB"));
        sheet.points.values_mut().for_each(|given| given.reason = "  ".to_owned());
        story.step("leader", Step::EnterPoints { sheet, commitment: digest("x") })
    }),
    ("unknown_component", Chapter::Opened, |story| {
        with_group(story);
        let mut sheet = story.sheet("leader", &unit("360100-LSB"));
        let extra = sheet.points["rectification"].clone();
        sheet.points.insert("charm".to_owned(), extra);
        story.step("leader", Step::EnterPoints { sheet, commitment: digest("x") })
    }),
    ("already_decided", Chapter::Opened, |story| {
        with_decision(story);
        story.enter("inspector", &unit("360100-LSB"))
    }),
    ("sheets_outstanding", Chapter::Opened, |story| {
        with_group(story);
        story.enter("leader", &unit("360100-LSB")).unwrap();
        story.decide_on(&unit("360100-LSB"))
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        // The group decided upon sheets, one of which was replaced meanwhile.
        with_sheets(story);
        let report = story.report(&unit("360100-LSB"));
        let sheet = story.sheet("inspector", &unit("360100-LSB"));
        story.step("inspector", Step::EnterPoints { sheet, commitment: digest("new") }).unwrap();
        story.step("leader", Step::DecideInspection { report, commitment: digest("x") })
    }),
    ("changed_meanwhile", Chapter::Opened, |story| {
        with_decision(story);
        let (unit, report) = (unit("360100-LSB"), digest("another report"));
        story.step("leader", Step::SignInspection { unit, report })
    }),
    ("missing", Chapter::Opened, |story| {
        with_sheets(story);
        let mut report = story.report(&unit("360100-LSB"));
        (report.votes_for, report.votes_against) = (Some(1), Some(1));
        story.step("leader", Step::DecideInspection { report, commitment: digest("x") })
    }),
    ("inspections_outstanding", Chapter::Tallied, |story| {
        story.step("coordinator", Step::DraftRanking { report: digest("scores") })
    }),
    ("changed_meanwhile", Chapter::Drafted, |story| {
        let (signatory, report) = (Signatory::Office, digest("other scores"));
        story.step("director", Step::SignRanking { signatory, report })
    }),
];

fn all() -> impl Iterator<Item = &'static Provocation> {
    DIRECTORY
        .iter()
        .chain(SURVEY)
        .chain(INSPECTION)
        .chain(crate::opinion::REFUSALS)
        .chain(crate::integrity::REFUSALS)
        .chain(crate::sorting::REFUSALS)
        .chain(crate::inspection::REFUSALS)
        .chain(crate::ledger::REFUSALS)
        .chain(crate::preparation::REFUSALS)
}

#[test]
fn each_provocation_gets_its_refusal_and_changes_nothing() {
    for (number, (code, chapter, provoke)) in all().enumerate() {
        let mut story = Story::province(*chapter);
        let refusal = match provoke(&mut story) {
            Err(refusal) => refusal,
            Ok(()) => panic!("provocation {number} of {code} was accepted"),
        };
        assert_eq!(refusal.code(), *code, "provocation {number}: {refusal}");
        // What led there stands in the entries, and nothing else happened.
        let told = text_of(&crate::story::replay(&story.entries));
        assert_eq!(told, text_of(&story.world), "provocation {number} of {code}");
    }
}

#[test]
fn every_refusal_is_provoked() {
    let provoked: BTreeSet<String> = all().map(|(code, ..)| (*code).to_owned()).collect();
    let known: BTreeSet<String> = Rejection::examples().iter().map(Rejection::code).collect();
    assert_eq!(provoked, known);
}

#[test]
fn the_examples_name_every_code_of_the_source() {
    // `examples` is written by hand; the variants stand in the source as they are declared.
    let source = include_str!("../../src/rejection.rs");
    let start = source.find("pub enum Rejection {").unwrap();
    let body = &source[start..start + source[start..].find("\n}").unwrap()];
    let is_variant = |line: &&str| {
        line.strip_prefix("    ").is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()))
    };
    let variants = body.lines().filter(is_variant).count();
    // An area has one variant here, and an enum of its own.
    let outer = |example: &Rejection| match example.area() {
        Some(area) => area.to_owned(),
        None => example.code(),
    };
    let codes: BTreeSet<String> = Rejection::examples().iter().map(outer).collect();
    assert_eq!(variants, codes.len());
}

#[test]
fn a_refusal_gives_its_data_by_name() {
    let refusal = Rejection::WrongLevel { unit: unit("360100-LSB"), level: Level::City };
    let args: Vec<_> = refusal.args();
    assert_eq!(
        args,
        [("level", "city"), ("unit", "360100-LSB")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let disorder = Rejection::CalendarDisorder { phase: Phase::Opinions };
    assert_eq!(disorder.args(), [("phase".to_owned(), "opinions".to_owned())]);
}

#[test]
fn a_calendar_is_checked_again_when_it_is_set() {
    let range = DateRange { first: date(2026, 7, 2), last: date(2026, 7, 1) };
    assert_eq!(Calendar::new([range; 4]), Err(Phase::Mobilisation));
    let mut story = Story::province(Chapter::Planned);
    let refusal = story.step("coordinator", Step::SetCalendar(disordered())).unwrap_err();
    assert_eq!(refusal, Rejection::CalendarDisorder { phase: Phase::Opinions });
}
