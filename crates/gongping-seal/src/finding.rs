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

            /// The number, as in `K07`.
            pub const fn number(self) -> &'static str {
                match self { $(Check::$variant => $number,)* }
            }

            /// The name: lower-case words with hyphens; the key of its text in each language.
            pub const fn name(self) -> &'static str {
                match self { $(Check::$variant => $name,)* }
            }
        }
    };
}

checks! {
    /// The file is byte for byte the archive that holds these entries, whole and padded.
    Archive = "K01", "archive";
    /// The first entry is a header of version 1 with the archive's time.
    Header = "K02", "header";
    /// Each entry's name is the hash of its contents and its kind.
    EntryName = "K03", "entry-name";
    /// Each structure has exactly the fields it should have, in the one canonical spelling.
    Structure = "K04", "structure";
    /// Each event names its predecessor.
    Parent = "K05", "parent";
    /// Heights count from 0 without gaps.
    Height = "K06", "height";
    /// Events come in the order the protocol permits.
    EventOrder = "K07", "event-order";
    /// Each event refers to the data before it, and no other data is there.
    Payload = "K08", "payload";
    /// The election is of the supported version, group and kind, with limits that can be met.
    Election = "K09", "election";
    /// The trustees are of known kinds and sizes, and no key is there twice.
    TrusteeList = "K10", "trustee-list";
    /// The owner of each single trustee's key knows the secret.
    TrusteeProof = "K11", "trustee-proof";
    /// Each certificate of a threshold was made for its place and signed by its owner.
    ThresholdCertificates = "K12", "threshold-certificates";
    /// Each polynomial of a threshold was signed by its owner.
    ThresholdPolynomials = "K13", "threshold-polynomials";
    /// All key holders of a threshold signed the same certificates.
    ThresholdAgreement = "K14", "threshold-agreement";
    /// Each verification key follows from the polynomials; its owner knows the secret and signed.
    ThresholdKeys = "K15", "threshold-keys";
    /// The election's key is the product of the trustees' keys.
    ElectionKey = "K16", "election-key";
    /// The public credentials are distinct, and their weights countable.
    Credentials = "K17", "credentials";
    /// The set-up data refers to exactly the three structures before it.
    SetupReferences = "K18", "setup-references";
    /// Elements are written in their one spelling.
    ElementSpelling = "K19", "element-spelling";
    /// Elements are points of the curve.
    ElementOnCurve = "K20", "element-on-curve";
    /// Elements are in the group of prime order.
    ElementOrder = "K21", "element-order";
    /// No key and no credential is the neutral element, whose secret everybody knows.
    ElementNeutral = "K22", "element-neutral";
    /// Numbers are in their one spelling and below the order of the group.
    Scalar = "K23", "scalar";
    /// Each ballot names this election and its fingerprint.
    BallotElection = "K24", "ballot-election";
    /// Each ballot's credential is on the public list.
    BallotCredential = "K25", "ballot-credential";
    /// Each ballot has the ciphertexts and proofs its questions need.
    BallotShape = "K26", "ballot-shape";
    /// The hash in each ballot is its hash.
    BallotHash = "K27", "ballot-hash";
    /// Each ballot was signed with the key of its credential.
    BallotSignature = "K28", "ballot-signature";
    /// Each choice hides 0 or 1 and was made for this credential.
    IndividualProof = "K29", "individual-proof";
    /// Each answer has a permitted number of choices.
    OverallProof = "K30", "overall-proof";
    /// Blank goes with nothing else.
    BlankProof = "K31", "blank-proof";
    /// No ballot is in the box twice.
    DuplicateBallot = "K32", "duplicate-ballot";
    /// No ciphertext is used twice.
    CiphertextReuse = "K33", "ciphertext-reuse";
    /// No ballot comes after the close.
    BallotAfterClose = "K34", "ballot-after-close";
    /// The stated number of ballots is that of the box.
    TallyBallots = "K35", "tally-ballots";
    /// The stated sum of weights is that of the box.
    TallyWeight = "K36", "tally-weight";
    /// Structures of the opening have the elements the questions need.
    TallyShape = "K37", "tally-shape";
    /// Each encrypted sum is that of the latest ballots.
    EncryptedTally = "K38", "encrypted-tally";
    /// Each partial decryption belongs to a trustee of the box.
    DecryptionOwner = "K39", "decryption-owner";
    /// No trustee has given two partial decryptions.
    DecryptionOnce = "K40", "decryption-once";
    /// Each decryption factor was computed with its owner's key.
    DecryptionProof = "K41", "decryption-proof";
    /// All trustees that are needed have taken part.
    DecryptionComplete = "K42", "decryption-complete";
    /// Each published count follows from sum and factors.
    Result = "K43", "result";
    /// Each check was made as often as there is something to check.
    Coverage = "K44", "coverage";
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number(), self.name())
    }
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
    /// A ballot that was checked before has other bytes now, or is gone: the file was changed
    /// while it was read.
    #[error("the ballot at byte {offset} is no longer what it was when it was checked")]
    Changed {
        /// Where its entry began.
        offset: u64,
    },
    /// An entry that was checked before has other bytes now.
    #[error("the entry is no longer what it was when it was checked")]
    Altered,
    /// The verifier has not checked as much as there is: an error of its own.
    #[error("check {check} was made {made} times, but there is something to check {present} times")]
    Coverage {
        /// The check that was not made often enough, or too often.
        check: Check,
        /// How often there is something to check.
        present: u64,
        /// How often it was checked.
        made: u64,
    },
}

