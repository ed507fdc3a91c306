//! The register of the eight prohibitions (E3, E4): cases from suspicion to a decision of two
//! persons. Whoever a case is about does not see it here.

use super::form::{Fields, Problem, answered};
use super::{Head, appraisal_frame, done, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::staff::session::password_problem;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::Refusal;
use gongping_app::integrity::{self, Keeper, OpenedCase};
use gongping_appraisal::{
    AccountId, Accused, Appraisal, CaseFile, CaseNumber, CaseOutcome, CaseReport, CaseSource,
    CaseState, Digest, IntegrityRejection, Rejection, UnitId, permission,
};
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = || Access::of::<permission::KeepRegister>().or::<permission::DecideCases>();
    let keep = Access::of::<permission::KeepRegister>;
    let decide_cases = Access::of::<permission::DecideCases>;
    routes
        .get("/staff/a/{appraisal}/register", see(), list)
        .post("/staff/a/{appraisal}/register", keep(), open_case)
        .get("/staff/a/{appraisal}/register/{case}", see(), show)
        .post("/staff/a/{appraisal}/register/{case}/inquiry", keep(), begin)
        .post("/staff/a/{appraisal}/register/{case}/dismiss", keep(), dismiss)
        .post("/staff/a/{appraisal}/register/{case}/propose", keep(), propose)
        .post("/staff/a/{appraisal}/register/{case}/return", decide_cases(), send_back)
        .post("/staff/a/{appraisal}/register/{case}/decide", decide_cases(), decide)
}

struct Choice {
    id: String,
    text: String,
    chosen: bool,
}

struct CaseRow {
    number: String,
    accused: String,
    prohibition: String,
    opened: String,
    state: String,
    kind: &'static str,
}

/// The form for a new case.
struct CaseForm {
    accused: Vec<Choice>,
    prohibitions: Vec<Choice>,
    sources: Vec<Choice>,
    what: String,
}

#[derive(Template)]
#[template(path = "staff/register/page.html")]
struct RegisterPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    is_open: bool,
    rows: Vec<CaseRow>,
    form: Option<CaseForm>,
}

/// The words for whom a case is about.
fn accused_words(web: &Web, visitor: &Visitor, accused: &Accused) -> String {
    match accused {
        Accused::Unit { unit } => unit_name(&visitor.world, unit, web.app.today()),
        Accused::Account { account } => post(&visitor.world, account),
    }
}

fn accused_id(accused: &Accused) -> String {
    match accused {
        Accused::Unit { unit } => format!("unit:{unit}"),
        Accused::Account { account } => format!("account:{account}"),
    }
}

fn read_accused(text: &str) -> Option<Accused> {
    match text.split_once(':')? {
        ("unit", id) => Some(Accused::Unit { unit: UnitId::parse(id).ok()? }),
        ("account", id) => Some(Accused::Account { account: AccountId::parse(id).ok()? }),
        _ => None,
    }
}

/// The prohibition in the words of the rulebook.
fn prohibition_words(visitor: &Visitor, appraisal: &Appraisal, id: &str) -> String {
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    let veto = rules.and_then(|rules| rules.veto(id));
    veto.map_or_else(|| id.to_owned(), |veto| veto.name.get(visitor.locale.tag()).to_owned())
}

/// Units that are appraised, and persons with a duty at the organiser.
fn accused_choices(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    chosen: &str,
) -> Vec<Choice> {
    let units = appraisal.units.iter().map(|unit| Accused::Unit { unit: unit.clone() });
    let staff = visitor.world.accounts().filter(|account| {
        account.active && account.duties.iter().any(|grant| grant.unit == appraisal.organiser)
    });
    let staff = staff.map(|account| Accused::Account { account: account.id.clone() });
    let choice = |accused: Accused| {
        let id = accused_id(&accused);
        let text = accused_words(web, visitor, &accused);
        Choice { chosen: id == chosen, id, text }
    };
    units.chain(staff).map(choice).collect()
}

fn prohibition_choices(visitor: &Visitor, appraisal: &Appraisal, chosen: &str) -> Vec<Choice> {
    let vetoes = appraisal.rulebook().map(|rulebook| rulebook.rules.vetoes()).unwrap_or_default();
    let choice = |veto: &gongping_score::rulebook::Veto| Choice {
        id: veto.id.clone(),
        text: veto.name.get(visitor.locale.tag()).to_owned(),
        chosen: veto.id == chosen,
    };
    vetoes.iter().map(choice).collect()
}

