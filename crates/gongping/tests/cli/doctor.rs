use crate::common::{PROGRAM, copy_of, export, files, province, repository, run_in};
use crate::installation::{add_user, import, new};
use sqlx::Connection as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Changes the database past the program.
async fn tamper(dir: &Path, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("gongping.sqlite"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let done = sqlx::query(statement).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{statement}");
    connection.close().await.unwrap();
}

#[tokio::test]
async fn doctor_names_a_changed_row_and_rebuilds_the_tables() {
    let (_holder, dir) = new();
    import(&dir, &repository("testdata/units-jiangxi.csv"), &[]).ended(0);
    add_user(&dir, "head", "administrator@360000-LSB", "correct horse battery").ended(0);
    let doctor = |more: &[&str]| {
        let more: Vec<_> = more.iter().map(std::ffi::OsStr::new).collect();
        run_in(&["doctor"], &dir, &more)
    };
    doctor(&[]).ended(0).printed(&["everything follows from the log"]);
    tamper(&dir, "UPDATE unit SET name = '别的局' WHERE id = '360100-LSB'").await;
    tamper(&dir, "DELETE FROM duty WHERE account_id = 'ahead'").await;
    let named = ["table unit, row 360100-LSB", "table duty, row ahead"];
    let ran = doctor(&[]).ended(1).printed(&named);
    assert!(ran.err.contains("--repair-tables"), "{}", ran.err);
    doctor(&["--repair-tables"]).ended(0);
    doctor(&[]).ended(0);
    // What is no table cannot be rebuilt from the log, and stays a finding.
    tamper(&dir, "UPDATE account_secret SET password_hash = 'x' WHERE account_id = 'ahead'").await;
    doctor(&["--repair-tables"]).ended(1).printed(&["password of ahead"]);
}

/// A server that is stopped when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn serve(dir: &Path) -> Server {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--listen", "127.0.0.1:0", "--dir"]).arg(dir);
    let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let stderr = child.stderr.take().unwrap();
    let server = Server(child);
    let mut lines = BufReader::new(stderr).lines();
    assert!(lines.any(|line| line.unwrap().contains("http://127.0.0.1:")), "it did not start");
    server
}

#[test]
fn backup_of_a_running_server_is_examined_and_restores() {
    let (holder, dir) = copy_of(&province().dir);
    let server = serve(&dir);
    add_user(&dir, "second", "administrator@360000-LSB", "correct horse battery").ended(0);
    let out = holder.path().join("backup");
    let ran = run_in(&["backup"], &dir, &[out.as_os_str()]).ended(0);
    let ran = ran.printed(&["everything follows from the log"]);
    let checked = |what: &str| {
        let line = ran.out.lines().find(|line| line.ends_with(what)).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap()
    };
    assert!(checked("boxes") > 100 && checked("ballots") > 3000 && checked("entries") > 800);
    assert!(ran.err.contains("log.key"), "{}", ran.err);
    drop(server);

    let copied: Vec<String> = files(&out).into_iter().map(|(path, _)| path).collect();
    assert!(!copied.iter().any(|path| path.contains("log.key")), "the key was copied: {copied:?}");
    assert!(run_in(&["backup"], &dir, &[out.as_os_str()]).ended(3).err.contains("exists"));
    std::fs::copy(dir.join("log.key"), out.join("log.key")).unwrap();
    run_in(&["user", "list"], &out, &[]).ended(0).printed(&["second", "360000-office"]);
    let dossier = holder.path().join("dossier");
    export(&out, &dossier).ended(0);
    assert!(files(&dossier) == files(&province().dossier), "the restored dossier differs");
}
