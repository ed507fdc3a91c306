//! `gongping rulebook check`: every mistake of a rulebook at once.

use crate::failure::CommandFailure;
use crate::output::tell;
use crate::words;
use gongping_locale::Texts;
use gongping_score::Rulebook as Rules;
use gongping_verify::ExitStatus;
use std::path::PathBuf;

/// 评议方案 · Rulebooks
#[derive(Debug, clap::Args)]
pub(crate) struct Rulebook {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(Check),
}

/// 检查评议方案，列出全部错误 · Check a rulebook and list every mistake
#[derive(Debug, clap::Args)]
struct Check {
    /// 评议方案 · Rulebook, a TOML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(rulebook: Rulebook, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let Command::Check(Check { file }) = rulebook.command;
    let text = std::fs::read_to_string(&file)
        .map_err(|source| CommandFailure::File { path: file.clone(), source })?;
    let rules = match Rules::parse(&text) {
        Ok(rules) => rules,
        Err(mistakes) => {
            for mistake in &mistakes {
                tell(&words::rulebook_mistake(t, mistake));
            }
            tell(&t.command_mistakes(mistakes.len()));
            return Ok(ExitStatus::DoesNotHold);
        }
    };
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
