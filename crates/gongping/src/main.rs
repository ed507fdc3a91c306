//! `gongping`: the appraisal of government conduct, from the plan to a result that anybody can
//! check. Each subcommand turns its flags into one call.

mod command;
mod failure;
mod installation;
mod output;

use clap::{Parser, Subcommand};
use command::{demo, serve};
use failure::CommandFailure;
use output::say;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// 公评：政风行风民主评议，人人可以核对 · Gongping: appraisals that anybody can check
#[derive(Debug, Parser)]
#[command(name = "gongping", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("GONGPING_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&error.to_string());
            return ExitCode::from(3);
        }
    };
    match runtime.block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(failure) => {
            say(&format!("错误 · error: {failure}"));
            if let Some(hint) = failure.hint() {
                say(&format!("提示 · hint: {hint}"));
            }
            ExitCode::from(3)
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, CommandFailure> {
    match command {
        Command::Demo(command) => demo::run(command).await?,
        Command::Serve(command) => serve::run(command).await?,
    }
    Ok(ExitCode::SUCCESS)
}
