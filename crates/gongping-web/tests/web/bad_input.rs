//! What people, machines and attackers send that is not right: refused with the right status and
//! in words, never with 500.

use crate::world::{Answer, World, published_and_collecting};
use axum::body::Body;
use axum::http::Request;

const THIS: &str = "/a/2026-360000-LSB";

async fn post(world: &World, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header("accept", "application/json").header("accept-language", "zh");
    world.send(request.body(body.into()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_that_are_not_right_are_refused_in_words() {
    let world = published_and_collecting().await;
    let ballots = format!("{THIS}/ballots");
    let closed = "/a/2025-360000-LSB/ballots".to_owned();
    let of_box = |id: &str, ballot: &str| {
        serde_json::json!({ "sheet": "01", "ballots": [{ "box": id, "ballot": ballot }] })
            .to_string()
    };
    let own = "2026-360000-LSB.360100-LSB.service-users";
    let foreign = "2026-360000-LSB.360200-LSB.service-users";
    let empty = |sheet: &str| format!("{{\"sheet\":\"{sheet}\",\"ballots\":[]}}");
    let cases = [
        (&ballots, String::new(), 400, "message"),
        (&ballots, "{".to_owned(), 400, "message"),
        (&ballots, "[]".to_owned(), 400, "message"),
        (&ballots, "{\"sheet\":\"01\"}".to_owned(), 400, "message"),
        (&ballots, of_box("../../etc/passwd", "{}"), 400, "message"),
        (&ballots, empty("99"), 422, "unknown-sheet"),
        (&ballots, empty("0"), 422, "unknown-sheet"),
        (&ballots, empty("99999999"), 422, "unknown-sheet"),
        (&ballots, empty("-1"), 422, "unknown-sheet"),
        (&ballots, empty("01"), 422, "wrong-boxes"),
        (&ballots, of_box(foreign, "{}"), 422, "wrong-boxes"),
        (&ballots, of_box(own, "{}"), 422, "invalid"),
        (&ballots, of_box(own, ""), 422, "invalid"),
        (&ballots, of_box(own, &"[".repeat(100_000)), 422, "invalid"),
        (&closed, empty("01"), 409, "closed"),
    ];
    for (path, body, status, code) in cases {
        let shown: String = body.chars().take(80).collect();
        let answer = post(&world, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.text());
        let told: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        assert_eq!(told["code"], code, "{shown}");
        for field in ["message", "what_was_kept", "what_to_do"] {
            let text = told[field].as_str().unwrap();
            assert!(text.chars().any(|c| c > '\u{4e00}'), "{field} of {shown}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ballot_with_a_foreign_code_is_refused() {
    let world = published_and_collecting().await;
    let archive = "/a/2026-360000-LSB/boxes/2026-360000-LSB.360200-LSB.service-users.bel";
    let text = world.get(archive).await.text();
    let ballot =
        text.split(['\n', '\0']).find(|line| line.starts_with("{\"election_uuid\"")).unwrap();
    let own = "2026-360000-LSB.360100-LSB.service-users";
    let body = serde_json::json!({
        "sheet": "01", "ballots": [{ "box": own, "ballot": ballot }]
    });
    let answer = post(&world, &format!("{THIS}/ballots"), body.to_string()).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_right_are_refused() {
    let world = published_and_collecting().await;
    let cases = [
        "/a/nonsense",
        "/a/2026-360000-LSB/nothing",
        "/a/9999-360000-LSB/ranking",
        "/a/2025-360000-LSB/units/360102-LSB",
        "/a/2025-360000-LSB/units/..%2f..",
        "/a/2026-360000-LSB/sheet/01",
        "/a/2026-360000-LSB/sheet/0.json",
        "/a/2026-360000-LSB/sheet/-1.json",
        "/a/2026-360000-LSB/sheet/99999.json",
        "/a/2026-360000-LSB/sheet/１.json",
        "/a/2026-360000-LSB/boxes/..%2f..%2fgongping.db",
        "/a/2026-360000-LSB/boxes/%2e%2e.bel",
        "/a/2026-360000-LSB/boxes/2026-360000-LSB.360100-LSB.nobody.bel",
        "/log/tile/..%2f..%2fkey",
        "/log/tile/0/x999/999",
        "/log/tile/0/000.p/0",
        "/log/tile/entries/0",
        "/log/tile/99/000",
    ];
    for path in cases {
        let answer = world.get(&path.replace('１', "%EF%BC%91")).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
        assert!(answer.text().contains("没有这个页面"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_with_the_limit() {
    let world = World::empty().await;
    let path = format!("{THIS}/ballots");
    let large = "x".repeat(8 * 1024 * 1024 + 1);
    for declared in [true, false] {
        let mut request = Request::post(&path).header("accept-language", "en");
        if declared {
            request = request.header("content-length", large.len());
        }
        let body = Body::from(large.clone());
        let answer = world.send(request.body(body).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 413);
        assert!(answer.text().contains("The limit is 8 MB"), "{}", answer.text());
    }
}
