//! `gongping user`: accounts, for whoever operates the machine. The log names the software as the
//! actor. Passwords are typed or read from standard input, never taken from the command line,
//! which every other user of the machine can see.

use crate::failure::CommandFailure;
use crate::folder::Folder;
use crate::output::{say, tell};
use crate::typed;
use gongping_app::App;
use gongping_app::account::{NewAccount, operator};
use gongping_appraisal::{AccountId, Duty, DutyGrant, UnitId};
use gongping_locale::Texts;

/// 账号与职责 · Accounts and duties
#[derive(Debug, clap::Args)]
pub(crate) struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    Duties(Duties),
    Password(Named),
    Close(Close),
    List(List),
}

/// 开通账号；密码从终端或标准输入读取 · Open an account; the password is asked for, or read
/// from standard input
#[derive(Debug, clap::Args)]
struct Add {
    #[command(flatten)]
    folder: Folder,
    /// 登录名 · Log-in name
    #[arg(long, value_name = "NAME")]
    login: String,
    /// 岗位名称，不写人名 · Title of the post; the log is public, so no personal name
    #[arg(long, value_name = "TITLE")]
    title: String,
    /// 账号编号；默认为 a 加登录名 · Id of the account; “a” and the log-in name if not given
    #[arg(long, value_name = "ID")]
    id: Option<AccountId>,
    #[command(flatten)]
    duties: Grants,
}

/// 更换账号的全部职责 · Replace the duties of an account
#[derive(Debug, clap::Args)]
struct Duties {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    duties: Grants,
}

#[derive(Debug, clap::Args)]
struct Grants {
    /// 职责@单位，可重复，如 office_director@360000-LSB · DUTY@UNIT, may be repeated
    #[arg(long = "duty", value_name = "DUTY@UNIT", value_parser = grant)]
    grants: Vec<DutyGrant>,
}

/// 设置密码；密码从终端或标准输入读取 · Set a password; it is asked for, or read from standard
/// input
#[derive(Debug, clap::Args)]
struct Named {
    #[command(flatten)]
    folder: Folder,
    /// 登录名 · Log-in name
    #[arg(value_name = "NAME")]
    login: String,
}

/// 停用账号 · Close an account
#[derive(Debug, clap::Args)]
struct Close {
    #[command(flatten)]
    named: Named,
}

/// 列出账号 · List the accounts
#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    folder: Folder,
}

fn grant(text: &str) -> Result<DutyGrant, String> {
    let duties = || Duty::ALL.map(Duty::as_str).join(", ");
    let (duty, unit) = text.split_once('@').ok_or_else(|| format!("DUTY@UNIT; {}", duties()))?;
    let duty = Duty::parse(&duty.replace('-', "_")).ok_or_else(duties)?;
    let unit = UnitId::parse(unit).map_err(|mistake| mistake.to_string())?;
    Ok(DutyGrant { duty, unit })
}

pub(crate) async fn run(user: User, t: Texts) -> Result<(), CommandFailure> {
    let folder = match &user.command {
        Command::Add(add) => &add.folder,
        Command::Duties(duties) => &duties.named.folder,
        Command::Password(named) => &named.folder,
        Command::Close(close) => &close.named.folder,
        Command::List(list) => &list.folder,
    };
    let app = folder.open().await?;
    let done = apply(&app, user.command, t).await;
    app.close().await;
    done
}

async fn apply(app: &App, command: Command, t: Texts) -> Result<(), CommandFailure> {
    match command {
        Command::Add(add) => open(app, add).await?,
        Command::Duties(Duties { named, duties }) => {
            let grants = duties.grants.into_iter().collect();
            operator::change_duties(app, account(app, &named.login)?, grants).await?;
            say("职责已更换 · the duties were replaced");
        }
        Command::Password(named) => {
            let account = account(app, &named.login)?;
            operator::set_password(app, &account, &password()?).await?;
            say(
                "密码已设置，原有登录已全部退出 · the password was set; all its sessions have ended",
            );
        }
        Command::Close(Close { named }) => {
            operator::close(app, account(app, &named.login)?).await?;
            say("账号已停用 · the account was closed");
        }
        Command::List(_) => list(app, t),
    }
    Ok(())
}

async fn open(app: &App, add: Add) -> Result<(), CommandFailure> {
    let id = match add.id {
        Some(id) => id,
        None => AccountId::parse(&format!("a{}", add.login.to_lowercase()))
            .map_err(|_| CommandFailure::NeedsId(add.login.clone()))?,
    };
    let duties = add.duties.grants.into_iter().collect();
    let account = NewAccount { id: id.clone(), login: add.login, title: add.title, duties };
    operator::open(app, account, &password()?).await?;
    tell(id.as_str());
    Ok(())
}

/// The open account with this log-in name.
fn account(app: &App, login: &str) -> Result<AccountId, CommandFailure> {
    let world = app.world();
    let found = world.account_by_login(login).filter(|account| account.active);
    let found = found.map(|account| account.id.clone());
    found.ok_or_else(|| CommandFailure::NoAccount(login.to_owned()))
}

/// A new password.
fn password() -> Result<String, CommandFailure> {
    Ok(typed::new_secret("密码 · password: ")?.to_string())
}

fn list(app: &App, t: Texts) {
    for account in app.world().accounts() {
        let duties: Vec<String> = account
            .duties
            .iter()
            .map(|grant| {
                let key = format!("duty-{}", grant.duty.as_str().replace('_', "-"));
                let duty = t.by_key(&key, &[]).unwrap_or_else(|| grant.duty.as_str().to_owned());
                format!("{duty}@{}", grant.unit)
            })
            .collect();
        let state = if account.active { "" } else { t.command_closed() };
        let (id, login, title) = (account.id.as_str(), &account.login, &account.title);
        tell(format!("{login:<24} {id:<26} {title}  {}  {state}", duties.join(", ")).trim_end());
    }
}
