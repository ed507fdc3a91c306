//! `gongping mail`: letters of a maildrop become opinions, sealed to their handlers. It is done in the
//! name of a member of the appraisal team, whose password is typed or read from standard input.

use crate::failure::CommandFailure;
use crate::folder::Folder;
use crate::output::{say, tell};
use crate::typed;
use crate::words;
use gongping_app::sorting::{self, MailOutcome};
use gongping_app::{App, Refusal, session};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{AppraisalId, Rejection, UnitId};
use gongping_locale::Texts;
use gongping_verify::ExitStatus;
use std::path::PathBuf;

/// 电子邮件 · E-mails
#[derive(Debug, clap::Args)]
pub(crate) struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Import(Import),
}

/// 导入邮件目录（.eml、mbox、maildir），加密给办理人；导过的跳过 · Enter the letters of a folder,
/// sealed to the handlers; those entered before are passed over
#[derive(Debug, clap::Args)]
struct Import {
    #[command(flatten)]
    folder: Folder,
    /// 邮件目录 · Folder with the letters
    #[arg(value_name = "DIR")]
    maildrop: PathBuf,
    /// 评议编号，如 2026-360000-LSB · Id of the appraisal
    #[arg(long, value_name = "ID")]
    appraisal: AppraisalId,
    /// 信里没有提到单位时归入的单位 · Unit of letters that name none
    #[arg(long, value_name = "UNIT")]
    unit: Option<UnitId>,
    /// 评议组人员的登录名；密码从终端或标准输入读取 · Log-in name of a member of the appraisal team;
    /// the password is asked for, or read from standard input
    #[arg(long, value_name = "NAME")]
    login: String,
}

pub(crate) async fn run(mail: Mail, t: Texts) -> Result<ExitStatus, CommandFailure> {
    let Command::Import(import) = mail.command;
    let files = sorting::read_maildrop(&import.maildrop).map_err(Refusal::from)?;
    let password = typed::secret("密码 · password: ")?;
    let app = import.folder.open().await?;
    let done = enter(&app, &import, &files, &password).await;
    app.close().await;
    match done {
        Ok(outcome) => Ok(show(&outcome, t)),
        Err(refusal @ (Refusal::Rejected(_) | Refusal::Input { .. })) => {
            for line in words::refusal(t, &refusal) {
                tell(&line);
            }
            Ok(ExitStatus::DoesNotHold)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn enter(
    app: &App,
    import: &Import,
    files: &[(String, Vec<u8>)],
    password: &str,
) -> Result<MailOutcome, Refusal> {
    let world = app.world();
    let id = &import.appraisal;
    let appraisal = world.appraisal(id);
    let appraisal =
        appraisal.ok_or_else(|| Rejection::UnknownAppraisal { appraisal: id.clone() })?;
    // Whether the name or the password is wrong is not said.
    let account = world.account_by_login(&import.login).map(|account| account.id.clone());
    let Some(account) = account else {
        return Err(gongping_app::LogInRefusal::WrongNameOrPassword.into());
    };
    session::confirm_password(app, &account, password).await?;
    let allowed = world.allow::<SortOpinions>(&account, &appraisal.organiser)?;
    sorting::import_mail(app, &allowed, id, files, import.unit.as_ref()).await
}

fn show(outcome: &MailOutcome, t: Texts) -> ExitStatus {
    say(&t.gathering_mail_entered(outcome.entered, outcome.known));
    if outcome.attachments > 0 {
        say(&t.gathering_mail_attachments(outcome.attachments));
    }
    let lists = [
        (&outcome.without_unit, t.gathering_mail_without_unit()),
        (&outcome.unreadable, t.gathering_mail_unreadable()),
    ];
    let mut status = ExitStatus::Holds;
    for (names, words) in lists.into_iter().filter(|(names, _)| !names.is_empty()) {
        tell(words);
        for name in names {
            tell(&format!("  {name}"));
        }
        status = ExitStatus::DoesNotHold;
    }
    status
}
