//! The engine: one world in memory, one log in the store, one way to change both.

use crate::ballot_queue::BallotQueue;
use crate::boxes::Boxes;
use crate::clock::Clock;
use crate::practice::Practice;
use crate::projection;
use crate::refusal::{Failure, Refusal};
use crate::sorting;
use crate::uncertainty::Uncertainty;
use gongping_appraisal::{
    AccountId, AppraisalId, Command, Context, Digest, Entry, Step, World, decide,
};
use gongping_log::{Checkpoint, Commitment, Opening, SignerKey, Tree};
use gongping_score::ScoreReport;
use gongping_store::{Batch, BoxAppend, CommitFailure, LogEntry, Payload, Secret, Store, Tracker};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use rand::Rng as _;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::OnceCell;

/// How often a decision is made anew when other writers were faster.
const MOST_TRIES: usize = 8;
/// Entries read at once when catching up.
const READ_AT_ONCE: u32 = 1000;

/// What an installation consists of.
pub struct Config {
    /// Where everything is kept.
    pub store: Store,
    /// Name of the log: a host and path without scheme, as in `pingyi.example.gov.cn/log`.
    pub origin: String,
    /// The key that signs checkpoints.
    pub log_key: SignerKey,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The dice; seeded from the operating system, except for practice and tests.
    pub dice: ChaCha20Rng,
    /// Practice mode.
    pub practice: Option<Practice>,
    /// How hard passwords are hashed.
    pub password_cost: PasswordCost,
}

/// How hard passwords are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordCost {
    /// As OWASP recommends for Argon2id: 19 MiB, two passes.
    Full,
    /// The least that Argon2 allows; for tests and practice, where the password is printed anyway.
    Practice,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The revision of the appraisal that the actor's form showed.
    pub seen: Option<u64>,
}

impl From<&AccountId> for Actor {
    fn from(account: &AccountId) -> Self {
        Self { account: account.clone(), seen: None }
    }
}

/// A running installation. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    origin: String,
    log_key: SignerKey,
    clock: Arc<dyn Clock>,
    dice: Mutex<ChaCha20Rng>,
    practice: Option<Practice>,
    password_cost: PasswordCost,
    /// Replaced as a whole; readers keep the one they took.
    world: RwLock<Arc<World>>,
    /// Held by the one task that is writing to the log.
    writer: tokio::sync::Mutex<Writer>,
    boxes: Boxes,
    ballot_queue: BallotQueue,
    zipped_dossiers: Once<Vec<u8>>,
    uncertainties: Once<Uncertainty>,
}

/// What follows from a published result and never changes: by appraisal, made when first asked for.
struct Once<T>(Mutex<BTreeMap<AppraisalId, Arc<OnceCell<Arc<T>>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Once<T> {
    fn of(&self, id: &AppraisalId) -> Arc<OnceCell<Arc<T>>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(id.clone()).or_default().clone()
    }
}

struct Writer {
    tree: Tree,
    last_at_us: i64,
}

/// What a commit writes besides its entries.
#[derive(Default)]
pub(crate) struct Extras {
    pub(crate) payloads: Vec<Opening>,
    pub(crate) box_items: Vec<BoxAppend>,
    pub(crate) trackers: Vec<Tracker>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) report: Option<ScoreReport>,
}

impl Extras {
    /// Nothing but content that the log commits to.
    pub(crate) fn keeping(opening: Opening) -> Self {
        Self { payloads: vec![opening], ..Self::default() }
    }
}

impl App {
    /// Opens an installation: brings the store's form up to date and reads the whole log.
    ///
    /// # Errors
    /// [`Failure`] when the store cannot be read, or the log in it is damaged.
    pub async fn open(config: Config) -> Result<Self, Failure> {
        config.store.migrate().await?;
        let app = Self(Arc::new(Inner {
            store: config.store,
            origin: config.origin,
            log_key: config.log_key,
            clock: config.clock,
            dice: Mutex::new(config.dice),
            practice: config.practice,
            password_cost: config.password_cost,
            world: RwLock::default(),
            writer: tokio::sync::Mutex::new(Writer { tree: Tree::new(), last_at_us: i64::MIN }),
            boxes: Boxes::default(),
            ballot_queue: BallotQueue::default(),
            zipped_dossiers: Once::default(),
            uncertainties: Once::default(),
        }));
        app.catch_up().await?;
        Ok(app)
    }