fn case_form(web: &Web, visitor: &Visitor, appraisal: &Appraisal, typed: &Fields) -> CaseForm {
    let source = |source: CaseSource| Choice {
        id: source.as_str().to_owned(),
        text: word(visitor.t, "integrity-source", source.as_str()),
        chosen: typed.get("source") == source.as_str(),
    };
    CaseForm {
        accused: accused_choices(web, visitor, appraisal, typed.get("accused")),
        prohibitions: prohibition_choices(visitor, appraisal, typed.get("prohibition")),
        sources: CaseSource::ALL.into_iter().map(source).collect(),
        what: typed.get("what").to_owned(),
    }
}

async fn register_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let cases = integrity::cases(&web.app, &appraisal.id, visitor.account()?).await?;
    let row = |opened: &OpenedCase| CaseRow {
        number: opened.case.number.to_string(),
        accused: accused_words(web, visitor, &opened.file.accused),
        prohibition: prohibition_words(visitor, appraisal, &opened.file.prohibition),
        opened: t.date_time(opened.case.opened_at),
        state: state_words(t, &opened.case.state),
        kind: opened.case.state.as_str(),
    };
    let may = visitor.may::<permission::KeepRegister>(&appraisal.organiser);
    let form = appraisal.running().filter(|_| may);
    let shown = page(&RegisterPage {
        frame: appraisal_frame(web, visitor, appraisal, t.integrity_title()),
        t,
        head: Head::new(web, visitor, appraisal, "register"),
        problem: problem.clone(),
        is_open: appraisal.running().is_some(),
        rows: cases.iter().map(row).collect(),
        form: form.map(|_| case_form(web, visitor, appraisal, typed)),
    });
    answered(shown, problem.as_ref())
}

fn state_words(t: Texts, state: &CaseState) -> String {
    match state {
        CaseState::Decided { outcome, .. } => word(t, "integrity-outcome", outcome.as_str()),
        other => word(t, "integrity-state", other.as_str()),
    }
}

async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    register_page(&web, &visitor, appraisal, &Fields::default(), None).await
}

async fn open_case(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::KeepRegister>(&appraisal.organiser)?;
    let source = CaseSource::ALL.into_iter().find(|s| s.as_str() == fields.get("source"));
    let mut mistakes = Vec::new();
    let accused = read_accused(fields.get("accused"));
    if accused.is_none() {
        mistakes.push(t.integrity_choose_accused().to_owned());
    }
    if fields.get("prohibition").is_empty() {
        mistakes.push(t.integrity_choose_prohibition().to_owned());
    }
    if source.is_none() {
        mistakes.push(t.integrity_choose_source().to_owned());
    }
    if fields.get("what").is_empty() {
        mistakes.push(t.integrity_say_what().to_owned());
    }
    let problem = match (accused, source) {
        (Some(accused), Some(source)) if mistakes.is_empty() => {
            let file = CaseFile {
                appraisal: appraisal.id.clone(),
                accused,
                prohibition: fields.get("prohibition").to_owned(),
                source,
                what: fields.get("what").to_owned(),
            };
            match integrity::open_case(&web.app, allowed, file).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/register"), "case-opened")),
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
        _ => Problem::input(t, mistakes),
    };
    register_page(&web, &visitor, appraisal, &fields, Some(problem)).await
}

/// What the report form is filled in with.
struct ReportForm {
    accused: Vec<Choice>,
    prohibitions: Vec<Choice>,
    is_confirmed: bool,
    is_unfounded: bool,
    established: String,
    heard: String,
}

struct ReportView {
    digest: String,
    outcome: String,
    established: String,
    heard: String,
    proposed_by: String,
    decided: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/register/case.html")]
struct CasePage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    number: String,
    seen: u64,
    state: String,
    kind: &'static str,
    accused: String,
    prohibition: String,
    source: String,
    opened: String,
    what: String,
    inquirer: Option<String>,
    dismissed: Option<String>,
    report: Option<ReportView>,
    may_keep: bool,
    may_decide: bool,
    form: Option<ReportForm>,
    grounds: String,
}

fn report_form(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    opened: &OpenedCase,
    typed: Option<&Fields>,
) -> ReportForm {
    let text = |name: &str| typed.map(|fields| fields.get(name).to_owned()).unwrap_or_default();
    let (accused, prohibition) = match typed {
        Some(fields) => (fields.get("accused").to_owned(), fields.get("prohibition").to_owned()),
        None => (accused_id(&opened.file.accused), opened.file.prohibition.clone()),
    };
    ReportForm {
        accused: accused_choices(web, visitor, appraisal, &accused),
        prohibitions: prohibition_choices(visitor, appraisal, &prohibition),
        is_confirmed: text("outcome") == "confirmed",
        is_unfounded: text("outcome") == "unfounded",
        established: text("established"),
        heard: text("heard"),
    }
}

fn report_view(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    opened: &OpenedCase,
) -> Option<ReportView> {
    let t = visitor.t;
    let (digest, report) = opened.report.as_ref()?;
    let (proposed_by, decided) = match &opened.case.state {
        CaseState::Proposed { by, .. } => (by, None),
        CaseState::Decided { proposed_by, decided_by, at, .. } => {
            (proposed_by, Some((post(&visitor.world, decided_by), t.date_time(*at))))
        }
        _ => return None,
    };
    let outcome = match &report.outcome {
        CaseOutcome::Unfounded => t.integrity_outcome_unfounded().to_owned(),
        CaseOutcome::Confirmed { accused, prohibition } => t.integrity_confirmed_of(
            accused_words(web, visitor, accused),
            prohibition_words(visitor, appraisal, prohibition),
        ),
    };
    Some(ReportView {
        digest: digest.to_string(),
        outcome,
        established: report.established.clone(),
        heard: report.heard.clone(),
        proposed_by: post(&visitor.world, proposed_by),
        decided,
    })
}

/// The case in the path, if the reader may know of it.
struct About<'a> {
    appraisal: &'a Appraisal,
    opened: OpenedCase,
}

