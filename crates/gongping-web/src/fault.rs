//! Why a request was not answered as asked, and the page that says so in the reader's language.
//! What the framework itself refuses (an unknown address, a wrong method, a form that cannot be
//! read) passes through here too, so that nobody meets a blank or foreign page.

use crate::frame::{Frame, page};
use crate::refusal::{self, Sentences};
use crate::{Visitor, Web, visitor};
use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gongping_app::{Failure, LogInRefusal, Refusal};
use gongping_appraisal::{
    AppraisalId, InspectionRejection, PermissionRule, Rejection, SortingRejection,
};
use gongping_locale::Texts;
use jiff::civil::Date;
use serde::Serialize;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a request was not answered as asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no such page, or what it would show does not exist.
    #[error("not found")]
    NotFound,
    /// The result is not out yet (C9).
    #[error("{appraisal} is not published yet")]
    NotPublished {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The last day of its calendar.
        expected: Option<Date>,
    },
    /// What came in cannot be read.
    #[error("bad request")]
    BadRequest,
    /// Nobody is logged in.
    #[error("log in first")]
    LogInFirst,
    /// The account has no duty that carries the permission.
    #[error("not allowed")]
    NotAllowed,
    /// The account lacks the duty for one of these permissions.
    #[error("not among the duties of this account")]
    MissingDuty {
        /// Any one of them would do.
        rules: Vec<PermissionRule>,
        /// The name of the unit at which it is needed; none when it could be anywhere.
        place: Option<String>,
    },
    /// Another site made the browser send this.
    #[error("sent from another site")]
    CrossSite,
    /// The address is right, the method is not.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// More than the route takes.
    #[error("larger than {limit_bytes} bytes")]
    TooLarge {
        /// The most it takes.
        limit_bytes: usize,
    },
    /// A use case said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// We were wrong.
    #[error("internal error: {0}")]
    Bug(String),
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(rejection.into())
    }
}

impl Fault {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NotPublished { .. } => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::LogInFirst => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::MissingDuty { .. } | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(refusal) => status_of(refusal),
            Self::Bug(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Rejected(rejection) => match rejection {
            Rejection::NotAllowed { .. } | Rejection::NotInGroup { .. } => StatusCode::FORBIDDEN,
            Rejection::UnknownUnit { .. }
            | Rejection::UnknownAccount { .. }
            | Rejection::UnknownAppraisal { .. }
            | Rejection::Sorting(SortingRejection::UnknownFinding { .. }) => StatusCode::NOT_FOUND,
            Rejection::ChangedMeanwhile
            | Rejection::AlreadyGiven
            | Rejection::AlreadyDecided { .. }
            | Rejection::WrongStage { .. }
            | Rejection::Inspection(InspectionRejection::State { .. })
            | Rejection::Sorting(SortingRejection::AlreadySorted { .. }) => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Refusal::LogIn(LogInRefusal::TooManyAttempts { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::LogIn(LogInRefusal::WrongNameOrPassword) => StatusCode::UNAUTHORIZED,
        Refusal::Failure(Failure::Bug(_) | Failure::Damaged(_)) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        Refusal::Failure(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl IntoResponse for Fault {
    /// Only a status and the fault itself; `render` makes the page.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What becomes of a panic: a page like any other, and a line in the server's own log.
pub(crate) fn from_panic(panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    Fault::Bug(text.unwrap_or("panic").to_owned()).into_response()
}

/// The fault that a bare response of the framework stands for.
fn of_status(status: StatusCode) -> Fault {
    match status {
        StatusCode::NOT_FOUND => Fault::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Fault::MethodNotAllowed,
        StatusCode::FORBIDDEN => Fault::NotAllowed,
        StatusCode::UNAUTHORIZED => Fault::LogInFirst,
        status if status.is_server_error() => Fault::Bug(status.to_string()),
        _ => Fault::BadRequest,
    }
}

/// Turns every fault that leaves the handlers into a page, or into JSON where JSON was asked for.
pub(crate) async fn render(State(web): State<Web>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let here = visitor::here(request.uri());
    let is_read = request.method().is_safe();
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let fault = match response.extensions().get::<Arc<Fault>>() {
        Some(fault) => Arc::clone(fault),
        // A handler that shows its own page for an error (a form with mistakes) is left alone.
        None if is_page(response.headers()) => return response,
        None => Arc::new(of_status(status)),
    };
    if matches!(*fault, Fault::LogInFirst) && is_read && !wants_json(&headers) {
        let address = format!("/staff/log-in?to={}", crate::frame::percent_encoded(&here));
        return Redirect::to(&address).into_response();
    }
    let mut rendered = rendered(&web, &headers, here, &fault);
    *rendered.status_mut() = match &*fault {
        Fault::BadRequest if status.is_client_error() => status,
        fault => fault.status(),
    };
    if let Some(allow) = response.headers().get(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, allow.clone());
    }
    rendered
}

fn is_page(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.starts_with("text/html") || text.contains("json"))
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("html"))
}

/// What a script gets instead of a page.
#[derive(Debug, Serialize)]
struct Told {
    /// Stable, for the script.
    code: String,
    /// What happened.
    message: String,
    /// What was kept, and what to do.
    what_was_kept: String,
    what_to_do: String,
}

#[derive(Template)]
#[template(path = "fault/page.html")]
struct FaultPage {
    frame: Frame,
    t: Texts,
    sentences: Sentences,
}

fn rendered(web: &Web, headers: &HeaderMap, here: String, fault: &Fault) -> Response {
    let locale = visitor::locale(headers);
    let t = Texts(locale);
    let number = report(web, fault);
    let sentences = refusal::fault_sentences(t, fault, &number);
    if wants_json(headers) {
        return Json(Told {
            code: sentences.code.clone(),
            message: sentences.happened.clone(),
            what_was_kept: sentences.kept.clone(),
            what_to_do: sentences.advice.clone(),
        })
        .into_response();
    }
    // A stranger's frame: who is logged in may be just what could not be found out.
    let visitor = Visitor {
        locale,
        t,
        account: None,
        token: None,
        here,
        flash: None,
        world: web.app.world(),
    };
    let frame = Frame::new(web, &visitor, sentences.happened.clone());
    page(&FaultPage { frame, t, sentences }).unwrap_or_else(|_| {
        // Without a template there are still words.
        t.app_error_failure().into_response()
    })
}

/// Writes failures into the server's own log under a number that the page shows; the page itself
/// says nothing of what broke.
fn report(web: &Web, fault: &Fault) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    if !fault.status().is_server_error() {
        return String::new();
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let number = format!("{}-{count}", web.app.now().as_second() % 1_000_000);
    tracing::error!(number, error = %fault, "a request failed");
    number
}
