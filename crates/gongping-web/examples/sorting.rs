//! How long the pages of sorting take with a province's year of opinions.
//!
//! `cargo run --release -p gongping-web --example sorting -- 100000 20000` enters so many opinions and
//! merges so many findings through the use cases, on SQLite in a temporary folder, and prints the
//! 95th percentile of each page. `DATABASE_URL=postgres://…` takes that database instead, which must
//! be empty. Exit status 1 if a page is over its budget of 100 ms.
#![allow(clippy::print_stdout, reason = "a program that prints a table")]
#![allow(clippy::unwrap_used, reason = "whoever measures wants to see what broke")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use gongping_app::province::{Post, Until};
use gongping_app::sorting::{self, GatheredOpinion, GatheringRecord};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{Allowed, ItemId, Matter, OpinionId, Place};
use gongping_store::Store;
use gongping_testkit::{TestApp, unit};
use gongping_web::{Assets, Options, router};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

const BUDGET: Duration = Duration::from_millis(100);
const TEXTS: &str = include_str!("../../../testdata/opinions/pairs.tsv");
const PROVINCE: &str = "360000-LSB";
const CITIES: [&str; 2] = ["360100-LSB", "360200-LSB"];
const REQUESTS: u32 = 40;

/// Numbers that only look random, so that each run does the same (Numerical Recipes, ranqd1).
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % bound
    }
}

fn text(numbers: &mut Numbers, phrases: &[&str]) -> String {
    let parts = 2 + numbers.below(3);
    let words: Vec<&str> = (0..parts).map(|_| phrases[numbers.below(phrases.len())]).collect();
    format!("{}号窗口，{}", 1 + numbers.below(40), words.join("。"))
}

async fn fill(test: &TestApp, allowed: &Allowed<SortOpinions>, opinions: usize, findings: usize) {
    let phrases: Vec<&str> = TEXTS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split('\t').skip(1))
        .flat_map(|text| text.split(['。', '，', '？']))
        .filter(|phrase| !phrase.is_empty())
        .collect();
    let mut numbers = Numbers(2007);
    let place = |numbers: &mut Numbers| Place {
        unit: unit(CITIES[numbers.below(CITIES.len())]),
        item: ItemId::parse(&format!("B{}", 1 + numbers.below(8))).ok(),
    };
    let (mut entered, mut part) = (0, 0);
    while entered < opinions {
        let count = (opinions - entered).min(sorting::MOST_OPINIONS);
        let lines = (0..count).map(|_| GatheredOpinion {
            place: place(&mut numbers),
            matter: [Matter::Praise, Matter::Suggestion][numbers.below(2)],
            text: text(&mut numbers, &phrases),
        });
        let lines = lines.collect();
        let record = GatheringRecord::Table {
            appraisal: test.appraisal(),
            file_name: format!("{part}.xlsx"),
            file: gongping_appraisal::sha256(&[]),
        };
        sorting::gather(&test.app, allowed, &record, lines).await.unwrap();
        entered += count;
        part += 1;
    }
    for number in 1..=findings {
        let id = OpinionId(u32::try_from(number * (opinions / findings).max(1)).unwrap());
        let world = test.app.world();
        let opinion = world.appraisal(&test.appraisal()).unwrap().opinions.get(id).unwrap();
        let place = Place { unit: opinion.unit.clone(), item: opinion.item.clone() };
        let words = text(&mut numbers, &phrases);
        let id = [id].into();
        sorting::form(&test.app, allowed, &test.appraisal(), place, id, &words).await.unwrap();
    }
}

