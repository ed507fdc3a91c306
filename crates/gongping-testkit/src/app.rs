//! A whole installation in a temporary folder, with a clock and dice that the test holds.

use gongping_app::province::{
    Campaign, CampaignPlan, PASSWORD, Post, SampleSize, Until, bootstrap, login_of, post_account,
    run,
};
use gongping_app::{
    App, Clock, Config, PasswordCost, Refusal, StandingClock, doctor, practice::Practice,
};
use gongping_appraisal::{AppraisalId, Calendar, DateRange, UnitId};
use gongping_log::{KeyName, SignerKey};
use gongping_store::Store;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The rulebook of the 2007 plan.
pub const RULEBOOK: &str = include_str!("../../../rulebooks/labour-security-2007.toml");

/// A province with two cities, one of which has two counties; one county has two windows.
pub const UNITS: &str = "\
unit_id,name,level,parent_id,opened_on
360000-LSB,江西省劳动和社会保障厅,province,,2021-01-01
360100-LSB,南昌市劳动和社会保障局,city,360000-LSB,2021-01-01
360200-LSB,景德镇市劳动和社会保障局,city,360000-LSB,2021-01-01
360102-LSB,东湖区劳动和社会保障局,county,360100-LSB,2021-01-01
360103-LSB,西湖区劳动和社会保障局,county,360100-LSB,2021-01-01
360102-LSB-W1,东湖区社会保险经办窗口,window,360102-LSB,2021-01-01
360102-LSB-W2,东湖区劳动就业服务窗口,window,360102-LSB,2021-01-01
";

/// The SQLite file in the folder of an installation.
const FILE: &str = "test.sqlite";

/// A whole installation for a test. The folder goes when it is dropped.
pub struct TestApp {
    /// The use cases.
    pub app: App,
    /// The clock that `app` runs by; it stands still until the test advances it.
    pub clock: Arc<StandingClock>,
    /// The folder.
    pub folder: TempDir,
    /// What respondents and key holders throw.
    pub(crate) dice: Mutex<ChaCha20Rng>,
}

/// The unit with this id.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn unit(id: &str) -> UnitId {
    UnitId::parse(id).expect("a unit id")
}

/// When the province's appraisal of 2026 opens its survey.
///
/// # Panics
/// Never.
#[must_use]
pub fn survey_opens() -> Timestamp {
    "2026-07-06T01:00:00Z".parse().expect("an instant")
}

