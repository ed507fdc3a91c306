//! `/a/{appraisal}/ranking`: places, totals and what they are made of, as published (C9, D4).

use crate::frame::{Frame, page};
use crate::publication::{self, Publication};
use crate::setting::{self, SettingRow};
use crate::trace::Names;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongping_app::uncertainty::Uncertainty;
use gongping_locale::Texts;
use gongping_score::{Exact, RankRow, Rounding, RoundingMode, UnitScore};
use std::sync::Arc;

/// The width of a bar in the units of its drawing.
const BAR_WIDTH: i32 = 1000;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}/ranking", Access::Public, show).get(
        "/a/{appraisal}/ranking.csv",
        Access::Public,
        table,
    )
}

/// A part of a bar: its place and length as attributes of SVG.
pub(crate) struct Part {
    /// 1-based number of the series, which is its colour.
    pub(crate) series: usize,
    pub(crate) x: String,
    pub(crate) width: String,
}

/// A ranked unit.
struct Row {
    href: String,
    name: String,
    rank: u64,
    tied: bool,
    total: String,
    band: String,
    parts: Vec<Part>,
    /// The same parts in words, for the table and for screen readers.
    points: Vec<String>,
    ballots: String,
    /// What the survey can tell about its place.
    sure: Option<Sure>,
}

/// The places that a unit can have, in words and as attributes of SVG.
struct Sure {
    /// `3–9`
    places: String,
    total: String,
    tier: usize,
    /// Where the bar begins and how long it is: each place is one part of it.
    x: usize,
    width: usize,
    /// The same for the place that it has.
    place_x: usize,
    place_width: usize,
    words: String,
}

/// A unit whose rank a breach overrides (E4).
struct VetoedRow {
    href: String,
    name: String,
    total: String,
    band: String,
    vetoes: String,
    would_have: String,
}

/// A unit without a rank.
struct UnrankedRow {
    href: String,
    name: String,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "ranking/page.html")]
struct RankingPage {
    frame: Frame,
    t: Texts,
    base: String,
    published_at: String,
    components: Vec<String>,
    scale: String,
    lowest: String,
    highest: String,
    has_bands: bool,
    has_ties: bool,
    rows: Vec<Row>,
    vetoed: Vec<VetoedRow>,
    unranked: Vec<UnrankedRow>,
    settings: Vec<SettingRow>,
    ballots: String,
    is_sure: bool,
    tiers: usize,
    critical: &'static str,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let publication = publication::load(&web, &visitor, &id).await?;
    let frame = Frame::new(&web, &visitor, t.ranking_title())
        .crumb(t.app_home(), "/")
        .crumb(publication.appraisal.title.clone(), publication.base())
        .script("enhance.js");
    let view = View {
        t,
        names: Names { t, locale: visitor.locale, rules: publication.rules() },
        publication: &publication,
        uncertainty: publication.uncertainty(&web).await?,
    };
    page(&view.page(frame))
}

struct View<'a> {
    t: Texts,
    names: Names<'a>,
    publication: &'a Publication<'a>,
    uncertainty: Arc<Uncertainty>,
}

