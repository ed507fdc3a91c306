//! Every byte that the server writes in a survey (files, log output, answers to requests, backup
//! and dossier) is searched for codes, for the keys of key holders, for session tokens and for
//! what single people answered; and for who complained, and what they wrote. What goes wrong is part of the script: mistakes leak most easily.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod needles;
mod opinions;
mod server;

use gongping_app::key_holder::{AnswerContent, KeyAnswer, KeyFile, KeyTask, KeyWork};
use gongping_app::province::{Campaign, Post, SampleSize, Until};
use gongping_app::{ballot, publication, tally};
use gongping_appraisal::{KeySeat, Medium};
use gongping_seal::{CeremonySecret, Choice, Election, SlipCode};
use gongping_testkit::{TestApp, post_of, survey_opens};
use needles::{Needles, Place};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use server::{Lines, Server};
use std::collections::BTreeSet;

const ORGANISER: &str = "360000-LSB";
const FOLDER: &str = "/staff/a/2026-360000-LSB";

/// The grade, by index, that person `person` gives for `item`: each person has an own pattern.
fn grade(person: usize, item: usize) -> usize {
    (item * item + person * (item + 1) + person / 4 * item) % 4
}

/// The printed codes of an appraisal, as slips.
fn slips(campaign: &Campaign) -> Vec<SlipCode> {
    let printed = campaign.spare_codes(usize::MAX);
    printed.iter().map(|code| SlipCode::read(&code.code).unwrap()).collect()
}

async fn elections(test: &TestApp, campaign: &Campaign) -> Vec<(u16, Election)> {
    let mut elections = Vec::new();
    for sheet in campaign.sheets() {
        let (_, boxes) = ballot::sheet(&test.app, &campaign.id, sheet.number).await.unwrap();
        let read = |text: &str| (sheet.number.0, Election::parse(text.as_bytes()).unwrap());
        elections.extend(boxes.iter().map(|of_box| read(&of_box.election)));
    }
    elections
}

/// The codes in all their forms, and the key that each has in each box of its sheet.
async fn add_codes(needles: &mut Needles, test: &TestApp, campaign: &Campaign) {
    let elections = elections(test, campaign).await;
    for slip in slips(campaign) {
        needles.code(&slip);
        for (_, election) in elections.iter().filter(|(sheet, _)| *sheet == slip.sheet) {
            needles.derived_key(&slip.credential, election.uuid());
        }
    }
}

/// Hands in what the device of a key holder makes, over HTTP.
async fn hand_in(server: &Server, seat: KeySeat, path: &str, answer: &str) -> u16 {
    let fields = [("seat", seat.as_str()), ("answer", answer)];
    server.form(Some(post_of(seat)), &format!("{FOLDER}/{path}"), &fields).await.status
}

/// Everything that a holder may send in place of the answer, with the secret in it.
async fn send_the_wrong_things(server: &Server, file: &KeyFile, secret: &CeremonySecret) {
    let (seat, post) = (file.seat, post_of(file.seat));
    let answer = |content: Value| {
        json!({ "format": "gongping-key-answer-v1", "appraisal": file.appraisal, "seat": seat,
            "content": content })
    };
    let reveal = secret.reveal();
    let wrong = [
        file.to_json().to_string(),
        reveal.to_owned(),
        secret.letters().to_string(),
        format!("{{\"secret\":\"{reveal}\""),
        json!({ "format": reveal, "seat": reveal }).to_string(),
        answer(json!({ "kind": reveal })).to_string(),
        answer(json!({ "kind": "message", "round": "polynomial", "message": reveal })).to_string(),
        answer(json!({ "kind": "message", "round": reveal, "message": "" })).to_string(),
        answer(json!({ "kind": "practice_share", "medium": "file", "share": reveal })).to_string(),
        answer(json!({ "kind": "shares", "shares": { reveal: reveal } })).to_string(),
        answer(json!({ "kind": "shares", "shares": { "x": format!("\"{reveal}\"") } })).to_string(),
    ];
    for path in ["survey/key", "tally"] {
        for text in &wrong {
            let status = hand_in(server, seat, path, text).await;
            assert!((400..500).contains(&status), "{status}: {text}");
        }
        let path = format!("{FOLDER}/{path}");
        let upload = server.upload(post, &path, "answer_file", "key.age", &wrong[0]).await;
        assert!((400..500).contains(&upload.status), "{}", upload.status);
        let in_seat = [("seat", reveal), ("answer", "{}")];
        assert!((400..500).contains(&server.form(Some(post), &path, &in_seat).await.status));
    }
    let reason = format!("{FOLDER}/survey/key/restart");
    let fields = [("seat", reveal), ("reason", "")];
    assert!((400..500).contains(&server.form(Some(post), &reason, &fields).await.status));
}

