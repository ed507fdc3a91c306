//! Every code that a person can meet has its message in all three languages.

use gongping_app::Refusal;
use gongping_appraisal::{
    ChannelKind, Duty, Entry, EntryState, KeySeat, Phase, Rejection, RosterPost, Signatory, Source,
    permission,
};
use gongping_locale::{Locale, arguments_of, by_key};
use std::collections::BTreeSet;

#[track_caller]
fn assert_said(key: &str, args: &[(&str, String)]) {
    for locale in Locale::ALL {
        let text = by_key(locale, key, args);
        assert!(text.is_some_and(|text| !text.trim().is_empty()), "{key} in {}", locale.tag());
    }
}

/// The key of a text: those of an area stand in the file of the area.
fn key(own: &str, of_area: &str, code: &str, area: Option<&str>) -> String {
    let code = code.replace('_', "-");
    match area.and_then(|area| Some((area, code.strip_prefix(area)?))) {
        Some((area, rest)) => format!("{area}-{of_area}{rest}"),
        None => format!("{own}-{code}"),
    }
}

#[test]
fn every_rejection_has_its_message_with_its_data() {
    for rejection in Rejection::examples() {
        let args = rejection.args();
        let args: Vec<(&str, String)> =
            args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        assert_said(&key("rejection", "refused", &rejection.code(), rejection.area()), &args);
    }
}

#[test]
fn every_input_mistake_has_its_message() {
    for code in Refusal::INPUT_CODES {
        assert!(arguments_of(&format!("input-{code}")).is_some(), "input-{code}");
    }
}

#[test]
fn every_stable_word_has_its_words() {
    for duty in Duty::ALL {
        assert_said(&format!("duty-{}", duty.as_str().replace('_', "-")), &[]);
    }
    for phase in Phase::ALL {
        assert_said(&format!("phase-{}", phase.as_str()), &[]);
    }
    for signatory in Signatory::ALL {
        assert_said(&format!("workplace-signatory-{}", signatory.as_str()), &[]);
    }
    for seat in KeySeat::ALL {
        assert_said(&format!("workplace-seat-{}", seat.as_str()), &[]);
    }
    let stages = [
        "planned",
        "open",
        "unplanned",
        "proposed",
        "agreed",
        "collecting",
        "closed",
        "tallied",
        "decided",
        "drafted",
        "signed",
        "published",
    ];
    for stage in stages {
        assert_said(&format!("stage-{stage}"), &[]);
    }
    for state in EntryState::WORDS {
        assert_said(&format!("ledger-state-{state}"), &[]);
    }
    for source in Source::WORDS {
        assert_said(&format!("ledger-source-{}", source.replace('_', "-")), &[]);
    }
    for post in RosterPost::ALL {
        assert_said(&format!("preparation-post-{}", post.as_str().replace('_', "-")), &[]);
    }
    for kind in ChannelKind::ALL {
        assert_said(&format!("preparation-channel-{}", kind.as_str()), &[]);
    }
    for state in ["draft", "filed", "returned", "accepted"] {
        assert_said(&format!("preparation-plan-state-{state}"), &[]);
    }
    for part in ["people", "items", "survey", "publicity"] {
        assert_said(&format!("preparation-part-{part}"), &[]);
        assert_said(&format!("preparation-part-hint-{part}"), &[]);
    }
    for what in ["reasons", "rulebook", "calendar", "keys", "codes", "shares", "majority"] {
        assert_said(&format!("missing-{what}"), &[]);
    }
    for rule in permission::ALL {
        let mut key = "permission".to_owned();
        for letter in rule.name.chars() {
            if letter.is_ascii_uppercase() {
                key.push('-');
            }
            key.push(letter.to_ascii_lowercase());
        }
        assert_said(&key, &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_whole_appraisal_has_its_words() {
    let test = gongping_testkit::TestApp::new().await;
    let now = "2026-09-20T00:00:00Z".parse().unwrap();
    test.province(gongping_app::province::Until::Published, now).await;
    let rows = gongping_app::log::page(&test.app, 0, 10_000).await.unwrap();
    let kinds: BTreeSet<(String, Option<&str>)> = rows
        .iter()
        .map(|row| Entry::from_bytes(row.text.as_bytes()).unwrap().body)
        .map(|event| (event.kind(), event.area()))
        .collect();
    assert!(kinds.len() >= 18, "{kinds:?}");
    let args = ["name", "unit", "count", "what"].map(|name| (name, "1".to_owned()));
    for (kind, area) in kinds {
        assert_said(&key("log-event", "event", &kind, area), &args);
    }
}
