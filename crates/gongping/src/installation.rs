//! An installation: a folder with its settings, its log key and, with SQLite, its database.

use gongping_app::{
    App, Clock, Config, Failure, PasswordCost, PracticeClock, SystemClock, practice::Practice,
    province,
};
use gongping_log::{KeyName, SignerKey};
use gongping_store::Store;
use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The settings.
pub(crate) const SETTINGS: &str = "gongping.toml";
/// The secret key of the log.
pub(crate) const LOG_KEY: &str = "log.key";
/// The database, with SQLite.
pub(crate) const DATABASE: &str = "gongping.sqlite";
/// Practice codes, practice keys and the practice clock.
pub(crate) const PRACTICE: &str = "practice";

/// What stands in `gongping.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The name of the log, a host and path without scheme.
    pub(crate) origin: String,
    /// Where to listen when the command line does not say.
    pub(crate) listen: String,
    /// `postgres://…`; absent for the SQLite file in this folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<String>,
    /// Whether people reach it over HTTPS, through a proxy on this machine: session cookies then
    /// never travel without.
    #[serde(default)]
    pub(crate) https: bool,
    /// Whether this is a practice province.
    #[serde(default)]
    pub(crate) practice: bool,
}

/// Why an installation cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallationFailure {
    /// There is none.
    #[error("{0} 不是公评的数据目录 · is no Gongping folder")]
    Absent(PathBuf),
    /// There is something already.
    #[error("{0} 已存在 · exists already")]
    Exists(PathBuf),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Settings or key cannot be understood.
    #[error("{path}: {what}")]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Below.
    #[error(transparent)]
    Failure(#[from] Failure),
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> InstallationFailure + '_ {
    move |source| InstallationFailure::File { path: path.to_owned(), source }
}

/// A folder that holds an installation.
pub(crate) struct Installation {
    pub(crate) dir: PathBuf,
    pub(crate) settings: Settings,
    key: SignerKey,
}

impl Installation {
    /// Makes a new folder. `seed` makes everything in it follow from a number, for practice only.
    pub(crate) fn create(
        dir: &Path,
        settings: Settings,
        seed: Option<u64>,
    ) -> Result<Self, InstallationFailure> {
        if dir.exists() {
            return Err(InstallationFailure::Exists(dir.to_owned()));
        }
        std::fs::create_dir_all(dir).map_err(at(dir))?;
        // The database holds password hashes, and content that the log only commits to.
        #[cfg(unix)]
        std::fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .map_err(at(dir))?;
        let path = dir.join(SETTINGS);
        let text = toml::to_string(&settings).map_err(|error| InstallationFailure::Form {
            path: path.clone(),
            what: error.to_string(),
        })?;
        // The address of a database may hold a password.
        write_secret(&path, text.as_bytes())?;
        let mut key_seed = [0_u8; 32];
        match seed {
            Some(seed) => key_seed.copy_from_slice(&Sha256::digest(format!("log key {seed}"))),
            None => rand::rng().fill_bytes(&mut key_seed),
        }
        let path = dir.join(LOG_KEY);
        let name = KeyName::parse(&settings.origin).map_err(|error| InstallationFailure::Form {
            path: path.clone(),
            what: error.to_string(),
        })?;
        let key = SignerKey::from_seed(name, &key_seed);
        write_secret(&path, format!("{}\n", key.to_secret()).as_bytes())?;
        Ok(Self { dir: dir.to_owned(), settings, key })
    }

    /// Opens a folder that was made before.
    pub(crate) fn open(dir: &Path) -> Result<Self, InstallationFailure> {
        let path = dir.join(SETTINGS);
        if !path.exists() {
            return Err(InstallationFailure::Absent(dir.to_owned()));
        }
        let form =
            |path: &Path, what: String| InstallationFailure::Form { path: path.to_owned(), what };
        let text = std::fs::read_to_string(&path).map_err(at(&path))?;
        let settings: Settings =
            toml::from_str(&text).map_err(|error| form(&path, error.to_string()))?;
        let path = dir.join(LOG_KEY);
        let text = std::fs::read_to_string(&path).map_err(at(&path))?;
        let key =
            SignerKey::parse_secret(text.trim()).map_err(|error| form(&path, error.to_string()))?;
        Ok(Self { dir: dir.to_owned(), settings, key })
    }

    /// The same settings and key over the files of another folder: a copy is opened with the key
    /// of its original, which it does not hold itself.
    pub(crate) fn over(&self, dir: &Path) -> Result<Self, InstallationFailure> {
        Ok(Self { dir: dir.to_owned(), settings: self.settings.clone(), key: self.same_key()? })
    }

    /// The key once more; keys are never copied by accident.
    fn same_key(&self) -> Result<SignerKey, InstallationFailure> {
        SignerKey::parse_secret(&self.key.to_secret()).map_err(|error| InstallationFailure::Form {
            path: self.dir.join(LOG_KEY),
            what: error.to_string(),
        })
    }

    /// The public key of the log.
    pub(crate) fn log_key(&self) -> String {
        self.key.verifier().to_string()
    }

    /// The folder with practice codes and keys.
    pub(crate) fn practice_folder(&self) -> PathBuf {
        self.dir.join(PRACTICE)
    }

    /// The clock that people practise by, or the real one.
    pub(crate) fn clock(&self) -> Result<Arc<dyn Clock>, InstallationFailure> {
        if !self.settings.practice {
            return Ok(Arc::new(SystemClock));
        }
        let folder = self.practice_folder();
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let start: Timestamp = province::SCENARIO_START.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let file = folder.join("clock");
        Ok(Arc::new(PracticeClock::open(&file, start).map_err(at(&file))?))
    }

    /// Starts it with the given clock. `seed` makes the dice follow from a number.
    pub(crate) async fn start(
        &self,
        clock: Arc<dyn Clock>,
        seed: Option<u64>,
    ) -> Result<App, InstallationFailure> {
        let store = match &self.settings.database {
            Some(url) => Store::open(url).await,
            None => Store::open_file(&self.dir.join(DATABASE)).await,
        };
        let practice = self.settings.practice.then(|| Practice {
            password: province::PASSWORD.to_owned(),
            folder: self.practice_folder(),
        });
        let config = Config {
            store: store.map_err(Failure::from)?,
            origin: self.settings.origin.clone(),
            log_key: self.same_key()?,
            clock,
            dice: match seed {
                Some(seed) => ChaCha20Rng::seed_from_u64(seed),
                None => ChaCha20Rng::from_rng(&mut rand::rng()),
            },
            password_cost: match practice {
                Some(_) => PasswordCost::Practice,
                None => PasswordCost::Full,
            },
            practice,
        };
        Ok(App::open(config).await?)
    }
}

/// Only the owner may read it.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), InstallationFailure> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    file.sync_all().map_err(at(path))
}