impl View<'_> {
    fn page(&self, frame: Frame) -> RankingPage {
        let (t, publication) = (self.t, self.publication);
        let rules = publication.rules();
        let ranking = &publication.report.ranking;
        let ballots = publication.report.scores.units.values();
        let ballots: u64 = ballots.flat_map(|score| score.ballots.values()).sum();
        RankingPage {
            t,
            base: publication.base(),
            published_at: t.date_time(publication.published.at),
            components: self.roots().into_iter().map(|(_, name)| name).collect(),
            scale: rules.scale().to_string(),
            lowest: publication.report.lowest_total.display(rules.rounding()),
            highest: publication.report.highest_total.display(rules.rounding()),
            has_bands: ranking.rows.iter().any(|row| row.band.is_some()),
            has_ties: ranking.rows.iter().any(|row| row.tied),
            rows: ranking.rows.iter().map(|row| self.row(row)).collect(),
            vetoed: ranking.vetoed.iter().map(|row| self.vetoed(row)).collect(),
            unranked: ranking.unranked.iter().map(|row| self.unranked(row)).collect(),
            settings: setting::rows(t, frame.locale, rules),
            ballots: t.number(ballots),
            is_sure: self.uncertainty.tiers > 0,
            tiers: self.uncertainty.tiers,
            critical: if self.uncertainty.is_drawn {
                t.uncertainty_drawn()
            } else {
                t.uncertainty_any_dependence()
            },
            frame,
        }
    }

    /// The roots of the component tree: what a total is the sum of.
    fn roots(&self) -> Vec<(String, String)> {
        let roots = self.publication.rules().components().iter();
        roots.map(|root| (root.id.clone(), self.names.component(&root.id))).collect()
    }

    fn score(&self, unit: &str) -> Option<&UnitScore> {
        self.publication.report.scores.units.get(unit)
    }

    fn href(&self, unit: &str) -> String {
        format!("{}/units/{unit}", self.publication.base())
    }

    fn row(&self, row: &RankRow) -> Row {
        let values: Vec<Exact> = self
            .roots()
            .iter()
            .map(|(id, _)| {
                let score = self.score(&row.unit);
                let value = score.and_then(|score| score.components.get(id).cloned());
                value.unwrap_or_else(Exact::zero)
            })
            .collect();
        let rounding = self.publication.rules().rounding();
        let ballots = self.score(&row.unit).map(|score| score.ballots.values().sum::<u64>());
        Row {
            href: self.href(&row.unit),
            name: self.publication.unit_name(&row.unit),
            rank: row.rank,
            tied: row.tied,
            total: row.shown.clone(),
            band: row.band.as_deref().map(|band| self.names.band(band)).unwrap_or_default(),
            parts: parts(&values, self.publication.rules().scale()),
            points: values.iter().map(|value| value.display(rounding)).collect(),
            ballots: self.t.number(ballots.unwrap_or_default()),
            sure: self.sure(row),
        }
    }

    fn sure(&self, row: &RankRow) -> Option<Sure> {
        let t = self.t;
        let unit = self.uncertainty.units.get(&row.unit)?;
        let standing = unit.standing?;
        let (best, worst) = (standing.together.best, standing.together.worst);
        let (low, high) = &unit.total;
        let width = usize::try_from(BAR_WIDTH).unwrap_or_default();
        let at = |place: usize| place * width / self.uncertainty.contenders.max(1);
        let place = usize::try_from(row.rank).unwrap_or(best).max(1);
        Some(Sure {
            places: if best == worst { best.to_string() } else { t.uncertainty_range(best, worst) },
            total: t.uncertainty_range(low, high),
            tier: standing.tier,
            x: at(best - 1),
            width: at(worst) - at(best - 1),
            place_x: at(place - 1),
            place_width: (at(place) - at(place - 1)).max(6),
            words: if best == worst {
                t.uncertainty_place_sure(best)
            } else {
                t.uncertainty_place(best, worst)
            },
        })
    }

    fn vetoed(&self, row: &gongping_score::VetoedRow) -> VetoedRow {
        let vetoes: Vec<String> = row.vetoes.iter().map(|veto| self.names.veto(veto)).collect();
        let none = || self.t.app_none().to_owned();
        VetoedRow {
            href: self.href(&row.unit),
            name: self.publication.unit_name(&row.unit),
            total: row.shown.clone().unwrap_or_else(none),
            band: row.band.as_deref().map(|band| self.names.band(band)).unwrap_or_else(none),
            vetoes: self.t.list(&vetoes),
            would_have: row.would_have_rank.map_or_else(none, |rank| rank.to_string()),
        }
    }

    fn unranked(&self, row: &gongping_score::UnrankedRow) -> UnrankedRow {
        UnrankedRow {
            href: self.href(&row.unit),
            name: self.publication.unit_name(&row.unit),
            reasons: row.reasons.iter().map(|reason| self.names.unranked(reason)).collect(),
        }
    }
}

