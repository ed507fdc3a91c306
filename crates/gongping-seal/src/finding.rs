//! What a verification checks, and what it says when a check fails.

use crate::archive::FormatError;
use crate::ballot::BallotRejection;
use crate::canonical::JsonError;
use crate::credential::CredentialListError;
use crate::election::ElectionError;
use crate::event::EventType;
use crate::group::ElementError;
use crate::hash::Hash;
use crate::tally::TallyError;
use crate::threshold::ThresholdError;
use crate::trustee::TrusteeError;

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal;)*) => {
        /// One kind of check, with a number and a name that never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[$doc])* $variant,)* }

        impl Check {
            /// All checks in the order of their numbers.
            pub const ALL: &[Check] = &[$(Check::$variant,)*];

            /// The number, from 1.
            pub fn number(self) -> u32 {
                match self { $(Check::$variant => $number,)* }
            }

            /// The name: lower-case words with hyphens.
            pub fn name(self) -> &'static str {
                match self { $(Check::$variant => $name,)* }
            }
        }
    };
}

checks! {
    /// The file is byte for byte the archive that holds these entries, whole and padded.
    Archive = 1, "archive";
    /// The first entry is a header of version 1 with the archive's time.
    Header = 2, "header";
    /// Each entry's name is the hash of its contents and its kind.
    EntryName = 3, "entry-name";
    /// Each structure has exactly the fields it should have, in the one canonical spelling.
    Structure = 4, "structure";
    /// Each event names its predecessor.
    Parent = 5, "parent";
    /// Heights count from 0 without gaps.
    Height = 6, "height";
    /// Events come in the order the protocol permits.
    EventOrder = 7, "event-order";
    /// Each event refers to the data before it, and no other data is there.
    Payload = 8, "payload";
    /// The election is of the supported version, group and kind.
    Election = 9, "election";
    /// Each trustee's key is in the group and its owner knows the secret.
    Trustees = 10, "trustees";
    /// The election's key is the product of the trustees' keys.
    ElectionKey = 11, "election-key";
    /// The public credentials are in the group, distinct, and their weights countable.
    Credentials = 12, "credentials";
    /// The set-up data refers to exactly the three structures before it.
    SetupReferences = 13, "setup-references";
    /// Elements are canonical points of prime order.
    GroupElement = 14, "group-element";
    /// Numbers are canonical and below the order of the group.
    Scalar = 15, "scalar";
    /// Each ballot names this election and its fingerprint.
    BallotElection = 16, "ballot-election";
    /// Each ballot's credential is on the public list.
    BallotCredential = 17, "ballot-credential";
    /// Each ballot has the ciphertexts and proofs its questions need.
    BallotShape = 18, "ballot-shape";
    /// The hash in each ballot is its hash.
    BallotHash = 19, "ballot-hash";
    /// Each ballot was signed with the key of its credential.
    BallotSignature = 20, "ballot-signature";
    /// Each choice hides 0 or 1 and was made for this credential.
    IndividualProof = 21, "individual-proof";
    /// Each answer has a permitted number of choices.
    OverallProof = 22, "overall-proof";
    /// Blank goes with nothing else.
    BlankProof = 23, "blank-proof";
    /// No ballot is in the box twice.
    DuplicateBallot = 24, "duplicate-ballot";
    /// No ciphertext is used twice.
    CiphertextReuse = 25, "ciphertext-reuse";
    /// No ballot comes after the close.
    BallotAfterClose = 26, "ballot-after-close";
    /// The stated numbers of ballots and weights are those of the box.
    TallySize = 27, "tally-size";
    /// The encrypted sum is that of the latest ballots.
    EncryptedTally = 28, "encrypted-tally";
    /// Each partial decryption belongs to one trustee, once.
    DecryptionOwner = 29, "decryption-owner";
    /// Structures of the opening have the elements the questions need.
    TallyShape = 30, "tally-shape";
    /// Each decryption factor was computed with its owner's key.
    DecryptionProof = 31, "decryption-proof";
    /// All trustees that are needed have taken part.
    DecryptionComplete = 32, "decryption-complete";
    /// The published counts follow from sum and factors.
    Result = 33, "result";
    /// As many ballots were checked as there are.
    BallotCount = 34, "ballot-count";
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// The bytes are no archive of this format.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The name is of no known form, or a second header.
    #[error("the name of the entry is not of this format")]
    Name,
    /// The name does not agree with the contents.
    #[error("the hash in the name is not that of the contents, which is {actual}")]
    NameHash {
        /// The hash of the contents.
        actual: Hash,
    },
    /// An event or the set-up data is not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An event has another predecessor than the last event.
    #[error("the event does not follow the last event")]
    Parent,
    /// An event has another height than it should.
    #[error("the event has height {found}, expected {expected}")]
    Height {
        /// What it should be.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// An event that cannot happen at this point.
    #[error("an event of type {found:?} cannot happen here")]
    EventOrder {
        /// The type of the event.
        found: EventType,
    },
    /// An event without the data it needs, with other data, or with data it must not have.
    #[error("the event does not refer to exactly the data before it")]
    Payload,
    /// Data that no event refers to.
    #[error("no event refers to this data")]
    Unreferenced,
    /// The archive ends before the box is set up.
    #[error("the archive ends before the box is set up")]
    NoSetup,
    /// The election is refused.
    #[error(transparent)]
    Election(#[from] ElectionError),
    /// The trustees are refused.
    #[error(transparent)]
    Trustees(#[from] TrusteeError),
    /// The election's key is not that of its trustees.
    #[error("the election's key is not the product of the trustees' keys")]
    ElectionKey,
    /// The list of credentials is refused.
    #[error(transparent)]
    Credentials(#[from] CredentialListError),
    /// The set-up data refers to something else than the data before it.
    #[error("the set-up data does not refer to the three structures before it")]
    SetupReferences,
    /// A ballot is refused.
    #[error(transparent)]
    Ballot(#[from] BallotRejection),
    /// A step of the opening is refused.
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// The verifier has not checked as many ballots as there are: an error of its own.
    #[error("{checked} ballots were checked, {present} are there")]
    BallotCount {
        /// Ballots in the archive.
        present: u64,
        /// Ballots checked.
        checked: u64,
    },
}

impl Defect {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::Format(FormatError::First(_) | FormatError::FirstName) => Check::Header,
            Self::Format(_) => Check::Archive,
            Self::Name | Self::NameHash { .. } => Check::EntryName,
            Self::Json(_) => Check::Structure,
            Self::Parent => Check::Parent,
            Self::Height { .. } => Check::Height,
            Self::EventOrder { .. } | Self::NoSetup => Check::EventOrder,
            Self::Payload | Self::Unreferenced => Check::Payload,
            Self::Election(ElectionError::Json(_)) => Check::Structure,
            Self::Election(ElectionError::PublicKey(_)) => Check::GroupElement,
            Self::Election(_) => Check::Election,
            Self::Trustees(TrusteeError::Json(_)) => Check::Structure,
            Self::Trustees(TrusteeError::Element { .. }) => Check::GroupElement,
            Self::Trustees(TrusteeError::Scalar { .. }) => Check::Scalar,
            Self::Trustees(TrusteeError::Threshold { source, .. }) => match source {
                ThresholdError::Json(_) => Check::Structure,
                ThresholdError::Element { .. } => Check::GroupElement,
                ThresholdError::Scalar { .. } => Check::Scalar,
                _ => Check::Trustees,
            },
            Self::Trustees(_) => Check::Trustees,
            Self::ElectionKey => Check::ElectionKey,
            Self::Credentials(CredentialListError::Json(_)) => Check::Structure,
            Self::Credentials(CredentialListError::Element { source, .. }) => match source {
                ElementError::Neutral => Check::Credentials,
                _ => Check::GroupElement,
            },
            Self::Credentials(_) => Check::Credentials,
            Self::SetupReferences => Check::SetupReferences,
            Self::Ballot(rejection) => rejection.check(),
            Self::Tally(error) => error.check(),
            Self::BallotCount { .. } => Check::BallotCount,
        }
    }

    /// A stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        self.check().name()
    }
}

impl BallotRejection {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::TooLong | Self::Json(_) => Check::Structure,
            Self::OtherElection => Check::BallotElection,
            Self::UnknownCredential { .. } => Check::BallotCredential,
            Self::Shape { .. } => Check::BallotShape,
            Self::Element { .. } => Check::GroupElement,
            Self::Scalar { .. } => Check::Scalar,
            Self::Hash => Check::BallotHash,
            Self::Signature => Check::BallotSignature,
            Self::IndividualProof { .. } => Check::IndividualProof,
            Self::OverallProof { .. } => Check::OverallProof,
            Self::BlankProof { .. } => Check::BlankProof,
            Self::Duplicate => Check::DuplicateBallot,
            Self::CiphertextReused { .. } => Check::CiphertextReuse,
            Self::Closed => Check::BallotAfterClose,
        }
    }

    /// A stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        self.check().name()
    }
}

