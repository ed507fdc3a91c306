//! A throw-away PostgreSQL server for tests.
//!
//! The server lives in a temporary folder, listens on a Unix socket there (no port, no network)
//! and ends with the value, or with the test process however that ends. Set
//! `GONGPING_TEST_POSTGRES_URL` (`postgres://user@host/postgres`, may create databases) to use a
//! server that runs already. Where PostgreSQL is missing, tests say so and pass, except under
//! `CI=true`, where nothing may be skipped.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

/// A server with any number of test databases.
pub struct TestPostgres {
    /// Where `psql` is; `None` takes it from the `PATH`.
    programs: Option<PathBuf>,
    /// URL of the database to connect to for administration.
    admin_url: String,
    made: Vec<String>,
    server: Option<Server>,
}

struct Server {
    /// A shell that holds the server and stops it when its standard input closes.
    keeper: Child,
    // Dropped last: the server still writes while it stops.
    _folder: TempDir,
}

/// Ends the server and removes its folder when this process closes the pipe, be it by dying.
/// `QUIT` is the immediate shutdown, after which nothing is left to keep.
const KEEPER: &str = r#"folder=$PWD; "$@" </dev/null & server=$!; read _; kill -QUIT $server
wait $server; cd /; rm -rf "$folder""#;
const START_ATTEMPTS: u32 = 1_500;
const START_PAUSE: Duration = Duration::from_millis(20);

impl TestPostgres {
    /// Starts a server, or says on standard error why there is none.
    ///
    /// # Panics
    /// Under `CI=true` when there is none; always when PostgreSQL is there but does not start.
    pub fn start() -> Option<Self> {
        if let Ok(admin_url) = std::env::var("GONGPING_TEST_POSTGRES_URL") {
            return Some(Self { programs: None, admin_url, made: Vec::new(), server: None });
        }
        let Some(programs) = find_programs() else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "PostgreSQL is not installed, and under CI nothing may be skipped"
            );
            skip("PostgreSQL is not installed (looked for initdb and postgres)");
            return None;
        };
        Some(Self::start_from(programs))
    }

    fn start_from(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("gongping-pg-").tempdir();
        let folder = folder.expect("a temporary folder");
        let owner = server_owner();
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))
                .expect("root may give the folder to the server's user");
        }
        let data = folder.path().join("data");
        let made = as_owner(&mut Command::new(programs.join("initdb")), owner)
            .current_dir(folder.path())
            .args(["--username=gongping", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args([OsStr::new("--no-sync"), OsStr::new("-D"), data.as_os_str()])
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let log = std::fs::File::create(folder.path().join("log")).expect("a log file");
        let mut keeper = Command::new("sh");
        let keeper = as_owner(&mut keeper, owner)
            .current_dir(folder.path())
            .args(["-c", KEEPER, "keeper"])
            .arg(programs.join("postgres"))
            .args([OsStr::new("-D"), data.as_os_str(), OsStr::new("-k"), folder.path().as_os_str()])
            .args(["-c", "listen_addresses=", "-c", "shared_buffers=16MB"])
            .args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=100"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("a shell");
        let socket = folder.path().display();
        let admin_url = format!("postgres://gongping@localhost/postgres?host={socket}");
        wait_until_ready(&data, folder.path());
        let server = Some(Server { keeper, _folder: folder });
        Self { programs: Some(programs), admin_url, made: Vec::new(), server }
    }

    /// Makes an empty database and returns its URL.
    pub fn database(&mut self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("gongping_test_{}_{number}", std::process::id());
        self.run_sql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
        self.made.push(name.clone());
        let (address, query) = match self.admin_url.split_once('?') {
            Some((address, query)) => (address, format!("?{query}")),
            None => (self.admin_url.as_str(), String::new()),
        };
        let (server, _) = address.rsplit_once('/').expect("the URL names a database");
        format!("{server}/{name}{query}")
    }

    fn run_sql(&self, sql: &str) {
        let psql = self.programs.as_ref().map_or("psql".into(), |folder| folder.join("psql"));
        let done = Command::new(psql)
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql])
            .arg(&self.admin_url)
            .output()
            .expect("psql runs");
        assert!(done.status.success(), "psql: {}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        if self.server.is_none() && !std::thread::panicking() {
            for name in std::mem::take(&mut self.made) {
                self.run_sql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The server writes "ready" into its pid file when it takes connections.
fn wait_until_ready(data: &Path, folder: &Path) {
    for _ in 0..START_ATTEMPTS {
        let pid_file = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if pid_file.lines().any(|line| line.trim() == "ready") {
            return;
        }
        std::thread::sleep(START_PAUSE);
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL did not start: {log}");
}

/// The folder with `initdb`, `postgres` and `psql`; the newest version where there are several.
fn find_programs() -> Option<PathBuf> {
    let from_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&from_path).collect();
    let mut installed = Vec::new();
    for parent in ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr"] {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            let named = parent == "/usr/lib/postgresql"
                || name.starts_with("postgresql@")
                || name.starts_with("pgsql-");
            if let (true, Ok(version)) = (named, digits.parse::<u32>()) {
                installed.push((version, entry.path().join("bin")));
            }
        }
    }
    installed.sort();
    folders.extend(installed.into_iter().rev().map(|(_, folder)| folder));
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres", "psql"].iter().all(|program| folder.join(program).is_file())
    };
    folders.into_iter().find(whole)
}

/// PostgreSQL refuses to run as root; then it runs as the system user `postgres` or `nobody`.
fn server_owner() -> Option<(u32, u32)> {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("a list of users");
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    Some(find("postgres").or_else(|| find("nobody")).expect("a user other than root"))
}

fn as_owner(command: &mut Command, owner: Option<(u32, u32)>) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

#[allow(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}
