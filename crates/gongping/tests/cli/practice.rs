use crate::common::{build, export, files, province, run_in};
use sqlx::Connection as _;
use std::ffi::OsStr;
use std::path::Path;

/// All signed heads of the log.
async fn checkpoints(dir: &Path) -> Vec<(i64, String)> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("gongping.sqlite"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let rows = sqlx::query_as("SELECT size, note FROM checkpoint ORDER BY size");
    let rows = rows.fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows
}

#[tokio::test]
async fn same_seed_gives_the_same_log_and_the_same_dossier() {
    let province = province();
    let folder = tempfile::tempdir().unwrap();
    let (dir, dossier) = (folder.path().join("again"), folder.path().join("dossier"));
    build(&dir);
    export(&dir, &dossier).ended(0);
    let (first, second) = (files(&province.dossier), files(&dossier));
    assert!(first.len() > 40, "{} files", first.len());
    let paths = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(path, _)| path.clone()).collect()
    };
    assert_eq!(paths(&first), paths(&second));
    for ((path, first), (_, second)) in first.iter().zip(&second) {
        assert!(first == second, "{path} differs");
    }
    let (first, second) = (checkpoints(&province.dir).await, checkpoints(&dir).await);
    assert!(first.len() > 100, "{} checkpoints", first.len());
    assert_eq!(first, second);
}

#[test]
fn dossier_is_written_whole_or_not_at_all() {
    let dir = &province().dir;
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    assert!(export(dir, &taken).ended(3).err.contains("exists already"));
    assert_eq!(files(&taken), []);
    let out = folder.path().join("out");
    let unpublished = ["--appraisal", "2026-360000-LSB", out.to_str().unwrap()].map(OsStr::new);
    run_in(&["dossier", "export"], dir, &unpublished).ended(1);
    run_in(&["dossier", "export"], folder.path(), &unpublished).ended(3);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
