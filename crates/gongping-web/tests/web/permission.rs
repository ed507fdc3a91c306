//! Every route with every duty, by real requests, compared with `docs/permission-matrix.md`.
//!
//! To write the file anew: `GONGPING_UPDATE_MATRIX=1 cargo test -p gongping-web permission`.

use crate::world::{CITY, PROVINCE, SIBLING, World, plan, unit};
use axum::http::{Method, StatusCode};
use gongping_app::province::{Post, Until, login_of};
use gongping_app::session;
use gongping_appraisal::{Duty, PermissionRule, UnitId};
use gongping_web::{Access, Place, Route, routes};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The posts of the practice province, one for each duty, in the order of the matrix.
const POSTS: [(Post, Duty); 10] = [
    (Post::Administrator, Duty::Administrator),
    (Post::Office, Duty::OfficeDirector),
    (Post::Coordination, Duty::Coordination),
    (Post::Appraisal, Duty::AppraisalTeam),
    (Post::Inspector, Duty::Inspector),
    (Post::Leader, Duty::InspectionLeader),
    (Post::Liaison, Duty::Liaison),
    (Post::Statistics, Duty::StatisticsBureau),
    (Post::Conduct, Duty::ConductOffice),
    (Post::Unit, Duty::AppraisedUnit),
];

/// Where a duty is held, as seen from the organiser that a request is about.
const PLACES: [(&str, &str); 3] = [("O", CITY), ("S", SIBLING), ("A", PROVINCE)];

struct Holder {
    letter: &'static str,
    duty: Duty,
    unit: UnitId,
    token: String,
}

async fn log_in(world: &World, unit: &UnitId, post: Post) -> String {
    let login = login_of(unit, post);
    session::log_in(&world.app, &login, "lianxi-2026", "127.0.0.1").await.unwrap()
}

async fn holders(world: &World) -> Vec<Holder> {
    let mut holders = Vec::new();
    for (letter, place) in PLACES {
        for (post, duty) in POSTS {
            let unit = unit(place);
            let token = log_in(world, &unit, post).await;
            holders.push(Holder { letter, duty, unit, token });
        }
    }
    holders
}

/// A real address for a route: the city's appraisal, the city itself, and plain values.
fn address(route: &Route) -> String {
    let mut address = String::new();
    for part in route.path.split_inclusive('/') {
        let (name, slash) = part.strip_suffix('/').map_or((part, ""), |name| (name, "/"));
        address.push_str(match name {
            "{appraisal}" => "2026-360100-LSB",
            "{unit}" => CITY,
            "{account}" => "a360102-liaison",
            name if name.starts_with('{') => "1",
            name => name,
        });
        address.push_str(slash);
    }
    address
}

/// What the declared access of a route means for a duty held at `held`.
fn is_allowed(access: &Access, world: &World, duty: Duty, held: &UnitId) -> bool {
    let Access::OneOf(rules, place) = access else { return true };
    let reaches = |rule: &PermissionRule| match (place, rule.scope) {
        (Place::Anywhere, _) => true,
        (_, gongping_appraisal::Scope::Own) => held.as_str() == CITY,
        (_, gongping_appraisal::Scope::Subtree) => world.app.world().is_within(&unit(CITY), held),
    };
    rules.iter().any(|rule| rule.duties.contains(&duty) && reaches(rule))
}

fn declared(access: &Access) -> String {
    match access {
        Access::Public => "public".to_owned(),
        Access::LoggedIn => "logged in".to_owned(),
        Access::OneOf(rules, place) => {
            let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
            let place = match place {
                Place::Organiser => "at the organiser",
                Place::Unit => "at the unit",
                Place::Anywhere => "anywhere",
            };
            format!("{} {place}", names.join(" or "))
        }
    }
}

