//! Forms as they come in, and what to say when they cannot be used. What was typed is kept.

use crate::refusal::{Sentences, sentences};
use crate::{Fault, Web};
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::Response;
use gongping_app::Refusal;
use gongping_appraisal::Rejection;
use gongping_locale::{SHANGHAI, Texts};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// The fields of a form in their order, as text, and its files. Both encodings of HTML forms are
/// read, so that a form may choose the one that is shorter for what it carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    texts: Vec<(String, String)>,
    files: Vec<File>,
}

/// A file of a form.
#[derive(Debug, Clone)]
pub(crate) struct File {
    field: String,
    /// Its name on the sender's machine.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Bytes,
}

impl FromRequest<Web> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, web).await;
            return Self::of_multipart(multipart.map_err(|_| Fault::BadRequest)?).await;
        }
        let bytes = Bytes::from_request(request, web)
            .await
            .map_err(|rejection| of_status(rejection.status()))?;
        let pairs = form_urlencoded::parse(&bytes).into_owned().collect();
        Ok(Self { texts: pairs, files: Vec::new() })
    }
}

/// The guard of the route knows its limit and says it.
fn of_status(status: StatusCode) -> Fault {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge { limit_bytes: 0 },
        _ => Fault::BadRequest,
    }
}

impl Fields {
    async fn of_multipart(mut multipart: Multipart) -> Result<Self, Fault> {
        let mut fields = Self::default();
        while let Some(part) =
            multipart.next_field().await.map_err(|error| of_status(error.status()))?
        {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| of_status(error.status()))?;
            match name {
                // A file input without a choice is sent with an empty name.
                Some(name) if !name.is_empty() || !bytes.is_empty() => {
                    fields.files.push(File { field, name, bytes });
                }
                Some(_) => {}
                None => {
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Fault::BadRequest)?;
                    fields.texts.push((field, text));
                }
            }
        }
        Ok(fields)
    }

    /// A field without the spaces around it; empty if it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field exactly as it was typed: passwords and texts that are hashed.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All fields of this name, in their order, without spaces around them.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether a box with this value is ticked.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|given| given == value)
    }

    /// The file of this field.
    pub(crate) fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field)
    }

    /// All files of this field.
    pub(crate) fn files<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.field == field)
    }

    /// The revision that the form showed.
    pub(crate) fn seen(&self) -> Option<u64> {
        self.get("seen").parse().ok()
    }
}

/// Why a form was not taken, with the status of the page that says so.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// What to say.
    pub(crate) sentences: Box<Sentences>,
    status: StatusCode,
}

impl Problem {
    /// What a use case refused. Failures of the server and missing permissions have pages of
    /// their own, so they stay faults.
    ///
    /// # Errors
    /// The fault, in those cases.
    pub(crate) fn of(t: Texts, refusal: Refusal) -> Result<Self, Fault> {
        let stays_fault = matches!(
            refusal,
            Refusal::Failure(_) | Refusal::Rejected(Rejection::NotAllowed { .. })
        );
        if stays_fault {
            return Err(Fault::Refused(refusal));
        }
        let mut sentences = sentences(t, &refusal, "");
        t.rejection_kept().clone_into(&mut sentences.kept);
        let status = match Fault::Refused(refusal).status() {
            // The page itself is there and may be used; what the form named may not.
            StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            status => status,
        };
        Ok(Self { sentences: Box::new(sentences), status })
    }

    /// What cannot be read in the form, one line each.
    pub(crate) fn input(t: Texts, details: Vec<String>) -> Self {
        let sentences = Sentences {
            code: "input".to_owned(),
            happened: t.app_mistakes_found(details.len()),
            kept: t.rejection_kept().to_owned(),
            advice: String::new(),
            details,
        };
        Self { sentences: Box::new(sentences), status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// One thing that cannot be read.
    pub(crate) fn line(t: Texts, detail: impl Into<String>) -> Self {
        Self::input(t, vec![detail.into()])
    }

    /// The page with the status of the problem.
    pub(crate) fn on(&self, page: Response) -> Response {
        let mut page = page;
        *page.status_mut() = self.status;
        page
    }
}

/// A page, with the status of its problem if it has one.
pub(crate) fn answered(
    page: Result<Response, Fault>,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let page = page?;
    Ok(match problem {
        Some(problem) => problem.on(page),
        None => page,
    })
}

/// `2026-07-01T09:00` or `2026-07-01 09:00`, in Shanghai.
pub(crate) fn parse_instant(text: &str) -> Option<Timestamp> {
    let local: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    SHANGHAI.to_timestamp(local).ok()
}

/// An instant as a `datetime-local` field holds it, in Shanghai.
pub(crate) fn instant_field(instant: Timestamp) -> String {
    let local = SHANGHAI.to_datetime(instant);
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// Text from a field of several lines: browsers send CRLF, files and hashes have LF.
pub(crate) fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::{instant_field, parse_instant};

    #[test]
    fn instants_are_read_and_written_in_shanghai() {
        let instant = parse_instant("2026-07-01T09:00").unwrap();
        assert_eq!(instant.to_string(), "2026-07-01T01:00:00Z");
        assert_eq!(parse_instant("2026-07-01 09:00"), Some(instant));
        assert_eq!(instant_field(instant), "2026-07-01T09:00");
        for bad in ["", "tomorrow", "2026-13-01T09:00", "9:00"] {
            assert_eq!(parse_instant(bad), None, "{bad}");
        }
    }
}
