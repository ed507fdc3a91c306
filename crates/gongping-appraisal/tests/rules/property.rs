//! What holds whatever is asked for, by whomever, in whatever order.

use crate::story::{
    Chapter, PEOPLE, RULEBOOK, Story, account, calendar, digest, head, key, points, practice_box,
    practice_share, replay, report_on, text_of, tree, unit,
};
use gongping_appraisal::{
    Ceremony, Command, Duty, DutyGrant, InspectionGroupNumber, KeyRound, KeySeat, Medium, Points,
    Rejection, Signatory, Step, World,
};
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::sync::OnceLock;

/// The stages of an appraisal in their order.
const STAGES: [&str; 11] = [
    "absent",
    "planned",
    "unplanned",
    "proposed",
    "agreed",
    "collecting",
    "closed",
    "tallied",
    "drafted",
    "signed",
    "published",
];

/// One thing somebody tries: which, who, and a number from which its details follow.
type Attempt = (u8, usize, u16);

const KINDS: u8 = 29;

/// Stories up to each chapter, told once.
fn started(chapter: Chapter) -> Story {
    static STORIES: OnceLock<Vec<Story>> = OnceLock::new();
    let all = STORIES.get_or_init(|| Chapter::ALL.map(Story::province).into());
    all[Chapter::ALL.iter().position(|known| *known == chapter).unwrap()].clone()
}

fn pick<T: Copy>(from: &[T], detail: u16) -> T {
    from[usize::from(detail) % from.len()]
}

fn attempt(story: &mut Story, (kind, who, detail): Attempt) -> Result<(), Rejection> {
    let actor = PEOPLE[who % PEOPLE.len()].0;
    match kind {
        0..=5 => directory(story, actor, kind, detail),
        6..=16 => {
            let step = survey_step(story, kind, detail);
            story.step(actor, step)
        }
        17..=25 => {
            let step = later_step(story, actor, kind, detail);
            story.step(actor, step)
        }
        26 => {
            story.wait(i64::from(detail) * 60);
            Ok(())
        }
        // Often enough the right thing is done, or nothing would ever come far.
        _ => story.tell_chapter(next_chapter(story)),
    }
}

fn next_chapter(story: &Story) -> Chapter {
    match story.stage() {
        "absent" => Chapter::Planned,
        "planned" => Chapter::Opened,
        "unplanned" => Chapter::Proposed,
        "proposed" => Chapter::Agreed,
        "agreed" if story.open().survey.ceremony().is_some_and(Ceremony::is_rehearsed) => {
            Chapter::Collecting
        }
        "agreed" => Chapter::Ready,
        "collecting" => Chapter::Closed,
        "closed" if story.open().awaited_shares().len() < 2 => Chapter::Tallied,
        "closed" => Chapter::Shared,
        "tallied" if story.open().inspections.is_empty() => Chapter::Inspected,
        "tallied" => Chapter::Drafted,
        "drafted" => Chapter::Signed,
        _ => Chapter::Published,
    }
}

fn directory(story: &mut Story, actor: &str, kind: u8, detail: u16) -> Result<(), Rejection> {
    let ids = ["360000-LSB", "360100-LSB", "360102-LSB", "360102-LSB-W1", "369999-LSB"];
    let on = date(2025 + i16::try_from(detail % 3).unwrap(), 7, 1);
    let unit = unit(pick(&ids, detail));
    let account = account(PEOPLE[usize::from(detail) % PEOPLE.len()].0);
    let command = match kind {
        0 => Command::RegisterUnits(tree(usize::from(detail % 9)).split_off(4)),
        1 => Command::RenameUnit { unit, name: format!("新名{}", detail % 5), from: on },
        2 => Command::CloseUnit { unit, on },
        3 => return story.open_account(&format!("n{}", detail % 7), "新人", &[]),
        4 => {
            let duty = pick(&Duty::ALL, detail);
            Command::ChangeDuties { account, duties: [DutyGrant { duty, unit }].into() }
        }
        _ if detail.is_multiple_of(4) => Command::CloseAccount { account },
        _ => Command::SetPassword { account, password: digest("new") },
    };
    story.act(actor, command)
}

