//! `gongping score`: scores and ranking from a rulebook and counts, without any installation.

use crate::failure::CommandFailure;
use crate::output::{put, tell};
use crate::words;
use gongping_locale::{Locale, Texts};
use gongping_score::rulebook::{Origin, Setting};
use gongping_score::{Rulebook, ScoreError, ScoreReport, read_counts_csv};
use gongping_verify::ExitStatus;
use std::path::{Path, PathBuf};

/// 由评议方案和计数算出得分与排名 · Compute scores and ranking from a rulebook and counts
#[derive(Debug, clap::Args)]
pub(crate) struct Score {
    /// 评议方案 · Rulebook, a TOML file
    #[arg(long, value_name = "FILE")]
    rulebook: PathBuf,
    /// 计数表，CSV · Counts, a CSV file: unit,group,item,grade,count
    #[arg(long, value_name = "FILE")]
    counts: PathBuf,
    /// 输出规范 JSON，与公布的 scores.json 逐字节相同 · Canonical JSON, as in a dossier
    #[arg(long)]
    json: bool,
}

fn read(path: &Path) -> Result<Vec<u8>, CommandFailure> {
    std::fs::read(path).map_err(|source| CommandFailure::File { path: path.to_owned(), source })
}

pub(crate) fn run(score: Score, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let text = String::from_utf8(read(&score.rulebook)?).map_err(|error| CommandFailure::File {
        path: score.rulebook.clone(),
        source: std::io::Error::other(error),
    })?;
    let counts = read(&score.counts)?;
    let outcome = compute(&text, &counts);
    match outcome {
        Ok((_, report)) if score.json => put(&report.to_json()),
        Ok((rules, report)) => show(&rules, &report, t),
        Err(error) => {
            mistakes(&score, &error, t);
            return Ok(ExitStatus::DoesNotHold);
        }
    }
    Ok(ExitStatus::Holds)
}

fn compute(text: &str, counts: &[u8]) -> Result<(Rulebook, ScoreReport), ScoreError> {
    let rules = Rulebook::parse(text).map_err(ScoreError::Rulebook)?;
    let input = read_counts_csv(counts).map_err(ScoreError::Counts)?;
    let report = ScoreReport::new(&rules, &input)?;
    Ok((rules, report))
}

/// Each mistake with its file and line or row.
fn mistakes(score: &Score, error: &ScoreError, t: Texts) {
    let lines: Vec<(&Path, String)> = match error {
        ScoreError::Rulebook(mistakes) => mistakes
            .iter()
            .map(|mistake| (&*score.rulebook, words::rulebook_mistake(t, mistake)))
            .collect(),
        ScoreError::Counts(mistakes) => {
            mistakes.iter().map(|mistake| (&*score.counts, mistake.to_string())).collect()
        }
        ScoreError::Rejected(rejection) => {
            rejection.problems.iter().map(|problem| (&*score.counts, problem.to_string())).collect()
        }
    };
    let count = lines.len();
    for (path, line) in lines {
        tell(&format!("{}: {line}", path.display()));
    }
    tell(&t.command_mistakes(count));
}

fn show(rules: &Rulebook, report: &ScoreReport, t: Texts) {
    tell(&t.command_rulebook(&report.rulebook_hash, &report.rulebook));
    tell(&t.command_possible(&report.highest_total, &report.lowest_total));
    tell(&format!("\n{}", t.command_settings()));
    for setting in &report.settings {
        tell(&format!("  {}", setting_line(setting, t)));
    }
    tell(&format!("\n{}", t.command_ranking()));
    ranking(rules, report, t);
    for (unit, score) in &report.scores.units {
        tell(&format!("\n{unit}"));
        for step in &score.trace {
            tell(&format!("  {step}"));
        }
    }
}

pub(super) fn setting_line(setting: &Setting, t: Texts) -> String {
    let key = format!("setting-{}", setting.name.as_str().replace('.', "-"));
    let name = t.by_key(&key, &[]).unwrap_or_else(|| setting.name.as_str().to_owned());
    let name = match &setting.about {
        Some(about) => format!("{name} {about}"),
        None => name,
    };
    let value = t.by_key(&format!("{key}-{}", setting.value), &[]);
    let value = value.unwrap_or_else(|| setting.value.clone());
    let origin = match &setting.origin {
        Origin::Plan(clause) => t.setting_origin_plan(clause),
        Origin::Rulebook => t.setting_origin_rulebook().to_owned(),
        Origin::Default => t.setting_origin_default().to_owned(),
    };
    format!("{name} = {value}  [{origin}]")
}

fn ranking(rules: &Rulebook, report: &ScoreReport, t: Texts) {
    let Texts(locale) = t;
    let band = |id: &Option<String>| named(rules, id.as_deref(), locale);
    for row in &report.ranking.rows {
        let tied = if row.tied { "=" } else { " " };
        let (rank, shown, unit, band) = (row.rank, &row.shown, &row.unit, band(&row.band));
        tell(&format!("{rank:>6}{tied} {shown:>8}  {unit}  {band}  {}", row.total));
    }
    for row in &report.ranking.vetoed {
        let vetoes: Vec<&str> = row.vetoes.iter().map(String::as_str).collect();
        tell(&format!("     ✗ {}", t.command_vetoed(band(&row.band), &row.unit, t.list(&vetoes))));
    }
    for row in &report.ranking.unranked {
        let reasons: Vec<String> = row.reasons.iter().map(ToString::to_string).collect();
        tell(&format!("     – {}", t.command_unranked(t.list(&reasons), &row.unit)));
    }
}

fn named(rules: &Rulebook, id: Option<&str>, locale: Locale) -> String {
    let Some(id) = id else { return String::new() };
    rules.band(id).map_or(id, |band| band.name.get(locale.tag())).to_owned()
}
