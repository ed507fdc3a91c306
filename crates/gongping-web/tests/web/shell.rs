//! What surrounds every page: headers, languages, errors, forged requests.

use crate::world::World;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use gongping_web::SECURITY_HEADERS;

const PATHS: [(&str, u16); 6] = [
    ("/", 200),
    ("/assets/public.css", 200),
    ("/log/key", 200),
    ("/no/such/page", 404),
    ("/a/2026-360000-LSB/ranking", 404),
    ("/staff/log-in", 200),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let world = World::empty().await;
    for (path, status) in PATHS {
        let answer = world.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(answer.header(name.as_str()), value, "{name} of {path}");
        }
    }
    assert_eq!(world.get("/staff/log-in").await.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_named_with_their_content_and_kept_for_good() {
    let world = World::empty().await;
    let home = world.get("/").await.text();
    let at = home.find("/assets/public.css?v=").unwrap();
    let href = home[at..].split('"').next().unwrap();
    let answer = world.get(href).await;
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(world.get("/assets/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get("/assets/%2e%2e%2fCargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_get_their_language_and_may_choose_another() {
    let world = World::empty().await;
    let cases = [
        ("en-GB,en;q=0.9", "<html lang=\"en\">", "No appraisals yet"),
        ("zh-TW", "<html lang=\"zh-Hant\">", "還沒有評議"),
        ("de", "<html lang=\"zh-Hans\">", "还没有评议"),
    ];
    for (language, tag, words) in cases {
        let page = world.get_in(language, "/").await.text();
        assert!(page.contains(tag) && page.contains(words), "{language}");
    }
    let switched = world.get("/language?to=en&back=/a/x%3Fy").await;
    assert_eq!(switched.status, StatusCode::SEE_OTHER);
    assert_eq!(switched.header("location"), "/a/x?y");
    assert!(switched.header("set-cookie").starts_with("lang=en; Path=/"));
    let request =
        Request::get("/").header("cookie", "a=b; lang=en").header("accept-language", "zh");
    let page = world.send(request.body(Body::empty()).unwrap()).await.text();
    assert!(page.contains("<html lang=\"en\">"));
    for back in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let answer = world.get(&format!("/language?to=en&back={back}")).await;
        assert_eq!(answer.header("location"), "/", "{back}");
    }
    assert_eq!(world.get("/language?to=xx").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_is_blank_or_in_a_foreign_language() {
    let world = World::empty().await;
    let cases = [
        ("GET", "/no/such/page", 404, "没有这个页面", "This page does not exist"),
        ("POST", "/", 405, "这个地址不能这样打开", "This address cannot be opened this way"),
        ("GET", "/language", 400, "收到的内容无法识别", ""),
        ("GET", "/a/%FF", 400, "收到的内容无法识别", ""),
        ("GET", "/a/2026-360000-LSB", 404, "没有这个页面", ""),
    ];
    for (method, path, status, chinese, english) in cases {
        for (language, words) in [("zh", chinese), ("en", english)] {
            let request = Request::builder().method(method).uri(path);
            let request = request.header("accept-language", language).body(Body::empty()).unwrap();
            let answer = world.send(request).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path}");
            assert!(answer.text().contains(words), "{method} {path}: {}", answer.text());
            assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        }
    }
    let request = Request::get("/nothing").header("accept", "application/json");
    let told = world.send(request.body(Body::empty()).unwrap()).await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!(told["code"], "not-found");
    assert!(told["what_to_do"].as_str().is_some_and(|text| !text.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_site_sends_is_refused() {
    let world = World::empty().await;
    let path = "/a/2026-360000-LSB/ballots";
    let send = |name: &'static str, value: &'static str| {
        let request = Request::post(path).header("host", "here.example").header(name, value);
        world.send(request.body(Body::empty()).unwrap())
    };
    for (name, value, refused) in [
        ("sec-fetch-site", "cross-site", true),
        ("sec-fetch-site", "same-site", true),
        ("origin", "https://evil.example", true),
        ("origin", "null", true),
        ("sec-fetch-site", "same-origin", false),
        ("origin", "https://here.example", false),
    ] {
        let answer = send(name, value).await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{name}: {value}");
        if refused {
            assert!(answer.text().contains("这次提交来自别的网站"));
        }
    }
}
