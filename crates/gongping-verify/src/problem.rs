//! What can be wrong, as data: the code and the arguments are for translation, the English text
//! for those who read the program's own words.

use gongping_appraisal::{AccountId, Digest, KeySeat, Signatory};
use serde::Serialize;
use std::collections::BTreeMap;

/// What no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Problem {
    /// A file or entry that must be there is not.
    #[error("is missing")]
    Missing,
    /// A file that does not belong here.
    #[error("does not belong here")]
    Unexpected,
    /// A name that could lead out of the folder or be taken for another.
    #[error("has a name that this format does not allow")]
    UnsafeName,
    /// A link, device or other thing that is no plain file.
    #[error("is not a plain file")]
    NotPlainFile,
    /// Two files of the same name.
    #[error("is there more than once")]
    Twice,
    /// The bytes could not be had, as from a damaged zip.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
    /// Not of the form that it should have.
    #[error("does not have the right form: {reason}")]
    Malformed {
        /// Why.
        reason: String,
    },
    /// A manifest, key or number that differs from the one it should be.
    #[error("{what} should be {expected}, but is {found}")]
    Differs {
        /// What, as a word.
        what: &'static str,
        /// As it should be.
        expected: String,
        /// As it is.
        found: String,
    },
    /// A derived file differs from what follows from the others.
    #[error("differs from what follows from the other files, first at byte {at_byte}")]
    DoesNotFollow {
        /// The first differing byte, from 0.
        at_byte: u64,
    },
    /// The list is not in the order of its paths, or names one twice.
    #[error("is not in order")]
    Disordered,
    /// The signature does not hold.
    #[error("{reason}")]
    Signature {
        /// Why.
        reason: String,
    },
    /// An entry is older than the one before it.
    #[error("is {by_us} microseconds older than the entry before it")]
    TimeRunsBack {
        /// By how much.
        by_us: i64,
    },
    /// The rules would have refused this.
    #[error("{event} breaks the rules: {reason}")]
    AgainstRules {
        /// The kind of event.
        event: String,
        /// The stable code of the refusal.
        rejection: String,
        /// Why.
        reason: String,
    },
    /// The event says something else than what the rules lead to.
    #[error("{event} does not follow from what happened before")]
    NotDecided {
        /// The kind of event.
        event: String,
    },
    /// The account held no duty for this.
    #[error("{account} held no duty that allows {event} ({permission})")]
    NotPermitted {
        /// Who.
        account: AccountId,
        /// The kind of event.
        event: String,
        /// The permission that was needed.
        permission: String,
    },
    /// The result was not published in this log.
    #[error("the log does not contain the publication of this appraisal")]
    NotPublished,
    /// Something follows the publication, which must be the last entry.
    #[error("comes after the publication")]
    AfterPublication,
    /// A signature is missing.
    #[error("is not signed for {}", .signatory.as_str())]
    NotSigned {
        /// The body.
        signatory: Signatory,
    },
    /// Both signatures are by one account.
    #[error("both signatures are by {account}")]
    SameSigner {
        /// The account.
        account: AccountId,
    },
    /// A key holder's key is missing.
    #[error("the key of {} is missing", .seat.as_str())]
    NoKey {
        /// The seat.
        seat: KeySeat,
    },
    /// The box does not hold.
    #[error(
        "entry {position} at byte {offset}, event {height} ({name}) fails check {number} {check}: \
         {reason}"
    )]
    Box {
        /// Number of the archive's entry, from 1.
        position: u64,
        /// Where it begins, in bytes from 0.
        offset: u64,
        /// Height of the event that it is, or belongs to.
        height: u64,
        /// Its name.
        name: String,
        /// Number of the check of the box, as in `K07`.
        number: &'static str,
        /// Its name.
        check: &'static str,
        /// Why.
        reason: String,
    },
    /// The chain of the box has another event, or none, where the log noted a head.
    #[error("log entry {entry} noted head {head} at height {height}, which is not in this box")]
    HeadNotInBox {
        /// Number of the log entry, from 0.
        entry: u64,
        /// The head.
        head: Digest,
        /// Its height.
        height: u64,
    },
    /// A box with too few ballots has been opened, even if only in part.
    #[error("holds {counted} ballots, fewer than {minimum}, and has been opened")]
    OpenedTooSmall {
        /// Ballots that count.
        counted: u64,
        /// The rulebook's minimum.
        minimum: u64,
    },
    /// A box with enough ballots stayed shut.
    #[error("holds {counted} ballots, at least {minimum}, and has not been opened")]
    NotOpened {
        /// Ballots that count.
        counted: u64,
        /// The rulebook's minimum.
        minimum: u64,
    },
    /// The content is not what the log committed to.
    #[error(
        "is not, with its salt, what the log committed to: {claimed} stands there, \
         {computed} comes out"
    )]
    Commitment {
        /// In the log.
        claimed: Digest,
        /// Of the content.
        computed: Digest,
    },
    /// The scores could not be computed.
    #[error("no scores follow: {reason}")]
    NoScores {
        /// Why.
        reason: String,
    },
    /// Less was checked than there is.
    #[error("{found} {what} were checked, {expected} are there")]
    NotChecked {
        /// What, as a word.
        what: &'static str,
        /// How many there are; at least 1.
        expected: u64,
        /// How many were checked.
        found: u64,
    },
}

