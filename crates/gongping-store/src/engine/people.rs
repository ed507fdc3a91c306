//! Secrets, sessions, failed log-ins.

use super::Db;
use super::repository::{Repository, Tx, finish, from_sql};
use crate::failure::{Doing as _, StoreFailure};
use crate::people::{LoginWindow, Secret, Session, TokenHash};
use crate::sql;

impl Repository {
    pub(crate) async fn set_secret(&self, secret: &Secret) -> Result<(), StoreFailure> {
        let mut tx = self.begin().await?;
        set_secret(&mut tx, secret).await?;
        finish(tx).await
    }

    pub(crate) async fn secret(&self, account_id: &str) -> Result<Option<Secret>, StoreFailure> {
        let found = sqlx::query_as::<Db, (String, i64)>(sql::SECRET)
            .bind(account_id)
            .fetch_optional(&self.reader)
            .await
            .doing("read a secret")?;
        Ok(found.map(|(password_hash, changed_at_us)| Secret {
            account_id: account_id.to_owned(),
            password_hash,
            changed_at_us,
        }))
    }

    pub(crate) async fn create_session(&self, session: &Session) -> Result<(), StoreFailure> {
        sqlx::query::<Db>(sql::SESSION_CREATE)
            .bind(session.token_hash.0.as_slice())
            .bind(&session.account_id)
            .bind(session.created_us)
            .bind(session.seen_us)
            .bind(session.expires_us)
            .execute(&self.writer)
            .await
            .doing("begin a session")?;
        Ok(())
    }

    pub(crate) async fn session(
        &self,
        token_hash: TokenHash,
        now_us: i64,
    ) -> Result<Option<Session>, StoreFailure> {
        let found = sqlx::query_as::<Db, (String, i64, i64, i64)>(sql::SESSION)
            .bind(token_hash.0.as_slice())
            .bind(now_us)
            .fetch_optional(&self.reader)
            .await
            .doing("look a session up")?;
        Ok(found.map(|(account_id, created_us, seen_us, expires_us)| Session {
            token_hash,
            account_id,
            created_us,
            seen_us,
            expires_us,
        }))
    }

    pub(crate) async fn touch_session(
        &self,
        token_hash: TokenHash,
        seen_us: i64,
        expires_us: i64,
    ) -> Result<bool, StoreFailure> {
        let done = sqlx::query::<Db>(sql::SESSION_TOUCH)
            .bind(token_hash.0.as_slice())
            .bind(seen_us)
            .bind(expires_us)
            .execute(&self.writer)
            .await
            .doing("prolong a session")?;
        Ok(done.rows_affected() > 0)
    }

    pub(crate) async fn delete_session(&self, token_hash: TokenHash) -> Result<bool, StoreFailure> {
        let done = sqlx::query::<Db>(sql::SESSION_DELETE)
            .bind(token_hash.0.as_slice())
            .execute(&self.writer)
            .await
            .doing("end a session")?;
        Ok(done.rows_affected() > 0)
    }

    pub(crate) async fn delete_sessions_of(&self, account_id: &str) -> Result<u64, StoreFailure> {
        let done = sqlx::query::<Db>(sql::SESSION_DELETE_ACCOUNT)
            .bind(account_id)
            .execute(&self.writer)
            .await
            .doing("end the sessions of an account")?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn purge_sessions(&self, now_us: i64) -> Result<u64, StoreFailure> {
        let done = sqlx::query::<Db>(sql::SESSION_PURGE)
            .bind(now_us)
            .execute(&self.writer)
            .await
            .doing("remove expired sessions")?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn count_login_failure(
        &self,
        subject: &str,
        window: LoginWindow,
    ) -> Result<u64, StoreFailure> {
        let failures = sqlx::query_scalar::<Db, i64>(sql::LOGIN_FAILURE_COUNT)
            .bind(subject)
            .bind(window.now_us)
            .bind(window.since_us)
            .fetch_one(&self.writer)
            .await
            .doing("count a failed log-in")?;
        from_sql(failures, "login_attempt")
    }

    pub(crate) async fn login_failures(
        &self,
        subject: &str,
        since_us: i64,
    ) -> Result<u64, StoreFailure> {
        let failures = sqlx::query_scalar::<Db, i64>(sql::LOGIN_FAILURES)
            .bind(subject)
            .bind(since_us)
            .fetch_optional(&self.reader)
            .await
            .doing("read the failed log-ins")?;
        from_sql(failures.unwrap_or(0), "login_attempt")
    }

    pub(crate) async fn clear_login_failures(&self, subject: &str) -> Result<(), StoreFailure> {
        sqlx::query::<Db>(sql::LOGIN_FAILURES_CLEAR)
            .bind(subject)
            .execute(&self.writer)
            .await
            .doing("forget failed log-ins")?;
        Ok(())
    }

    pub(crate) async fn purge_login_failures(&self, since_us: i64) -> Result<u64, StoreFailure> {
        let done = sqlx::query::<Db>(sql::LOGIN_FAILURES_PURGE)
            .bind(since_us)
            .execute(&self.writer)
            .await
            .doing("forget old failed log-ins")?;
        Ok(done.rows_affected())
    }
}

pub(super) async fn set_secret(tx: &mut Tx, secret: &Secret) -> Result<(), StoreFailure> {
    sqlx::query::<Db>(sql::SECRET_SET)
        .bind(&secret.account_id)
        .bind(&secret.password_hash)
        .bind(secret.changed_at_us)
        .execute(&mut **tx)
        .await
        .doing("store a secret")?;
    Ok(())
}