impl<'a> About<'a> {
    async fn in_path(
        web: &Web,
        visitor: &'a Visitor,
        id: &str,
        case: &str,
    ) -> Result<About<'a>, Fault> {
        let appraisal = visitor.appraisal(id)?;
        let number = CaseNumber(case.parse().map_err(|_| Fault::NotFound)?);
        match integrity::visible(&web.app, &appraisal.id, number, visitor.account()?).await {
            Ok(opened) => Ok(About { appraisal, opened }),
            Err(Refusal::Rejected(Rejection::Integrity(IntegrityRejection::UnknownCase {
                ..
            }))) => Err(Fault::NotFound),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn number(&self) -> CaseNumber {
        self.opened.case.number
    }

    fn keeper(&self, visitor: &Visitor, fields: &Fields) -> Result<Keeper, Fault> {
        Ok(Keeper {
            allowed: visitor.allow::<permission::KeepRegister>(&self.appraisal.organiser)?,
            seen: fields.seen().ok_or(Fault::BadRequest)?,
        })
    }

    /// The page again: with what was done, or with what is in the way and what was typed.
    async fn answer(
        &self,
        web: &Web,
        visitor: &Visitor,
        fields: &Fields,
        outcome: Result<(), Refusal>,
        flash: &str,
    ) -> Result<Response, Fault> {
        match outcome {
            Ok(()) => {
                let (id, number) = (&self.appraisal.id, self.number());
                Ok(done(&format!("/staff/a/{id}/register/{number}"), flash))
            }
            Err(refusal) => {
                let problem = password_problem(visitor.t, refusal)?;
                self.page(web, visitor, Some(fields), Some(problem))
            }
        }
    }

    fn page(
        &self,
        web: &Web,
        visitor: &Visitor,
        typed: Option<&Fields>,
        problem: Option<Problem>,
    ) -> Result<Response, Fault> {
        let (t, appraisal, opened) = (visitor.t, self.appraisal, &self.opened);
        let state = &opened.case.state;
        let me = visitor.account()?;
        let may_keep = visitor.may::<permission::KeepRegister>(&appraisal.organiser);
        let proposer = match state {
            CaseState::Proposed { by, .. } => Some(by),
            _ => None,
        };
        let may_decide = visitor.may::<permission::DecideCases>(&appraisal.organiser)
            && proposer.is_some_and(|by| by != me);
        let in_inquiry = matches!(state, CaseState::Inquiry { .. });
        let shown = page(&CasePage {
            frame: appraisal_frame(web, visitor, appraisal, t.integrity_title())
                .crumb(t.integrity_title(), format!("/staff/a/{}/register", appraisal.id)),
            t,
            head: Head::new(web, visitor, appraisal, "register"),
            problem: problem.clone(),
            number: opened.case.number.to_string(),
            seen: opened.case.revision,
            state: state_words(t, state),
            kind: state.as_str(),
            accused: accused_words(web, visitor, &opened.file.accused),
            prohibition: prohibition_words(visitor, appraisal, &opened.file.prohibition),
            source: word(t, "integrity-source", opened.file.source.as_str()),
            opened: t.date_time(opened.case.opened_at),
            what: opened.file.what.clone(),
            inquirer: match state {
                CaseState::Inquiry { by } => Some(post(&visitor.world, by)),
                _ => None,
            },
            dismissed: opened.dismissed_because.clone(),
            report: report_view(web, visitor, appraisal, opened),
            may_keep,
            may_decide,
            form: (may_keep && in_inquiry)
                .then(|| report_form(web, visitor, appraisal, opened, typed)),
            grounds: typed.map(|fields| fields.get("grounds").to_owned()).unwrap_or_default(),
        });
        answered(shown, problem.as_ref())
    }
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
) -> Result<Response, Fault> {
    About::in_path(&web, &visitor, &id, &case).await?.page(&web, &visitor, None, None)
}

async fn begin(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&web, &visitor, &id, &case).await?;
    let keeper = about.keeper(&visitor, &fields)?;
    let begun =
        integrity::begin_inquiry(&web.app, keeper, &about.appraisal.id, about.number()).await;
    about.answer(&web, &visitor, &fields, begun, "inquiry-begun").await
}

