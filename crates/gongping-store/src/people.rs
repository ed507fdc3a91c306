//! Secrets and sessions: what is needed to know a person again. None of it enters the log.

use std::fmt;

/// How an account proves itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Whose secret.
    pub account_id: String,
    /// Password hash in PHC string form.
    pub password_hash: String,
    /// When it was set, in UTC microseconds since 1970.
    pub changed_at_us: i64,
}

/// SHA-256 of a session token; the token itself is only in the browser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// A browser that is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of the token that the browser presents.
    pub token_hash: TokenHash,
    /// Who is logged in.
    pub account_id: String,
    /// When the session began, in UTC microseconds since 1970.
    pub created_us: i64,
    /// When it was last used.
    pub seen_us: i64,
    /// From when on it is worth nothing.
    pub expires_us: i64,
}

/// What counts as one run of failed log-ins.
///
/// Count under the *pair* of account and network (`"account@network"`): then guessing at an
/// account from elsewhere does not lock its owner out, and one forgetful person does not lock out
/// an office behind one address. A second, much higher limit under the network alone stops a
/// sweep over many accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginWindow {
    /// Now, in UTC microseconds since 1970.
    pub now_us: i64,
    /// A run that began earlier than this is forgotten.
    pub since_us: i64,
}

/// Names the account only.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.account_id)
    }
}

/// Four bytes, enough to tell sessions apart in a log.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({}…)", hex::encode(&self.0[..4]))
    }
}
