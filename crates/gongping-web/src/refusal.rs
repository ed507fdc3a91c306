//! The words for what did not happen: what happened, what was kept, what to do.

use crate::Fault;
use gongping_app::{LogInRefusal, Refusal};
use gongping_appraisal::{Duty, Level, PermissionRule, Phase, Rejection};
use gongping_locale::Texts;
use gongping_score::RulebookMistake;

/// A refusal in the reader's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentences {
    /// The stable code, for scripts and tests.
    pub code: String,
    /// What happened: the heading.
    pub happened: String,
    /// What was kept.
    pub kept: String,
    /// What to do.
    pub advice: String,
    /// One line for each mistake, where there are several.
    pub details: Vec<String>,
}

impl Sentences {
    fn new(code: &str, happened: impl Into<String>, advice: impl Into<String>, t: Texts) -> Self {
        Self {
            code: code.to_owned(),
            happened: happened.into(),
            kept: t.fault_nothing_changed().to_owned(),
            advice: advice.into(),
            details: Vec::new(),
        }
    }
}

/// The words for a fault; `number` is that of a failure in the server's own log.
#[must_use]
pub(crate) fn fault_sentences(t: Texts, fault: &Fault, number: &str) -> Sentences {
    match fault {
        Fault::NotFound => {
            Sentences::new("not-found", t.app_error_not_found(), t.fault_not_found_advice(), t)
        }
        Fault::NotPublished { expected, .. } => {
            let advice = match expected {
                Some(date) => t.fault_not_published_expected(t.date(date)),
                None => t.fault_not_published_advice().to_owned(),
            };
            Sentences::new("not-published", t.fault_not_published(), advice, t)
        }
        Fault::BadRequest => Sentences::new(
            "bad-request",
            t.app_error_bad_request(),
            t.fault_bad_request_advice(),
            t,
        ),
        Fault::LogInFirst => {
            Sentences::new("log-in-first", t.app_error_log_in_first(), t.fault_log_in_advice(), t)
        }
        Fault::NotAllowed => Sentences::new(
            "not-allowed",
            t.app_error_not_allowed(),
            t.fault_not_allowed_advice(),
            t,
        ),
        Fault::CrossSite => {
            Sentences::new("cross-site", t.fault_cross_site(), t.fault_cross_site_advice(), t)
        }
        Fault::MissingDuty { rules, place } => missing_duty(t, rules, place.as_deref()),
        Fault::MethodNotAllowed => {
            Sentences::new("method-not-allowed", t.fault_method(), t.fault_method_advice(), t)
        }
        Fault::TooLarge { limit_bytes } => {
            let limit = size(*limit_bytes);
            Sentences::new("too-large", t.app_error_too_large(), t.fault_too_large_advice(limit), t)
        }
        Fault::Refused(refusal) => sentences(t, refusal, number),
        Fault::Bug(_) => failure(t, number),
    }
}

/// What the permission is for, and whose duty it is.
fn missing_duty(t: Texts, rules: &[PermissionRule], place: Option<&str>) -> Sentences {
    let line = |rule: &PermissionRule| {
        let what = text(t, &permission_key(rule), &[]);
        let duty = |duty: &Duty| text(t, &format!("duty-{}", duty.as_str().replace('_', "-")), &[]);
        let duties = t.list(&rule.duties.iter().map(duty).collect::<Vec<_>>());
        match place {
            Some(place) => t.permission_not_allowed_who(duties, place, what),
            None => t.permission_not_allowed_who_anywhere(duties, what),
        }
    };
    let mut lines: Vec<String> = rules.iter().map(line).collect();
    let advice = if lines.len() == 1 { lines.pop().unwrap_or_default() } else { String::new() };
    let title = t.permission_not_allowed_title();
    Sentences { details: lines, ..Sentences::new("not-allowed", title, advice, t) }
}

/// `SignRankingForOffice` as `permission-sign-ranking-for-office`.
fn permission_key(rule: &PermissionRule) -> String {
    let mut key = "permission".to_owned();
    for letter in rule.name.chars() {
        if letter.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key
}

fn failure(t: Texts, number: &str) -> Sentences {
    Sentences::new("failure", t.app_error_failure(), t.fault_failure_advice(number), t)
}

/// 256 kB, 4 MB: limits are whole in one of the two.
fn size(bytes: usize) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MB", bytes / (1024 * 1024))
    } else {
        format!("{} kB", bytes / 1024)
    }
}

/// The words for a refusal of a use case; `number` is that of a failure in the server's log.
#[must_use]
pub(crate) fn sentences(t: Texts, refusal: &Refusal, number: &str) -> Sentences {
    match refusal {
        Refusal::Rejected(rejection) => rejected(t, rejection),
        Refusal::Ballot(refusal) => ballot(t, refusal.code()),
        Refusal::Input { code, args } => {
            let happened = text(t, &format!("input-{code}"), args);
            Sentences::new(code, happened, t.fault_input_advice(), t)
        }
        Refusal::LogIn(LogInRefusal::WrongNameOrPassword) => Sentences::new(
            "wrong-name-or-password",
            t.fault_wrong_password(),
            t.fault_wrong_password_advice(),
            t,
        ),
        Refusal::LogIn(LogInRefusal::TooManyAttempts { wait_seconds }) => {
            let minutes = wait_seconds.div_ceil(60);
            Sentences::new("rate", t.app_error_rate(), t.fault_rate_advice(minutes), t)
        }
        Refusal::Document(mistake) => {
            let happened = text(t, mistake.code(), &mistake.arguments());
            Sentences::new(mistake.code(), happened, t.fault_input_advice(), t)
        }
        Refusal::Failure(_) => failure(t, number),
        other => {
            let mut sentences =
                Sentences::new("mistakes", t.fault_mistakes(), t.fault_input_advice(), t);
            sentences.details = details(t, other);
            sentences
        }
    }
}

