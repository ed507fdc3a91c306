//! Lies of an insider who holds every key of the server: new hashes, a new manifest, a new log,
//! new signatures. Each is refused by the check that is there for it.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::ballot_box::{FinishedBox, seal};
use common::case::{Files, RULEBOOK, change_entry};
use common::installation::{account, log_key, sign, signer, unit};
use common::{Case, files_of, verify};
use gongping_appraisal::{
    BoxId, Entry, Event, InspectionEvent, InspectionReport, KeySeat, Points, Signatory, Vote,
    sha256,
};
use gongping_log::{KeyName, SignerKey};
use gongping_seal::{
    CeremonyPlace, CeremonySecret, CredentialList, Election, KeyHolderSecret, PrivateCredential,
    Trustees,
};
use gongping_verify::layout::{
    COUNTS, LOG_CHECKPOINT, OPENINGS, RANKING, RULEBOOK as RULEBOOK_FILE, SCORES, box_path,
    inspection_path,
};
use gongping_verify::{OpenedCommitment, Openings, Options, Report};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from} is not in the file");
    text.replacen(from, to, 1).into_bytes()
}

fn assert_found(report: &Report, check: &str, place: &str) {
    let found = files_of(report);
    let there = found.contains(&(check.to_owned(), place.to_owned()));
    assert!(there && !report.holds, "{check} at {place} expected: {report}");
}

fn refused(files: &Files, check: &str, place: &str) {
    assert_found(&verify(files, &Options::default()), check, place);
}

/// Index of the first entry with this kind of event.
fn entry_of(case: &Case, kind: &str) -> usize {
    let kind_of = |bytes: &Vec<u8>| Entry::from_bytes(bytes).unwrap().body.kind();
    case.installation.entries.iter().position(|bytes| kind_of(bytes) == kind).unwrap()
}

fn box_of(case: &Case, unit_id: &str, group: &str) -> BoxId {
    let group = gongping_appraisal::GroupId::parse(group).unwrap();
    BoxId::of(&case.id, &unit(unit_id), &group)
}

/// The published files with one box replaced and everything signed again.
fn with_box(case: &Case, id: &BoxId, done: &FinishedBox) -> Files {
    let mut files = case.publish();
    files.insert(box_path(id), done.archive.clone());
    case.republish(files)
}

