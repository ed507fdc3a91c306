//! People at their desks: each logged in by the log-in form, each with an own cookie.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use gongping_app::province::{Campaign, PASSWORD, Post, Until, login_of};
use gongping_testkit::{TestApp, unit};
use gongping_web::{Assets, Options, router};
use std::collections::BTreeMap;
use std::sync::Mutex;
use tower::ServiceExt as _;

pub(crate) const PROVINCE: &str = "360000-LSB";
pub(crate) const APPRAISAL: &str = "/staff/a/2026-360000-LSB";

/// A province behind the router.
pub(crate) struct Desk {
    pub(crate) test: TestApp,
    router: Router,
    cookies: Mutex<BTreeMap<Post, String>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) cookie: String,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn has(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} is on the page:\n{}", self.text);
        self
    }

    /// The form was taken and the reader sent on to a page with this message.
    #[track_caller]
    pub(crate) fn is_done(&self, code: &str) -> &Self {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        let code_sent = self.location.rsplit("done=").next().unwrap();
        assert_eq!(code_sent, code, "{}", self.location);
        assert!(gongping_locale::arguments_of(&format!("flash-{code}")).is_some(), "{code}");
        self
    }

    /// The form came back with what is wrong above it.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.has("role=\"alert\"")
    }

    /// The value of a hidden field.
    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let Some((_, rest)) = self.text.split_once(&start) else {
            panic!("no field {name} on the page:\n{}", self.text)
        };
        rest.split('"').next().unwrap().to_owned()
    }
}

/// A form as browsers send it.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Desk {
    pub(crate) fn of(test: TestApp) -> Self {
        let options = Options { secure_cookies: false };
        let router = router(test.app.clone(), Assets::embedded(), options);
        Self { test, router, cookies: Mutex::default() }
    }

    pub(crate) async fn new() -> Self {
        Self::of(TestApp::new().await)
    }

    /// The province's appraisal up to a stage.
    pub(crate) async fn at(until: Until, now: &str) -> (Self, Campaign) {
        let test = TestApp::new().await;
        let campaign = test.province(until, now.parse().unwrap()).await;
        (Self::of(test), campaign)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let header = |name| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let (location, cookie) = (header(header::LOCATION), header(header::SET_COOKIE));
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, location, cookie, text }
    }

    pub(crate) async fn log_in(&self, login: &str, password: &str) -> Answer {
        let body = form(&[("login", login), ("password", password), ("to", "/staff/units")]);
        self.send(form_request("/staff/log-in", "", body)).await
    }

    /// Sets the clock forward; sessions do not outlive the jump.
    pub(crate) fn advance_to(&self, now: &str) {
        self.test.advance_to(now.parse().unwrap());
        self.cookies.lock().unwrap().clear();
    }

    /// Takes over the cookie that an answer set.
    pub(crate) fn keep_cookie(&self, post: Post, answer: &Answer) {
        let cookie = answer.cookie.split(';').next().unwrap().to_owned();
        self.cookies.lock().unwrap().insert(post, cookie);
    }

    /// The cookie of a person at the province.
    async fn cookie(&self, post: Post) -> String {
        if let Some(cookie) = self.cookies.lock().unwrap().get(&post) {
            return cookie.clone();
        }
        let answer = self.log_in(&login_of(&unit(PROVINCE), post), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.cookie.split(';').next().unwrap().to_owned();
        self.cookies.lock().unwrap().insert(post, cookie.clone());
        cookie
    }

    pub(crate) async fn get_in(&self, post: Post, path: &str, language: &str) -> Answer {
        let request = Request::get(path)
            .header("cookie", self.cookie(post).await)
            .header("accept-language", language);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, post: Post, path: &str) -> Answer {
        let answer = self.get_in(post, path, "zh-CN").await;
        assert_eq!(answer.status, StatusCode::OK, "{path} for {post:?}: {}", answer.text);
        answer
    }

    pub(crate) async fn post(&self, post: Post, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form_request(path, &self.cookie(post).await, form(fields))).await
    }

    /// A form with one file, as browsers send it.
    pub(crate) async fn upload(
        &self,
        post: Post,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &str, &str)>,
    ) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        if let Some((field, name, content)) = file {
            body.push_str(&format!(
                "--edge\r\ncontent-disposition: form-data; name=\"{field}\"; \
                 filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str("--edge--\r\n");
        let request = Request::post(path)
            .header("cookie", self.cookie(post).await)
            .header("accept-language", "zh-CN")
            .header("content-type", "multipart/form-data; boundary=edge");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn form_request(path: &str, cookie: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header("cookie", cookie)
        .header("accept-language", "zh-CN")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}
