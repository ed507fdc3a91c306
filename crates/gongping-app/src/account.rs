//! Accounts and their duties (A2, A3).

use crate::engine::{App, Extras};
use crate::refusal::Refusal;
use crate::session::hash_password;
use gongping_appraisal::permission::ManageAccounts;
use gongping_appraisal::{
    AccountId, Allowed, Command, DutyGrant, PUBLIC_ACTOR, Rejection, World, sha256,
};
use gongping_store::Secret;
use gongping_verify::SYSTEM_ACTOR;
use std::collections::BTreeSet;

/// The account id under which the software acts, and whoever operates its machine.
pub(crate) fn system() -> AccountId {
    AccountId::parse(SYSTEM_ACTOR).unwrap_or_else(|_| unreachable!("a valid id"))
}

/// The account id under which people without an account act.
pub(crate) fn public() -> AccountId {
    AccountId::parse(PUBLIC_ACTOR).unwrap_or_else(|_| unreachable!("a valid id"))
}

/// An account to open.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// What is typed at log-in.
    pub login: String,
    /// The post.
    pub title: String,
    /// The duties.
    pub duties: BTreeSet<DutyGrant>,
}

/// An administrator hands out duties only below the own unit.
fn within(
    world: &World,
    allowed: &Allowed<ManageAccounts>,
    duties: &BTreeSet<DutyGrant>,
) -> Result<(), Rejection> {
    match duties.iter().find(|grant| !world.is_within(&grant.unit, allowed.unit())) {
        Some(grant) => Err(Rejection::NotAllowed {
            permission: "ManageAccounts".to_owned(),
            unit: grant.unit.clone(),
        }),
        None => Ok(()),
    }
}

fn known(
    world: &World,
    allowed: &Allowed<ManageAccounts>,
    account: &AccountId,
) -> Result<(), Rejection> {
    let duties = world.account(account).map(|account| account.duties.clone());
    within(world, allowed, &duties.unwrap_or_default())
}

/// Opens an account with a first password.
///
/// # Errors
/// [`Refusal::Rejected`] when id or log-in name are taken; [`Refusal::Input`] for a weak password.
pub async fn open(
    app: &App,
    allowed: Allowed<ManageAccounts>,
    account: NewAccount,
    password: &str,
) -> Result<(), Refusal> {
    within(&app.world(), &allowed, &account.duties)?;
    open_as(app, allowed.account(), account, password).await
}

pub(crate) async fn open_as(
    app: &App,
    actor: &AccountId,
    account: NewAccount,
    password: &str,
) -> Result<(), Refusal> {
    let password_hash = hash_password(app, password)?;
    let NewAccount { id, login, title, duties } = account;
    let command = Command::OpenAccount {
        account: id.clone(),
        login,
        title,
        duties,
        password: sha256(password_hash.as_bytes()),
    };
    app.commit(&actor.into(), vec![command], secret(app, &id, password_hash)).await
}

fn secret(app: &App, account: &AccountId, password_hash: String) -> Extras {
    let account_id = account.to_string();
    let secret = Secret { account_id, password_hash, changed_at_us: app.now_us() };
    Extras { secrets: vec![secret], ..Extras::default() }
}

/// Replaces the duties of an account.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn change_duties(
    app: &App,
    allowed: Allowed<ManageAccounts>,
    account: AccountId,
    duties: BTreeSet<DutyGrant>,
) -> Result<(), Refusal> {
    let world = app.world();
    within(&world, &allowed, &duties)?;
    known(&world, &allowed, &account)?;
    change_duties_as(app, allowed.account(), account, duties).await
}

async fn change_duties_as(
    app: &App,
    actor: &AccountId,
    account: AccountId,
    duties: BTreeSet<DutyGrant>,
) -> Result<(), Refusal> {
    let command = Command::ChangeDuties { account, duties };
    app.commit(&actor.into(), vec![command], Extras::default()).await
}

/// Sets the own password; all sessions of the account end.
///
/// # Errors
/// [`Refusal::Input`] for a weak password.
pub async fn set_own_password(
    app: &App,
    account: &AccountId,
    password: &str,
) -> Result<(), Refusal> {
    set_password_as(app, account, account, password).await
}

/// Sets the password of somebody else's account; all sessions of the account end.
///
/// # Errors
/// [`Refusal::Input`] for a weak password.
pub async fn set_password(
    app: &App,
    allowed: Allowed<ManageAccounts>,
    account: &AccountId,
    password: &str,
) -> Result<(), Refusal> {
    known(&app.world(), &allowed, account)?;
    set_password_as(app, allowed.account(), account, password).await
}

pub(crate) async fn set_password_as(
    app: &App,
    actor: &AccountId,
    account: &AccountId,
    password: &str,
) -> Result<(), Refusal> {
    let password_hash = hash_password(app, password)?;
    let password = sha256(password_hash.as_bytes());
    let command = Command::SetPassword { account: account.clone(), password };
    app.commit(&actor.into(), vec![command], secret(app, account, password_hash)).await?;
    app.store().delete_sessions_of(account.as_str()).await?;
    Ok(())
}

/// Closes an account; its sessions end.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn close(
    app: &App,
    allowed: Allowed<ManageAccounts>,
    account: AccountId,
) -> Result<(), Refusal> {
    known(&app.world(), &allowed, &account)?;
    close_as(app, allowed.account(), account).await
}

async fn close_as(app: &App, actor: &AccountId, account: AccountId) -> Result<(), Refusal> {
    let command = Command::CloseAccount { account: account.clone() };
    app.commit(&actor.into(), vec![command], Extras::default()).await?;
    app.store().delete_sessions_of(account.as_str()).await?;
    Ok(())
}

/// Whoever operates the machine may do the same without an account: the first administrator
/// cannot be made by another one. The log names the software as the actor.
pub mod operator {
    use super::{
        AccountId, App, BTreeSet, DutyGrant, NewAccount, Refusal, change_duties_as, close_as,
        open_as, set_password_as, system,
    };

    /// Opens an account with a first password.
    ///
    /// # Errors
    /// As [`super::open`].
    pub async fn open(app: &App, account: NewAccount, password: &str) -> Result<(), Refusal> {
        open_as(app, &system(), account, password).await
    }

    /// Replaces the duties of an account.
    ///
    /// # Errors
    /// As [`super::change_duties`].
    pub async fn change_duties(
        app: &App,
        account: AccountId,
        duties: BTreeSet<DutyGrant>,
    ) -> Result<(), Refusal> {
        change_duties_as(app, &system(), account, duties).await
    }

    /// Sets the password of an account; all its sessions end.
    ///
    /// # Errors
    /// As [`super::set_password`].
    pub async fn set_password(
        app: &App,
        account: &AccountId,
        password: &str,
    ) -> Result<(), Refusal> {
        set_password_as(app, &system(), account, password).await
    }

    /// Closes an account; its sessions end.
    ///
    /// # Errors
    /// As [`super::close`].
    pub async fn close(app: &App, account: AccountId) -> Result<(), Refusal> {
        close_as(app, &system(), account).await
    }
}
