//! People and duties: accounts are shown by post (A2, A3).

use super::form::{Fields, Problem, answered};
use super::{done, frame, units_of};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::Refusal;
use gongping_app::account::{self, NewAccount};
use gongping_appraisal::{
    Account, AccountId, Allowed, Duty, DutyGrant, Permission as _, UnitId, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeSet;

/// Empty rows for further duties.
const SPARE_ROWS: usize = 3;

pub(super) fn routes(routes: Routes) -> Routes {
    let manage = Access::of::<permission::ManageAccounts>;
    routes
        .get("/staff/accounts", manage(), list)
        .get("/staff/accounts/new", manage(), show_new)
        .post("/staff/accounts/new", manage(), open)
        .get("/staff/accounts/{account}", manage(), show)
        .post("/staff/accounts/{account}/duties", manage(), change_duties)
        .post("/staff/accounts/{account}/password", manage(), set_password)
        .post("/staff/accounts/{account}/close", manage(), close)
}

/// The permission at the topmost unit of the reader's duties that carry it.
fn allowed(visitor: &Visitor) -> Result<Allowed<permission::ManageAccounts>, Fault> {
    let units = units_of(&visitor.world, visitor.account()?, &permission::ManageAccounts::RULE);
    visitor.allow::<permission::ManageAccounts>(units.first().ok_or(Fault::NotAllowed)?)
}

/// Whether an administrator at `top` may see and change this account.
fn is_within(visitor: &Visitor, account: &Account, top: &UnitId) -> bool {
    account.duties.iter().all(|grant| visitor.world.is_within(&grant.unit, top))
}

struct Row {
    id: String,
    login: String,
    title: String,
    duties: Vec<String>,
    active: bool,
}

fn row(web: &Web, visitor: &Visitor, account: &Account) -> Row {
    let (t, today) = (visitor.t, web.app.today());
    let duty = |grant: &DutyGrant| {
        let unit = super::unit_name(&visitor.world, &grant.unit, today);
        t.duty_at(super::duty_word(t, grant.duty), unit)
    };
    Row {
        id: account.id.to_string(),
        login: account.login.clone(),
        title: account.title.clone(),
        duties: account.duties.iter().map(duty).collect(),
        active: account.active,
    }
}

#[derive(Template)]
#[template(path = "staff/account/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    rows: Vec<Row>,
}

async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let (t, allowed) = (visitor.t, allowed(&visitor)?);
    let rows = visitor
        .world
        .accounts()
        .filter(|account| is_within(&visitor, account, allowed.unit()))
        .map(|account| row(&web, &visitor, account))
        .collect();
    page(&ListPage { frame: frame(&web, &visitor, t.account_title()), t, rows })
}

struct DutyChoice {
    word: &'static str,
    text: String,
    chosen: bool,
}

/// One row of the duties form.
struct DutyRow {
    number: usize,
    choices: Vec<DutyChoice>,
    unit: String,
}

fn duty_rows(t: Texts, given: &[(String, String)]) -> Vec<DutyRow> {
    let blank = (String::new(), String::new());
    let spare = std::iter::repeat_n(&blank, SPARE_ROWS);
    given
        .iter()
        .chain(spare)
        .enumerate()
        .map(|(index, (duty, unit))| DutyRow {
            number: index + 1,
            choices: Duty::ALL
                .into_iter()
                .map(|choice| DutyChoice {
                    word: choice.as_str(),
                    text: super::duty_word(t, choice),
                    chosen: choice.as_str() == duty,
                })
                .collect(),
            unit: unit.clone(),
        })
        .collect()
}

/// The rows of the duties form as they were typed, empty ones left out.
fn typed_rows(fields: &Fields) -> Vec<(String, String)> {
    let pairs = fields.all("duty").zip(fields.all("unit"));
    pairs
        .filter(|(duty, unit)| !duty.is_empty() || !unit.is_empty())
        .map(|(duty, unit)| (duty.to_owned(), unit.to_owned()))
        .collect()
}

fn read_duties(t: Texts, rows: &[(String, String)]) -> Result<BTreeSet<DutyGrant>, Problem> {
    let mut mistakes = Vec::new();
    let mut duties = BTreeSet::new();
    for (index, (duty, unit)) in rows.iter().enumerate() {
        match (Duty::parse(duty), UnitId::parse(unit)) {
            (Some(duty), Ok(unit)) => {
                duties.insert(DutyGrant { duty, unit });
            }
            (Some(_), Err(_)) if !unit.is_empty() => mistakes.push(t.account_bad_unit_id(unit)),
            _ => mistakes.push(t.account_bad_duty_row(index + 1)),
        }
    }
    if mistakes.is_empty() { Ok(duties) } else { Err(Problem::input(t, mistakes)) }
}

struct UnitChoice {
    id: String,
    name: String,
}

fn unit_choices(web: &Web, visitor: &Visitor, top: &UnitId) -> Vec<UnitChoice> {
    let today = web.app.today();
    let within = visitor.world.units().filter(|unit| visitor.world.is_within(&unit.id, top));
    within
        .map(|unit| UnitChoice { id: unit.id.to_string(), name: unit.name_on(today).to_owned() })
        .collect()
}