impl Defect {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::Format(FormatError::First(_) | FormatError::FirstName) => Check::Header,
            Self::Format(_) | Self::Changed { .. } | Self::Altered => Check::Archive,
            Self::Name | Self::NameHash { .. } => Check::EntryName,
            Self::Json(_) => Check::Structure,
            Self::Parent => Check::Parent,
            Self::Height { .. } => Check::Height,
            Self::EventOrder { .. } | Self::NoSetup => Check::EventOrder,
            Self::Payload | Self::Unreferenced => Check::Payload,
            Self::Election(ElectionError::Json(_)) => Check::Structure,
            Self::Election(ElectionError::PublicKey(source)) => source.check(),
            Self::Election(_) => Check::Election,
            Self::Trustees(error) => error.check(),
            Self::ElectionKey => Check::ElectionKey,
            Self::Credentials(CredentialListError::Json(_)) => Check::Structure,
            Self::Credentials(CredentialListError::Element { source, .. }) => source.check(),
            Self::Credentials(_) => Check::Credentials,
            Self::SetupReferences => Check::SetupReferences,
            Self::Ballot(rejection) => rejection.check(),
            Self::Tally(error) => error.check(),
            Self::Coverage { .. } => Check::Coverage,
        }
    }

    /// A stable code: the name of the check.
    pub fn code(&self) -> &'static str {
        self.check().name()
    }
}

impl ElementError {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::NotHexadecimal | Self::NotCanonical => Check::ElementSpelling,
            Self::NotOnCurve => Check::ElementOnCurve,
            Self::WrongOrder => Check::ElementOrder,
            Self::Neutral => Check::ElementNeutral,
        }
    }
}

impl TrusteeError {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::Json(_) => Check::Structure,
            Self::Element { source, .. } => source.check(),
            Self::Scalar { .. } => Check::Scalar,
            Self::Proof { .. } => Check::TrusteeProof,
            Self::Threshold { source, .. } => source.check(),
            Self::Kind { .. } | Self::Repeated { .. } | Self::Empty => Check::TrusteeList,
        }
    }
}

impl ThresholdError {
    /// The check that failed.
    pub fn check(&self) -> Check {
        match self {
            Self::Json(_) => Check::Structure,
            Self::Size => Check::TrusteeList,
            Self::Context { .. } | Self::Certificate { .. } => Check::ThresholdCertificates,
            Self::Polynomial { .. } => Check::ThresholdPolynomials,
            Self::Agreement { .. } => Check::ThresholdAgreement,
            Self::VerificationKey { .. } | Self::Proof { .. } | Self::Signature { .. } => {
                Check::ThresholdKeys
            }
            Self::Element { source, .. } => source.check(),
            Self::Scalar { .. } => Check::Scalar,
        }
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
            Self::Element { source, .. } => source.check(),
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
            Self::Size { ballots, found_ballots, .. } if ballots != found_ballots => {
                Check::TallyBallots
            }
            Self::Size { .. } => Check::TallyWeight,
            Self::Shape => Check::TallyShape,
            Self::EncryptedTally { .. } => Check::EncryptedTally,
            Self::Element { source, .. } => source.check(),
            Self::Scalar { .. } => Check::Scalar,
            Self::Owner { .. } => Check::DecryptionOwner,
            Self::OwnerRepeated { .. } => Check::DecryptionOnce,
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
#[error("entry {position} at byte {offset}, event {height} ({name}): {defect}")]
pub struct BoxFinding {
    /// Number of the entry in the archive, from 1, the header included. One more than there are
    /// entries if something is missing at the end.
    pub position: u64,
    /// Where the entry begins in the file, in bytes from 0.
    pub offset: u64,
    /// Height of the event that the entry is, or would have been part of.
    pub height: u64,
    /// Name of the entry; empty where none could be read.
    pub name: String,
    /// What is wrong.
    pub defect: Defect,
}

impl BoxFinding {
    /// A finding of which nobody can say where it is.
    pub(crate) fn somewhere(defect: Defect) -> Self {
        Self { position: 0, offset: 0, height: 0, name: String::new(), defect }
    }

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
            assert_eq!(check.number(), format!("K{:02}", index + 1));
            assert_eq!(Check::ALL.iter().filter(|c| c.name() == check.name()).count(), 1);
        }
    }
}