    /// The world as the log says it is now. Other writers do not change what was taken.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        self.0.world.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The time; in practice mode that of the practice clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The date in China.
    #[must_use]
    pub fn today(&self) -> Date {
        Offset::constant(8).to_datetime(self.now()).date()
    }

    /// Practice mode, if this is a practice province.
    #[must_use]
    pub fn practice(&self) -> Option<&Practice> {
        self.0.practice.as_ref()
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The public key of the log as a C2SP verifier key line.
    #[must_use]
    pub fn log_key(&self) -> String {
        self.0.log_key.verifier().to_string()
    }

    pub(crate) fn log_signer(&self) -> &SignerKey {
        &self.0.log_key
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn boxes(&self) -> &Boxes {
        &self.0.boxes
    }

    pub(crate) fn ballot_queue(&self) -> &BallotQueue {
        &self.0.ballot_queue
    }

    pub(crate) fn zipped_dossier(&self, id: &AppraisalId) -> Arc<OnceCell<Arc<Vec<u8>>>> {
        self.0.zipped_dossiers.of(id)
    }

    pub(crate) fn uncertainty(&self, id: &AppraisalId) -> Arc<OnceCell<Arc<Uncertainty>>> {
        self.0.uncertainties.of(id)
    }

    pub(crate) fn password_cost(&self) -> PasswordCost {
        self.0.password_cost
    }

    /// Microseconds since 1970, UTC.
    pub(crate) fn now_us(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// Throws the dice.
    pub(crate) fn with_dice<T>(&self, throw: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        throw(&mut self.0.dice.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Seals content behind a fresh salt.
    pub(crate) fn opening(&self, bytes: Vec<u8>) -> Opening {
        let mut salt = [0; 32];
        self.with_dice(|dice| dice.fill_bytes(&mut salt));
        Opening::new(salt, bytes)
    }

    /// Ends the connections to the store; everything acknowledged is on disk already.
    pub async fn close(&self) {
        self.store().close().await;
    }

    /// Removes sessions that have expired, and failed log-ins that count no longer; the number of
    /// sessions.
    ///
    /// # Errors
    /// [`Failure`] when the store fails.
    pub async fn purge_sessions(&self) -> Result<u64, Failure> {
        self.store().purge_login_failures(self.now_us() - crate::session::WINDOW_US).await?;
        Ok(self.store().purge_sessions(self.now_us()).await?)
    }

    /// Copies the database to a new file, consistently and while it is in use.
    ///
    /// # Errors
    /// [`Failure`] when the copy cannot be written, or the database has its own tools for it.
    pub async fn backup(&self, to: &std::path::Path) -> Result<(), Failure> {
        Ok(self.store().backup(to).await?)
    }

    /// Reads what other nodes have written since.
    ///
    /// # Errors
    /// [`Failure`] when the store cannot be read or the log is damaged.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        let mut writer = self.0.writer.lock().await;
        self.read_new_entries(&mut writer).await
    }

    async fn read_new_entries(&self, writer: &mut Writer) -> Result<(), Failure> {
        let mut world: Option<World> = None;
        loop {
            let size = writer.tree.size();
            let entries = self.store().log_entries(size, READ_AT_ONCE).await?;
            if entries.is_empty() {
                break;
            }
            let world = world.get_or_insert_with(|| (*self.world()).clone());
            for stored in entries {
                let entry = Entry::from_bytes(&stored.bytes).map_err(|error| {
                    Failure::Damaged(format!("log entry {}: {error}", stored.position))
                })?;
                writer.tree.append(&stored.bytes).map_err(|e| Failure::Damaged(e.to_string()))?;
                writer.last_at_us = entry.at_us;
                world.evolve(&entry);
            }
        }
        if let Some(world) = world {
            self.set_world(world);
        }
        Ok(())
    }

    fn set_world(&self, world: World) {
        *self.0.world.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(world);
    }

    /// One step within an appraisal.
    pub(crate) async fn step(
        &self,
        actor: &Actor,
        id: &AppraisalId,
        step: Step,
    ) -> Result<(), Refusal> {
        self.steps_with(actor, id, vec![step], Extras::default()).await
    }

    /// Steps within an appraisal, and what is written with them.
    pub(crate) async fn steps_with(
        &self,
        actor: &Actor,
        id: &AppraisalId,
        steps: Vec<Step>,
        extras: Extras,
    ) -> Result<(), Refusal> {
        let commands = steps.into_iter().map(|step| Command::Within(id.clone(), step)).collect();
        self.commit(actor, commands, extras).await
    }

    /// Decides and commits, all commands or none: the one way in which anything changes.
    pub(crate) async fn commit(
        &self,
        actor: &Actor,
        commands: Vec<Command>,
        extras: Extras,
    ) -> Result<(), Refusal> {
        let mut writer = self.0.writer.lock().await;
        for _ in 0..MOST_TRIES {
            self.read_new_entries(&mut writer).await?;
            let before = self.world();
            // The log's times never run backwards, even if the machine's clock does; and a
            // decision is made at exactly the time that the entry bears, so that it can be
            // repeated by whoever checks the log.
            let at_us = self.now_us().max(writer.last_at_us);
            let now = Timestamp::from_microsecond(at_us)
                .map_err(|error| Failure::Bug(error.to_string()))?;
            let mut after = (*before).clone();
            let mut entries = Vec::new();
            for (number, command) in commands.iter().enumerate() {
                // What the actor saw was the state before the first command.
                let seen = actor.seen.filter(|_| number == 0);
                let context = Context { now, actor: actor.account.clone(), seen };
                for body in decide(&after, command.clone(), &context)? {
                    let entry = Entry { at_us, actor: actor.account.clone(), body };
                    after.evolve(&entry);
                    entries.push(entry);
                }
            }
            if entries.is_empty() {
                return Ok(());
            }
            let mut tree = writer.tree.clone();
            let mut rows = Vec::with_capacity(entries.len());
            for entry in &entries {
                let bytes = entry.to_bytes();
                tree.append(&bytes).map_err(|error| Failure::Bug(error.to_string()))?;
                rows.push(LogEntry { at_us, bytes });
            }
            let mut table_rows =
                projection::changes(&before, &after, &entries, extras.report.as_ref());
            let of_texts = sorting::index::changes(self, &before, &after, &entries, &extras);
            table_rows.extend(of_texts.await?);
            let batch = Batch {
                expected_size: writer.tree.size(),
                entries: rows,
                checkpoint_note: Some(self.sign_checkpoint(&tree)?),
                payloads: extras.payloads.clone(),
                rows: table_rows,
                box_items: extras.box_items.clone(),
                trackers: extras.trackers.clone(),
                secrets: extras.secrets.clone(),
            };
            match self.store().commit(&batch).await {
                Ok(_) => {
                    *writer = Writer { tree, last_at_us: at_us };
                    self.set_world(after);
                    return Ok(());
                }
                Err(CommitFailure::Conflict { .. }) => {}
                Err(failure) => return Err(Failure::from(failure).into()),
            }
        }
        Err(Failure::Contention.into())
    }

    fn sign_checkpoint(&self, tree: &Tree) -> Result<String, Failure> {
        let checkpoint = Checkpoint::new(&self.0.origin, tree.size(), tree.root())
            .map_err(|error| Failure::Bug(error.to_string()))?;
        Ok(checkpoint.sign(&[&self.0.log_key]).to_string())
    }

    /// The tree over the log as this node knows it.
    pub(crate) async fn tree(&self) -> Tree {
        self.0.writer.lock().await.tree.clone()
    }

    /// What the log commits to with `digest`.
    pub(crate) async fn opened(&self, digest: Digest) -> Result<Opening, Failure> {
        match self.store().payload(&commitment_of(digest)).await? {
            Some(Payload::Kept(opening)) => Ok(opening),
            Some(Payload::Erased { .. }) => Err(Failure::Damaged(format!("{digest} was erased"))),
            None => Err(Failure::Damaged(format!("what {digest} commits to is missing"))),
        }
    }
}

/// The commitment in a log event.
pub(crate) fn commitment_of(digest: Digest) -> Commitment {
    digest
        .to_string()
        .parse()
        .unwrap_or_else(|_| unreachable!("a digest is written as a commitment is"))
}

/// How a commitment is written in a log event.
pub(crate) fn digest_of(commitment: &Commitment) -> Digest {
    Digest::parse(&commitment.to_string()).unwrap_or(Digest::from_bytes([0; 32]))
}
