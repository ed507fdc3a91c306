//! The election structure (sections 4.7 and 4.8): what is asked, in which group, under which key.

use crate::arithmetic;
use crate::canonical::{self, JsonError};
use crate::credential::{BASE58, random_base58};
use crate::group::{Element, ElementError, GROUP_NAME};
use crate::hash::Hash;
use curve25519_dalek::edwards::{
    EdwardsBasepointTable, EdwardsPoint, VartimeEdwardsPrecomputation,
};
use curve25519_dalek::traits::{BasepointTable, VartimePrecomputedMultiscalarMul};
use gongping_lanes::FixedBase;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// The protocol version this crate implements.
pub const PROTOCOL_VERSION: u32 = 1;
/// Most questions of one election.
pub const MAX_QUESTIONS: usize = 1_000;
/// Most answers of one question.
pub const MAX_ANSWERS: usize = 1_000;
/// Longest identifier.
pub const MAX_UUID_LENGTH: usize = 100;

/// Identifier of an election: at least 14 characters of the Base58 alphabet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(String);

impl Uuid {
    /// Reads an identifier.
    pub fn parse(text: &str) -> Result<Self, ElectionError> {
        let well_formed = (14..=MAX_UUID_LENGTH).contains(&text.len())
            && text.bytes().all(|byte| BASE58.contains(&byte));
        if well_formed { Ok(Self(text.to_owned())) } else { Err(ElectionError::Uuid) }
    }

    /// A fresh identifier of 14 characters (82 bits).
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self((0..14).map(|_| random_base58(rng)).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A homomorphic question: choose from `min` to `max` of the answers, or, where `blank` is set,
/// none of them on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The text of the question.
    pub text: String,
    /// The texts of the answers.
    pub answers: Vec<String>,
    /// Whether a blank vote is allowed, and counted as such.
    pub blank: bool,
    /// Fewest answers to choose.
    pub min: u32,
    /// Most answers to choose.
    pub max: u32,
}

impl Question {
    /// A question with at most one answer, the form of a graded item.
    pub fn one_of(text: impl Into<String>, answers: impl IntoIterator<Item = String>) -> Self {
        let answers = answers.into_iter().collect();
        Self { text: text.into(), answers, blank: false, min: 0, max: 1 }
    }

    /// Number of encrypted values: the answers, and one more in front for "blank".
    pub fn ciphertext_count(&self) -> usize {
        self.answers.len() + usize::from(self.blank)
    }

    /// Number of branches of the overall proof.
    pub(crate) fn overall_branches(&self) -> usize {
        (self.max - self.min) as usize + 1 + usize::from(self.blank)
    }

    fn check(&self, number: usize) -> Result<(), ElectionError> {
        let limits = !self.answers.is_empty()
            && self.answers.len() <= MAX_ANSWERS
            && self.min <= self.max
            && self.max as usize <= self.answers.len();
        let portable = self.answers.iter().chain([&self.text]).all(|t| canonical::is_portable(t));
        if limits && portable { Ok(()) } else { Err(ElectionError::Question { number }) }
    }
}

/// What an election is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectionDraft {
    /// Identifier.
    pub uuid: Uuid,
    /// Name; part of the fingerprint and so bound into every ballot.
    pub name: String,
    /// Description; part of the fingerprint too. The place for the rulebook's hash.
    pub description: String,
    /// The questions.
    pub questions: Vec<Question>,
    /// The product of the trustees' keys: [`crate::Trustees::election_key`].
    pub public_key: Element,
    /// Name of the administrator, if it is to be published here.
    pub administrator: Option<String>,
    /// Name of the credential authority, if it is to be published here.
    pub credential_authority: Option<String>,
}

/// Why an election is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElectionError {
    /// Not the structure, or not in canonical form. Questions of other types end here too.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Another version of the protocol.
    #[error("protocol version {0} is not supported, only version 1")]
    Version(u32),
    /// Another group.
    #[error("the group is not Ed25519")]
    Group,
    /// The public key is not an element of the group, or the neutral one.
    #[error("the public key: {0}")]
    PublicKey(ElementError),
    /// Not 14 to 100 characters of the Base58 alphabet.
    #[error("an election identifier has at least 14 characters of the Base58 alphabet")]
    Uuid,
    /// No question, or too many.
    #[error("an election has from 1 to {MAX_QUESTIONS} questions")]
    QuestionCount,
    /// No answers, too many, or limits that do not fit them.
    #[error("question {number} has no possible answer or limits that do not fit")]
    Question {
        /// Place in the list, from 1.
        number: usize,
    },
    /// A text holds the delete character, which writers of JSON spell differently.
    #[error("a text contains a control character that has no single spelling")]
    Text,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    answers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blank: Option<bool>,
    min: u32,
    max: u32,
    question: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawElection {
    version: u32,
    description: String,
    name: String,
    group: String,
    public_key: String,
    questions: Vec<RawQuestion>,
    uuid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    administrator: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential_authority: Option<String>,
}

/// An election, checked, with its exact bytes. Cloning is cheap.
#[derive(Clone)]
pub struct Election(Arc<Inner>);

