//! The log for machines: checkpoint, tiles and key, as C2SP tlog-tiles lays them out.

use crate::{Access, Fault, Routes, Web};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use gongping_app::log;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/log/checkpoint", Access::Public, checkpoint)
        .get("/log/key", Access::Public, key)
        .get("/log/tile/{*path}", Access::Public, tile)
}

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

async fn checkpoint(State(web): State<Web>) -> Result<Response, Fault> {
    let note = log::checkpoint(&web.app).await?.ok_or(Fault::NotFound)?;
    let headers = [(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, NO_STORE)];
    Ok((headers, note).into_response())
}

async fn key(State(web): State<Web>) -> Response {
    ([(header::CONTENT_TYPE, TEXT)], web.app.log_key() + "\n").into_response()
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Only a path in its one canonical spelling names a tile; nothing is looked up in a file system.
async fn tile(State(web): State<Web>, Path(path): Path<String>) -> Result<Response, Fault> {
    let bytes = log::tile(&web.app, &format!("tile/{path}")).await?.ok_or(Fault::NotFound)?;
    let headers = [(header::CONTENT_TYPE, BYTES), (header::CACHE_CONTROL, FOR_GOOD)];
    Ok((headers, bytes).into_response())
}
