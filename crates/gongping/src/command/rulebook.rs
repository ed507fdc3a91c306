//! `gongping rulebook`: every mistake of a rulebook at once, the rules in sentences, and what
//! changed between two rulebooks.

use crate::failure::CommandFailure;
use crate::output::tell;
use crate::words;
use gongping_locale::{Locale, Texts};
use gongping_score::Rulebook as Rules;
use gongping_score::rulebook::{Change, Setting};
use gongping_verify::ExitStatus;
use std::path::{Path, PathBuf};

/// 评议方案 · Rulebooks
#[derive(Debug, clap::Args)]
pub(crate) struct Rulebook {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(Check),
    Explain(Explain),
    Diff(Diff),
}

/// 用句子逐条说明方案（中文和英文） · Say every rule in sentences, in Chinese and English
#[derive(Debug, clap::Args)]
struct Explain {
    /// 评议方案 · Rulebook, a TOML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// 说明两个方案的不同，以及得分是否可比 · Say what changed, and whether scores stay comparable
#[derive(Debug, clap::Args)]
struct Diff {
    /// 原来的评议方案 · The earlier rulebook
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// 现在的评议方案 · The later rulebook
    #[arg(value_name = "AFTER")]
    after: PathBuf,
}

/// 检查评议方案，列出全部错误 · Check a rulebook and list every mistake
#[derive(Debug, clap::Args)]
struct Check {
    /// 评议方案 · Rulebook, a TOML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(rulebook: Rulebook, t: Texts) -> Result<ExitStatus, CommandFailure> {
    match rulebook.command {
        Command::Check(Check { file }) => check(&file, t),
        Command::Explain(Explain { file }) => explain(&file, t),
        Command::Diff(Diff { before, after }) => diff(&before, &after, t),
    }
}

/// The rulebook of a file; `None` after its mistakes were told.
fn read(file: &Path, t: Texts) -> Result<Option<Rules>, CommandFailure> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| CommandFailure::File { path: file.to_owned(), source })?;
    match Rules::parse(&text) {
        Ok(rules) => Ok(Some(rules)),
        Err(mistakes) => {
            for mistake in &mistakes {
                tell(&words::rulebook_mistake(t, mistake));
            }
            tell(&t.command_mistakes(mistakes.len()));
            Ok(None)
        }
    }
}

fn explain(file: &Path, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let Some(rules) = read(file, t)? else { return Ok(ExitStatus::DoesNotHold) };
    for locale in [Locale::ZhHans, Locale::En] {
        let t = Texts(locale);
        tell(rules.name().get(locale.tag()));
        for sentence in rules.sentences() {
            tell(&format!("  {}", words::sentence(t, &sentence)));
        }
        tell(t.explain_settings());
        for setting in rules.settings() {
            tell(&format!("  {}", super::score::setting_line(&setting, t)));
        }
        tell("");
    }
    Ok(ExitStatus::Holds)
}

fn diff(before: &Path, after: &Path, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let (Some(before), Some(after)) = (read(before, t)?, read(after, t)?) else {
        return Ok(ExitStatus::DoesNotHold);
    };
    let changes = before.changes(&after);
    for change in &changes {
        match change {
            Change::Added(one) => tell(&t.explain_added(words::sentence(t, one))),
            Change::Removed(one) => tell(&t.explain_removed(words::sentence(t, one))),
            Change::Changed { before, after } => {
                tell(&t.explain_before(words::sentence(t, before)));
                tell(&format!("  {}", t.explain_after(words::sentence(t, after))));
            }
        }
    }
    let (old, new) = (before.settings(), after.settings());
    let removed = old.iter().filter(|one| !new.contains(one));
    let added = new.iter().filter(|one| !old.contains(one));
    let settings: Vec<String> = removed
        .map(|one| t.explain_removed(super::score::setting_line(one, t)))
        .chain(added.map(|one| t.explain_added(super::score::setting_line(one, t))))
        .collect();
    for line in &settings {
        tell(line);
    }
    // A setting of the survey changes totals as a rule of a component does.
    let of_survey = |one: &&Setting| one.name.as_str().starts_with("survey.");
    let survey = |list: &[Setting]| -> Vec<(String, String)> {
        list.iter()
            .filter(of_survey)
            .map(|one| (one.name.as_str().to_owned(), one.value.clone()))
            .collect()
    };
    let comparable = !changes.iter().any(Change::breaks_series) && survey(&old) == survey(&new);
    tell(match (changes.is_empty() && settings.is_empty(), comparable) {
        (true, _) => t.explain_same(),
        (false, true) => t.explain_comparable(),
        (false, false) => t.explain_not_comparable(),
    });
    Ok(ExitStatus::Holds)
}

fn check(file: &Path, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let Some(rules) = read(file, t)? else { return Ok(ExitStatus::DoesNotHold) };
    for warning in rules.warnings() {
        tell(&t.explain_warning(words::rulebook_mistake(t, warning)));
    }
    tell(&t.command_rulebook_holds(rules.id()));
    tell(&format!("SHA-256 {}", rules.hash()));
    tell(&t.command_rulebook_parts(
        rules.grades().len(),
        rules.groups().len(),
        rules.items().len(),
    ));
    tell(&t.command_possible(rules.highest_total(), rules.lowest_total()));
    Ok(ExitStatus::Holds)
}