/// Walks the table; gives the matrix as text, and what does not agree with the declaration.
async fn walk() -> (String, Vec<String>) {
    let world = World::with_people().await;
    let counties = ["360102-LSB", "360103-LSB"];
    world.run(vec![plan(CITY, &counties, 2026, Until::Planned)], "2026-06-20T02:00:00Z").await;
    let holders = holders(&world).await;
    let routes = routes();
    let (mut matrix, mut wrong) = (String::from(HEADING), Vec::new());
    for route in routes.table() {
        // Whoever logs out is nobody in the rows below, and anybody may.
        if route.path == "/staff/log-out" {
            continue;
        }
        let address = address(route);
        let name = format!("{} {}", route.method, route.path);
        let stranger = world.send_as(None, route.method.clone(), &address).await;
        let turned_away = matches!(stranger.status, StatusCode::UNAUTHORIZED)
            || stranger.header("location").starts_with("/staff/log-in?to=");
        if turned_away == matches!(route.access, Access::Public) {
            wrong.push(format!("{name}: a stranger got {}", stranger.status));
        }
        let mut cells = vec![String::new(); POSTS.len()];
        for holder in &holders {
            let token = Some(holder.token.as_str());
            let answer = world.send_as(token, route.method.clone(), &address).await;
            let allowed = is_allowed(&route.access, &world, holder.duty, &holder.unit);
            let refused = answer.status == StatusCode::FORBIDDEN;
            // A page for many units proves the permission again for the unit it is used on.
            let may_refuse = matches!(route.access, Access::OneOf(_, Place::Anywhere));
            if (allowed == refused) && !(refused && may_refuse) {
                let who = format!("{} at {}", holder.duty.as_str(), holder.unit);
                wrong.push(format!("{name}: {who} got {}", answer.status));
            }
            if answer.status.as_u16() == 500 {
                wrong.push(format!("{name}: 500 for {}", holder.duty.as_str()));
            }
            if !refused {
                let column = POSTS.iter().position(|(_, duty)| *duty == holder.duty).unwrap();
                cells[column].push_str(holder.letter);
            }
        }
        let cells: Vec<&str> =
            cells.iter().map(|cell| if cell.is_empty() { "–" } else { cell }).collect();
        let row = format!("| `{name}` | {} | {} |", declared(&route.access), cells.join(" | "));
        writeln!(matrix, "{row}").unwrap();
    }
    (matrix, wrong)
}

const HEADING: &str = "# Who may use which page

Made by a test that logs in with exactly one duty and sends a real request to every route
(`GONGPING_UPDATE_MATRIX=1 cargo test -p gongping-web permission`). A letter says where the duty is held, as seen
from the organiser that the request is about: **O** there, **S** at a sibling of the same level, **A** at the level above.
– means refused. Pages declared \"anywhere\" show or change only what the duty reaches; the use cases prove that again.

| route | declared | administrator | office director | coordination | appraisal team | inspector | inspection leader | liaison | statistics bureau | conduct office | appraised unit |
|---|---|---|---|---|---|---|---|---|---|---|---|
";

#[tokio::test(flavor = "multi_thread")]
async fn every_route_admits_exactly_the_duties_that_the_matrix_says() {
    let (matrix, wrong) = walk().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/permission-matrix.md");
    if std::env::var_os("GONGPING_UPDATE_MATRIX").is_some() {
        std::fs::write(&file, &matrix).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(kept, matrix, "docs/permission-matrix.md is stale");
}

#[test]
fn no_route_is_registered_twice_and_every_post_needs_a_reason() {
    let routes = routes();
    let mut seen = std::collections::BTreeSet::new();
    for route in routes.table() {
        let name = format!("{} {}", route.method, route.path);
        assert!(seen.insert(name.clone()), "{name} twice");
        // What the public may send: sealed ballots, opinions, and a name with a password.
        let may_be_sent = [
            "/a/{appraisal}/ballots",
            "/a/{appraisal}/influence",
            "/a/{appraisal}/opinion",
            "/a/{appraisal}/opinion/contest",
            "/a/{appraisal}/opinion/more",
            "/a/{appraisal}/opinion/thread",
            "/a/{appraisal}/opinions",
            "/staff/log-in",
            "/staff/log-out",
        ];
        if route.method == Method::POST && matches!(route.access, Access::Public) {
            assert!(may_be_sent.contains(&route.path), "{name} is public");
        }
    }
}
