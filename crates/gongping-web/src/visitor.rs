//! Who asks: language, account, and the state of the world at that moment.

use crate::{Fault, Web};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gongping_app::session;
use gongping_appraisal::{AccountId, Allowed, Appraisal, AppraisalId, Permission, UnitId, World};
use gongping_locale::{Locale, Texts};
use std::sync::Arc;

/// The cookie that carries the session token.
const SESSION_COOKIE: &str = "gongping_session";
/// The cookie that carries the chosen language.
pub(crate) const LANGUAGE_COOKIE: &str = "lang";

/// Who reads a page, and in which language. One request sees one state of the world.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The language.
    pub locale: Locale,
    /// All texts in that language.
    pub t: Texts,
    /// The account, if somebody is logged in.
    pub account: Option<AccountId>,
    /// The session token, for logging out.
    pub token: Option<String>,
    /// Path and query of this page, to come back to.
    pub here: String,
    /// What the page before did, as a code: the key of a text `flash-<code>`.
    pub flash: Option<String>,
    /// The state of the world.
    pub world: Arc<World>,
}

impl Visitor {
    /// The account, which a route for [`crate::Access::LoggedIn`] always has.
    ///
    /// # Errors
    /// [`Fault::LogInFirst`] without one.
    pub fn account(&self) -> Result<&AccountId, Fault> {
        self.account.as_ref().ok_or(Fault::LogInFirst)
    }

    /// Proves the permission `P` at `unit`.
    ///
    /// # Errors
    /// [`Fault::LogInFirst`] or [`Fault::MissingDuty`].
    pub fn allow<P: Permission>(&self, unit: &UnitId) -> Result<Allowed<P>, Fault> {
        let account = self.account()?;
        self.world
            .allow::<P>(account, unit)
            .map_err(|_| Fault::MissingDuty { rules: vec![P::RULE], place: self.place(unit) })
    }

    /// The latest name of a unit, for a refusal.
    pub(crate) fn place(&self, unit: &UnitId) -> Option<String> {
        self.world.unit(unit).map(|unit| unit.name().to_owned())
    }

    /// Whether this visitor may do `P` at `unit`: for what a page offers.
    #[must_use]
    pub fn may<P: Permission>(&self, unit: &UnitId) -> bool {
        self.account.as_ref().is_some_and(|account| self.world.permits(&P::RULE, account, unit))
    }

    /// The appraisal named in a path.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub fn appraisal(&self, id: &str) -> Result<&Appraisal, Fault> {
        let id = AppraisalId::parse(id).map_err(|_| Fault::NotFound)?;
        self.world.appraisal(&id).ok_or(Fault::NotFound)
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or(Fault::BadRequest)
    }
}

/// Finds out who asks, before any route is looked at. A store that cannot be asked makes the
/// request fail: it never makes somebody who is logged in a stranger.
pub(crate) async fn introduce(
    State(web): State<Web>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
    let account = match &token {
        Some(token) => match session::find(&web.app, token).await {
            Ok(account) => account,
            Err(refusal) => return Fault::from(refusal).into_response(),
        },
        None => None,
    };
    let locale = locale(request.headers());
    let visitor = Visitor {
        locale,
        t: Texts(locale),
        token: token.filter(|_| account.is_some()),
        account,
        here: here(request.uri()),
        flash: flash(request.uri()),
        world: web.app.world(),
    };
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The reader's language: the chosen one, or else the browser's.
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Locale::from_tag);
    chosen.unwrap_or_else(|| {
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Locale::from_accept_language(header.unwrap_or_default())
    })
}

/// Path and query as they came in: always a local address.
pub(crate) fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// The code in `?done=…`; anything that is not a plain word is passed over.
fn flash(uri: &Uri) -> Option<String> {
    let code = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("done="))?;
    let is_word = code.len() <= 60 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_word.then(|| code.to_owned())
}

/// The value of a cookie (RFC 6265, section 4.2.1).
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// `Set-Cookie` for a new session.
///
/// # Errors
/// [`Fault::BadRequest`] if the token could not stand in a header, which tokens of ours can.
pub(crate) fn session_cookie(web: &Web, token: &str) -> Result<HeaderValue, Fault> {
    let secure = if web.options.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).map_err(|_| Fault::BadRequest)
}

/// `Set-Cookie` that ends a session.
pub(crate) fn ended_session_cookie() -> HeaderValue {
    HeaderValue::from_static("gongping_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}