fn survey_step(story: &Story, kind: u8, detail: u16) -> Step {
    let mut plan = story.plan();
    plan.sheets[0].codes = u32::from(detail % 16);
    let seat = pick(&KeySeat::ALL, detail);
    let height = u64::from(detail % 16);
    let mut heads = story.heads(height);
    if detail.is_multiple_of(5) {
        heads.pop_first();
    }
    match kind {
        6 if detail.is_multiple_of(3) => Step::AdoptRulebook { text: RULEBOOK.replace("70", "71") },
        6 => Step::AdoptRulebook { text: format!("{RULEBOOK}# {}\n", detail % 3) },
        7 => Step::SetCalendar(calendar(2026)),
        8 => Step::Open,
        9 => Step::ProposeSurvey(plan),
        10 => {
            let plan = if detail.is_multiple_of(3) { plan } else { story.plan() };
            Step::SignSurvey { signatory: pick(&Signatory::ALL, detail), plan: plan.digest() }
        }
        11 => match detail % 12 {
            0 => Step::RestartKeys { seat, reason: "重新开始".to_owned() },
            1 => practice_box(),
            2..5 => practice_share(seat, pick(&Medium::ALL, detail / 3)),
            5 => Step::OpenPracticeBox { outcome: vec![vec![1, 2]] },
            _ => key(seat, pick(&KeyRound::ALL, detail / 12)),
        },
        12 if detail.is_multiple_of(3) => story.replacement(u32::from(detail % 16)),
        12 => Step::IssueCodes(story.code_lists()),
        13 => Step::OpenSurvey(story.openings()),
        14 => Step::CheckpointBoxes(heads),
        15 => {
            let mut boxes = story.tallied(height, detail.is_multiple_of(4));
            let few = boxes.values_mut().next().unwrap();
            few.counted = u64::from(detail % 12);
            Step::CloseSurvey(boxes)
        }
        _ => Step::GiveShare { seat, heads },
    }
}

fn later_step(story: &Story, actor: &str, kind: u8, detail: u16) -> Step {
    let of = story.units[usize::from(detail) % story.units.len()].clone();
    let signatory = pick(&Signatory::ALL, detail);
    let report = digest(pick(&["scores", "other scores"], detail / 2));
    match kind {
        17 => Step::OpenBoxes(story.tallied(13, !detail.is_multiple_of(3))),
        18 => {
            let mut group = story.group();
            group.number = InspectionGroupNumber(detail % 3);
            if detail.is_multiple_of(4) {
                group.members.insert(account(PEOPLE[usize::from(detail) % 10].0));
            }
            Step::FormInspectionGroup(group)
        }
        19 | 20 => {
            let mut sheet = story.sheet(actor, &of);
            sheet.points = points(&format!("{}.{}", detail % 22, detail % 10), "8");
            Step::EnterPoints { sheet, commitment: digest(&format!("{detail}")) }
        }
        21 => {
            let appraisal = story.world.appraisal(&story.id());
            let running = appraisal.and_then(|appraisal| appraisal.running());
            let sheets = running.and_then(|open| open.inspections.get(&of));
            let sheets = sheets.map(|known| known.sheets().clone()).unwrap_or_default();
            let report = gongping_appraisal::InspectionReport {
                appraisal: story.id(),
                unit: of.clone(),
                group: InspectionGroupNumber(1),
                sheets,
                points: points("17", "8"),
                votes_for: Some(detail % 4),
                votes_against: Some(detail % 2),
            };
            Step::DecideInspection { report, commitment: report_on(&of) }
        }
        22 => Step::ReturnInspection { unit: of, reason: "再核对".to_owned() },
        23 => Step::SignInspection { report: report_on(&of), unit: of },
        24 => Step::DraftRanking { report },
        _ if detail.is_multiple_of(3) => Step::Publish { manifest: digest("manifest") },
        _ => Step::SignRanking { signatory, report },
    }
}

fn rank(stage: &str) -> usize {
    STAGES.iter().position(|known| *known == stage).expect("a stage of the list")
}