impl TestApp {
    /// An installation on SQLite with the units of [`UNITS`] and, at the province and the city
    /// 360100, a person in every post; each city has a contact. It is 1 June 2026.
    pub async fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let store = Store::open_file(&folder.path().join(FILE)).await.expect("a store");
        Self::on(store, folder).await
    }

    /// The same on another store.
    ///
    /// # Panics
    /// When the store cannot be used.
    pub async fn on(store: Store, folder: TempDir) -> Self {
        let clock = Arc::new(StandingClock::new("2026-06-01T01:00:00Z".parse().expect("a time")));
        let app = open(store, &clock, folder.path()).await;
        let organisers = [unit("360000-LSB"), unit("360100-LSB")];
        let appraised = [unit("360100-LSB"), unit("360200-LSB")];
        bootstrap(&app, UNITS.as_bytes(), &organisers, &appraised).await.expect("the people");
        Self { app, clock, folder, dice: Mutex::new(ChaCha20Rng::seed_from_u64(11)) }
    }

    /// The machine stops without a warning and starts again at `now` upon the same SQLite file.
    ///
    /// # Panics
    /// When the store cannot be used.
    pub async fn restart(self, now: Timestamp) -> Self {
        let Self { app, folder, dice, .. } = self;
        drop(app);
        let clock = Arc::new(StandingClock::new(now));
        let store = Store::open_file(&folder.path().join(FILE)).await.expect("a store");
        Self { app: open(store, &clock, folder.path()).await, clock, folder, dice }
    }

    /// A second node upon the same SQLite file.
    ///
    /// # Panics
    /// When the store cannot be used.
    pub async fn another_node(&self) -> App {
        open(self.store().await, &self.clock, self.folder.path()).await
    }

    /// A second node upon the same store, whichever it is.
    pub async fn another_node_on(&self, store: Store) -> App {
        open(store, &self.clock, self.folder.path()).await
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    /// The store in the SQLite file, past the application.
    ///
    /// # Panics
    /// When it cannot be used.
    pub async fn store(&self) -> Store {
        Store::open_file(&self.file()).await.expect("a store")
    }

    /// Simulates the province's appraisal of 2026 over its two cities up to a stage, with 12 codes
    /// for each sheet, and sets the clock to `now`.
    ///
    /// # Panics
    /// When a use case refuses.
    pub async fn province(&self, until: Until, now: Timestamp) -> Campaign {
        self.simulate(self.province_plan(until), now).await
    }

    /// What [`TestApp::province`] simulates, for tests that change something of it.
    #[must_use]
    pub fn province_plan(&self, until: Until) -> CampaignPlan {
        let day = |month, day| date(2026, month, day);
        let range = |first, last| DateRange { first, last };
        let phases = [
            range(day(6, 15), day(6, 30)),
            range(day(7, 1), day(7, 30)),
            range(day(8, 1), day(8, 15)),
            range(day(8, 15), day(9, 5)),
        ];
        let opens = survey_opens();
        CampaignPlan {
            organiser: unit("360000-LSB"),
            year: 2026,
            title: "江西省劳动保障系统2026年民主评议政风行风".to_owned(),
            units: vec![unit("360100-LSB"), unit("360200-LSB")],
            rulebook: RULEBOOK.to_owned(),
            calendar: Calendar::new(phases).expect("dates in order"),
            survey: (opens, opens + SignedDuration::from_hours(24 * 24 + 9)),
            sample: SampleSize { one_unit: 12, all_units: 12, response_percent: 95 },
            until,
            thin: Vec::new(),
        }
    }

    /// The same with six codes for each sheet, of which five answer.
    #[must_use]
    pub fn small_plan(&self, until: Until) -> CampaignPlan {
        let sample = SampleSize { one_unit: 6, all_units: 6, response_percent: 90 };
        CampaignPlan { sample, ..self.province_plan(until) }
    }

    /// An installation upon a copy of another one's SQLite file, at that one's time.
    ///
    /// # Panics
    /// When the copy cannot be made.
    pub async fn copy(&self) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join(FILE);
        self.app.backup(&file).await.expect("a copy");
        let clock = Arc::new(StandingClock::new(self.app.now()));
        let store = Store::open_file(&file).await.expect("a store");
        let dice = Mutex::new(ChaCha20Rng::seed_from_u64(11));
        Self { app: open(store, &clock, folder.path()).await, clock, folder, dice }
    }

    /// Simulates any appraisal.
    ///
    /// # Panics
    /// When a use case refuses.
    pub async fn simulate(&self, plan: CampaignPlan, now: Timestamp) -> Campaign {
        let [campaign] = self.simulate_all([plan], now).await;
        campaign
    }

    /// Simulates several appraisals at once.
    ///
    /// # Panics
    /// When a use case refuses.
    pub async fn simulate_all<const N: usize>(
        &self,
        plans: [CampaignPlan; N],
        now: Timestamp,
    ) -> [Campaign; N] {
        let mut campaigns = plans.map(|plan| Campaign::new(plan, 7).expect("a campaign"));
        let ran = run(&self.app, &*self.clock, &mut campaigns, now, |_, _| {}).await;
        ran.expect("simulated people break no rules");
        campaigns
    }

    /// The id of the province's appraisal of 2026.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn appraisal(&self) -> AppraisalId {
        AppraisalId::of(2026, &unit("360000-LSB")).expect("an id")
    }

    /// Sets the clock forward.
    ///
    /// # Panics
    /// When that would be backwards.
    pub fn advance_to(&self, now: Timestamp) {
        self.clock.advance_to(now).expect("forward");
    }

    /// Logs the holder of a post in and returns the session token.
    ///
    /// # Errors
    /// [`Refusal::LogIn`].
    pub async fn log_in(&self, at: &str, post: Post) -> Result<String, Refusal> {
        let login = login_of(&unit(at), post);
        gongping_app::session::log_in(&self.app, &login, PASSWORD, "127.0.0.1").await
    }

    /// The account of the holder of a post.
    #[must_use]
    pub fn account(&self, at: &str, post: Post) -> gongping_appraisal::AccountId {
        post_account(&unit(at), post)
    }

    /// The oracle: everything that is stored follows from the log. Call it at the end of a test.
    ///
    /// # Panics
    /// When something does not.
    pub async fn assert_sound(&self) {
        let diagnosis = doctor::examine(&self.app, |_| {}).await.expect("a readable store");
        assert_eq!(diagnosis.findings, [], "the doctor finds nothing");
        assert!(diagnosis.entries > 0 && diagnosis.rows > 0, "{diagnosis:?}");
    }
}

async fn open(store: Store, clock: &Arc<StandingClock>, folder: &Path) -> App {
    let name = KeyName::parse("test.example/log").expect("a key name");
    let config = Config {
        store,
        origin: "test.example/log".to_owned(),
        log_key: SignerKey::from_seed(name, &[7; 32]),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        dice: ChaCha20Rng::seed_from_u64(7),
        practice: Some(Practice { password: PASSWORD.to_owned(), folder: folder.join("practice") }),
        password_cost: PasswordCost::Practice,
    };
    App::open(config).await.expect("an installation")
}