struct Inner {
    draft: ElectionDraft,
    bytes: Vec<u8>,
    hash: Hash,
    fingerprint: String,
    key: EdwardsPoint,
    /// Constant-time table for y, made when the first ballot is sealed.
    sealing_table: OnceLock<Box<EdwardsBasepointTable>>,
    /// Variable-time table for y, made when the first ballot is checked plainly.
    checking_table: OnceLock<Box<VartimeEdwardsPrecomputation>>,
    /// The same for points side by side.
    fixed_base: OnceLock<Arc<FixedBase>>,
}

impl std::fmt::Debug for Election {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Election")
            .field("draft", &self.0.draft)
            .field("hash", &self.0.hash)
            .finish_non_exhaustive()
    }
}

impl Election {
    /// Writes the structure and checks it.
    pub fn build(draft: ElectionDraft) -> Result<Self, ElectionError> {
        let question = |question: Question| RawQuestion {
            answers: question.answers,
            blank: question.blank.then_some(true),
            min: question.min,
            max: question.max,
            question: question.text,
        };
        let raw = RawElection {
            version: PROTOCOL_VERSION,
            description: draft.description,
            name: draft.name,
            group: GROUP_NAME.to_owned(),
            public_key: draft.public_key.to_hex(),
            questions: draft.questions.into_iter().map(question).collect(),
            uuid: draft.uuid.0,
            administrator: draft.administrator,
            credential_authority: draft.credential_authority,
        };
        Self::parse(&canonical::write(&raw))
    }

    /// Reads a published structure.
    pub fn parse(bytes: &[u8]) -> Result<Self, ElectionError> {
        let raw: RawElection = canonical::read(bytes)?;
        if raw.version != PROTOCOL_VERSION {
            return Err(ElectionError::Version(raw.version));
        }
        if raw.group != GROUP_NAME {
            return Err(ElectionError::Group);
        }
        let public_key = Element::from_hex(&raw.public_key).map_err(ElectionError::PublicKey)?;
        let key = public_key.decode_public_key().map_err(ElectionError::PublicKey)?;
        if raw.questions.is_empty() || raw.questions.len() > MAX_QUESTIONS {
            return Err(ElectionError::QuestionCount);
        }
        let texts = [Some(&raw.description), Some(&raw.name)];
        let optional = [raw.administrator.as_ref(), raw.credential_authority.as_ref()];
        if !texts.into_iter().chain(optional).flatten().all(|text| canonical::is_portable(text)) {
            return Err(ElectionError::Text);
        }
        let questions: Vec<Question> = raw.questions.into_iter().map(read_question).collect();
        questions.iter().enumerate().try_for_each(|(index, q)| q.check(index + 1))?;
        let draft = ElectionDraft {
            uuid: Uuid::parse(&raw.uuid)?,
            name: raw.name,
            description: raw.description,
            questions,
            public_key,
            administrator: raw.administrator,
            credential_authority: raw.credential_authority,
        };
        let hash = Hash::of(bytes);
        Ok(Self(Arc::new(Inner {
            draft,
            bytes: bytes.to_owned(),
            hash,
            fingerprint: hash.to_base64(),
            key,
            sealing_table: OnceLock::new(),
            checking_table: OnceLock::new(),
            fixed_base: OnceLock::new(),
        })))
    }

    /// The canonical JSON.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The hash of the canonical JSON.
    pub fn hash(&self) -> Hash {
        self.0.hash
    }

    /// The same hash in Base64: the fingerprint that every ballot contains.
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// Identifier.
    pub fn uuid(&self) -> &Uuid {
        &self.0.draft.uuid
    }

    /// Name.
    pub fn name(&self) -> &str {
        &self.0.draft.name
    }

    /// Description.
    pub fn description(&self) -> &str {
        &self.0.draft.description
    }

    /// The questions.
    pub fn questions(&self) -> &[Question] {
        &self.0.draft.questions
    }

    /// Question and choice, from 1, of the ciphertext with this index in a ballot.
    pub(crate) fn place(&self, mut index: usize) -> (usize, usize) {
        for (question, asked) in self.questions().iter().enumerate() {
            if index < asked.ciphertext_count() {
                return (question + 1, index + 1);
            }
            index -= asked.ciphertext_count();
        }
        (self.questions().len(), index + 1)
    }

    /// The public key y.
    pub fn public_key(&self) -> Element {
        self.0.draft.public_key
    }

    /// All fields.
    pub fn draft(&self) -> &ElectionDraft {
        &self.0.draft
    }

    /// Fixed-base products with y in constant time.
    pub(crate) fn sealing_table(&self) -> &EdwardsBasepointTable {
        self.0.sealing_table.get_or_init(|| Box::new(EdwardsBasepointTable::create(&self.0.key)))
    }

    /// Products of y and one more base, in variable time.
    pub(crate) fn checking_table(&self) -> &VartimeEdwardsPrecomputation {
        self.0
            .checking_table
            .get_or_init(|| Box::new(VartimeEdwardsPrecomputation::new([self.0.key])))
    }

    /// Products with y for many points side by side, in variable time.
    pub(crate) fn fixed_base(&self) -> Arc<FixedBase> {
        self.0.fixed_base.get_or_init(|| arithmetic::key_base(self.public_key())).clone()
    }
}

fn read_question(raw: RawQuestion) -> Question {
    Question {
        text: raw.question,
        answers: raw.answers,
        blank: raw.blank == Some(true),
        min: raw.min,
        max: raw.max,
    }
}
