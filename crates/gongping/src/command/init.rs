//! `gongping init`: a new, empty installation.

use crate::command::serve;
use crate::failure::CommandFailure;
use crate::folder::partial;
use crate::installation::{Installation, InstallationFailure, LOG_KEY, Settings};
use crate::output::{say, tell};
use gongping_log::KeyName;
use std::path::PathBuf;

/// 建立新的数据目录 · Make a new installation
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// 新数据目录 · Folder to make
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 存证日志的名称，如 pingyi.example.gov.cn/log · Name of the log: a host and path
    #[arg(long, value_name = "NAME", value_parser = origin)]
    origin: String,
    /// PostgreSQL 地址；不写则用 SQLite 文件 · postgres://… address; an SQLite file without it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

fn origin(text: &str) -> Result<String, String> {
    let name = KeyName::parse(text).map_err(|error| error.to_string())?;
    Ok(name.as_str().to_owned())
}

pub(crate) async fn run(init: Init) -> Result<(), CommandFailure> {
    let Init { dir, origin, database } = init;
    if dir.exists() {
        return Err(InstallationFailure::Exists(dir).into());
    }
    let beside = partial(&dir);
    let file = |source| CommandFailure::File { path: dir.clone(), source };
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(file)?;
    }
    let listen = serve::DEFAULT_LISTEN.to_owned();
    let settings = Settings { origin, listen, database, https: false, practice: false };
    let installation = Installation::create(&beside, settings, None)?;
    // The database is made, or reached, before anybody relies on it.
    let started = match installation.clock() {
        Ok(clock) => installation.start(clock, None).await,
        Err(failure) => Err(failure),
    };
    match started {
        Ok(app) => app.close().await,
        Err(failure) => {
            std::fs::remove_dir_all(&beside).map_err(file)?;
            return Err(failure.into());
        }
    }
    std::fs::rename(&beside, &dir).map_err(file)?;
    tell(&installation.log_key());
    let folder = dir.display();
    say(&format!("已建立 · made: {folder}"));
    say("上面是存证日志的公钥，请公布 · above is the public key of the log; make it known");
    say(&format!(
        "私钥在 {folder}/{LOG_KEY}，请另存一份并保密 · the secret key is there: keep a copy, secretly"
    ));
    say("接着 · next:");
    say(&format!("  gongping import units --dir {folder} UNITS.csv"));
    say(&format!(
        "  gongping user add --dir {folder} --login NAME --title TITLE --duty administrator@UNIT"
    ));
    say(&format!("  gongping serve --dir {folder}"));
    Ok(())
}
