//! `gongping serve`: serves an installation until it is told to stop.

use crate::failure::CommandFailure;
use crate::installation::Installation;
use crate::output::say;
use gongping_app::province::{Post, login_of};
use gongping_app::{App, survey};
use gongping_appraisal::{AccountId, Appraisal, AppraisalId, Survey, UnitId};
use gongping_web::{Assets, Options};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;

/// Where a new installation listens.
pub(crate) const DEFAULT_LISTEN: &str = "127.0.0.1:8617";
/// How often the heads of growing boxes enter the log.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(300);
/// How soon this node sees what another one wrote.
const CATCH_UP_EVERY: Duration = Duration::from_secs(2);

/// Where to listen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Listen {
    /// 监听地址 · Address to listen at
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// 启动服务 · Serve an installation
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// 数据目录 · Folder of the installation
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    listen: Listen,
}

pub(crate) async fn run(command: Serve) -> Result<(), CommandFailure> {
    serve(&command.dir, command.listen).await
}

pub(crate) async fn serve(dir: &Path, listen: Listen) -> Result<(), CommandFailure> {
    let installation = Installation::open(dir)?;
    let app = installation.start(installation.clock()?, None).await?;
    let address = match listen.listen {
        Some(address) => address,
        None => installation.settings.listen.parse().map_err(|_| CommandFailure::Listen {
            address: installation.settings.listen.clone(),
            why: "应为 IP:端口 · must be IP:PORT".to_owned(),
        })?,
    };
    let refused = |why: std::io::Error| CommandFailure::Listen {
        address: address.to_string(),
        why: why.to_string(),
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    greet(&app, bound);
    let jobs = tokio::spawn(run_jobs(app.clone()));
    let options =
        Options { secure_cookies: installation.settings.https || !bound.ip().is_loopback() };
    let router = gongping_web::router(app.clone(), Assets::embedded(), options);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stopped = axum::serve(listener, service).with_graceful_shutdown(shutdown()).await;
    jobs.abort();
    app.close().await;
    stopped.map_err(refused)
}

async fn shutdown() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await.ok();
}

fn greet(app: &App, address: SocketAddr) {
    say(&format!("公评已启动 · Gongping serves at  http://{address}/"));
    let Some(practice) = app.practice() else { return };
    say(&format!(
        "练习密码（所有账号相同）· practice password of every account:  {}",
        practice.password
    ));
    let Ok(province) = UnitId::parse("360000-LSB") else { return };
    let world = app.world();
    for post in Post::AT_ORGANISER {
        let login = login_of(&province, post);
        let title = world.account_by_login(&login).map_or("", |account| account.title.as_str());
        say(&format!("  {login:<22} {title}"));
    }
    say("  其他单位把 360000 换成本单位代码，例如 360100-office；被评单位如 360100-unit");
    say(
        "  other offices: put their code in place of 360000, as in 360100-office; units: 360100-unit",
    );
    if let Ok(codes) = gongping_app::practice::spare_codes(app)
        && let Some(code) = codes.iter().find(|code| code.appraisal.contains("360000"))
    {
        say(&format!("练习邀请码 · a practice code:  {}", code.code));
        say(&format!("  http://{address}/a/{}/vote", code.appraisal));
    }
    say("按 Ctrl-C 停止 · Ctrl-C stops");
}

/// What the server does by itself. A failure is reported and tried again at the next turn.
async fn run_jobs(app: App) {
    let mut catch_up = tokio::time::interval(CATCH_UP_EVERY);
    let mut checkpoint = tokio::time::interval(CHECKPOINT_EVERY);
    loop {
        tokio::select! {
            _ = catch_up.tick() => {
                if let Err(failure) = app.catch_up().await {
                    tracing::error!(%failure, "reading the log");
                }
            }
            _ = checkpoint.tick() => checkpoint_all(&app).await,
        }
    }
}

async fn checkpoint_all(app: &App) {
    let Ok(system) = AccountId::parse("system") else { return };
    let world = app.world();
    let is_collecting = |appraisal: &&Appraisal| {
        matches!(appraisal.running().map(|open| &open.survey), Some(Survey::Collecting { .. }))
    };
    let ids: Vec<AppraisalId> =
        world.appraisals().filter(is_collecting).map(|appraisal| appraisal.id.clone()).collect();
    for id in ids {
        if let Err(refusal) = survey::checkpoint(app, &system, &id).await {
            tracing::error!(%refusal, %id, "noting the heads of boxes");
        }
    }
    if let Err(failure) = app.purge_sessions().await {
        tracing::error!(%failure, "removing old sessions");
    }
}