/// Lays values side by side on a bar that stands for `whole`.
pub(crate) fn parts(values: &[Exact], whole: &Exact) -> Vec<Part> {
    let rounding = Rounding { digits: 1, mode: RoundingMode::HalfUp };
    let mut before = Exact::zero();
    let mut parts = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let on_bar = |value: &Exact| &(value * &Exact::from(BAR_WIDTH)) / whole;
        parts.push(Part {
            series: index % 5 + 1,
            x: on_bar(&before).display(rounding),
            width: on_bar(value).display(rounding),
        });
        before = &before + value;
    }
    parts
}

/// The ranking as a table for spreadsheets: UTF-8 with a mark, so that Excel reads it rightly.
async fn table(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let publication = publication::load(&web, &visitor, &id).await?;
    let names = Names { t, locale: visitor.locale, rules: publication.rules() };
    // The file has what the dossier has; intervals are not in it.
    let uncertainty = Arc::default();
    let view = View { t, names, publication: &publication, uncertainty };
    let mut header_row = vec![
        t.ranking_place().to_owned(),
        t.unit_id().to_owned(),
        t.unit_name().to_owned(),
        t.ranking_total().to_owned(),
        t.ranking_exact().to_owned(),
        t.rulebook_band().to_owned(),
    ];
    header_row.extend(view.roots().into_iter().map(|(_, name)| name));
    header_row.push(t.ranking_note().to_owned());
    let columns = header_row.len();
    let mut csv = String::from("\u{feff}");
    push_row(&mut csv, &header_row);
    for row in &publication.report.ranking.rows {
        let shown = view.row(row);
        let mut cells = vec![
            row.rank.to_string(),
            row.unit.clone(),
            shown.name,
            row.shown.clone(),
            row.total.to_string(),
            shown.band,
        ];
        cells.extend(shown.points);
        cells.push(if row.tied { t.ranking_tied().to_owned() } else { String::new() });
        push_row(&mut csv, &cells);
    }
    let mut push_rest = |unit: &str, total: String, band: String, note: String| {
        let mut cells = vec![String::new(); columns];
        cells[1] = unit.to_owned();
        cells[2] = publication.unit_name(unit);
        cells[3] = total;
        cells[5] = band;
        cells[columns - 1] = note;
        push_row(&mut csv, &cells);
    };
    for row in &publication.report.ranking.vetoed {
        let shown = view.vetoed(row);
        push_rest(&row.unit, shown.total, shown.band, shown.vetoes);
    }
    for row in &publication.report.ranking.unranked {
        let shown = view.unranked(row);
        push_rest(&row.unit, String::new(), String::new(), shown.reasons.join("; "));
    }
    let name = format!("attachment; filename=\"{}.ranking.csv\"", publication.appraisal.id);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, csv).into_response())
}

/// A row of CSV (RFC 4180).
fn push_row(csv: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    csv.push_str(&cells.join(","));
    csv.push_str("\r\n");
}

/// A cell, quoted where it must be. A text that a spreadsheet would run as a formula gets an
/// apostrophe before it; numbers do not begin like one.
fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_bar_touch_and_end_at_the_total() {
        let values = [Exact::from(63), Exact::from(20), Exact::from(7)];
        let parts = parts(&values, &Exact::from(100));
        let laid: Vec<_> = parts.iter().map(|p| (p.x.as_str(), p.width.as_str())).collect();
        assert_eq!(laid, [("0.0", "630.0"), ("630.0", "200.0"), ("830.0", "70.0")]);
    }

    #[test]
    fn cells_are_quoted_and_never_run() {
        assert_eq!(csv_cell("甲"), "甲");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
    }
}
