//! `GET /language?to=en&back=/…`: the language switch, which works without script.

use crate::visitor::LANGUAGE_COOKIE;
use crate::{Fault, Web};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use gongping_locale::Locale;
use serde::Deserialize;

/// A year: longer is forgotten by browsers anyway.
const MAX_AGE_SECONDS: u32 = 31_536_000;

/// What the link says.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    to: String,
    #[serde(default)]
    back: String,
}

/// Remembers the language and goes back.
pub(crate) async fn switch(
    State(web): State<Web>,
    Query(choice): Query<Choice>,
) -> Result<Response, Fault> {
    let locale = Locale::ALL.into_iter().find(|locale| locale.tag() == choice.to);
    let locale = locale.ok_or(Fault::BadRequest)?;
    let secure = if web.options.secure_cookies { "; Secure" } else { "" };
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={MAX_AGE_SECONDS}; SameSite=Lax{secure}",
        locale.tag()
    );
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Fault::BadRequest)?;
    let back = if is_local(&choice.back) { choice.back.as_str() } else { "/" };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response())
}

/// Whether an address stays on this server: `//host` and `/\host` lead elsewhere.
pub(crate) fn is_local(address: &str) -> bool {
    address.starts_with('/')
        && !address[1..].starts_with(['/', '\\'])
        && address.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_server_are_gone_back_to() {
        for good in ["/", "/a/2026-360000-RSJ?x=1"] {
            assert!(is_local(good), "{good}");
        }
        for bad in ["", "//evil", "/\\evil", "https://evil", "javascript:1", "/a\r\nb", "a"] {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
