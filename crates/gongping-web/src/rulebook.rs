//! `/a/{appraisal}/rulebook`: all rules to read, with the exact text and its fingerprint (D4).

use crate::appraisal::plain;
use crate::frame::{Frame, page};
use crate::setting::{self, SettingRow};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongping_appraisal::AdoptedRulebook;
use gongping_locale::{Locale, Texts};
use gongping_score::rulebook::{Component, ComponentKind, Text};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}/rulebook", Access::Public, show).get(
        "/a/{appraisal}/rulebook.toml",
        Access::Public,
        text,
    )
}

/// A text of the rulebook in the reader's language.
pub(crate) fn words(text: &Text, locale: Locale) -> &str {
    text.get(locale.tag())
}

struct ItemRow {
    name: String,
    text: String,
    clause: String,
}

struct GradeRow {
    name: String,
    value: String,
    clause: String,
}

struct GroupRow {
    name: String,
    weight: String,
    minimum: u64,
    clause: String,
}

struct ComponentRow {
    name: String,
    points: String,
    entered: String,
    clause: String,
    parts: Vec<String>,
}

struct NamedRow {
    name: String,
    clause: String,
}

#[derive(Template)]
#[template(path = "rulebook/page.html")]
struct RulebookPage {
    frame: Frame,
    t: Texts,
    base: String,
    name: String,
    source: Option<String>,
    frozen_at: Option<String>,
    items: Vec<ItemRow>,
    grades: Vec<GradeRow>,
    groups: Vec<GroupRow>,
    components: Vec<ComponentRow>,
    lowest: String,
    highest: String,
    settings: Vec<SettingRow>,
    vetoes: Vec<NamedRow>,
    consequences: Vec<NamedRow>,
    hash: String,
    text: String,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let adopted = appraisal.rulebook().ok_or(Fault::NotFound)?;
    let base = format!("/a/{}", appraisal.id);
    let frame = Frame::new(&web, &visitor, visitor.t.rulebook_noun())
        .crumb(visitor.t.app_home(), "/")
        .crumb(appraisal.title.clone(), base.clone());
    let frozen = appraisal.running().map(|open| visitor.t.date_time(open.opened_at));
    page(&view(frame, base, adopted, frozen))
}

fn view(
    frame: Frame,
    base: String,
    adopted: &AdoptedRulebook,
    frozen_at: Option<String>,
) -> RulebookPage {
    let (t, locale, rules) = (frame.t, frame.locale, &adopted.rules);
    let said = |clause: &Option<String>| {
        clause.clone().unwrap_or_else(|| t.rulebook_page_no_clause().to_owned())
    };
    let named = |name: &Text, clause: &Option<String>| NamedRow {
        name: words(name, locale).to_owned(),
        clause: said(clause),
    };
    let item = |item: &gongping_score::rulebook::Item| ItemRow {
        name: words(&item.name, locale).to_owned(),
        text: words(&item.text, locale).to_owned(),
        clause: said(&item.clause),
    };
    let grade = |grade: &gongping_score::rulebook::Grade| GradeRow {
        name: words(&grade.name, locale).to_owned(),
        value: grade.value.as_ref().map_or_else(|| t.appraisal_no_worth().to_owned(), plain),
        clause: said(&grade.clause),
    };
    let group = |group: &gongping_score::rulebook::Group| GroupRow {
        name: words(&group.name, locale).to_owned(),
        weight: group.weight.to_string(),
        minimum: rules.minimum_ballots(group),
        clause: said(&group.clause),
    };
    let component = |component: &&Component| ComponentRow {
        name: words(&component.name, locale).to_owned(),
        points: component.points.to_string(),
        entered: match &component.kind {
            ComponentKind::Survey => t.appraisal_counted_survey().to_owned(),
            ComponentKind::Entered(points) => t.rulebook_page_entered(
                plain(&points.maximum),
                plain(&points.minimum),
                plain(&points.step),
            ),
            _ => t.appraisal_counted_sum().to_owned(),
        },
        clause: said(&component.clause),
        parts: match &component.kind {
            ComponentKind::Sum(parts) => {
                parts.iter().map(|part| words(&part.name, locale).to_owned()).collect()
            }
            _ => Vec::new(),
        },
    };
    RulebookPage {
        t,
        base,
        name: words(rules.name(), locale).to_owned(),
        source: rules.source().map(|source| words(source, locale).to_owned()),
        frozen_at,
        items: rules.items().iter().map(item).collect(),
        grades: rules.grades().iter().map(grade).collect(),
        groups: rules.groups().iter().map(group).collect(),
        components: rules.all_components().iter().map(component).collect(),
        lowest: rules.lowest_total().display(rules.rounding()),
        highest: rules.highest_total().display(rules.rounding()),
        settings: setting::rows(t, locale, rules),
        vetoes: rules.vetoes().iter().map(|veto| named(&veto.name, &veto.clause)).collect(),
        consequences: rules
            .consequences()
            .iter()
            .map(|consequence| named(&consequence.name, &consequence.clause))
            .collect(),
        hash: adopted.hash.to_string(),
        text: adopted.text.clone(),
        frame,
    }
}

/// The exact bytes, for whoever computes the fingerprint.
async fn text(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let adopted = visitor.appraisal(&id)?.rulebook().ok_or(Fault::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.rulebook.toml\"", visitor.appraisal(&id)?.id),
        ),
    ];
    Ok((headers, adopted.text.clone()).into_response())
}
