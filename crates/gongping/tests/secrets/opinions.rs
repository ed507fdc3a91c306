//! A complainant with a known name, number and text: none of them is in a byte that the server
//! writes or says, to the accused unit's account and to everybody else (E3 (6), T8).

use crate::needles::Needles;
use crate::server::{Answer, Lines, Server};
use crate::{FOLDER, everything};
use age::x25519::{Identity, Recipient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_app::opinion;
use gongping_app::province::{Campaign, Post, Until};
use gongping_appraisal::permission::HoldOpinionKey;
use gongping_appraisal::{KeyRole, sha256};
use gongping_testkit::{TestApp, unit};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};

const ORGANISER: &str = "360000-LSB";
const NAME: &str = "欧阳万难";
const NUMBER: &str = "13979188442";
const TEXT: &str = "三号窗口向我要三百元加急费不给收据";
const MORE: &str = "那天上午十点旁边还有两个人看见了";
const ANSWER: &str = "已责令退还请到信访窗口领取三百元";

fn seal(plain: &[u8], to: &[Recipient]) -> Vec<u8> {
    let to = to.iter().map(|recipient| recipient as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let encryptor = age::Encryptor::with_recipients(to).unwrap();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    sealed
}

fn open(sealed: &[u8], key: &Identity) -> Option<Vec<u8>> {
    let decryptor = age::Decryptor::new(sealed).ok()?;
    let mut reader = decryptor.decrypt(std::iter::once(key as &dyn age::Identity)).ok()?;
    let mut plain = Vec::new();
    reader.read_to_end(&mut plain).ok()?;
    Some(plain)
}

/// Those who read, and the filer's code.
struct Keys {
    handler: Identity,
    second: Identity,
    filer: Identity,
}

async fn register(test: &TestApp, campaign: &Campaign, post: Post, role: KeyRole) -> Identity {
    let key = Identity::generate();
    let account = test.account(ORGANISER, post);
    let allowed = test.app.world().allow::<HoldOpinionKey>(&account, &unit(ORGANISER)).unwrap();
    let recipient = key.to_public().to_string();
    opinion::register_key(&test.app, allowed, &campaign.id, role, recipient).await.unwrap();
    key
}

/// The complaint as the browser seals it.
fn complaint(test: &TestApp, keys: &Keys) -> Value {
    let text = json!({ "text": TEXT, "when": "", "files": [] }).to_string();
    let identity = json!({ "name": NAME, "contact": NUMBER }).to_string();
    let inner = seal(identity.as_bytes(), &[keys.handler.to_public()]);
    json!({
        "unit": "360100-LSB",
        "item": "B4",
        "matter": "complaint",
        "channel": "web",
        "protection": "confidential",
        "lookup": sha256(&[7; 32]),
        "answer_key": keys.filer.to_public().to_string(),
        "sealed": STANDARD.encode(seal(text.as_bytes(), &[keys.handler.to_public()])),
        "open": null,
        "identity": STANDARD.encode(seal(&inner, &[keys.second.to_public()])),
        "handlers": [test.account(ORGANISER, Post::Appraisal)],
        "seconds": [test.account(ORGANISER, Post::Conduct)],
        "read_back": false,
    })
}

/// What a broken or hostile page may send in place of the sealed complaint: refused, and forgotten.
async fn send_in_the_open(server: &Server, good: &Value) {
    let with = |changes: &[(&str, Value)]| {
        let mut sent = good.clone();
        for (field, value) in changes {
            sent[*field] = value.clone();
        }
        sent.to_string()
    };
    let none = Value::Null;
    let bodies = [
        with(&[("open", json!(TEXT)), ("sealed", none.clone())]),
        with(&[("open", json!(TEXT))]),
        with(&[("sealed", json!(TEXT))]),
        with(&[("sealed", json!(STANDARD.encode(TEXT)))]),
        with(&[("identity", json!(NAME))]),
        with(&[("identity", json!(STANDARD.encode(NUMBER)))]),
        with(&[("unit", json!(NAME))]),
        with(&[("item", json!(NUMBER))]),
        with(&[("handlers", json!([NUMBER]))]),
        with(&[("answer_key", json!(NUMBER))]),
        with(&[("lookup", json!(NUMBER))]),
        with(&[("name", json!(NAME))]),
        format!("{{\"name\":\"{NAME}\",\"contact\":\"{NUMBER}\",\"text\":\"{TEXT}\""),
        TEXT.to_owned(),
    ];
    for body in bodies {
        let answer = server.json(&format!("/a/{}/opinions", campaign_id()), body.clone()).await;
        assert!((400..500).contains(&answer.status), "{}: {body}", answer.status);
    }
    for path in ["opinion/thread", "opinion/more", "opinion/contest"] {
        for body in [json!({ "lookup": TEXT }).to_string(), TEXT.to_owned()] {
            let answer = server.json(&format!("/a/{}/{path}", campaign_id()), body).await;
            assert!((400..500).contains(&answer.status), "{}: {path}", answer.status);
        }
    }
    // The form without script gives back to the sender alone what was typed.
    let fields = [("matter", "complaint"), ("unit", "360100-LSB"), ("text", TEXT), ("once", "x")];
    let answer = server.own_form(&format!("/a/{}/opinion", campaign_id()), &fields).await;
    assert_eq!(answer.status, 422);
}

fn campaign_id() -> &'static str {
    "2026-360000-LSB"
}

