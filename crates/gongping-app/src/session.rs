//! Logging in. Passwords are hashed with Argon2id; a session is known by the hash of its token.

use crate::engine::{App, PasswordCost};
use crate::refusal::{Failure, LogInRefusal, Refusal};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gongping_appraisal::{AccountId, sha256};
use gongping_store::{LoginWindow, Session, TokenHash};
use rand::Rng as _;

const SECOND_US: i64 = 1_000_000;
/// A session ends after this long without use: a working day.
const IDLE_US: i64 = 10 * 60 * 60 * SECOND_US;
/// Sessions are noted as used at most this often: not every page is a write.
const TOUCH_US: i64 = 60 * SECOND_US;
/// Failures are counted over this long.
pub(crate) const WINDOW_US: i64 = 15 * 60 * SECOND_US;
/// Failures allowed for one account from one network. From another network the owner still gets
/// in: nobody can lock an office out by guessing (T13).
const MOST_FAILURES: u64 = 10;
/// Failures allowed for one network over all accounts.
const MOST_FAILURES_OF_NETWORK: u64 = 200;

fn hasher(cost: PasswordCost) -> Argon2<'static> {
    let params = match cost {
        PasswordCost::Full => Params::default(),
        PasswordCost::Practice => Params::new(Params::MIN_M_COST, 1, 1, None).unwrap_or_default(),
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A password must be this long, in characters.
pub const SHORTEST_PASSWORD: usize = 10;

/// Hashes a new password with a fresh salt.
pub(crate) fn hash_password(app: &App, password: &str) -> Result<String, Refusal> {
    if password.chars().count() < SHORTEST_PASSWORD {
        let shortest = SHORTEST_PASSWORD.to_string();
        return Err(Refusal::input("password-weak", &[("shortest", &shortest)]));
    }
    let mut salt = [0_u8; 16];
    app.with_dice(|dice| dice.fill_bytes(&mut salt));
    let hash = hasher(app.password_cost()).hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Failure::Bug(error.to_string()).into())
}

async fn is_password_of(app: &App, account: &AccountId, password: &str) -> Result<bool, Refusal> {
    let Some(secret) = app.store().secret(account.as_str()).await? else { return Ok(false) };
    // A hash that the log does not know was put there past the log.
    let known = app.world().account(account).and_then(|account| account.password);
    if known != Some(sha256(secret.password_hash.as_bytes())) {
        return Err(Failure::Damaged(format!("password of {account}")).into());
    }
    let password = password.to_owned();
    let verify = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&secret.password_hash).is_ok_and(|hash| {
            // Cost and salt are read from the hash itself.
            Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        })
    });
    verify.await.map_err(|error| Failure::Bug(error.to_string()).into())
}

async fn guard(app: &App, subject: &str, most: u64) -> Result<(), Refusal> {
    let since_us = app.now_us() - WINDOW_US;
    if app.store().login_failures(subject, since_us).await? >= most {
        let wait_seconds = u64::try_from(WINDOW_US / SECOND_US).unwrap_or_default();
        return Err(LogInRefusal::TooManyAttempts { wait_seconds }.into());
    }
    Ok(())
}

async fn count_failure(app: &App, subject: &str) -> Result<(), Refusal> {
    let now_us = app.now_us();
    let window = LoginWindow { now_us, since_us: now_us - WINDOW_US };
    app.store().count_login_failure(subject, window).await?;
    Ok(())
}

/// Under which name failures are counted. People type passwords and codes into the wrong field:
/// what was typed is not kept, nor a hash from which a guess could be confirmed, but 32 bits of one.
fn subject(login: &str, network: &str) -> String {
    let hash = sha256(login.as_bytes()).to_string();
    format!("{}@{network}", hash.get(..8).unwrap_or_default())
}

/// Logs in from a network address; returns the token for the browser.
///
/// # Errors
/// [`Refusal::LogIn`].
pub async fn log_in(
    app: &App,
    login: &str,
    password: &str,
    network: &str,
) -> Result<String, Refusal> {
    let subject = subject(login, network);
    let everyone = format!("@{network}");
    guard(app, &subject, MOST_FAILURES).await?;
    guard(app, &everyone, MOST_FAILURES_OF_NETWORK).await?;
    let account = app.world().account_by_login(login).map(|account| account.id.clone());
    let known = match &account {
        Some(account) => is_password_of(app, account, password).await?,
        None => {
            // As slow as for a real account: the time taken says nothing about who exists.
            let cost = app.password_cost();
            let password = password.to_owned();
            let burn = move || {
                let mut out = [0; 32];
                let hashed = hasher(cost).hash_password_into(
                    password.as_bytes(),
                    b"no such account",
                    &mut out,
                );
                hashed.is_ok()
            };
            tokio::task::spawn_blocking(burn).await.ok();
            false
        }
    };
    let Some(account) = account.filter(|_| known) else {
        count_failure(app, &subject).await?;
        count_failure(app, &everyone).await?;
        return Err(LogInRefusal::WrongNameOrPassword.into());
    };
    app.store().clear_login_failures(&subject).await?;
    let mut token = [0_u8; 32];
    app.with_dice(|dice| dice.fill_bytes(&mut token));
    let token = BASE64_URL_SAFE_NO_PAD.encode(token);
    let now_us = app.now_us();
    let session = Session {
        token_hash: hash_token(&token),
        account_id: account.to_string(),
        created_us: now_us,
        seen_us: now_us,
        expires_us: now_us + IDLE_US,
    };
    app.store().create_session(&session).await?;
    Ok(token)
}

fn hash_token(token: &str) -> TokenHash {
    TokenHash(*sha256(token.as_bytes()).as_bytes())
}

/// Who is logged in with this token.
///
/// # Errors
/// [`Refusal::Failure`]: a failing database is never "not logged in".
pub async fn find(app: &App, token: &str) -> Result<Option<AccountId>, Refusal> {
    let now_us = app.now_us();
    let hash = hash_token(token);
    let Some(session) = app.store().session(hash, now_us).await? else { return Ok(None) };
    let Ok(account) = AccountId::parse(&session.account_id) else { return Ok(None) };
    if app.world().account(&account).is_none_or(|account| !account.active) {
        return Ok(None);
    }
    if now_us - session.seen_us > TOUCH_US {
        app.store().touch_session(hash, now_us, now_us + IDLE_US).await?;
    }
    Ok(Some(account))
}

/// Ends the session with this token.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn log_out(app: &App, token: &str) -> Result<(), Refusal> {
    app.store().delete_session(hash_token(token)).await?;
    Ok(())
}

/// Asks for the password again, as a signature does.
///
/// # Errors
/// [`Refusal::LogIn`] when it is wrong.
pub async fn confirm_password(
    app: &App,
    account: &AccountId,
    password: &str,
) -> Result<(), Refusal> {
    let subject = format!("{account}@signature");
    guard(app, &subject, MOST_FAILURES).await?;
    if is_password_of(app, account, password).await? {
        app.store().clear_login_failures(&subject).await?;
        return Ok(());
    }
    count_failure(app, &subject).await?;
    Err(LogInRefusal::WrongNameOrPassword.into())
}