/// The published files after the insider changed entries of the log and signed it again.
fn with_changed_log(case: &Case, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Files {
    let files = case.publish();
    let mut log = case.installation.clone();
    change(&mut log.entries);
    let manifest = sha256(&files["manifest.json"]);
    log.commit("office", Event::Published { appraisal: case.id.clone(), manifest });
    Case::with_entries(files, &log.entries)
}

#[test]
fn changed_count_is_refused() {
    let case = Case::new();
    let mut files = case.publish();
    let (row, more) =
        ("360100-LSB,residents,B1,satisfied,2", "360100-LSB,residents,B1,satisfied,3");
    files.insert(COUNTS.into(), replaced(&files[COUNTS], row, more));
    refused(&case.republish(files), "tables", COUNTS);
}

#[test]
fn changed_score_is_refused() {
    let case = Case::new();
    let mut files = case.publish();
    let report =
        gongping_score::ScoreReport::from_json(std::str::from_utf8(&files[SCORES]).unwrap());
    let mut report = report.unwrap();
    report.ranking.rows[0].shown = "99.99".to_owned();
    files.insert(SCORES.into(), report.to_json().into_bytes());
    let files = case.republish(files);
    refused(&files, "scores", SCORES);
    refused(&files, "commitments", SCORES);
}

#[test]
fn changed_rank_is_refused() {
    let case = Case::new();
    let mut files = case.publish();
    files.insert(RANKING.into(), replaced(&files[RANKING], "\n2,", "\n1,"));
    refused(&case.republish(files), "tables", RANKING);
}

#[test]
fn changed_rule_is_refused() {
    let case = Case::new();
    for (from, to) in [("value = 0.9", "value = 1.0"), ("weight = \"1/2\"", "weight = \"1/3\"")] {
        let mut files = case.publish();
        files.insert(RULEBOOK_FILE.into(), replaced(&files[RULEBOOK_FILE], from, to));
        refused(&case.republish(files), "rulebook", RULEBOOK_FILE);
    }
}

#[test]
fn rule_that_is_changed_in_the_log_too_is_not_the_one_in_the_boxes() {
    let case = Case::new();
    let text = RULEBOOK.replacen("value = 0.8", "value = 0.7", 1);
    let (adopted, opened) =
        (entry_of(&case, "rulebook_adopted"), entry_of(&case, "appraisal_opened"));
    let mut files = with_changed_log(&case, |entries| {
        change_entry(entries, adopted, |entry| {
            if let Event::RulebookAdopted { text: old, .. } = &mut entry.body {
                old.clone_from(&text);
            }
        });
        change_entry(entries, opened, |entry| {
            if let Event::AppraisalOpened { rulebook, .. } = &mut entry.body {
                *rulebook = sha256(text.as_bytes());
            }
        });
    });
    files.insert(RULEBOOK_FILE.into(), text.into_bytes());
    let report = verify(&files, &Options::default());
    for id in case.boxes.keys() {
        assert_found(&report, "questions", &box_path(id));
    }
    assert_found(&report, "scores", SCORES);
}

/// The dossier with one entry of the log changed by whoever holds the log's key.
fn with_changed_entry(case: &Case, index: usize, change: impl FnOnce(&mut Event)) -> Report {
    let files = with_changed_log(case, |entries| {
        change_entry(entries, index, |entry| change(&mut entry.body));
    });
    verify(&files, &Options::default())
}

fn assert_check(report: &Report, check: &str) {
    let found = report.findings.iter().any(|finding| finding.check.name() == check);
    assert!(found && !report.holds, "{check} expected: {report}");
}

#[test]
fn key_of_somebody_else_in_the_ceremony_is_refused() {
    let case = Case::new();
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let own = CeremonySecret::generate(&mut rng);
    let place = CeremonyPlace { number: 1, threshold: 2, size: 3 };
    let certificate = String::from_utf8(own.certify(place, &mut rng).unwrap()).unwrap();
    let report = with_changed_entry(&case, entry_of(&case, "key_message_given"), |body| {
        if let Event::KeyMessageGiven { message, .. } = body {
            message.clone_from(&certificate);
        }
    });
    assert_check(&report, "keys");
    assert_check(&report, "questions");
}

#[test]
fn ceremony_of_one_out_of_three_is_refused() {
    // One lone holder could then open every box; the certificates say who agreed to what.
    let case = Case::new();
    let report = with_changed_entry(&case, entry_of(&case, "survey_proposed"), |body| {
        if let Event::SurveyProposed { plan, .. } = body {
            plan.key_threshold = 1;
        }
    });
    assert_check(&report, "rules");
    assert_check(&report, "keys");
}

#[test]
fn rehearsal_that_never_was_is_refused() {
    let case = Case::new();
    let share = entry_of(&case, "practice_share_given");
    let report = with_changed_entry(&case, share, |body| {
        if let Event::PracticeShareGiven { share, .. } = body {
            *share = share.replacen("\"challenge\":\"", "\"challenge\":\"1", 1);
        }
    });
    assert_check(&report, "rehearsal");
    let report = with_changed_entry(&case, share, |body| {
        if let Event::PracticeShareGiven { seat, .. } = body {
            *seat = KeySeat::Conduct;
        }
    });
    assert_check(&report, "rehearsal");
    let report = with_changed_entry(&case, entry_of(&case, "practice_box_opened"), |body| {
        if let Event::PracticeBoxOpened { outcome, .. } = body {
            outcome[0].rotate_left(1);
            outcome[0][0] += 1;
        }
    });
    assert_check(&report, "rehearsal");
    let report = with_changed_entry(&case, entry_of(&case, "practice_box_made"), |body| {
        if let Event::PracticeBoxMade { items, .. } = body {
            items.pop();
        }
    });
    assert_check(&report, "rehearsal");
    // Without the opening, the survey could not have opened.
    let opened = entry_of(&case, "practice_box_opened");
    let files = with_changed_log(&case, |entries| drop(entries.remove(opened)));
    let report = verify(&files, &Options::default());
    assert_check(&report, "rules");
}

#[test]
fn dropped_ballot_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "enterprises");
    for index in 0..3 {
        let mut parts = case.parts[&id].clone();
        parts.ballots.remove(index);
        let report =
            verify(&with_box(&case, &id, &parts.run(&case.secrets, 2)), &Options::default());
        for check in ["box-heads", "opening"] {
            assert_found(&report, check, &box_path(&id));
        }
        assert_found(&report, "scores", SCORES);
    }
}