/// The ceremony and the rehearsal with secrets that the test knows.
async fn ceremony(lines: &Lines) {
    let test = TestApp::new().await;
    let now = "2026-09-20T00:00:00Z".parse().unwrap();
    let campaign = test.simulate(test.small_plan(Until::Agreed), now).await;
    let server = Server::start(&test).await;
    let mut dice = ChaCha20Rng::seed_from_u64(11);
    let secrets = KeySeat::ALL.map(|_| CeremonySecret::generate(&mut dice));
    let mut needles = Needles::default();
    for (seat, secret) in KeySeat::ALL.into_iter().zip(&secrets) {
        needles.holder(secret);
        let file = KeyFile::new(campaign.id.clone(), seat, secret);
        send_the_wrong_things(&server, &file, secret).await;
    }
    let steps = [Medium::File; 4].into_iter().chain([Medium::Sheet]).enumerate();
    for (step, medium) in steps {
        for (seat, secret) in KeySeat::ALL.into_iter().zip(&secrets) {
            let path = format!("{FOLDER}/survey/key/work.json?seat={}", seat.as_str());
            let work = server.get(Some(post_of(seat)), &path).await;
            let mut work: KeyWork = serde_json::from_slice(&work.body).unwrap();
            if step == 0 {
                // Two of the simulated holders have handed in certificates: these replace them.
                work.task = KeyTask::Certificate;
            }
            if let KeyTask::Rehearsal { sealed_key, .. } = &work.task {
                needles.decryption_key(secret, sealed_key);
            }
            let answer = work.answer(secret, medium, &mut dice).unwrap();
            let answer = serde_json::to_string(&answer).unwrap();
            assert_eq!(hand_in(&server, seat, "survey/key", &answer).await, 303, "step {step}");
        }
    }
    for (seat, secret) in KeySeat::ALL.into_iter().zip(&secrets) {
        let file = KeyFile::new(campaign.id.clone(), seat, secret);
        send_the_wrong_things(&server, &file, secret).await;
    }
    needles.tokens(&server);
    server.read_every_page(&campaign, "").await;
    assert_eq!(needles.kinds(), ["decryption key", "key holder's secret", "session"]);
    needles.assert_nothing_in(&everything(&test, &server, lines).await);
}

/// All that was written: the folder with the database and what goes with it, a backup, what the
/// server said, and the log output.
async fn everything(test: &TestApp, server: &Server, lines: &Lines) -> Vec<Place> {
    let backup = tempfile::tempdir().unwrap();
    test.app.backup(&backup.path().join("backup.sqlite")).await.unwrap();
    let mut places = needles::files(test.folder.path());
    assert!(places.iter().any(|place| place.name.ends_with("-wal")), "no write-ahead log");
    places.extend(needles::files(backup.path()));
    places.extend(server.said());
    places.push(lines.place());
    places
}