impl Problem {
    pub(crate) fn differs(
        what: &'static str,
        expected: impl ToString,
        found: impl ToString,
    ) -> Self {
        Self::Differs { what, expected: expected.to_string(), found: found.to_string() }
    }

    pub(crate) fn malformed(reason: impl ToString) -> Self {
        Self::Malformed { reason: reason.to_string() }
    }

    pub(crate) fn signature(reason: impl ToString) -> Self {
        Self::Signature { reason: reason.to_string() }
    }

    /// Every code with example data; tests use it to see that each has its message.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let text = || "x".to_owned();
        let account = AccountId::parse("a1").unwrap_or_else(|_| unreachable!("a valid id"));
        let digest = Digest::from_bytes([0; 32]);
        vec![
            Self::Missing,
            Self::Unexpected,
            Self::UnsafeName,
            Self::NotPlainFile,
            Self::Twice,
            Self::Unreadable { reason: text() },
            Self::malformed("x"),
            Self::differs("the format", "x", "y"),
            Self::DoesNotFollow { at_byte: 0 },
            Self::Disordered,
            Self::signature("x"),
            Self::TimeRunsBack { by_us: 1 },
            Self::AgainstRules { event: text(), rejection: text(), reason: text() },
            Self::NotDecided { event: text() },
            Self::NotPermitted { account: account.clone(), event: text(), permission: text() },
            Self::NotPublished,
            Self::AfterPublication,
            Self::NotSigned { signatory: Signatory::Office },
            Self::SameSigner { account },
            Self::NoKey { seat: KeySeat::Office },
            Self::Box {
                position: 1,
                offset: 0,
                height: 0,
                name: text(),
                number: "K01",
                check: "archive",
                reason: text(),
            },
            Self::HeadNotInBox { entry: 0, head: digest, height: 0 },
            Self::OpenedTooSmall { counted: 1, minimum: 2 },
            Self::NotOpened { counted: 2, minimum: 2 },
            Self::Commitment { claimed: digest, computed: digest },
            Self::NoScores { reason: text() },
            Self::NotChecked { what: "ballots", expected: 2, found: 1 },
        ]
    }

    /// The stable code: the key of the message is `problem-` and this.
    #[must_use]
    pub fn code(&self) -> String {
        fields(self).0
    }

    /// The data by name, for the message.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        fields(self).1
    }
}

/// Code and data of something that serialises with its code as a tag.
pub(crate) fn fields(value: &impl Serialize) -> (String, BTreeMap<String, String>) {
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::to_value(value) else {
        return (String::new(), BTreeMap::new());
    };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let code = fields.remove("code").map(text).unwrap_or_default();
    (code, fields.into_iter().map(|(name, value)| (name, text(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_problem_has_a_code_of_its_own_and_words() {
        let examples = Problem::examples();
        let codes: BTreeSet<String> = examples.iter().map(Problem::code).collect();
        assert_eq!(codes.len(), examples.len());
        for problem in examples {
            assert!(!problem.to_string().is_empty());
            assert!(!problem.args().contains_key("code"));
        }
    }
}