impl TallyError {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::Order { .. } => Check::EventOrder,
            Self::Json(_) => Check::Structure,
            Self::Reference => Check::Payload,
            Self::Size { .. } => Check::TallySize,
            Self::Shape => Check::TallyShape,
            Self::EncryptedTally { .. } => Check::EncryptedTally,
            Self::Element { .. } => Check::GroupElement,
            Self::Scalar { .. } => Check::Scalar,
            Self::Owner { .. } | Self::OwnerRepeated { .. } => Check::DecryptionOwner,
            Self::DecryptionProof { .. } => Check::DecryptionProof,
            Self::Missing { .. } => Check::DecryptionComplete,
            Self::NoCount { .. } | Self::Result { .. } => Check::Result,
        }
    }

    /// A stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        self.check().name()
    }
}

/// A failed check, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {position} ({name}): {defect}")]
pub struct BoxFinding {
    /// Number of the entry in the archive, from 1, the header included. One more than there are
    /// entries if something is missing at the end.
    pub position: u64,
    /// Name of the entry; empty where none could be read.
    pub name: String,
    /// What is wrong.
    pub defect: Defect,
}

impl BoxFinding {
    /// The check that failed.
    pub fn check(&self) -> Check {
        self.defect.check()
    }

    /// A stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        self.defect.code()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_numbered_without_gaps_and_named_once() {
        for (index, check) in Check::ALL.iter().enumerate() {
            assert_eq!(check.number() as usize, index + 1);
            assert_eq!(Check::ALL.iter().filter(|c| c.name() == check.name()).count(), 1);
        }
    }
}
