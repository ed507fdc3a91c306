//! The table of routes. Every route is registered here together with the permission that it
//! needs; the guard enforces exactly what the table says, and a test walks the table with every
//! duty and compares it with `docs/permission-matrix.md`.

use crate::{Fault, Visitor, Web};
use axum::extract::{DefaultBodyLimit, RawPathParams, Request};
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router, response::IntoResponse};
use gongping_appraisal::{AppraisalId, Permission, PermissionRule, UnitId};

/// The most that a form may carry, where a route says nothing else.
const FORM_LIMIT_BYTES: usize = 256 * 1024;

/// Who may use a route.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everybody, without logging in (A6).
    Public,
    /// Whoever has an open account.
    LoggedIn,
    /// Whoever holds one of these permissions at the place.
    OneOf(Vec<PermissionRule>, Place),
}

/// The unit at which a permission is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The organiser of `{appraisal}` in the path.
    Organiser,
    /// `{unit}` in the path.
    Unit,
    /// Any unit at all: pages that list what one may see, and forms that name the unit inside.
    /// Their handlers prove the permission again for the unit itself.
    Anywhere,
}

impl Access {
    /// The permission `P`, at the organiser of the appraisal in the path, or else at the unit in
    /// the path, or else anywhere; [`Access::at`] says otherwise.
    #[must_use]
    pub fn of<P: Permission>() -> Self {
        Self::OneOf(vec![P::RULE], Place::Anywhere)
    }

    /// This, or the permission `P`.
    #[must_use]
    pub fn or<P: Permission>(self) -> Self {
        match self {
            Self::OneOf(mut rules, place) => {
                rules.push(P::RULE);
                Self::OneOf(rules, place)
            }
            open => open,
        }
    }

    fn placed(self, path: &str) -> Self {
        match self {
            Self::OneOf(rules, Place::Anywhere) if path.contains("{appraisal}") => {
                Self::OneOf(rules, Place::Organiser)
            }
            Self::OneOf(rules, Place::Anywhere) if path.contains("{unit}") => {
                Self::OneOf(rules, Place::Unit)
            }
            other => other,
        }
    }

    /// At this place, whatever the path looks like.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        match self {
            Self::OneOf(rules, _) => Self::OneOf(rules, place),
            open => open,
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// `GET` (which serves `HEAD` too) or `POST`.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// The most that a request may carry.
    pub limit_bytes: usize,
}

/// Routes as they are registered.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<Web>,
    table: Vec<Route>,
}

impl Routes {
    /// A page or a file to read.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.add(Method::GET, path, access, FORM_LIMIT_BYTES, get(handler))
    }

    /// A form or a message to take.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.add(Method::POST, path, access, FORM_LIMIT_BYTES, post(handler))
    }

    /// As [`Routes::post`], for uploads up to `limit_bytes`.
    #[must_use]
    pub fn post_up_to<H, T>(
        self,
        limit_bytes: usize,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.add(Method::POST, path, access, limit_bytes, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        limit_bytes: usize,
        handler: MethodRouter<Web>,
    ) -> Self {
        let route = Route { method, path, access: access.placed(path), limit_bytes };
        let guarded = handler
            .route_layer(middleware::from_fn(guard))
            .route_layer(DefaultBodyLimit::max(limit_bytes))
            .route_layer(Extension(route.clone()));
        self.table.push(route);
        Self { router: self.router.route(path, guarded), table: self.table }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    pub(crate) fn into_router(self) -> Router<Web> {
        self.router
    }
}

/// Lets a request through to its handler if the table allows it.
async fn guard(
    Extension(route): Extension<Route>,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let too_large = || Fault::TooLarge { limit_bytes: route.limit_bytes };
    let visitor = request.extensions().get::<Visitor>();
    if let Some(fault) = refusal(&route.access, &params, visitor) {
        return fault.into_response();
    }
    if length.is_some_and(|length| length > route.limit_bytes) {
        return too_large().into_response();
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large().into_response();
    }
    response
}

fn refusal(access: &Access, params: &RawPathParams, visitor: Option<&Visitor>) -> Option<Fault> {
    let (rules, place) = match access {
        Access::Public => return None,
        Access::LoggedIn => (None, Place::Anywhere),
        Access::OneOf(rules, place) => (Some(rules), *place),
    };
    let Some(visitor) = visitor else { return Some(Fault::LogInFirst) };
    let Some(account) = &visitor.account else { return Some(Fault::LogInFirst) };
    let rules = rules?;
    let param = |name| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let unit = match place {
        Place::Anywhere => None,
        Place::Unit => match param("unit").map(UnitId::parse) {
            Some(Ok(unit)) if visitor.world.unit(&unit).is_some() => Some(unit),
            _ => return Some(Fault::NotFound),
        },
        Place::Organiser => {
            let id = param("appraisal").and_then(|text| AppraisalId::parse(text).ok());
            match id.and_then(|id| visitor.world.appraisal(&id)) {
                Some(appraisal) => Some(appraisal.organiser.clone()),
                None => return Some(Fault::NotFound),
            }
        }
    };
    let permitted = match &unit {
        Some(unit) => rules.iter().any(|rule| visitor.world.permits(rule, account, unit)),
        None => visitor.world.account(account).is_some_and(|account| {
            let holds = |rule: &PermissionRule| {
                account.duties.iter().any(|grant| rule.duties.contains(&grant.duty))
            };
            account.active && rules.iter().any(holds)
        }),
    };
    (!permitted).then(|| Fault::MissingDuty {
        rules: rules.clone(),
        place: unit.and_then(|unit| visitor.place(&unit)),
    })
}
