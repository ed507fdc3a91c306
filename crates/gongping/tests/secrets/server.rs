//! A server as `gongping serve` runs it, that notes all it says; and its log output.

use crate::ORGANISER;
use crate::needles::Place;
use gongping_app::province::{Campaign, Post};
use gongping_testkit::TestApp;
use gongping_web::{Assets, Options};
use reqwest::Method;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

/// What the log output has, in the form in which the program writes it.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Begins to take down everything, down to the smallest detail; once in a process.
    pub(crate) fn of_all_levels() -> Self {
        let lines = Self::default();
        let writer = lines.clone();
        // The client's own lines are not the server's.
        let directives = ["reqwest=off", "hyper_util::client=off"].iter();
        let directives = directives.chain(&gongping_web::LOG_DIRECTIVES);
        let add = |filter: EnvFilter, text: &&str| filter.add_directive(text.parse().unwrap());
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_env_filter(directives.fold(EnvFilter::new("trace"), add))
            .with_writer(move || writer.clone())
            .init();
        lines
    }

    pub(crate) fn place(&self) -> Place {
        let bytes = self.0.lock().unwrap().clone();
        assert!(bytes.len() > 10_000, "there is no log output");
        Place { name: "log output".to_owned(), bytes }
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A server on this machine, and the sessions of everybody at the organiser.
pub(crate) struct Server {
    address: SocketAddr,
    client: reqwest::Client,
    sessions: BTreeMap<Post, String>,
    said: Mutex<Vec<Place>>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Server {
    pub(crate) async fn start(test: &TestApp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = Options { secure_cookies: false };
        let router = gongping_web::router(test.app.clone(), Assets::embedded(), options);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move { axum::serve(listener, service).await });
        let client = reqwest::Client::builder().no_proxy();
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sessions = BTreeMap::new();
        let mut server = Self { address, client, sessions, said: Mutex::default(), task };
        server.log_in(test).await;
        server
    }

    /// Logs everybody in, anew when so much time has passed that sessions have ended.
    pub(crate) async fn log_in(&mut self, test: &TestApp) {
        for post in Post::AT_ORGANISER {
            self.sessions.insert(post, test.log_in(ORGANISER, post).await.unwrap());
        }
    }

    /// Logs the contact of an appraised unit in.
    pub(crate) async fn log_in_unit(&mut self, test: &TestApp, unit: &str) {
        self.sessions.insert(Post::Unit, test.log_in(unit, Post::Unit).await.unwrap());
    }

    pub(crate) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.sessions.values().map(String::as_str)
    }

    /// All that was said so far, but to those who had sent it themselves.
    pub(crate) fn said(&self) -> Vec<Place> {
        let said = self.said.lock().unwrap();
        let copy = |place: &Place| Place { name: place.name.clone(), bytes: place.bytes.clone() };
        said.iter().map(copy).collect()
    }

    async fn send(
        &self,
        who: Option<Post>,
        method: Method,
        path: &str,
        body: (&str, String),
        is_noted: bool,
    ) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let mut request = self.client.request(method.clone(), url);
        request = request.header("content-type", body.0).body(body.1);
        if let Some(post) = who {
            request =
                request.header("cookie", format!("gongping_session={}", self.sessions[&post]));
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let mut bytes = format!("{status} {:?}\n", response.headers()).into_bytes();
        let body = response.bytes().await.unwrap().to_vec();
        bytes.extend(&body);
        if is_noted {
            let name = format!("{method} {path} as {who:?}");
            self.said.lock().unwrap().push(Place { name, bytes });
        }
        Answer { status, body }
    }

    pub(crate) async fn get(&self, who: Option<Post>, path: &str) -> Answer {
        self.send(who, Method::GET, path, (FORM, String::new()), true).await
    }

    /// The answer repeats the address to the one who typed it.
    pub(crate) async fn get_own(&self, path: &str) -> Answer {
        self.send(None, Method::GET, path, (FORM, String::new()), false).await
    }

    pub(crate) async fn json(&self, path: &str, body: String) -> Answer {
        self.send(None, Method::POST, path, ("application/json", body), true).await
    }

    pub(crate) async fn form(
        &self,
        who: Option<Post>,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(who, Method::POST, path, (FORM, encoded(fields)), true).await
    }

    /// The answer keeps what was typed into the form.
    pub(crate) async fn own_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(None, Method::POST, path, (FORM, encoded(fields)), false).await
    }

    pub(crate) async fn upload(
        &self,
        who: Post,
        path: &str,
        field: &str,
        file: &str,
        content: &str,
    ) -> Answer {
        let body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{content}\r\n--limit--\r\n"
        );
        let kind = "multipart/form-data; boundary=limit";
        self.send(Some(who), Method::POST, path, (kind, body), true).await
    }

    /// Every page that can be read, by the public and by everybody at the organiser.
    pub(crate) async fn read_every_page(&self, campaign: &Campaign, receipt: &str) {
        let sheet = campaign.sheets().remove(0);
        let unit = sheet.units[0].as_str();
        let box_id = format!("{}.{unit}.{}", campaign.id, sheet.group);
        let tracker = receipt.replace('+', "%2B").replace('/', "%2F");
        let routes = gongping_web::routes();
        let paths = routes.table().iter().filter(|route| route.method == Method::GET);
        for route in paths {
            let path = route
                .path
                .replace("{appraisal}", campaign.id.as_str())
                .replace("{unit}", unit)
                .replace("{box}", &box_id)
                .replace("{sheet}", "01.json")
                .replace("{*tracker}", &tracker)
                .replace("{*path}", "entries/000.p/1")
                .replace("{name}", "ballot.js");
            let staff = Post::AT_ORGANISER.into_iter().map(Some);
            let readers = staff.filter(|_| path.starts_with("/staff"));
            for who in [None].into_iter().chain(readers) {
                let answer = self.get(who, &path).await;
                assert!(answer.status < 500, "{}: {path}", answer.status);
            }
        }
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
