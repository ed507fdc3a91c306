//! `gongping`: the appraisal of government conduct, from the plan to a result that anybody can
//! check. Each subcommand turns its flags into one call.
//!
//! Results go to standard output, words for people to standard error. The exit status is 0 when
//! all is well, 1 when something does not hold, 2 for a wrong command line, 3 when something could
//! not be read.

mod command;
mod failure;
mod folder;
mod installation;
mod key_file;
mod language;
mod output;
mod report;
mod typed;
mod words;

use clap::{Parser, Subcommand};
use command::{
    backup, codes, demo, doctor, dossier, import, init, key, mail, rulebook, score, serve, user,
    verify, verify_diff,
};
use failure::CommandFailure;
use gongping_locale::{Locale, Texts};
use gongping_verify::ExitStatus;
use output::say;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// 公评：政风行风民主评议，人人可以核对 · Gongping: appraisals that anybody can check
#[derive(Debug, Parser)]
#[command(name = "gongping", version, propagate_version = true)]
struct Arguments {
    /// 语言 zh-Hans、zh-Hant、en；默认按系统 · Language; that of the system if not given
    #[arg(long, global = true, value_name = "LANG", value_parser = language::parse)]
    lang: Option<Locale>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Serve(serve::Serve),
    Import(import::Import),
    User(user::User),
    Rulebook(rulebook::Rulebook),
    Codes(codes::Codes),
    Dossier(dossier::Dossier),
    Verify(verify::Verify),
    VerifyDiff(verify_diff::VerifyDiff),
    Score(score::Score),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Key(key::KeyCommand),
    Mail(mail::Mail),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("GONGPING_LOG").unwrap_or_else(|_| "warn".into());
    let kept_out = gongping_web::LOG_DIRECTIVES.iter().filter_map(|text| text.parse().ok());
    let filter = kept_out.fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let texts = language::texts(arguments.lang);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&error.to_string());
            return ExitStatus::Unreadable.code().into();
        }
    };
    let status = match runtime.block_on(run(arguments.command, texts)) {
        Ok(status) => status,
        Err(failure) => {
            for line in failure.lines(texts) {
                say(&format!("错误 · error: {line}"));
            }
            if let Some(hint) = failure.hint() {
                say(&format!("提示 · hint: {hint}"));
            }
            failure.status()
        }
    };
    status.code().into()
}

async fn run(command: Command, t: Texts) -> Result<ExitStatus, CommandFailure> {
    match command {
        Command::Demo(command) => demo::run(command).await?,
        Command::Init(command) => init::run(command).await?,
        Command::Serve(command) => serve::run(command).await?,
        Command::Import(command) => return import::run(command, t).await,
        Command::User(command) => user::run(command, t).await?,
        Command::Rulebook(command) => return rulebook::run(command, t),
        Command::Codes(command) => return codes::run(command, t),
        Command::Dossier(command) => dossier::run(command).await?,
        Command::Verify(command) => return verify::run(command, t).await,
        Command::VerifyDiff(command) => return verify_diff::run(&command, t),
        Command::Score(command) => return score::run(command, t),
        Command::Doctor(command) => return doctor::run(command).await,
        Command::Backup(command) => return backup::run(command).await,
        Command::Key(command) => return key::run(command, t),
        Command::Mail(command) => return mail::run(command, t).await,
    }
    Ok(ExitStatus::Holds)
}
