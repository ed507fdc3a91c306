//! A small province behind the router: two cities, one county, simulated people.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use gongping_app::practice::Practice;
use gongping_app::province::{Campaign, CampaignPlan, SampleSize, Until, bootstrap, run};
use gongping_app::{App, Clock, Config, PasswordCost, StandingClock};
use gongping_appraisal::{Calendar, DateRange, UnitId};
use gongping_log::{KeyName, SignerKey};
use gongping_store::Store;
use gongping_web::{Assets, Options, router};
use jiff::Timestamp;
use jiff::civil::date;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Units of the province.
const UNITS: &str = "unit_id,name,level,parent_id,opened_on
360000-LSB,江西省劳动和社会保障厅,province,,2021-01-01
360100-LSB,南昌市劳动和社会保障局,city,360000-LSB,2021-01-01
360200-LSB,景德镇市劳动和社会保障局,city,360000-LSB,2021-01-01
360102-LSB,东湖区劳动和社会保障局,county,360100-LSB,2021-01-01
360103-LSB,西湖区劳动和社会保障局,county,360100-LSB,2021-01-01
";

const RULEBOOK: &str = include_str!("../../../../rulebooks/labour-security-2007.toml");

/// The organiser of most tests, and its neighbours in the tree.
pub(crate) const PROVINCE: &str = "360000-LSB";
pub(crate) const CITY: &str = "360100-LSB";
pub(crate) const SIBLING: &str = "360200-LSB";

/// A server without a network.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<StandingClock>,
    router: Router,
    _folder: TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn unit(id: &str) -> UnitId {
    UnitId::parse(id).unwrap()
}

impl World {
    /// A province of which nothing is planned yet.
    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("gongping.db")).await.unwrap();
        let clock = Arc::new(StandingClock::new("2025-01-01T00:00:00Z".parse().unwrap()));
        let practice =
            Practice { password: "lianxi-2026".to_owned(), folder: folder.path().to_owned() };
        let config = Config {
            store,
            origin: "test.example/log".to_owned(),
            log_key: SignerKey::from_seed(KeyName::parse("test.example/log").unwrap(), &[7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            dice: ChaCha20Rng::seed_from_u64(7),
            practice: Some(practice),
            password_cost: PasswordCost::Practice,
        };
        let app = App::open(config).await.unwrap();
        let options = Options { secure_cookies: false };
        let router = router(app.clone(), Assets::embedded(), options);
        Self { app, clock, router, _folder: folder }
    }

    /// With units, and every post at the province, both cities and a county.
    pub(crate) async fn with_people() -> Self {
        let world = Self::empty().await;
        let appraised = [PROVINCE, CITY, SIBLING].map(unit);
        let organisers = [PROVINCE, CITY, SIBLING, "360102-LSB"].map(unit);
        bootstrap(&world.app, UNITS.as_bytes(), &organisers, &appraised).await.unwrap();
        world
    }

    /// Lets appraisals happen as far as each goes, up to `now`.
    pub(crate) async fn run(&self, plans: Vec<CampaignPlan>, now: &str) {
        let campaigns = plans.into_iter().map(|plan| Campaign::new(plan, 7).unwrap());
        let mut campaigns: Vec<Campaign> = campaigns.collect();
        let now: Timestamp = now.parse().unwrap();
        run(&self.app, &*self.clock, &mut campaigns, now, |_, _| {}).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_in("zh-CN", path).await
    }

    pub(crate) async fn get_in(&self, language: &str, path: &str) -> Answer {
        let request = Request::get(path).header("accept-language", language);
        self.send(request.header("accept", "text/html").body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send_as(&self, token: Option<&str>, method: Method, path: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("cookie", format!("gongping_session={token}"));
        }
        let form = "application/x-www-form-urlencoded";
        // Fields that no handler accepts, so that little changes while all routes are walked.
        let fields = Body::from("duty=none&unit=none");
        self.send(request.header("content-type", form).body(fields).unwrap()).await
    }
}

/// An appraisal of the province or a city.
pub(crate) fn plan(organiser: &str, units: &[&str], year: i16, until: Until) -> CampaignPlan {
    let range = |(from, to): ((i8, i8), (i8, i8))| DateRange {
        first: date(year, from.0, from.1),
        last: date(year, to.0, to.1),
    };
    let phases =
        [((6, 15), (6, 30)), ((7, 1), (7, 30)), ((8, 1), (8, 15)), ((8, 15), (9, 5))].map(range);
    CampaignPlan {
        organiser: unit(organiser),
        year,
        title: format!("{year}年民主评议政风行风"),
        units: units.iter().map(|id| unit(id)).collect(),
        rulebook: RULEBOOK.to_owned(),
        calendar: Calendar::new(phases).unwrap(),
        survey: (
            format!("{year}-07-06T01:00:00Z").parse().unwrap(),
            format!("{year}-07-30T10:00:00Z").parse().unwrap(),
        ),
        sample: SampleSize { one_unit: 14, all_units: 14, response_percent: 90 },
        until,
        thin: Vec::new(),
    }
}

/// Last year's appraisal of the cities, published; this year's, taking answers.
pub(crate) async fn published_and_collecting() -> World {
    let world = World::with_people().await;
    let cities = [CITY, SIBLING];
    let plans = vec![
        plan(PROVINCE, &cities, 2025, Until::Published),
        plan(PROVINCE, &cities, 2026, Until::Collecting),
    ];
    world.run(plans, "2026-07-24T02:00:00Z").await;
    world
}