/// What every state must satisfy.
fn invariants(world: &World, story: &Story) -> Result<(), TestCaseError> {
    for unit in world.units() {
        let parent = unit.parent.as_ref().map(|parent| world.unit(parent).unwrap());
        prop_assert_eq!(parent.and_then(|parent| parent.level.below()), {
            parent.map(|_| unit.level)
        });
        if let Some(closed) = parent.and_then(|parent| parent.closed_on) {
            prop_assert!(unit.closed_on.is_some_and(|own| own <= closed), "{:?} is orphaned", unit);
        }
    }
    let appraisal = world.appraisal(&story.id());
    let Some(open) = appraisal.and_then(|appraisal| appraisal.running()) else { return Ok(()) };
    let mut seats: Vec<_> =
        open.survey.ceremony().into_iter().flat_map(|known| known.holders.values()).collect();
    let held = seats.len();
    seats.sort();
    seats.dedup();
    prop_assert_eq!(seats.len(), held, "one account fills two seats");
    if let Some(signed) = open.ranking.signed() {
        let distinct: std::collections::BTreeSet<_> = signed.values().collect();
        prop_assert_eq!(distinct.len(), signed.len(), "one account signed for two bodies");
    }
    for (id, state) in open.survey.boxes().into_iter().flatten() {
        let minimum = open.rulebook.rules.survey().box_minimum.value;
        prop_assert!(!state.opened || state.counted >= minimum, "small box {} was opened", id);
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config {
        cases: 192,
        rng_seed: RngSeed::Fixed(2007),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn whatever_is_tried_the_log_tells_the_world(
        chapter in 0..Chapter::ALL.len(),
        attempts in prop::collection::vec((0..KINDS, 0..PEOPLE.len(), any::<u16>()), 1..50),
    ) {
        let mut story = started(Chapter::ALL[chapter]);
        for attempted in attempts {
            let (stage, size) = (story.stage(), story.entries.len());
            let outcome = attempt(&mut story, attempted);
            prop_assert!(rank(story.stage()) >= rank(stage), "{} after {}", story.stage(), stage);
            if stage == "published" {
                let within = story.entries[size..].iter().any(|e| e.body.appraisal().is_some());
                prop_assert!(!within, "{:?} was accepted after publication", attempted);
            }
            let alone = !matches!(attempted.0, 27..);
            if alone && outcome.is_err() {
                prop_assert_eq!(story.entries.len(), size, "a refusal left something behind");
            }
            invariants(&story.world, &story)?;
        }
        prop_assert_eq!(story.world.size(), story.entries.len() as u64);
        prop_assert_eq!(text_of(&replay(&story.entries)), text_of(&story.world));
    }

    #[test]
    fn a_published_appraisal_accepts_nothing(
        attempts in prop::collection::vec((6..26u8, 0..PEOPLE.len(), any::<u16>()), 1..20),
    ) {
        let mut story = started(Chapter::Published);
        let before = text_of(&story.world);
        for attempted in attempts {
            prop_assert!(attempt(&mut story, attempted).is_err(), "{:?}", attempted);
        }
        prop_assert_eq!(text_of(&story.world), before);
    }

    #[test]
    fn heads_only_move_forward(heights in prop::collection::vec(0..20u64, 1..12)) {
        let mut story = started(Chapter::Collecting);
        let box_id = story.box_ids()[0].clone();
        for height in heights {
            let known = story.open().survey.boxes().unwrap()[&box_id].head.height;
            let heads = [(box_id.clone(), head(&box_id, height))].into();
            let outcome = story.step("system", Step::CheckpointBoxes(heads));
            prop_assert_eq!(outcome.is_ok(), height >= known);
        }
    }

    #[test]
    fn points_are_read_as_they_are_written(hundredths in 0..=999_999u32) {
        let points = Points::from_hundredths(hundredths);
        prop_assert_eq!(Points::parse(&points.to_string()), Ok(points));
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in ".{0,40}") {
        let _ = gongping_appraisal::UnitId::parse(&text);
        let _ = gongping_appraisal::AppraisalId::parse(&text);
        let _ = gongping_appraisal::BoxId::parse(&text);
        let _ = gongping_appraisal::Digest::parse(&text);
        let _ = Points::parse(&text);
        let _ = gongping_appraisal::Entry::from_bytes(text.as_bytes());
    }
}

#[test]
fn the_attempts_reach_every_stage() {
    // Otherwise the properties above would say little.
    let mut story = started(Chapter::People);
    let mut seen = vec![story.stage()];
    for _ in 0..40 {
        let _ = attempt(&mut story, (27, 0, 0));
        if seen.last() != Some(&story.stage()) {
            seen.push(story.stage());
        }
    }
    assert_eq!(seen, STAGES);
}
