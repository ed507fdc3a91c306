//! More boxes than one entry of the log can speak of.

use crate::story::{Chapter, GROUPS, Story, head, replay, text_of};
use gongping_appraisal::{BoxId, CodeList, Entry, Step, Survey};
use std::collections::BTreeMap;

const WINDOWS: usize = 150;

fn parts(entries: &[Entry], kind: &str) -> usize {
    entries.iter().filter(|entry| entry.body.kind() == kind).count()
}

#[test]
fn a_county_with_many_windows_goes_all_the_way() {
    // `Story::act` refuses any entry over the limit and any that is not read as written.
    let story = Story::county(WINDOWS, Chapter::Published);
    let boxes = WINDOWS * GROUPS.len();
    for kind in
        ["codes_issued", "survey_opened", "boxes_checkpointed", "survey_closed", "boxes_opened"]
    {
        assert_eq!(parts(&story.entries, kind), boxes.div_ceil(150), "{kind}");
    }
    assert_eq!(parts(&story.entries, "share_given"), 2 * boxes.div_ceil(150));
    let Survey::Tallied { boxes: states, .. } = &story.open().survey else { panic!("not tallied") };
    assert_eq!(states.len(), boxes);
    for (id, state) in states {
        assert!(state.opened, "the result of {id} was lost");
        assert_eq!(state.head, head(id, 13), "the last head of {id} was lost");
        assert_eq!(state.counted, 11);
    }
    assert_eq!(text_of(&replay(&story.entries)), text_of(&story.world));
}

#[test]
fn closing_in_parts_keeps_every_box_and_every_decision_to_open() {
    let story = Story::county(WINDOWS, Chapter::Closed);
    let Survey::Closed { boxes, to_open, shares, .. } = &story.open().survey else {
        panic!("not closed")
    };
    assert_eq!(boxes.len(), WINDOWS * GROUPS.len());
    assert_eq!(to_open.len(), WINDOWS * GROUPS.len());
    assert!(shares.is_empty());
    assert!(boxes.values().all(|state| state.counted == 11 && state.head.height == 9));
}

#[test]
fn code_lists_in_parts_are_one_list() {
    let story = Story::county(WINDOWS, Chapter::Ready);
    let Survey::Agreed { codes, .. } = &story.open().survey else { panic!("not agreed") };
    let all: BTreeMap<BoxId, _> = story.code_lists();
    assert_eq!(codes.as_ref(), Some(&all));
}

#[test]
fn a_sheet_of_many_boxes_has_its_codes_replaced_in_parts() {
    let mut story = Story::county(WINDOWS + 1, Chapter::Ready);
    let deputies = story.plan().sheets.pop().unwrap();
    let id = story.id();
    let lists = deputies.units.iter().map(|unit| {
        let box_id = BoxId::of(&id, unit, &deputies.group);
        let digest = crate::story::digest(&format!("{box_id} anew"));
        (box_id, CodeList { digest, count: 12 })
    });
    let lists: BTreeMap<_, _> = lists.collect();
    let (sheet, reason) = (deputies.number, "邮寄时遗失".to_owned());
    let step = Step::ReplaceCodes { sheet, lists: lists.clone(), struck: 1, reason };
    story.step("statistician", step).unwrap();
    assert_eq!(parts(&story.entries, "codes_replaced"), 2);
    let Survey::Agreed { codes: Some(codes), .. } = &story.open().survey else {
        panic!("not agreed")
    };
    let mut expected = story.code_lists();
    expected.extend(lists);
    assert_eq!(codes, &expected);
    assert_eq!(text_of(&replay(&story.entries)), text_of(&story.world));
}

#[test]
fn the_longest_ids_fit_an_entry() {
    // 150 boxes with the longest ids that the types allow: the widest part that can occur.
    let organiser = format!("360102-{}", "Z".repeat(25));
    let appraisal = format!("2026-{organiser}");
    let ids = (100..250).map(|number| {
        let id = format!("{appraisal}.360102-{}{number}.{}", "W".repeat(22), "g".repeat(40));
        BoxId::parse(&id).unwrap()
    });
    let boxes = ids.map(|id| {
        let opening = gongping_appraisal::BoxOpening {
            uuid: "u".repeat(22),
            fingerprint: "f".repeat(43),
            head: gongping_appraisal::BoxHead { height: u64::MAX, ..head(&id, 0) },
        };
        (id, opening)
    });
    let body = gongping_appraisal::Event::SurveyOpened {
        appraisal: gongping_appraisal::AppraisalId::parse(&appraisal).unwrap(),
        boxes: boxes.collect(),
    };
    let entry = Entry { at_us: i64::MAX, actor: crate::story::account("system"), body };
    assert!(entry.to_bytes().len() <= Entry::MAX_BYTES, "{}", entry.to_bytes().len());
}