/// The words for a sheet that was not taken.
#[must_use]
pub(crate) fn ballot(t: Texts, code: &str) -> Sentences {
    let happened = text(t, &format!("ballot-refusal-{code}"), &[]);
    let advice = text(t, &format!("ballot-refusal-{code}-advice"), &[]);
    let kept = t.ballot_refusal_kept().to_owned();
    Sentences { kept, ..Sentences::new(code, happened, advice, t) }
}

fn details(t: Texts, refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Rulebook(mistakes) => {
            mistakes.iter().map(|mistake| rulebook_mistake(t, mistake)).collect()
        }
        Refusal::Rows(mistakes) => mistakes
            .iter()
            .map(|mistake| {
                let args = mistake.arguments();
                t.app_field_with_value(mistake.at, text(t, mistake.code(), &args))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A mistake in a rulebook: where, what, and what to do.
pub(crate) fn rulebook_mistake(t: Texts, mistake: &RulebookMistake) -> String {
    let args = mistake.args.iter();
    let args: Vec<(String, String)> =
        args.map(|(name, value)| (name.replace('-', "_"), value.clone())).collect();
    let args: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let key = format!("rulebook-mistake-{}", mistake.code.as_str());
    let place = t.fault_rulebook_line(mistake.column, mistake.line);
    let what = text(t, &key, &args);
    let advice = text(t, &format!("{key}-do"), &args);
    t.fault_rulebook_mistake(advice, place, what)
}

/// The text for a key; the key itself where there is none, which a test rules out for ours.
pub(crate) fn text(t: Texts, key: &str, args: &[(&str, String)]) -> String {
    t.by_key(key, args).unwrap_or_else(|| key.to_owned())
}

/// The key of the words for a refusal; those of an area stand in the file of that area.
fn rejection_key(rejection: &Rejection) -> String {
    let code = rejection.code().replace('_', "-");
    match rejection.area().and_then(|area| Some((area, code.strip_prefix(area)?))) {
        Some((area, rest)) => format!("{area}-refused{rest}"),
        None => format!("rejection-{code}"),
    }
}

/// The words for a refusal by the rules.
#[must_use]
pub(crate) fn rejected(t: Texts, rejection: &Rejection) -> Sentences {
    let code = rejection.code().replace('_', "-");
    let args: Vec<(String, String)> = rejection
        .args()
        .into_iter()
        .map(|(name, value)| {
            let words = argument(t, rejection.area().unwrap_or_default(), &name, &value);
            (name, words)
        })
        .collect();
    let args: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let happened = text(t, &rejection_key(rejection), &args);
    let advice = match rejection {
        Rejection::ChangedMeanwhile => t.app_error_conflict_advice().to_owned(),
        _ => t.fault_rejection_advice().to_owned(),
    };
    Sentences::new(&code, happened, advice, t)
}

/// An argument of a rejection in the reader's words, where it is a word of ours.
fn argument(t: Texts, area: &str, name: &str, value: &str) -> String {
    let word = |prefix: &str| {
        t.by_key(&format!("{prefix}-{}", value.replace('_', "-")), &[])
            .unwrap_or_else(|| value.to_owned())
    };
    match name {
        "level" if Level::parse(value).is_some() => word("unit-level"),
        "phase" if Phase::ALL.iter().any(|phase| phase.as_str() == value) => word("phase"),
        "needed" | "stage" => word("stage"),
        "state" => word(&format!("{area}-state")),
        "stands" => word("finding-state"),
        "entry_state" => word("ledger-state"),
        "plan_state" => word("preparation-plan-state"),
        "letter_state" => word("ledger-letter-state"),
        "inspection_state" => word("inspection-state"),
        "earliest" | "latest" => match value.parse::<jiff::civil::Date>() {
            Ok(day) => t.date(day),
            Err(_) => value.to_owned(),
        },
        "what" => word("missing"),
        "from" | "until" => match value.parse::<jiff::Timestamp>() {
            Ok(instant) => t.date_time(instant),
            Err(_) => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gongping_app::BallotRefusal;
    use gongping_locale::{Locale, arguments_of};
    use gongping_score::MistakeCode;

    #[test]
    fn every_rejection_has_its_words_in_every_language() {
        for rejection in Rejection::examples() {
            for locale in Locale::ALL {
                let sentences = rejected(Texts(locale), &rejection);
                let key = rejection_key(&rejection);
                assert_ne!(sentences.happened, key, "{key} in {}", locale.tag());
            }
        }
    }

    #[test]
    fn every_code_of_input_ballots_and_rulebooks_has_its_text() {
        let input = Refusal::INPUT_CODES.iter().map(|code| format!("input-{code}"));
        let ballots = BallotRefusal::CODES.iter();
        let ballots = ballots.flat_map(|code| {
            [format!("ballot-refusal-{code}"), format!("ballot-refusal-{code}-advice")]
        });
        let rulebooks = MistakeCode::ALL.iter().flat_map(|code| {
            let key = format!("rulebook-mistake-{}", code.as_str());
            [format!("{key}-do"), key]
        });
        for key in input.chain(ballots).chain(rulebooks) {
            assert!(arguments_of(&key).is_some(), "{key} is missing");
        }
    }
}