/// The JSON that a page hands to its script.
fn work(answer: &Answer) -> Value {
    let page = String::from_utf8(answer.body.clone()).unwrap();
    let (_, rest) = page.split_once("id=\"opinion-work\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// All pages with opinions, and all others, as one person sees them.
async fn read_all_pages(server: &Server, who: Option<Post>) {
    let routes = gongping_web::routes();
    for route in routes.table().iter().filter(|route| route.method == reqwest::Method::GET) {
        let path = route
            .path
            .replace("{appraisal}", campaign_id())
            .replace("{unit}", "360100-LSB")
            .replace("{opinion}", "1")
            .replace("{number}", "1")
            .replace("{*path}", "entries/000.p/40");
        let answer = server.get(who, &path).await;
        assert!(answer.status < 500, "{}: {path}", answer.status);
    }
}

/// What handler, second person and filer do, by the same requests as their browsers.
async fn handle(server: &Server, keys: &Keys) {
    let page = format!("{FOLDER}/opinions/1");
    let (handler, second) = (Some(Post::Appraisal), Some(Post::Conduct));
    let opened = server.form(handler, &format!("{page}/open"), &[]).await;
    let sealed = work(&opened)["sealed"].as_str().unwrap().to_owned();
    let text = open(&STANDARD.decode(sealed).unwrap(), &keys.handler).unwrap();
    assert!(String::from_utf8(text).unwrap().contains(TEXT), "the handler can read it");
    let post = async |who, path: &str, fields: &[(&str, &str)]| {
        let answer = server.form(who, &format!("{page}/{path}"), fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", String::from_utf8_lossy(&answer.body));
    };
    post(handler, "mask", &[("copy", "群众反映个别窗口违规收费。")]).await;
    let both = [keys.filer.to_public(), keys.handler.to_public()];
    let answer = STANDARD.encode(seal(ANSWER.as_bytes(), &both));
    post(handler, "answer", &[("sealed", &answer), ("recipients", "2")]).await;
    post(handler, "identity/request", &[("reason", "需要核实退款对象。")]).await;
    let asked = server.get(second, &page).await;
    let outer = STANDARD.decode(work(&asked)["outer"].as_str().unwrap()).unwrap();
    assert_eq!(open(&outer, &keys.handler), None, "a handler alone opens nothing");
    let inner = open(&outer, &keys.second).unwrap();
    assert_eq!(open(&inner, &keys.second), None, "a second person alone reads nothing");
    // The name itself in place of the inner layer is refused.
    let naked = server.form(second, &format!("{page}/identity/release"), &[("inner", NAME)]).await;
    assert_eq!(naked.status, 422);
    post(second, "identity/release", &[("inner", &STANDARD.encode(&inner))]).await;
    let released = server.form(handler, &format!("{page}/identity/open"), &[]).await;
    let inner = STANDARD.decode(work(&released)["inner"].as_str().unwrap()).unwrap();
    let name = open(&inner, &keys.handler).unwrap();
    assert!(String::from_utf8(name).unwrap().contains(NAME), "the two together can");
}

/// The filer comes back, reads, adds and contests.
async fn come_back(server: &Server, keys: &Keys) {
    let public = format!("/a/{}/opinion", campaign_id());
    let lookup = "07".repeat(32);
    let asked = json!({ "lookup": lookup }).to_string();
    let thread = server.json(&format!("{public}/thread"), asked).await;
    let thread: Value = serde_json::from_slice(&thread.body).unwrap();
    let answer = STANDARD.decode(thread["messages"][0]["sealed"].as_str().unwrap()).unwrap();
    assert_eq!(open(&answer, &keys.filer).unwrap(), ANSWER.as_bytes());
    let sealed = STANDARD.encode(seal(MORE.as_bytes(), &[keys.handler.to_public()]));
    let more = json!({ "lookup": lookup, "sealed": sealed, "recipients": 1 }).to_string();
    assert_eq!(server.json(&format!("{public}/more"), more).await.status, 200);
    let open_words = json!({ "lookup": lookup, "sealed": MORE, "recipients": 1 }).to_string();
    assert_eq!(server.json(&format!("{public}/more"), open_words).await.status, 422);
    let contest = json!({ "lookup": lookup }).to_string();
    assert_eq!(server.json(&format!("{public}/contest"), contest).await.status, 200);
}

pub(crate) async fn opinions(lines: &Lines) {
    let test = TestApp::new().await;
    let now = "2026-07-02T02:00:00Z".parse().unwrap();
    let campaign = test.simulate(test.small_plan(Until::Opened), now).await;
    let handler = register(&test, &campaign, Post::Appraisal, KeyRole::Handler).await;
    let second = register(&test, &campaign, Post::Conduct, KeyRole::Second).await;
    let keys = Keys { handler, second, filer: Identity::generate() };
    let mut needles = Needles::default();
    for (kind, secret) in
        [("name", NAME), ("number", NUMBER), ("text", TEXT), ("text", MORE), ("text", ANSWER)]
    {
        needles.words(kind, secret);
    }
    let mut server = Server::start(&test).await;
    server.log_in_unit(&test, "360100-LSB").await;
    let good = complaint(&test, &keys);
    send_in_the_open(&server, &good).await;
    let path = format!("/a/{}/opinions", campaign.id);
    // Sent twice, as on a poor connection, it is stored once.
    for _ in 0..2 {
        let taken = server.json(&path, good.to_string()).await;
        assert_eq!(taken.status, 200, "{}", String::from_utf8_lossy(&taken.body));
        assert_eq!(taken.body, br#"{"opinion":1}"#);
    }
    handle(&server, &keys).await;
    come_back(&server, &keys).await;
    // The accused unit tries the handler's pages too, and sees the masked copy on its own.
    for path in ["open", "identity/open", "identity/request", "mask"] {
        let path = format!("{FOLDER}/opinions/1/{path}");
        assert_eq!(server.form(Some(Post::Unit), &path, &[]).await.status, 403, "{path}");
    }
    let own = server.get(Some(Post::Unit), "/staff/units/360100-LSB/opinions").await;
    assert!(String::from_utf8(own.body).unwrap().contains("群众反映个别窗口违规收费"));
    let everybody = Post::AT_ORGANISER.into_iter().chain([Post::Unit]).map(Some).chain([None]);
    for who in everybody {
        read_all_pages(&server, who).await;
    }
    needles.assert_nothing_in(&everything(&test, &server, lines).await);
    test.assert_sound().await;
    // The search finds what is there: one of each is planted.
    let planted = format!("{NAME} {NUMBER} {TEXT}");
    std::fs::write(test.folder.path().join("planted"), planted).unwrap();
    let found = needles.found_in(&everything(&test, &server, lines).await);
    let kinds: std::collections::BTreeSet<&str> = found.iter().map(|(_, kind, _)| *kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["name", "number", "text"]);
}