/// What somebody may send by mistake who has a code in hand.
async fn misuse_a_code(server: &Server, campaign: &Campaign, slip: &SlipCode, election: &Value) {
    let printed = slip.printed();
    let plain = slip.credential.to_string();
    let public = format!("/a/{}", campaign.id);
    let ballots = format!("{public}/ballots");
    let box_id = &election["id"];
    for code in [printed.as_str(), plain.as_str()] {
        let bodies = [
            code.to_owned(),
            format!("{{\"sheet\":\"01\",\"code\":\"{code}\"}}"),
            format!("{{\"sheet\":\"01\",\"ballots\":[{{\"box\":\"{code}"),
            json!({ "sheet": code, "ballots": [] }).to_string(),
            json!({ "sheet": "01", "ballots": [{ "box": code, "ballot": code }] }).to_string(),
            json!({ "sheet": "01", "ballots": [{ "box": box_id, "ballot": code }] }).to_string(),
            json!({ "sheet": "01", "ballots": [{ "box": box_id,
                "ballot": json!({ "credential": code, "election_uuid": code }).to_string() }] })
            .to_string(),
        ];
        for body in bodies {
            let answer = server.json(&ballots, body).await;
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
        // Whoever puts the code into an address or a field gets it back, and nobody else does.
        for path in [
            format!("{public}/sheet/{code}.json"),
            format!("{public}/vote?code={code}"),
            format!("{public}/receipt/?tracker={code}"),
            format!("{public}/receipt/{code}"),
            format!("/a/{code}"),
            format!("/a/{code}/ranking"),
            format!("/{code}"),
            format!("/log/tile/{code}"),
            format!("/language?to=/{code}"),
            format!("/staff?{code}"),
        ] {
            let answer = server.get_own(&path).await;
            assert!(answer.status < 500, "{}: {path}", answer.status);
        }
        let log_in = [("login", code), ("password", code), ("to", "")];
        assert!((400..500).contains(&server.own_form("/staff/log-in", &log_in).await.status));
        let known = [("login", "360000-statistics"), ("password", code)];
        assert_eq!(server.form(None, "/staff/log-in", &known).await.status, 422);
        let statistics = Some(Post::Statistics);
        let list = json!({ "boxes": [{ "id": box_id, "publicCredentials": [code] }] }).to_string();
        let codes = format!("{FOLDER}/survey/codes");
        for list in [list.as_str(), code, &format!("[\"{code}\"")] {
            let fields = [("public_credentials", list)];
            let answer = server.form(statistics, &codes, &fields).await;
            assert!((400..500).contains(&answer.status), "{}", answer.status);
            let fields = [("reason", "丢失"), ("replacement", list)];
            let answer = server.form(statistics, &format!("{codes}/replace"), &fields).await;
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
    }
}

/// The survey with answers that the test knows, up to the opened boxes.
async fn survey(lines: &Lines) {
    let test = TestApp::new().await;
    let mut plan = test.province_plan(Until::Collecting);
    plan.sample = SampleSize { one_unit: 7, all_units: 7, response_percent: 0 };
    let opened = survey_opens() + jiff::SignedDuration::from_hours(1);
    let campaign = test.simulate(plan, opened).await;
    let mut server = Server::start(&test).await;
    let mut needles = Needles::default();
    add_codes(&mut needles, &test, &campaign).await;

    let items = campaign.rules.items().len();
    let ids: Vec<&str> = campaign.rules.grades().iter().map(|grade| &*grade.id).collect();
    let mut receipt = String::new();
    for sheet in campaign.sheets() {
        let (_, boxes) = ballot::sheet(&test.app, &campaign.id, sheet.number).await.unwrap();
        let path = format!("/a/{}/sheet/{}.json", campaign.id, sheet.number);
        let page: Value = serde_json::from_slice(&server.get(None, &path).await.body).unwrap();
        let codes = test.codes(&campaign, sheet.number.0);
        for (person, code) in codes.iter().take(6).enumerate() {
            let pattern: Vec<usize> = (0..items).map(|item| grade(person, item)).collect();
            needles.answers(&pattern, &ids);
            let choices = || pattern.iter().map(|grade| Choice::one(*grade)).collect();
            let ballots = test.seal(&boxes, code, |_| choices());
            let sealed: Vec<Value> = ballots
                .iter()
                .map(|ballot| json!({ "box": ballot.box_id, "ballot": ballot.ballot }))
                .collect();
            let body = json!({ "sheet": sheet.number.to_string(), "ballots": sealed }).to_string();
            let path = format!("/a/{}/ballots", campaign.id);
            // The code itself, left in the message by a faulty page.
            let faulty = body.replacen('{', &format!("{{\"code\":\"{code}\","), 1);
            assert_eq!(server.json(&path, faulty).await.status, 400);
            let taken = server.json(&path, body).await;
            assert_eq!(taken.status, 200, "{}", String::from_utf8_lossy(&taken.body));
            let taken: Value = serde_json::from_slice(&taken.body).unwrap();
            receipt = taken["receipts"][0]["tracker"].as_str().unwrap().to_owned();
        }
        let slip = slips(&campaign).into_iter().find(|slip| slip.sheet == sheet.number.0).unwrap();
        misuse_a_code(&server, &campaign, &slip, &page["boxes"][0]).await;
    }
    // Six people answered each sheet alike, so each box has the same counts.
    let counts: Vec<Vec<usize>> = (0..items)
        .map(|item| {
            let of = |wanted| (0..6).filter(|person| grade(*person, item) == wanted).count();
            (0..4).map(of).collect()
        })
        .collect();
    needles.counts(&counts);
    server.read_every_page(&campaign, &receipt).await;
    test.close_survey(&campaign).await;
    needles.tokens(&server);
    server.log_in(&test).await;
    needles.tokens(&server);
    for seat in KeySeat::ALL {
        let secret = test.key_secret(&campaign, seat);
        needles.holder(&secret);
        let path = format!("{FOLDER}/survey/key/work.json?seat={}", seat.as_str());
        let work = server.get(Some(post_of(seat)), &path).await;
        let work: KeyWork = serde_json::from_slice(&work.body).unwrap();
        let KeyTask::Shares { sealed_key, .. } = &work.task else { panic!("{work:?}") };
        needles.decryption_key(&secret, sealed_key);
        let file = KeyFile::new(campaign.id.clone(), seat, &secret);
        send_the_wrong_things(&server, &file, &secret).await;
    }
    let office = test.shares(&campaign, KeySeat::Office).await;
    let own = test.holder(KeySeat::Office);
    tally::give_share(&test.app, own, &campaign.id, KeySeat::Office, office).await.unwrap();
    server.read_every_page(&campaign, &receipt).await;
    let all = ["answers", "code", "code in a box", "counts", "decryption key"];
    assert_eq!(needles.kinds(), [&all[..], &["key holder's secret", "session"]].concat());
    needles.assert_nothing_in(&everything(&test, &server, lines).await);

    // With the second share the server knows the counts, and nobody is told before publication.
    let shares = test.shares(&campaign, KeySeat::Conduct).await;
    let answer = KeyAnswer {
        format: serde_json::from_value(json!("gongping-key-answer-v1")).unwrap(),
        appraisal: campaign.id.clone(),
        seat: KeySeat::Conduct,
        content: AnswerContent::Shares { shares },
    };
    let answer = serde_json::to_string(&answer).unwrap();
    assert_eq!(hand_in(&server, KeySeat::Conduct, "tally", &answer).await, 303);
    server.read_every_page(&campaign, &receipt).await;
    assert!(publication::export_dossier(&test.app, &campaign.id).await.is_err());
    let mut said = server.said();
    said.push(lines.place());
    needles.assert_nothing_in(&said);
    the_search_finds_what_is_there(&test, &campaign, &server, &needles, lines).await;
    test.assert_sound().await;
}

/// One secret is planted in each kind of place, and found there.
async fn the_search_finds_what_is_there(
    test: &TestApp,
    campaign: &Campaign,
    server: &Server,
    needles: &Needles,
    lines: &Lines,
) {
    let all = slips(campaign);
    let printed: Vec<String> = all.iter().map(|slip| slip.printed().to_string()).collect();
    let found = |places: &[Place]| needles.found_in(places).len();
    let wide: Vec<u8> = printed[0].encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(test.folder.path().join("planted"), wide).unwrap();
    // Ends in the write-ahead log first, then in the backup.
    let window = gongping_store::LoginWindow { now_us: 1, since_us: 0 };
    let subject = printed[1].to_lowercase().replace('-', "");
    test.store().await.count_login_failure(&subject, window).await.unwrap();
    let places = everything(test, server, lines).await;
    let found_in_files = needles.found_in(&places);
    let of_codes = found_in_files.iter().filter(|(_, kind, _)| *kind == "code");
    let names: BTreeSet<&str> = of_codes.map(|(name, ..)| name.as_str()).collect();
    for name in ["planted", ".sqlite", "-wal", "backup.sqlite"] {
        assert!(names.iter().any(|found| found.ends_with(name)), "{name} not in {names:?}");
    }
    let before = found(&[lines.place()]);
    tracing::debug!(code = %all[2].credential, "planted");
    assert!(found(&[lines.place()]) > before, "not found in the log output");
    let before = found(&server.said());
    server.get(None, &format!("/a/{}/receipt/?tracker={}", campaign.id, printed[3])).await;
    assert!(found(&server.said()) > before, "not found in what was said");
}

/// What is published has no secret either, though it has all counts.
async fn published(lines: &Lines) {
    let test = TestApp::new().await;
    let now = "2026-09-20T00:00:00Z".parse().unwrap();
    let campaign = test.simulate(test.small_plan(Until::Collecting), survey_opens()).await;
    let mut needles = Needles::default();
    add_codes(&mut needles, &test, &campaign).await;
    drop(campaign);
    // The same seed gives the same codes and keys.
    let test = TestApp::new().await;
    let campaign = test.simulate(test.small_plan(Until::Published), now).await;
    for seat in KeySeat::ALL {
        needles.holder(&test.key_secret(&campaign, seat));
    }
    for slip in slips(&campaign) {
        needles.code(&slip);
    }
    let server = Server::start(&test).await;
    needles.tokens(&server);
    server.read_every_page(&campaign, "").await;
    let mut places = everything(&test, &server, lines).await;
    let dossier = publication::export_dossier(&test.app, &campaign.id).await.unwrap();
    assert!(dossier.len() > 10);
    places.extend(dossier.into_iter().map(|(name, bytes)| Place { name, bytes }));
    needles.assert_nothing_in(&places);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_code_no_key_and_no_answer_is_ever_written() {
    let lines = Lines::of_all_levels();
    ceremony(&lines).await;
    published(&lines).await;
    survey(&lines).await;
    opinions::opinions(&lines).await;
}
