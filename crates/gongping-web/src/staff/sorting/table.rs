//! Opinions from a spreadsheet: a template, a look at what would enter, and then all or none.

use super::{desk, frame, item_name};
use crate::frame::{Frame, page};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done, unit_name, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_app::sorting::{self, TablePreview};
use gongping_appraisal::Digest;
use gongping_appraisal::permission::SortOpinions;
use gongping_locale::Texts;

/// 500 opinions have some 300 kB; the confirmation carries them as base64.
const TABLE_LIMIT_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let (sort, limit) = (Access::of::<SortOpinions>, TABLE_LIMIT_BYTES);
    routes
        .get("/staff/a/{appraisal}/sorting/gather/table", sort(), show)
        .get("/staff/a/{appraisal}/sorting/gather/table.xlsx", sort(), template)
        .post_up_to(limit, "/staff/a/{appraisal}/sorting/gather/table", sort(), preview)
        .post_up_to(limit, "/staff/a/{appraisal}/sorting/gather/table/confirm", sort(), confirm)
}

struct Row {
    number: u32,
    unit: String,
    item: String,
    matter: String,
    text: String,
}

/// A table that was looked at.
struct Looked {
    file_name: String,
    file_base64: String,
    digest: String,
    rows: Vec<Row>,
    mistakes: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/sorting/table.html")]
struct TablePage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    looked: Option<Looked>,
}

fn table_page(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    looked: Option<(&str, &[u8], TablePreview)>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (appraisal, _) = desk(visitor, id)?;
    let (t, today) = (visitor.t, web.app.today());
    let looked = looked.map(|(file_name, bytes, preview)| Looked {
        file_name: file_name.to_owned(),
        file_base64: STANDARD.encode(bytes),
        digest: preview.digest.to_string(),
        rows: preview
            .rows
            .into_iter()
            .map(|row| Row {
                number: row.row,
                unit: unit_name(&visitor.world, &row.unit, today),
                item: item_name(visitor, appraisal, row.item.as_ref()),
                matter: word(t, "opinion-matter", row.matter.as_str()),
                text: row.text,
            })
            .collect(),
        mistakes: preview
            .mistakes
            .iter()
            .map(|mistake| {
                let arguments = mistake.mistake.arguments();
                let reason = crate::refusal::text(t, mistake.mistake.code(), &arguments);
                (mistake.at.to_string(), reason)
            })
            .collect(),
    });
    let gather = format!("/staff/a/{id}/sorting/gather");
    let shown = page(&TablePage {
        frame: frame(web, visitor, appraisal, t.gathering_table())
            .crumb(t.gathering_title(), gather.clone()),
        t,
        head: Head::new(web, visitor, appraisal, "sorting"),
        problem: problem.clone(),
        address: format!("{gather}/table"),
        looked,
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    table_page(&web, &visitor, &id, None, None)
}

/// An empty table with the right headings, in the reader's language, and what may be written.
async fn template(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    use gongping_app::sorting::table_template;
    let (appraisal, _) = desk(&visitor, &id)?;
    let t = visitor.t;
    let headings = [
        t.gathering_column_unit(),
        t.gathering_column_item(),
        t.gathering_column_matter(),
        t.gathering_column_text(),
    ];
    let matters: Vec<String> = gongping_appraisal::Matter::ALL
        .iter()
        .map(|matter| word(t, "opinion-matter", matter.as_str()))
        .collect();
    let sheets = (t.gathering_sheet_opinions(), t.gathering_sheet_choices());
    let tag = visitor.locale.tag();
    let bytes = table_template(&web.app, appraisal, sheets, headings, &matters, tag)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"opinions.xlsx\"".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let t = visitor.t;
    let Some(file) = fields.file("file") else {
        return table_page(&web, &visitor, &id, None, Some(Problem::line(t, t.app_choose_file())));
    };
    match sorting::preview_table(&web.app, &allowed, &appraisal.id, &file.name, &file.bytes) {
        Ok(preview) => {
            table_page(&web, &visitor, &id, Some((&file.name, &file.bytes, preview)), None)
        }
        Err(refusal) => table_page(&web, &visitor, &id, None, Some(Problem::of(t, refusal)?)),
    }
}

async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let bytes = STANDARD.decode(fields.get("file")).map_err(|_| Fault::BadRequest)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let name = fields.get("file_name");
    let app = &web.app;
    let entered = sorting::import_table(app, &allowed, &appraisal.id, (name, &bytes), digest).await;
    let refusal = match entered {
        Ok(_) => {
            let address = format!("/staff/a/{id}/sorting/gather");
            return Ok(done(&address, "opinions-gathered"));
        }
        Err(refusal) => refusal,
    };
    let problem = Problem::of(visitor.t, refusal)?;
    match sorting::preview_table(app, &allowed, &appraisal.id, name, &bytes) {
        Ok(preview) => {
            table_page(&web, &visitor, &id, Some((name, &bytes, preview)), Some(problem))
        }
        Err(_) => table_page(&web, &visitor, &id, None, Some(problem)),
    }
}