/// The grounds of a form, or the page again.
fn grounds_of<'a>(visitor: &Visitor, fields: &'a Fields) -> Result<&'a str, Problem> {
    match fields.get("grounds") {
        "" => Err(Problem::line(visitor.t, visitor.t.integrity_say_why())),
        grounds => Ok(grounds),
    }
}

async fn dismiss(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&web, &visitor, &id, &case).await?;
    let keeper = about.keeper(&visitor, &fields)?;
    let grounds = match grounds_of(&visitor, &fields) {
        Ok(grounds) => grounds,
        Err(problem) => return about.page(&web, &visitor, Some(&fields), Some(problem)),
    };
    let (id, number) = (&about.appraisal.id, about.number());
    let dismissed = integrity::dismiss(&web.app, keeper, id, number, grounds).await;
    about.answer(&web, &visitor, &fields, dismissed, "case-dismissed").await
}

fn read_report(
    visitor: &Visitor,
    about: &About<'_>,
    fields: &Fields,
) -> Result<CaseReport, Problem> {
    let t = visitor.t;
    let mut mistakes = Vec::new();
    for (name, missing) in
        [("established", t.integrity_say_established()), ("heard", t.integrity_say_heard())]
    {
        if fields.get(name).is_empty() {
            mistakes.push(missing.to_owned());
        }
    }
    let outcome = match (fields.get("outcome"), read_accused(fields.get("accused"))) {
        ("unfounded", _) => Some(CaseOutcome::Unfounded),
        ("confirmed", Some(accused)) => {
            let prohibition = fields.get("prohibition").to_owned();
            Some(CaseOutcome::Confirmed { accused, prohibition })
        }
        _ => None,
    };
    if outcome.is_none() {
        mistakes.push(t.integrity_choose_outcome().to_owned());
    }
    match outcome {
        Some(outcome) if mistakes.is_empty() => Ok(CaseReport {
            appraisal: about.appraisal.id.clone(),
            case: about.number(),
            outcome,
            established: fields.get("established").to_owned(),
            heard: fields.get("heard").to_owned(),
        }),
        _ => Err(Problem::input(t, mistakes)),
    }
}

async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&web, &visitor, &id, &case).await?;
    let keeper = about.keeper(&visitor, &fields)?;
    match read_report(&visitor, &about, &fields) {
        Ok(report) => {
            let proposed = integrity::propose(&web.app, keeper, report).await;
            about.answer(&web, &visitor, &fields, proposed, "finding-proposed").await
        }
        Err(problem) => about.page(&web, &visitor, Some(&fields), Some(problem)),
    }
}

async fn send_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&web, &visitor, &id, &case).await?;
    let allowed = visitor.allow::<permission::DecideCases>(&about.appraisal.organiser)?;
    let grounds = match grounds_of(&visitor, &fields) {
        Ok(grounds) => grounds,
        Err(problem) => return about.page(&web, &visitor, Some(&fields), Some(problem)),
    };
    let (id, number) = (&about.appraisal.id, about.number());
    let returned = integrity::send_back(&web.app, allowed, id, number, grounds).await;
    about.answer(&web, &visitor, &fields, returned, "finding-returned").await
}

async fn decide(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, case)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&web, &visitor, &id, &case).await?;
    let allowed = visitor.allow::<permission::DecideCases>(&about.appraisal.organiser)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let (id, number, password) = (&about.appraisal.id, about.number(), fields.raw("password"));
    let decided = integrity::decide(&web.app, allowed, id, number, digest, password).await;
    about.answer(&web, &visitor, &fields, decided, "finding-decided").await
}
