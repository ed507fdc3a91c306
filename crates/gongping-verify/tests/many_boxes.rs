//! Decisions about more boxes than one log entry holds come in parts, and are checked as one.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

mod tests {
    use super::common::case::{Case, RULEBOOK};
    use super::common::installation::{Installation, unit};
    use super::common::verify;
    use gongping_appraisal::{
        AppraisalId, BoxHead, BoxOpening, Calendar, CodeList, Command, DateRange, Entry, Event,
        GroupId, KeyRound, KeySeat, Level, Medium, NewUnit, SheetNumber, SheetPlan, Signatory,
        Step, SurveyPlan, sha256,
    };
    use gongping_verify::{Check, Options, SYSTEM_ACTOR};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    const UNITS: u32 = 170;

    /// A province with so many cities that codes and boxes need three entries each.
    fn installation() -> Installation {
        let mut installation = Installation::new();
        let id = AppraisalId::of(2025, &unit("360000-LSB")).unwrap();
        let ids: Vec<_> = (0..UNITS).map(|n| unit(&format!("361{n:03}-LSB"))).collect();
        let new_unit = |id: &gongping_appraisal::UnitId| NewUnit {
            id: id.clone(),
            name: id.to_string(),
            level: Level::City,
            parent: Some(unit("360000-LSB")),
            opened_on: date(2000, 1, 1),
        };
        let units = ids.iter().map(new_unit).collect();
        installation.act(SYSTEM_ACTOR, Command::RegisterUnits(units));
        let mut act = |actor: &str, command| installation.act(actor, command);
        let within = |step| Command::Within(id.clone(), step);
        act(
            "coordination",
            Command::PlanAppraisal {
                organiser: unit("360000-LSB"),
                year: 2025,
                title: "多".to_owned(),
                units: ids.clone(),
            },
        );
        act("coordination", within(Step::AdoptRulebook { text: RULEBOOK.to_owned() }));
        let phase = DateRange { first: date(2025, 6, 1), last: date(2025, 9, 1) };
        let calendar = Calendar::new([phase; 4]).unwrap();
        act("coordination", within(Step::SetCalendar(calendar)));
        act("office", within(Step::Open));
        let sheet = |number, group| SheetPlan {
            number: SheetNumber(number),
            group: GroupId::parse(group).unwrap(),
            units: ids.clone(),
            codes: 2,
        };
        let plan = SurveyPlan {
            sheets: vec![sheet(1, "residents"), sheet(2, "enterprises")],
            opens_at: "2025-06-01T00:00:00Z".parse().unwrap(),
            closes_at: "2025-07-15T00:00:00Z".parse().unwrap(),
            key_threshold: 2,
            channels: Vec::new(),
        };
        act("appraisal", within(Step::ProposeSurvey(plan.clone())));
        let digest = plan.digest();
        for (actor, signatory) in
            [("office", Signatory::Office), ("statistics", Signatory::Statistics)]
        {
            act(actor, within(Step::SignSurvey { signatory, plan: digest }));
        }
        // Nobody looks at keys and boxes here.
        for round in KeyRound::ALL {
            for seat in KeySeat::ALL {
                let message = seat.as_str().to_owned();
                act(seat.as_str(), within(Step::GiveKeyMessage { seat, round, message }));
            }
        }
        act("conduct", within(Step::MakePracticeBox(Vec::new())));
        for seat in [KeySeat::Office, KeySeat::Conduct] {
            for medium in Medium::ALL {
                let share = format!("{} {}", seat.as_str(), medium.as_str());
                act(seat.as_str(), within(Step::GivePracticeShare { seat, medium, share }));
            }
        }
        act("conduct", within(Step::OpenPracticeBox { outcome: Vec::new() }));
        let boxes = plan.boxes(&id);
        let list = CodeList { digest: sha256(b"codes"), count: 2 };
        let lists = boxes.keys().map(|id| (id.clone(), list.clone())).collect();
        act("statistics", within(Step::IssueCodes(lists)));
        let head = BoxHead { hash: sha256(b"head"), height: 0 };
        let opening = |id| BoxOpening {
            uuid: plan.election_uuid(id),
            fingerprint: String::new(),
            head: head.clone(),
        };
        let openings = boxes.keys().map(|id| (id.clone(), opening(id))).collect();
        act("appraisal", within(Step::OpenSurvey(openings)));
        let heads = |count| boxes.keys().take(count).map(|id| (id.clone(), head.clone())).collect();
        act(SYSTEM_ACTOR, within(Step::CheckpointBoxes(heads(1))));
        act(SYSTEM_ACTOR, within(Step::CheckpointBoxes(heads(boxes.len()))));
        installation
    }

    fn findings(entries: &[Vec<u8>], check: Check) -> usize {
        let files = Case::with_entries(BTreeMap::new(), entries);
        let report = verify(&files, &Options::default());
        assert!(report.checks.contains(&check));
        report.findings.iter().filter(|finding| finding.check == check).count()
    }

    #[test]
    fn parts_of_one_decision_follow_from_the_rules() {
        let entries = installation().entries;
        let kind = |bytes: &Vec<u8>| Entry::from_bytes(bytes).unwrap().body.kind();
        let parts = entries.iter().filter(|bytes| kind(bytes) == "codes_issued").count();
        assert_eq!(parts, 3);
        assert_eq!(findings(&entries, Check::Rules), 0);
        assert_eq!(findings(&entries, Check::Permissions), 0);
    }

    #[test]
    fn part_that_is_left_out_is_against_the_rules() {
        let entries = installation().entries;
        for (index, bytes) in entries.iter().enumerate() {
            let body = Entry::from_bytes(bytes).unwrap().body;
            if matches!(body, Event::CodesIssued { .. } | Event::SurveyOpened { .. }) {
                let mut fewer = entries.clone();
                fewer.remove(index);
                assert!(findings(&fewer, Check::Rules) > 0, "entry {index}");
            }
        }
    }
}
