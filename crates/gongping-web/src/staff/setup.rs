//! Setting an appraisal up: its rulebook with all the checker has to say, its dates, its opening.

use super::form::{Fields, Problem, answered, with_line_feeds};
use super::{Head, appraisal::setup_frame, done, done_by, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::{Refusal, appraisal};
use gongping_appraisal::{
    Appraisal, Calendar, DateRange, Permission as _, Phase, Stage, permission,
};
use gongping_locale::Texts;
use gongping_score::{MistakeCode, RulebookMistake};
use jiff::civil::Date;

/// The plan of 2007 as a rulebook: the default (D1–D5).
const PLAN_OF_2007: &str = include_str!("../../../../rulebooks/labour-security-2007.toml");
/// A rulebook has some 10 kB.
const RULEBOOK_LIMIT_BYTES: usize = 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let plan = Access::of::<permission::PlanAppraisal>;
    routes
        .get("/staff/a/{appraisal}/setup", Access::of::<permission::SeeWorkplace>(), show)
        .post_up_to(RULEBOOK_LIMIT_BYTES, "/staff/a/{appraisal}/setup/rulebook", plan(), adopt)
        .post("/staff/a/{appraisal}/setup/calendar", plan(), set_calendar)
        .post("/staff/a/{appraisal}/setup/open", Access::of::<permission::OpenAppraisal>(), open)
}

struct Mistake {
    place: String,
    reason: String,
    advice: String,
}

struct RulebookFacts {
    name: String,
    hash: String,
    text: String,
    counts: String,
    range: String,
}

struct PhaseRow {
    name: String,
    word: &'static str,
    first: String,
    last: String,
    words: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/appraisal/setup.html")]
struct SetupPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    seen: u64,
    is_planned: bool,
    may_plan: bool,
    may_open: bool,
    who_plans: String,
    who_opens: String,
    rulebook: Option<RulebookFacts>,
    pasted: String,
    mistakes: Vec<Mistake>,
    phases: Vec<PhaseRow>,
    has_calendar: bool,
}

/// What was typed into one of the forms, to be shown again.
#[derive(Default)]
struct Typed<'a> {
    rulebook: Option<String>,
    calendar: Option<&'a Fields>,
    mistakes: Vec<RulebookMistake>,
}

fn setup_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: &Typed<'_>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let organiser = &appraisal.organiser;
    // After a conflict the form is filled in again from what stands now, so it shows that.
    let shown = page(&SetupPage {
        frame: setup_frame(web, visitor, appraisal),
        t,
        head: Head::new(web, visitor, appraisal, "setup"),
        problem: problem.clone(),
        seen: appraisal.revision,
        is_planned: matches!(appraisal.stage, Stage::Planned(_)),
        may_plan: visitor.may::<permission::PlanAppraisal>(organiser),
        may_open: visitor.may::<permission::OpenAppraisal>(organiser),
        who_plans: done_by(t, &permission::PlanAppraisal::RULE),
        who_opens: done_by(t, &permission::OpenAppraisal::RULE),
        rulebook: rulebook_facts(visitor, appraisal),
        pasted: typed.rulebook.clone().unwrap_or_default(),
        mistakes: typed.mistakes.iter().map(|mistake| words_of(t, mistake)).collect(),
        phases: phase_rows(t, appraisal, typed.calendar),
        has_calendar: appraisal.calendar().is_some(),
    });
    answered(shown, problem.as_ref())
}

fn rulebook_facts(visitor: &Visitor, appraisal: &Appraisal) -> Option<RulebookFacts> {
    let t = visitor.t;
    appraisal.rulebook().map(|adopted| {
        let rules = &adopted.rules;
        RulebookFacts {
            name: rules.name().get(visitor.locale.tag()).to_owned(),
            hash: adopted.hash.to_string(),
            text: adopted.text.clone(),
            counts: t.setup_item_count(
                rules.grades().len(),
                rules.groups().len(),
                rules.items().len(),
            ),
            range: t.setup_range_value(rules.highest_total(), rules.lowest_total()),
        }
    })
}

fn phase_rows(t: Texts, appraisal: &Appraisal, typed: Option<&Fields>) -> Vec<PhaseRow> {
    let row = |phase: Phase| {
        let dates = appraisal.calendar().map(|calendar| calendar.dates(phase));
        let field = |end: &str, known: Option<Date>| match typed {
            Some(fields) => fields.get(&format!("{end}-{}", phase.as_str())).to_owned(),
            None => known.map(|date| date.to_string()).unwrap_or_default(),
        };
        PhaseRow {
            name: word(t, "phase", phase.as_str()),
            word: phase.as_str(),
            first: field("first", dates.map(|dates| dates.first)),
            last: field("last", dates.map(|dates| dates.last)),
            words: dates.map(|dates| t.period(dates.first, dates.last)),
        }
    };
    Phase::ALL.into_iter().map(row).collect()
}

