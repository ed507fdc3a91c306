//! The pages of Gongping: what the public reads and what the staff works with.
//!
//! Handlers are thin: they extract, prove the permission, parse, call one use case of
//! `gongping-app` and render. One module and one template folder for each noun of the glossary.
//! A use case that says no becomes a [`Fault`], which is rendered in the reader's language.

mod appraisal;
mod asset;
mod ballot;
mod check;
mod consequence;
mod fault;
mod frame;
mod home;
mod language;
mod log;
mod opinion;
mod publication;
mod ranking;
mod receipt;
mod refusal;
mod route;
mod rulebook;
mod security;
mod setting;
mod staff;
mod trace;
mod unit;
mod visitor;

pub use asset::Assets;
pub use fault::Fault;
pub use route::{Access, Place, Route, Routes};
pub use security::SECURITY_HEADERS;
pub use visitor::Visitor;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use gongping_app::App;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// What keeps addresses out of the log output, as directives for its filter: people type codes into
/// the address line, and the framework writes addresses down as they are.
pub const LOG_DIRECTIVES: [&str; 1] = ["tower_http=off"];

/// How the pages are served.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether session cookies are marked `Secure`. Only a server that is reached over plain HTTP
    /// on its own machine may say no.
    pub secure_cookies: bool,
}

/// What every handler can reach.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub app: App,
    /// Scripts, style sheets and pictures.
    pub assets: Arc<Assets>,
    /// How the pages are served.
    pub options: Options,
}

/// Every route with the permission it needs.
#[must_use]
pub fn routes() -> Routes {
    let routes = Routes::default().get("/assets/{name}", Access::Public, asset::serve).get(
        "/language",
        Access::Public,
        language::switch,
    );
    let routes = home::routes(routes);
    let routes = appraisal::routes(routes);
    let routes = ballot::routes(routes);
    let routes = receipt::routes(routes);
    let routes = opinion::routes(routes);
    let routes = ranking::routes(routes);
    let routes = unit::routes(routes);
    let routes = consequence::routes(routes);
    let routes = rulebook::routes(routes);
    let routes = check::routes(routes);
    let routes = log::routes(routes);
    staff::routes(routes)
}

/// The whole web server, ready to be served.
pub fn router(app: App, assets: Assets, options: Options) -> Router {
    let web = Web { app, assets: Arc::new(assets), options };
    // The last layer is the outermost one: whatever happens inside, a panic included, leaves as
    // a page in the reader's language with all security headers.
    routes()
        .into_router()
        .fallback(|| async { Fault::NotFound })
        .layer(CatchPanicLayer::custom(fault::from_panic))
        .layer(security::cross_site_forgery())
        .layer(from_fn_with_state(web.clone(), visitor::introduce))
        .layer(from_fn_with_state(web.clone(), fault::render))
        .layer(CompressionLayer::new())
        .layer(from_fn(security::add_headers))
        .with_state(web)
}
