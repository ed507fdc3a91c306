//! Refusals and mistakes in the reader's words.

use gongping_app::{LogInRefusal, Refusal};
use gongping_appraisal::Rejection;
use gongping_documents::RowMistake;
use gongping_locale::Texts;
use gongping_score::RulebookMistake;
use gongping_score::rulebook::{Argument, Sentence};

/// What was refused, one line for each thing that is wrong.
pub(crate) fn refusal(t: Texts, refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Rejected(rejection) => vec![rejected(t, rejection)],
        Refusal::Input { code, args } => {
            vec![or(t.by_key(&format!("input-{code}"), args), refusal)]
        }
        Refusal::Document(mistake) => {
            vec![or(t.by_key(mistake.code(), &mistake.arguments()), refusal)]
        }
        Refusal::Rows(mistakes) => mistakes.iter().map(|mistake| row_mistake(t, mistake)).collect(),
        Refusal::Rulebook(mistakes) => {
            mistakes.iter().map(|mistake| rulebook_mistake(t, mistake)).collect()
        }
        Refusal::LogIn(
            LogInRefusal::WrongNameOrPassword | LogInRefusal::TooManyAttempts { .. },
        )
        | Refusal::Ballot(_)
        | Refusal::Failure(_) => vec![refusal.to_string()],
    }
}

/// The program's own words where a locale has none, which a test rules out for our codes.
fn or(text: Option<String>, otherwise: &impl ToString) -> String {
    text.unwrap_or_else(|| otherwise.to_string())
}

/// A refusal by the rules.
pub(crate) fn rejected(t: Texts, rejection: &Rejection) -> String {
    let key = format!("rejection-{}", rejection.code().replace('_', "-"));
    let args: Vec<(String, String)> = rejection
        .args()
        .into_iter()
        .map(|(name, value)| {
            let words = word(t, &name, &value).unwrap_or(value);
            (name, words)
        })
        .collect();
    or(t.by_key(&key, &borrowed(&args)), rejection)
}

/// An argument that is a word of ours.
fn word(t: Texts, name: &str, value: &str) -> Option<String> {
    let noun = match name {
        "level" => "unit-level",
        "phase" => "phase",
        "needed" | "stage" => "stage",
        "what" => "missing",
        _ => return None,
    };
    t.by_key(&format!("{noun}-{}", value.replace('_', "-")), &[])
}

fn borrowed(args: &[(String, String)]) -> Vec<(&str, String)> {
    args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
}

/// A mistake in a table of units: its cell, and what is wrong there.
pub(crate) fn row_mistake(t: Texts, mistake: &RowMistake) -> String {
    let what = or(t.by_key(mistake.code(), &mistake.arguments()), &mistake.mistake);
    t.command_row(mistake.at, mistake.at.row, what)
}

/// A mistake in a rulebook: where, what, and what to do.
pub(crate) fn rulebook_mistake(t: Texts, mistake: &RulebookMistake) -> String {
    let args: Vec<(String, String)> =
        mistake.args.iter().map(|(name, value)| (name.replace('-', "_"), value.clone())).collect();
    let key = format!("rulebook-mistake-{}", mistake.code.as_str());
    let what = or(t.by_key(&key, &borrowed(&args)), &mistake.reason());
    let advice = or(t.by_key(&format!("{key}-do"), &borrowed(&args)), &mistake.suggestion());
    t.command_rulebook_mistake(advice, mistake.column, mistake.line, what)
}

/// A rule of a rulebook as a sentence, with its clause.
pub(crate) fn sentence(t: Texts, sentence: &Sentence) -> String {
    let Texts(locale) = t;
    let value = |argument: &Argument| match argument {
        Argument::Plain(text) => text.clone(),
        Argument::Name(name) => name.get(locale.tag()).to_owned(),
    };
    let arguments = sentence.arguments.iter().map(|(name, argument)| (*name, value(argument)));
    let arguments: Vec<(&str, String)> = arguments.collect();
    let said = or(t.by_key(sentence.key, &arguments), &sentence.key);
    match &sentence.clause {
        Some(clause) => t.explain_clause(clause, said),
        None => said,
    }
}