async fn page(router: &Router, token: &str, path: &str) -> Duration {
    let request = Request::get(path)
        .header("cookie", format!("gongping_session={token}"))
        .header("accept-language", "zh-CN")
        .body(Body::empty())
        .unwrap();
    let begun = Instant::now();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap();
    begun.elapsed()
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The address of a page for the request with this number.
type Address = Box<dyn Fn(u32) -> String>;

/// Every page, with what varies from request to request.
fn pages(opinions: u32, findings: u32) -> Vec<(&'static str, Address)> {
    let base = format!("/staff/a/2026-{PROVINCE}/sorting");
    let at = move |path: &str| format!("{base}{path}");
    let search = |at: &dyn Fn(&str) -> String, pairs: &[(&str, &str)]| {
        at(&format!("/search?{}", query(pairs)))
    };
    let (a, b, c, d, e, f, g, h, i) = (
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
        at.clone(),
    );
    vec![
        (
            "the queue, anywhere in it",
            Box::new(move |n| a(&format!("?above={}", n * (opinions / REQUESTS)))),
        ),
        (
            "the queue of one unit",
            Box::new(move |n| {
                b(&format!("?unit={}&above={}", CITIES[n as usize % 2], n * (opinions / REQUESTS)))
            }),
        ),
        (
            "one opinion with suggestions",
            Box::new(move |n| c(&format!("/opinions/{}", 1 + n * (opinions / REQUESTS)))),
        ),
        (
            "search by a common word",
            Box::new(move |n| search(&d, &[("q", ["窗口", "材料", "排队"][n as usize % 3])])),
        ),
        (
            "search by three words",
            Box::new(move |n| {
                search(&e, &[("q", ["取号机 坏了 材料", "认证 瘫痪 排队"][n as usize % 2])])
            }),
        ),
        (
            "search by a common word, unit and item",
            Box::new(move |n| {
                let item = format!("B{}", 1 + n % 8);
                search(&f, &[("q", "窗口"), ("unit", CITIES[n as usize % 2]), ("item", &item)])
            }),
        ),
        (
            "search without words, and what nobody filed",
            Box::new(move |_| search(&g, &[("matter", "complaint"), ("state", "closed")])),
        ),
        (
            "search by words, and what nobody filed",
            Box::new(move |_| search(&h, &[("q", "窗口"), ("matter", "complaint")])),
        ),
        (
            "findings of one unit, anywhere",
            Box::new(move |n| {
                let unit = CITIES[n as usize % 2];
                i(&format!("/findings?unit={unit}&below={}", findings - n * (findings / REQUESTS)))
            }),
        ),
        (
            "findings by words",
            Box::new(move |n| {
                let words = ["窗口", "取号机 坏了", "认证"][n as usize % 3];
                at(&format!("/findings?{}", query(&[("q", words)])))
            }),
        ),
    ]
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let opinions = arguments.next().and_then(Result::ok).unwrap_or(100_000);
    let findings = arguments.next().and_then(Result::ok).unwrap_or(20_000).min(opinions);
    let test = match std::env::var("DATABASE_URL") {
        Ok(url) => {
            let store = Store::open(&url).await.unwrap();
            TestApp::on(store, tempfile::TempDir::new().unwrap()).await
        }
        Err(_) => TestApp::new().await,
    };
    let plan = test.small_plan(Until::Opened);
    test.simulate(plan, "2026-07-04T02:00:00Z".parse().unwrap()).await;
    let account = test.account(PROVINCE, Post::Appraisal);
    let allowed = test.app.world().allow(&account, &unit(PROVINCE)).unwrap();
    let begun = Instant::now();
    fill(&test, &allowed, opinions, findings).await;
    println!("{opinions} opinions and {findings} findings in {} s", begun.elapsed().as_secs());

    let token = test.log_in(PROVINCE, Post::Appraisal).await.unwrap();
    let options = Options { secure_cookies: false };
    let router = router(test.app.clone(), Assets::embedded(), options);
    let mut status = ExitCode::SUCCESS;
    for (what, path) in pages(opinions.try_into().unwrap(), findings.try_into().unwrap()) {
        // The first one also warms what every later one has.
        page(&router, &token, &path(0)).await;
        let mut took = Vec::new();
        for number in 0..REQUESTS {
            took.push(page(&router, &token, &path(number)).await);
        }
        took.sort();
        let (median, late) = (took[took.len() / 2], took[took.len() * 95 / 100]);
        println!("{:>5} ms {:>5} ms  {what}", median.as_millis(), late.as_millis());
        if late > BUDGET {
            status = ExitCode::FAILURE;
        }
    }
    status
}