#[test]
fn added_ballot_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "residents");
    let mut parts = case.parts[&id].clone();
    let unused = &case.codes[&gongping_appraisal::SheetNumber(1)][3];
    parts.ballots.push(seal(&parts.election, unused, 0, 77));
    let files = with_box(&case, &id, &parts.run(&case.secrets, 2));
    refused(&files, "box-heads", &box_path(&id));
}

#[test]
fn ballot_that_was_changed_in_place_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360200-LSB", "residents");
    let mut done = case.boxes[&id].clone();
    let length = done.archive.len();
    done.archive[length / 3] ^= 0x01;
    refused(&with_box(&case, &id, &done), "ballots", &box_path(&id));
}

#[test]
fn box_with_other_codes_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "enterprises");
    let mut parts = case.parts[&id].clone();
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let codes: Vec<_> = (0..3).map(|_| PrivateCredential::generate(&mut rng)).collect();
    let keys = codes.iter().map(|code| code.derive(parts.election.uuid()).public());
    parts.credentials = CredentialList::build(keys).unwrap();
    let sealed = |(seed, code)| seal(&parts.election, code, 0, seed);
    parts.ballots = (0..).zip(&codes).map(sealed).collect();
    let files = with_box(&case, &id, &parts.run(&case.secrets, 2));
    refused(&files, "codes", &box_path(&id));
}

#[test]
fn box_with_other_key_holders_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "enterprises");
    let mut parts = case.parts[&id].clone();
    let mut rng = ChaCha20Rng::seed_from_u64(6);
    let own: Vec<_> = (0..3).map(|_| KeyHolderSecret::generate(&mut rng)).collect();
    let keys: Vec<_> = own.iter().map(|secret| secret.certify(&mut rng)).collect();
    parts.trustees = Trustees::single(keys).unwrap();
    let mut draft = parts.election.draft().clone();
    draft.public_key = parts.trustees.election_key();
    parts.election = Election::build(draft).unwrap();
    let codes = &case.codes[&gongping_appraisal::SheetNumber(2)];
    parts.ballots =
        (0..).zip(codes).map(|(seed, code)| seal(&parts.election, code, 0, seed)).collect();
    let files = with_box(&case, &id, &parts.run(&own, 3));
    refused(&files, "keys", &box_path(&id));
}

#[test]
fn box_that_asks_something_else_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "enterprises");
    let mut parts = case.parts[&id].clone();
    let mut draft = parts.election.draft().clone();
    draft.questions[0].answers.swap(0, 2);
    parts.election = Election::build(draft).unwrap();
    let codes = &case.codes[&gongping_appraisal::SheetNumber(2)];
    parts.ballots =
        (0..).zip(codes).map(|(seed, code)| seal(&parts.election, code, 2, seed)).collect();
    let files = with_box(&case, &id, &parts.run(&case.secrets, 2));
    refused(&files, "questions", &box_path(&id));
}

#[test]
fn small_box_that_is_opened_even_in_part_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360200-LSB", "enterprises");
    for holders in 1..=3 {
        let done = case.parts[&id].run(&case.secrets, holders);
        refused(&with_box(&case, &id, &done), "opening", &box_path(&id));
    }
}

#[test]
fn box_that_stays_shut_without_cause_is_refused() {
    let case = Case::new();
    let id = box_of(&case, "360100-LSB", "enterprises");
    for holders in [0, 1, 3] {
        let done = case.parts[&id].run(&case.secrets, holders);
        refused(&with_box(&case, &id, &done), "opening", &box_path(&id));
    }
}

