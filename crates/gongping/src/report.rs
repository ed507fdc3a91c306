//! The report of a verification in the reader's words.

use gongping_locale::Texts;
use gongping_verify::{
    Check, Comparison, CopySide, Difference, Finding, Followed, Options, Problem, Report, Subject,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// All of it: what was verified, how much, each check, each finding, and the head of the log.
pub(crate) fn in_words(path: &Path, report: &Report, options: &Options, t: Texts) -> String {
    let mut out = String::new();
    line(&mut out, &t.verify_path(path.display()));
    subject(&mut out, &report.subject, t);
    counted(&mut out, report, t);
    for check in Check::ALL {
        if report.checks.contains(check) {
            let of_check = || report.findings.iter().filter(|finding| finding.check == *check);
            let mark = if of_check().next().is_none() { "✓" } else { "✗" };
            line(&mut out, &format!("{mark} {} {}", check.number(), name(*check, t)));
            for finding in of_check() {
                line(&mut out, &format!("    {}", sentence(finding, t)));
            }
            if matches!(check, Check::Ballots | Check::Box) {
                box_checks(&mut out, report, t);
            }
        } else if report.skipped.contains(check) {
            let words = t.verify_skipped(name(*check, t));
            line(&mut out, &format!("– {} {words}", check.number()));
        }
    }
    // A finding whose check never got to its end must not be lost.
    for finding in &report.findings {
        if !report.checks.contains(&finding.check) {
            line(&mut out, &format!("✗ {} {}", finding.check.number(), sentence(finding, t)));
        }
    }
    if let Some(head) = &report.log {
        line(&mut out, &t.verify_log(&head.origin, &head.root, t.number(head.size)));
        line(&mut out, &t.verify_log_key(&head.key));
        if options.log_key.is_none() {
            line(&mut out, t.verify_log_key_own());
        }
        if options.checkpoint.is_none() {
            line(&mut out, t.verify_checkpoint_none());
        }
    }
    let verdict = if report.holds { t.verify_holds() } else { t.verify_does_not_hold() };
    line(&mut out, verdict);
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    writeln!(out, "{text}").ok();
}

fn subject(out: &mut String, subject: &Subject, t: Texts) {
    match subject {
        Subject::Unknown => {}
        Subject::Dossier { appraisal, title, ranking } => {
            line(out, &t.verify_dossier(appraisal, title));
            if let Some(first) = ranking.first() {
                line(out, &t.verify_ranking(ranking.len(), first));
            }
        }
        Subject::Box { name, uuid, phase, .. } => {
            let phase = phase_in_words(phase, t);
            line(out, &t.verify_box(name, phase, uuid));
        }
    }
}

fn counted(out: &mut String, report: &Report, t: Texts) {
    let counted = &report.counted;
    let n = |number: u64| t.number(number);
    line(out, &t.verify_counted_files(n(counted.bytes), n(counted.files)));
    line(
        out,
        &t.verify_counted_boxes(n(counted.boxes), n(counted.boxes_open), n(counted.boxes_shut)),
    );
    line(
        out,
        &t.verify_counted_ballots(
            n(counted.ballots),
            n(counted.codes),
            n(counted.proofs),
            n(counted.ballots_replaced),
            n(counted.shares),
        ),
    );
    if matches!(report.subject, Subject::Dossier { .. }) {
        line(
            out,
            &t.verify_counted_record(
                n(counted.log_entries),
                n(counted.inspections),
                n(counted.scores),
                n(counted.units),
            ),
        );
    }
}

/// Each check of boxes, and how often it was made. What there is is counted apart from the checks.
fn box_checks(out: &mut String, report: &Report, t: Texts) {
    for counted in &report.box_checks {
        let name = box_check(counted.name, t);
        let made = t.number(counted.made);
        let text = if counted.made == counted.present {
            let mark = if counted.made == 0 { "·" } else { "✓" };
            format!("    {mark} {} {}", counted.number, t.verify_box_counted(made, name))
        } else {
            let words = t.verify_box_miscounted(made, name, t.number(counted.present));
            format!("    ✗ {} {words}", counted.number)
        };
        line(out, &text);
    }
}

/// The name of a check of boxes.
fn box_check(name: &str, t: Texts) -> String {
    t.by_key(&format!("verify-box-check-{name}"), &[]).unwrap_or_else(|| name.to_owned())
}

/// One look at a growing box.
pub(crate) fn step_in_words(step: &Followed, t: Texts) -> String {
    let n = |number: u64| t.number(number);
    let phase = step.phase.map_or_else(
        || t.verify_follow_no_setup().to_owned(),
        |phase| phase_in_words(phase.name(), t),
    );
    let height = step.height.map_or_else(|| "–".to_owned(), n);
    t.verify_follow_step(n(step.added), n(step.ballots), n(step.entries), height, phase) + "\n"
}

/// The same as one line of JSON.
pub(crate) fn step_in_json(step: &Followed) -> String {
    // Numbers and texts always serialise.
    serde_json::to_string(step).unwrap_or_default() + "\n"
}

fn phase_in_words(phase: &str, t: Texts) -> String {
    t.by_key(&format!("verify-phase-{phase}"), &[]).unwrap_or_else(|| phase.to_owned())
}

/// What a newer copy has besides, or what was taken away.
pub(crate) fn comparison_in_words(comparison: &Comparison, t: Texts) -> String {
    let mut out = String::new();
    if let Some(log) = comparison.log {
        line(&mut out, &t.verify_diff_log(t.number(log.new - log.old), t.number(log.old)));
    }
    for growth in &comparison.boxes {
        if let Some(path) = &growth.path {
            line(&mut out, path);
        }
        copy_in_words(&mut out, t.verify_diff_old().to_owned(), &growth.old, t);
        if growth.added.bytes == 0 {
            line(&mut out, t.verify_diff_nothing());
        } else {
            copy_in_words(&mut out, t.verify_diff_added().to_owned(), &growth.added, t);
        }
    }
    for (path, found) in &comparison.differences {
        let place = path.clone().unwrap_or_else(|| t.verify_diff_place().to_owned());
        line(&mut out, &format!("✗ {}", t.verify_finding(place, difference(found, t))));
    }
    let holds = comparison.holds;
    line(&mut out, if holds { t.verify_diff_holds() } else { t.verify_diff_does_not_hold() });
    out
}

fn copy_in_words(out: &mut String, which: String, side: &CopySide, t: Texts) {
    let n = |number: u64| t.number(number);
    let mut text = t.verify_diff_copy(n(side.ballots), n(side.entries), n(side.events), which);
    let steps = [
        (side.closed, t.verify_diff_close()),
        (side.added_up, t.verify_diff_sum()),
        (side.counted, t.verify_diff_counts()),
    ];
    for (_, step) in steps.iter().filter(|(there, _)| *there) {
        text.push_str(t.verify_diff_and());
        text.push_str(step);
    }
    if side.shares > 0 {
        text.push_str(t.verify_diff_and());
        text.push_str(&t.verify_diff_shares(n(side.shares)));
    }
    line(out, &text);
}

fn difference(difference: &Difference, t: Texts) -> String {
    let key = format!("verify-diff-{}", difference.code());
    let args = in_words_of(difference.args(), t);
    let args: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    t.by_key(&key, &args).unwrap_or_else(|| difference.to_string())
}

/// Arguments in which words of ours stand in the reader's language.
fn in_words_of(args: BTreeMap<String, String>, t: Texts) -> BTreeMap<String, String> {
    let words = |(name, value): (String, String)| {
        let value = word(&name, &value, t).unwrap_or(value);
        (name, value)
    };
    args.into_iter().map(words).collect()
}

/// The name of a check.
fn name(check: Check, t: Texts) -> String {
    let key = format!("verify-check-{}", check.name());
    t.by_key(&key, &[]).unwrap_or_else(|| check.name().to_owned())
}

/// Where, and what.
fn sentence(finding: &Finding, t: Texts) -> String {
    let place = &finding.place;
    let at = match (&place.path, place.entry) {
        (Some(path), None) => path.clone(),
        (Some(path), Some(entry)) => t.verify_place_both(entry, path),
        (None, Some(entry)) => t.verify_place_entry(entry),
        (None, None) => t.verify_place_record().to_owned(),
    };
    t.verify_finding(at, problem(&finding.problem, t))
}

fn problem(problem: &Problem, t: Texts) -> String {
    let key = format!("verify-problem-{}", problem.code());
    let args = in_words_of(problem.args(), t);
    let args: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    t.by_key(&key, &args).unwrap_or_else(|| problem.to_string())
}

/// An argument that is a word of ours.
fn word(name: &str, value: &str, t: Texts) -> Option<String> {
    let noun = match name {
        "what" => "verify-what",
        "signatory" | "seat" => "verify-body",
        "check" => "verify-box-check",
        "copy" => "verify-diff-copy",
        _ => return None,
    };
    t.by_key(&format!("{noun}-{}", slug(value)), &[])
}

/// `the SHA-256 in the log` → `sha-256-in-the-log`.
fn slug(text: &str) -> String {
    let text = text.strip_prefix("the ").unwrap_or(text).to_lowercase();
    let letters = text.chars().filter(|letter| *letter != '\'');
    letters.map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gongping_locale::{Locale, arguments_of};
    use gongping_verify::Place;

    #[test]
    fn every_check_has_its_name_in_every_language() {
        for check in Check::ALL {
            let key = format!("verify-check-{}", check.name());
            assert!(arguments_of(&key).is_some(), "{key} is missing");
        }
    }

    #[test]
    fn every_problem_has_its_sentence_in_every_language() {
        for example in Problem::examples() {
            let key = format!("verify-problem-{}", example.code());
            let args: Vec<_> = example.args().into_iter().collect();
            let args: Vec<(&str, String)> =
                args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            for locale in Locale::ALL {
                let text = Texts(locale).by_key(&key, &args);
                assert!(text.is_some(), "{key} is missing or has other arguments");
            }
        }
    }

    #[test]
    fn every_check_of_a_box_has_its_name_in_every_language() {
        for check in gongping_seal::Check::ALL {
            let key = format!("verify-box-check-{}", check.name());
            assert!(arguments_of(&key).is_some(), "{key} is missing");
        }
    }

    #[test]
    fn every_difference_has_its_sentence_in_every_language() {
        for example in Difference::examples() {
            let key = format!("verify-diff-{}", example.code());
            let args: Vec<_> = example.args().into_iter().collect();
            let args: Vec<(&str, String)> =
                args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            for locale in Locale::ALL {
                let text = Texts(locale).by_key(&key, &args);
                assert!(text.is_some(), "{key} is missing or has other arguments");
            }
        }
    }

    #[test]
    fn sentence_names_the_path_and_the_entry() {
        let place = Place { path: Some("boxes/x.bel".to_owned()), entry: Some(7) };
        let finding = Finding { check: Check::BoxHeads, place, problem: Problem::Missing };
        for locale in Locale::ALL {
            let text = sentence(&finding, Texts(locale));
            assert!(text.contains("boxes/x.bel") && text.contains('7'), "{text}");
        }
    }

    #[test]
    fn words_of_differences_are_keys() {
        assert_eq!(slug("the SHA-256 in the log"), "sha-256-in-the-log");
        assert_eq!(slug("the members' sheets"), "members-sheets");
    }
}
