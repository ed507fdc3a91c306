//! How many ballots per second a server takes over HTTP, next to bare verification.
//!
//! `cargo run --release -p gongping --example accept -- [SHEETS] [CONNECTIONS]`. A practice
//! appraisal collects answers; the sheets are sealed beforehand and then posted over loopback,
//! one ballot each. Whoever posts runs on the same processors as whoever takes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "rates for people to read")]
#![allow(clippy::disallowed_methods, reason = "it measures real time")]

use gongping_app::ballot::sheet;
use gongping_app::province::{SampleSize, Until};
use gongping_appraisal::SheetNumber;
use gongping_seal::{
    BoxState, Choice, CredentialList, Election, PrivateCredential, SlipCode, seal_ballot,
};
use gongping_seal::{KeyHolderSecret, Trustees};
use gongping_testkit::{TestApp, survey_opens};
use gongping_web::{Assets, Options};
use jiff::SignedDuration;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A sheet about one unit, so one ballot.
const SHEET: u16 = 1;

fn argument(index: usize, otherwise: usize) -> usize {
    std::env::args().nth(index).map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    let (count, connections) = (argument(1, 400), argument(2, 16));
    let test = TestApp::new().await;
    let now = survey_opens() + SignedDuration::from_hours(1);
    let mut plan = test.province_plan(Until::Collecting);
    let codes = u32::try_from(count).unwrap();
    plan.sample = SampleSize { one_unit: codes, all_units: 10, response_percent: 0 };
    let campaign = test.simulate(plan, now).await;

    let (_, boxes) = sheet(&test.app, &campaign.id, SheetNumber(SHEET)).await.unwrap();
    let election = Election::parse(boxes[0].election.as_bytes()).unwrap();
    let spare = campaign.spare_codes(count);
    let slips = spare.iter().map(|code| SlipCode::read(&code.code).unwrap());
    let of_sheet = slips.filter(|slip| slip.sheet == SHEET);
    let codes: Vec<PrivateCredential> = of_sheet.map(|slip| slip.credential).collect();
    assert_eq!(codes.len(), count);
    let mut dice = ChaCha20Rng::seed_from_u64(1);
    let start = Instant::now();
    let ballots: Vec<Vec<u8>> = codes
        .iter()
        .enumerate()
        .map(|(index, code)| {
            let choices: Vec<_> = (0..8).map(|item| Choice::one((index + item) % 4)).collect();
            seal_ballot(&election, code, &choices, &mut dice).unwrap().bytes().to_vec()
        })
        .collect();
    print("sealed, 1 thread", count, start.elapsed());

    let bare = bare(&ballots, &codes, count);
    let bodies: Vec<String> = ballots
        .iter()
        .map(|ballot| {
            let ballot = serde_json::json!({ "box": boxes[0].id, "ballot": text(ballot) });
            let sheet =
                serde_json::json!({ "sheet": format!("{:02}", SHEET), "ballots": [ballot] });
            sheet.to_string()
        })
        .collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = Options { secure_cookies: false };
    let router = gongping_web::router(test.app.clone(), Assets::embedded(), options);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let path = format!("/a/{}/ballots", campaign.id);
    let requests = bodies.iter().map(|body| request(address, &path, body)).collect();
    let over_http = post(address, requests, connections).await;
    server.abort();
    let rate = print("taken over HTTP, durable", count, over_http);
    println!("ratio to bare verification on as many threads: {:.2}", rate / bare);
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn print(what: &str, count: usize, took: Duration) -> f64 {
    let rate = count as f64 / took.as_secs_f64();
    println!("{what}: {rate:.1} ballots/s ({count} in {:.2} s)", took.as_secs_f64());
    rate
}

/// All checks of a ballot, on all processors, with nothing else; ballots per second.
fn bare(ballots: &[Vec<u8>], codes: &[PrivateCredential], count: usize) -> f64 {
    // The same sizes in a box of its own: the server's box is not reachable from here.
    let mut dice = ChaCha20Rng::seed_from_u64(2);
    let trustees =
        Trustees::single([KeyHolderSecret::generate(&mut dice).certify(&mut dice)]).unwrap();
    let uuid = gongping_seal::Uuid::generate(&mut dice);
    let election = Election::build(gongping_seal::ElectionDraft {
        uuid: uuid.clone(),
        name: "bare".to_owned(),
        description: String::new(),
        questions: (0..8)
            .map(|item| {
                let grades = (0..4).map(|grade| format!("grade {grade}"));
                gongping_seal::Question::one_of(format!("item {item}"), grades)
            })
            .collect(),
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
    .unwrap();
    let list = CredentialList::build(codes.iter().map(|code| code.derive(&uuid).public())).unwrap();
    let own: Vec<Vec<u8>> = codes
        .iter()
        .take(ballots.len())
        .map(|code| {
            let choices: Vec<_> = (0..8).map(|item| Choice::one(item % 4)).collect();
            seal_ballot(&election, code, &choices, &mut dice).unwrap().bytes().to_vec()
        })
        .collect();
    let (state, _) = BoxState::setup(0, election, trustees, list).unwrap();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(ballot) = own.get(next.fetch_add(1, Ordering::Relaxed)) {
                    state.check_ballot(ballot).unwrap();
                }
            });
        }
    });
    print(&format!("verified, {threads} threads"), count, start.elapsed())
}

/// The exact bytes of a request.
fn request(address: SocketAddr, path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Posts every request once, over so many connections that are kept open; how long it took. The
/// requests are made beforehand: this measures whoever takes, not whoever sends.
async fn post(address: SocketAddr, requests: Vec<Vec<u8>>, connections: usize) -> Duration {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        workers.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut buffer = Vec::with_capacity(4096);
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                stream.write_all(request).await.unwrap();
                answer(&mut stream, &mut buffer).await;
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    start.elapsed()
}

/// Reads one whole answer, which must be a success.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "hung up");
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = text(&buffer[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.expect("an answer of known length").parse().unwrap();
        if buffer.len() >= end + 4 + length {
            assert!(head.starts_with("http/1.1 200"), "{}", text(buffer));
            return;
        }
    }
}