/// The signed report with more points, and the openings that fit it.
fn with_more_points(case: &Case, files: &mut Files) -> String {
    let unit = unit("360100-LSB");
    let path = inspection_path(&unit);
    let mut report: InspectionReport = serde_json::from_slice(&files[&path]).unwrap();
    let given = report.points.get_mut("rectification").unwrap();
    given.points = Points::from_hundredths(2000);
    let mut content = case.inspections[&unit].clone();
    content.bytes = serde_json::to_vec(&report).unwrap();
    let mut openings = Openings::from_bytes(&files[OPENINGS]).unwrap();
    let salt = openings.0[&path].salt.clone();
    let opening = OpenedCommitment { commitment: content.commitment(), salt };
    openings.0.insert(path.clone(), opening);
    files.insert(path.clone(), content.bytes);
    files.insert(OPENINGS.into(), openings.to_bytes());
    path
}

#[test]
fn changed_inspection_report_is_refused() {
    let case = Case::new();
    let mut files = case.publish();
    let path = with_more_points(&case, &mut files);
    let files = case.republish(files);
    refused(&files, "commitments", &path);
    refused(&files, "commitments", OPENINGS);
    refused(&files, "scores", SCORES);
}

#[test]
fn replaced_entry_breaks_the_signature_or_the_kept_checkpoint() {
    let case = Case::new();
    let honest = case.publish();
    let rename = |entries: &mut Vec<Vec<u8>>| {
        change_entry(entries, 3, |entry| {
            if let Event::AccountOpened { title, .. } = &mut entry.body {
                "别人".clone_into(title);
            }
        });
    };
    let mut forged = with_changed_log(&case, rename);
    let kept =
        Options { checkpoint: Some(sign(&case.installation.entries[..10])), ..Options::default() };
    assert_found(&verify(&forged, &kept), "log-consistency", "(kept checkpoint)");
    // Without the log's key, the old signature is all there is.
    forged.insert(LOG_CHECKPOINT.into(), honest[LOG_CHECKPOINT].clone());
    refused(&forged, "log-tree", LOG_CHECKPOINT);
    // With a key of one's own, whoever knows the right one sees it.
    let pinned = Options { log_key: Some(log_key().parse().unwrap()), ..Options::default() };
    let own = SignerKey::from_seed(KeyName::parse("gongping.example/log").unwrap(), &[8; 32]);
    assert_ne!(own.verifier(), signer().verifier());
    let mut resigned = honest.clone();
    resigned.insert("log/key".into(), format!("{}\n", own.verifier()).into_bytes());
    assert_found(&verify(&resigned, &pinned), "log-signature", "log/key");
}

#[test]
fn entries_against_the_rules_are_refused() {
    let case = Case::new();
    let small = box_of(&case, "360200-LSB", "enterprises");
    let shift = |kind: &'static str, change: &dyn Fn(&mut Entry)| {
        let index = entry_of(&case, kind);
        let files = with_changed_log(&case, |entries| change_entry(entries, index, change));
        refused(&files, "rules", &format!("log entry {index}"));
    };
    shift("survey_closed", &|entry| entry.at_us -= 3_600_000_000);
    shift("survey_closed", &|entry| {
        if let Event::SurveyClosed { to_open, .. } = &mut entry.body {
            to_open.insert(small.clone());
        }
    });
    shift("codes_issued", &|entry| {
        if let Event::CodesIssued { lists, .. } = &mut entry.body {
            lists.values_mut().for_each(|list| list.count += 1);
        }
    });
    shift("survey_opened", &|entry| {
        if let Event::SurveyOpened { boxes, .. } = &mut entry.body {
            boxes.pop_first();
        }
    });
    shift("points_entered", &|entry| entry.actor = account("office"));
    shift("inspection_decided", &|entry| entry.actor = account("inspector"));
    shift("inspection_report_proposed", &|entry| entry.actor = account("inspector"));
    // A member who votes in another's name, and on another text.
    shift("inspection_vote_given", &|entry| entry.actor = account("office"));
    shift("inspection_vote_given", &|entry| {
        if let Event::Inspection { what: InspectionEvent::VoteGiven { report, .. }, .. } =
            &mut entry.body
        {
            *report = sha256(b"another report");
        }
    });
}

#[test]
fn a_report_that_its_members_did_not_carry_is_refused() {
    let case = Case::new();
    let (index, signed) =
        (entry_of(&case, "inspection_vote_given"), entry_of(&case, "inspection_signed"));
    let files = with_changed_log(&case, |entries| {
        change_entry(entries, index, |entry| {
            if let Event::Inspection { what: InspectionEvent::VoteGiven { vote, .. }, .. } =
                &mut entry.body
            {
                *vote = Vote::Against;
            }
        });
    });
    refused(&files, "rules", &format!("log entry {signed}"));
}