/// A mistake of the checker: where, why, and what to do.
fn words_of(t: Texts, mistake: &RulebookMistake) -> Mistake {
    let args: Vec<(String, String)> =
        mistake.args.iter().map(|(name, value)| (name.replace('-', "_"), value.clone())).collect();
    let args: Vec<(&str, String)> =
        args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let key = mistake_key(mistake.code);
    Mistake {
        place: t.setup_mistake_line(mistake.column, mistake.line),
        reason: crate::refusal::text(t, &key, &args),
        advice: crate::refusal::text(t, &format!("{key}-do"), &args),
    }
}

fn mistake_key(code: MistakeCode) -> String {
    format!("rulebook-mistake-{}", code.as_str())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    setup_page(&web, &visitor, appraisal, &Typed::default(), None)
}

/// The rulebook that was chosen: the built-in one, a file, or a pasted text.
fn rulebook_text(t: Texts, fields: &Fields) -> Result<String, Problem> {
    if fields.get("which") == "builtin" {
        return Ok(PLAN_OF_2007.to_owned());
    }
    if let Some(file) = fields.file("file") {
        let text = std::str::from_utf8(&file.bytes).map(|text| text.trim_start_matches('\u{feff}'));
        return text.map(with_line_feeds).map_err(|_| Problem::line(t, t.setup_not_text()));
    }
    if fields.get("text").is_empty() {
        return Err(Problem::line(t, t.setup_nothing_pasted()));
    }
    Ok(with_line_feeds(fields.raw("text")))
}

async fn adopt(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::PlanAppraisal>(&appraisal.organiser)?;
    let text = match rulebook_text(t, &fields) {
        Ok(text) => text,
        Err(problem) => {
            return setup_page(&web, &visitor, appraisal, &Typed::default(), Some(problem));
        }
    };
    let seen = fields.seen();
    let refused =
        appraisal::adopt_rulebook(&web.app, allowed, &appraisal.id, text.clone(), seen).await;
    let (problem, mistakes) = match refused {
        Ok(()) => return Ok(done(&format!("/staff/a/{id}/setup"), "rulebook-adopted")),
        Err(Refusal::Rulebook(mistakes)) => {
            let heading =
                t.by_key("rejection-rulebook-mistakes", &[("count", mistakes.len().to_string())]);
            (Problem::line(t, heading.unwrap_or_default()), mistakes)
        }
        Err(refusal) => (Problem::of(t, refusal)?, Vec::new()),
    };
    let typed = Typed { rulebook: Some(text), mistakes, ..Typed::default() };
    setup_page(&web, &visitor, appraisal, &typed, Some(problem))
}

/// The dates of the four phases as a form has them.
pub(super) fn read_calendar(t: Texts, fields: &Fields) -> Result<Calendar, Problem> {
    let mut mistakes = Vec::new();
    let mut ranges = Vec::new();
    for phase in Phase::ALL {
        let date = |end: &str| fields.get(&format!("{end}-{}", phase.as_str())).parse::<Date>();
        match (date("first"), date("last")) {
            (Ok(first), Ok(last)) => ranges.push(DateRange { first, last }),
            _ => mistakes.push(t.setup_bad_date(word(t, "phase", phase.as_str()))),
        }
    }
    let Ok(ranges) = <[DateRange; 4]>::try_from(ranges) else {
        return Err(Problem::input(t, mistakes));
    };
    Calendar::new(ranges).map_err(|phase| {
        let name = word(t, "phase", phase.as_str());
        Problem::line(t, t.rejection_calendar_disorder(name))
    })
}

async fn set_calendar(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::PlanAppraisal>(&appraisal.organiser)?;
    let problem = match read_calendar(t, &fields) {
        Ok(calendar) => {
            let seen = fields.seen();
            match appraisal::set_calendar(&web.app, allowed, &appraisal.id, calendar, seen).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/setup"), "calendar-set")),
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
        Err(problem) => problem,
    };
    let typed = Typed { calendar: Some(&fields), ..Typed::default() };
    setup_page(&web, &visitor, appraisal, &typed, Some(problem))
}

async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::OpenAppraisal>(&appraisal.organiser)?;
    match appraisal::open(&web.app, allowed, &appraisal.id).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}"), "appraisal-opened")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            setup_page(&web, &visitor, appraisal, &Typed::default(), Some(problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MistakeCode, PLAN_OF_2007, mistake_key};
    use gongping_locale::arguments_of;
    use gongping_score::Rulebook;

    #[test]
    fn built_in_plan_is_a_rulebook() {
        assert!(Rulebook::parse(PLAN_OF_2007).is_ok());
    }

    #[test]
    fn every_mistake_has_its_reason_and_its_advice() {
        for code in MistakeCode::ALL {
            let key = mistake_key(*code);
            assert!(arguments_of(&key).is_some(), "{key}");
            assert!(arguments_of(&format!("{key}-do")).is_some(), "{key}-do");
        }
    }
}
