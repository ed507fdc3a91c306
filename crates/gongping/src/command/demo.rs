//! `gongping demo`: a practice province from a seed.

use crate::command::serve::{self, Listen};
use crate::failure::CommandFailure;
use crate::installation::{Installation, Settings};
use crate::output::{bar, say};
use gongping_app::{Clock, StandingClock, province};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const UNITS: &[u8] = include_bytes!("../../../../testdata/units-jiangxi.csv");
/// The rulebook of the 2007 plan.
pub(crate) const RULEBOOK: &str = include_str!("../../../../rulebooks/labour-security-2007.toml");
/// Before anything happens in the practice province.
const BEFORE: &str = "2025-05-01T00:00:00Z";

/// 建立并打开练习省份 · Make a practice province and serve it
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// 数据目录；已有则直接打开 · Folder; opened as it is when it exists
    #[arg(long, default_value = "var/practice", value_name = "DIR")]
    dir: PathBuf,
    /// 种子：相同的种子得到完全相同的数据 · Seed: the same seed gives the same bytes
    #[arg(long, default_value_t = 2007, value_name = "N")]
    seed: u64,
    /// 只建立，不启动服务 · Make it only, do not serve
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    listen: Listen,
}

pub(crate) async fn run(demo: Demo) -> Result<(), CommandFailure> {
    if demo.dir.exists() {
        say(&format!(
            "打开已有的练习省份 · Opening the practice province in {}",
            demo.dir.display()
        ));
    } else {
        create(&demo.dir, demo.seed).await?;
    }
    if demo.no_serve {
        return Ok(());
    }
    serve::serve(&demo.dir, demo.listen).await
}

/// Builds beside the folder and moves it there when whole: what is interrupted leaves nothing
/// that could be taken for a province.
async fn create(dir: &Path, seed: u64) -> Result<(), CommandFailure> {
    let mut partial = dir.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let file = |source| CommandFailure::File { path: partial.clone(), source };
    if partial.exists() {
        std::fs::remove_dir_all(&partial).map_err(file)?;
    }
    say(&format!("建立练习省份（种子 {seed}）· Building a practice province (seed {seed})"));
    let settings = Settings {
        origin: "gongping.practice.example/log".to_owned(),
        listen: serve::DEFAULT_LISTEN.to_owned(),
        database: None,
        https: false,
        practice: true,
    };
    let installation = Installation::create(&partial, settings, Some(seed))?;
    let start: Timestamp = BEFORE.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let clock = Arc::new(StandingClock::new(start));
    let app = installation.start(Arc::clone(&clock) as Arc<dyn Clock>, Some(seed)).await?;
    let progress = bar("步骤 · steps");
    province::build(
        &app,
        &*clock,
        seed,
        &installation.practice_folder(),
        UNITS,
        RULEBOOK,
        |done, total| {
            progress.set_length(total as u64);
            progress.set_position(done as u64);
        },
    )
    .await?;
    progress.finish_and_clear();
    app.close().await;
    std::fs::rename(&partial, dir).map_err(file)?;
    Ok(())
}