#[test]
fn act_without_the_duty_is_refused() {
    let case = Case::new();
    for (kind, actor) in [
        ("rulebook_adopted", "inspector"),
        ("codes_issued", "office"),
        ("key_message_given", "statistics"),
        ("survey_closed", "coordination"),
        ("ranking_drafted", "system"),
        ("appraisal_opened", "nobody"),
    ] {
        let index = entry_of(&case, kind);
        let files = with_changed_log(&case, |entries| {
            change_entry(entries, index, |entry| entry.actor = account(actor));
        });
        refused(&files, "permissions", &format!("log entry {index}"));
    }
}

#[test]
fn two_signatures_of_one_account_are_refused() {
    let case = Case::new();
    for (kind, check) in [("survey_signed", "survey-plan"), ("ranking_signed", "ranking-signed")] {
        let first = entry_of(&case, kind);
        let files = with_changed_log(&case, |entries| {
            change_entry(entries, first + 1, |entry| entry.actor = account("office"));
        });
        refused(&files, check, "the record");
        refused(&files, "rules", &format!("log entry {}", first + 1));
        let files = with_changed_log(&case, |entries| {
            change_entry(entries, first + 1, |entry| match &mut entry.body {
                Event::SurveySigned { signatory, .. } | Event::RankingSigned { signatory, .. } => {
                    *signatory = Signatory::Office;
                }
                _ => {}
            });
        });
        refused(&files, check, "the record");
    }
}

#[test]
fn time_that_runs_back_is_refused() {
    let case = Case::new();
    let files = with_changed_log(&case, |entries| {
        change_entry(entries, 20, |entry| entry.at_us = 0);
    });
    refused(&files, "log-entries", "log entry 20");
}

#[test]
fn publication_must_be_there_and_last() {
    let case = Case::new();
    let files = case.publish();
    let unpublished = Case::with_entries(files.clone(), &case.installation.entries);
    refused(&unpublished, "publication", "the record");

    let mut log = case.installation.clone();
    let manifest = sha256(&files["manifest.json"]);
    log.commit("office", Event::Published { appraisal: case.id.clone(), manifest });
    let last = log.entries.len();
    log.commit("office", Event::AccountClosed { account: account("conduct") });
    let files = Case::with_entries(files, &log.entries);
    refused(&files, "publication", &format!("log entry {last}"));
}

#[test]
fn head_that_the_box_does_not_have_is_refused() {
    let case = Case::new();
    let index = entry_of(&case, "boxes_checkpointed");
    let files = with_changed_log(&case, |entries| {
        change_entry(entries, index, |entry| {
            if let Event::BoxesCheckpointed { heads, .. } = &mut entry.body {
                heads.values_mut().for_each(|head| head.hash = sha256(b"another ballot"));
            }
        });
    });
    for id in case.boxes.keys() {
        refused(&files, "box-heads", &box_path(id));
    }
}

#[test]
fn units_that_stand_above_each_other_do_not_hang_the_verifier() {
    use gongping_appraisal::{Level, NewUnit};
    let case = Case::new();
    let files = case.publish();
    let mut log = case.installation.clone();
    let first = log.entries.len();
    for (id, parent) in [("360300-LSB", "360400-LSB"), ("360400-LSB", "360300-LSB")] {
        let unit = NewUnit {
            id: unit(id),
            name: "圈".to_owned(),
            level: Level::City,
            parent: Some(unit(parent)),
            opened_on: jiff::civil::date(2000, 1, 1),
        };
        log.commit("coordination", Event::UnitRegistered { unit });
    }
    let renamed = Event::UnitRenamed {
        unit: unit("360300-LSB"),
        name: "环".to_owned(),
        from: jiff::civil::date(2001, 1, 1),
    };
    log.commit("coordination", renamed);
    let files = Case::with_entries(files, &log.entries);
    refused(&files, "rules", &format!("log entry {first}"));
    refused(&files, "rules", &format!("log entry {}", first + 2));
}