#[derive(Template)]
#[template(path = "staff/account/new.html")]
struct NewPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    id: String,
    login: String,
    title: String,
    rows: Vec<DutyRow>,
    units: Vec<UnitChoice>,
}

fn new_page(
    web: &Web,
    visitor: &Visitor,
    typed: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, allowed) = (visitor.t, allowed(visitor)?);
    let shown = page(&NewPage {
        frame: frame(web, visitor, t.account_open()).crumb(t.account_title(), "/staff/accounts"),
        t,
        problem: problem.clone(),
        id: typed.get("id").to_owned(),
        login: typed.get("login").to_owned(),
        title: typed.get("title").to_owned(),
        rows: duty_rows(t, &typed_rows(typed)),
        units: unit_choices(web, visitor, allowed.unit()),
    });
    answered(shown, problem.as_ref())
}

async fn show_new(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    new_page(&web, &visitor, &Fields::default(), None)
}

async fn open(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, Fault> {
    let (t, allowed) = (visitor.t, allowed(&visitor)?);
    let duties = match read_duties(t, &typed_rows(&fields)) {
        Ok(duties) => duties,
        Err(problem) => return new_page(&web, &visitor, &fields, Some(problem)),
    };
    let Ok(id) = AccountId::parse(fields.get("id")) else {
        let problem = Problem::line(t, t.account_bad_id());
        return new_page(&web, &visitor, &fields, Some(problem));
    };
    let address = format!("/staff/accounts/{id}");
    let (login, title) = (fields.get("login").to_owned(), fields.get("title").to_owned());
    let new = NewAccount { id, login, title, duties };
    match account::open(&web.app, allowed, new, fields.raw("password")).await {
        Ok(()) => Ok(done(&address, "account-opened")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            new_page(&web, &visitor, &fields, Some(problem))
        }
    }
}

#[derive(Template)]
#[template(path = "staff/account/show.html")]
struct AccountPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    account: Row,
    rows: Vec<DutyRow>,
    units: Vec<UnitChoice>,
}

/// The account named in the path, if the reader's duties reach it.
fn account_in_path<'a>(
    visitor: &'a Visitor,
    id: &str,
) -> Result<(&'a Account, Allowed<permission::ManageAccounts>), Fault> {
    let allowed = allowed(visitor)?;
    let id = AccountId::parse(id).map_err(|_| Fault::NotFound)?;
    let account = visitor.world.account(&id).ok_or(Fault::NotFound)?;
    if is_within(visitor, account, allowed.unit()) {
        Ok((account, allowed))
    } else {
        Err(Fault::NotAllowed)
    }
}

fn account_page(
    web: &Web,
    visitor: &Visitor,
    account: &Account,
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, allowed) = (visitor.t, allowed(visitor)?);
    let known = || {
        let grants = account.duties.iter();
        grants.map(|grant| (grant.duty.as_str().to_owned(), grant.unit.to_string())).collect()
    };
    let rows: Vec<(String, String)> = typed.map_or_else(known, typed_rows);
    let title = account.title.clone();
    let shown = page(&AccountPage {
        frame: frame(web, visitor, title).crumb(t.account_title(), "/staff/accounts"),
        t,
        problem: problem.clone(),
        account: row(web, visitor, account),
        rows: duty_rows(t, &rows),
        units: unit_choices(web, visitor, allowed.unit()),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (account, _) = account_in_path(&visitor, &id)?;
    account_page(&web, &visitor, account, None, None)
}

/// Back to the account's page, or the page again with what is wrong.
fn after(
    web: &Web,
    visitor: &Visitor,
    account: &Account,
    typed: Option<&Fields>,
    (result, code): (Result<(), Refusal>, &str),
) -> Result<Response, Fault> {
    match result {
        Ok(()) => Ok(done(&format!("/staff/accounts/{}", account.id), code)),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            account_page(web, visitor, account, typed, Some(problem))
        }
    }
}

async fn change_duties(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (account, allowed) = account_in_path(&visitor, &id)?;
    let duties = match read_duties(visitor.t, &typed_rows(&fields)) {
        Ok(duties) => duties,
        Err(problem) => {
            return account_page(&web, &visitor, account, Some(&fields), Some(problem));
        }
    };
    let result = account::change_duties(&web.app, allowed, account.id.clone(), duties).await;
    after(&web, &visitor, account, Some(&fields), (result, "duties-changed"))
}

async fn set_password(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (account, allowed) = account_in_path(&visitor, &id)?;
    let password = fields.raw("password");
    let result = account::set_password(&web.app, allowed, &account.id, password).await;
    after(&web, &visitor, account, None, (result, "password-set"))
}

async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (account, allowed) = account_in_path(&visitor, &id)?;
    let result = account::close(&web.app, allowed, account.id.clone()).await;
    after(&web, &visitor, account, None, (result, "account-closed"))
}
