//! Scripts, style sheets and pictures, carried by the binary. Their addresses carry the hash of
//! their content, so that browsers keep them for good and never mix two versions.

use crate::{Fault, Web};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

/// Files to be served under `/assets/`, by name.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    files: BTreeMap<&'static str, Asset>,
}

#[derive(Debug, Clone, Copy)]
struct Asset {
    version: &'static str,
    bytes: &'static [u8],
}

impl Assets {
    /// What was in `web/dist` when the binary was built.
    #[must_use]
    pub fn embedded() -> Self {
        let files: &[(&'static str, &'static str, &'static [u8])] =
            include!(concat!(env!("OUT_DIR"), "/assets.rs"));
        let files = files.iter().map(|(name, version, bytes)| (*name, Asset { version, bytes }));
        Self { files: files.collect() }
    }

    /// The address of a file, with its version.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        match self.files.get(name) {
            Some(asset) => format!("/assets/{name}?v={}", asset.version),
            None => format!("/assets/{name}"),
        }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// `GET /assets/{name}`
pub(crate) async fn serve(
    State(web): State<Web>,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let asset = web.assets.files.get(name.as_str()).ok_or(Fault::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, content_type(&name)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes).into_response())
}
