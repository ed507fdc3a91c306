//! One appraisal from the tree of units to the published result.

use crate::story::{Chapter, Story, digest, replay, report_on, text_of, unit};
use gongping_appraisal::{Command, Entry, Event, Inspection, Level, Signatory, Step, Survey};
use jiff::civil::date;

#[test]
fn every_chapter_leads_to_its_stage() {
    let stages = Chapter::ALL.map(|chapter| Story::province(chapter).stage());
    assert_eq!(
        stages,
        [
            "absent",
            "planned",
            "unplanned",
            "proposed",
            "agreed",
            "agreed",
            "collecting",
            "closed",
            "closed",
            "tallied",
            "tallied",
            "drafted",
            "signed",
            "published",
        ]
    );
}

#[test]
fn the_log_tells_the_whole_appraisal() {
    let story = Story::province(Chapter::Published);
    let kinds: Vec<String> = story.entries.iter().map(|entry| entry.body.kind()).collect();
    let within: Vec<&str> =
        kinds.iter().map(String::as_str).skip_while(|kind| *kind != "appraisal_planned").collect();
    assert_eq!(
        within,
        [
            "appraisal_planned",
            "rulebook_adopted",
            "calendar_set",
            "appraisal_opened",
            "survey_proposed",
            "survey_signed",
            "survey_signed",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "key_message_given",
            "practice_box_made",
            "practice_share_given",
            "practice_share_given",
            "practice_share_given",
            "practice_share_given",
            "practice_box_opened",
            "codes_issued",
            "survey_opened",
            "boxes_checkpointed",
            "survey_closed",
            "share_given",
            "share_given",
            "boxes_opened",
            "inspection_group_formed",
            "points_entered",
            "points_entered",
            "inspection_decided",
            "inspection_signed",
            "points_entered",
            "points_entered",
            "inspection_decided",
            "inspection_signed",
            "ranking_drafted",
            "ranking_signed",
            "ranking_signed",
            "published",
        ]
    );
    assert_eq!(text_of(&replay(&story.entries)), text_of(&story.world));
    assert_eq!(story.world.size(), story.entries.len() as u64);
}

#[test]
fn what_is_published_says_who_signed_and_what() {
    let story = Story::province(Chapter::Published);
    let appraisal = story.world.appraisal(&story.id()).unwrap();
    let published = appraisal.published().unwrap();
    assert_eq!(published.manifest, digest("manifest"));
    let signed = published.open.ranking.signed().unwrap();
    assert_eq!(signed[&Signatory::Office].as_str(), "director");
    assert_eq!(signed[&Signatory::Statistics].as_str(), "statistician");
    assert_eq!(published.open.ranking.report(), Some(digest("scores")));
    for of in &story.units {
        let Some(Inspection::Signed { report, leader, sheets, .. }) =
            published.open.inspections.get(of)
        else {
            panic!("the report on {of} is not signed");
        };
        assert_eq!((*report, leader.as_str(), sheets.len()), (report_on(of), "leader", 2));
    }
}

#[test]
fn a_box_with_too_few_ballots_is_never_opened() {
    let mut story = Story::province(Chapter::Collecting);
    story.now = crate::story::closes_at();
    let mut closed = story.tallied(9, false);
    let small = closed.keys().next().unwrap().clone();
    closed.get_mut(&small).unwrap().counted = 4;
    story.step("system", Step::CloseSurvey(closed)).unwrap();
    let Survey::Closed { to_open, .. } = &story.open().survey else { panic!("not closed") };
    assert!(!to_open.contains(&small));
    assert_eq!(to_open.len(), story.box_ids().len() - 1);

    // Not even a share for it may exist.
    let with_small =
        Step::GiveShare { seat: gongping_appraisal::KeySeat::Office, heads: story.heads(10) };
    assert_eq!(story.step("director", with_small).unwrap_err().code(), "boxes_mismatch");
}

#[test]
fn a_returned_report_can_be_decided_again_and_keeps_the_sheets() {
    let mut story = Story::province(Chapter::Opened);
    story.step("coordinator", Step::FormInspectionGroup(story.group())).unwrap();
    let of = unit("360100-LSB");
    story.enter("leader", &of).unwrap();
    story.enter("inspector", &of).unwrap();
    story.decide_on(&of).unwrap();
    let reason = "请核对第三项".to_owned();
    story.step("leader", Step::ReturnInspection { unit: of.clone(), reason }).unwrap();
    assert_eq!(story.open().inspections[&of].stage(), "entering");
    assert_eq!(story.open().inspections[&of].sheets().len(), 2);
    story.decide_on(&of).unwrap();
    let report = report_on(&of);
    story.step("leader", Step::SignInspection { unit: of.clone(), report }).unwrap();
    assert_eq!(story.open().inspections[&of].stage(), "signed");
}

#[test]
fn the_rulebook_is_frozen_when_the_appraisal_opens() {
    let mut story = Story::province(Chapter::Opened);
    let opened = story.entries.iter().find_map(|entry| match &entry.body {
        Event::AppraisalOpened { rulebook, .. } => Some(*rulebook),
        _ => None,
    });
    assert_eq!(opened, Some(digest(crate::story::RULEBOOK)));
    let text = format!("{}\n# changed\n", crate::story::RULEBOOK);
    let refusal = story.step("coordinator", Step::AdoptRulebook { text }).unwrap_err();
    assert_eq!(refusal.code(), "wrong_stage");
    assert_eq!(story.open().rulebook.hash, digest(crate::story::RULEBOOK));
}

#[test]
fn a_past_result_keeps_the_name_that_a_unit_had() {
    let mut story = Story::province(Chapter::Published);
    let city = unit("360100-LSB");
    let rename = Command::RenameUnit {
        unit: city.clone(),
        name: "人力资源和社会保障局".to_owned(),
        from: date(2027, 1, 1),
    };
    story.act("admin", rename).unwrap();
    let known = story.world.unit(&city).unwrap();
    assert_eq!(known.name_on(date(2026, 12, 31)), "360100-LSB 劳动和社会保障局");
    assert_eq!(known.name_on(date(2027, 1, 1)), "人力资源和社会保障局");
}

#[test]
fn a_county_appraises_itself_and_its_windows() {
    let mut story = Story::county(2, Chapter::People);
    story.units.push(unit("360102-LSB"));
    story.act("coordinator", story.planning()).unwrap();
    assert_eq!(story.world.unit(&unit("360102-LSB")).unwrap().level, Level::County);
    let planned = story.world.appraisal(&story.id()).unwrap();
    assert_eq!(planned.units.len(), 3);
}

#[test]
fn an_entry_in_another_spelling_is_refused() {
    let story = Story::province(Chapter::Published);
    for entry in &story.entries {
        let text = String::from_utf8(entry.to_bytes()).unwrap();
        let spaced = text.replacen(':', ": ", 1);
        assert!(Entry::from_bytes(spaced.as_bytes()).is_err(), "{spaced} was accepted");
        let more = text.replacen('{', "{\"more\":1,", 1);
        assert!(Entry::from_bytes(more.as_bytes()).is_err(), "{more} was accepted");
        let cut = &text[..text.len() - 1];
        assert!(Entry::from_bytes(cut.as_bytes()).is_err(), "{cut} was accepted");
    }
}
