//! What a key holder's own device does (C9): it answers a work order of the server with messages
//! and shares, and never gives away the secret. Used by the command line for machines without a
//! network, and by the simulated people of the practice province; browsers have a twin in
//! `web/island`.

use crate::tally::ShareWorkBox;
use gongping_appraisal::{AppraisalId, BoxId, KeyRound, KeySeat, Medium};
use gongping_seal::{
    CeremonyError, CeremonyPlace, CeremonySecret, Certificates, Election, ElectionError,
    EncryptedTally, KeyHolderSecret, TallyError,
};
use rand_chacha::rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// First words of a work order and of an answer, so that no other file is taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// A work order.
    #[serde(rename = "gongping-key-work-v1")]
    Work,
    /// An answer.
    #[serde(rename = "gongping-key-answer-v1")]
    Answer,
}

/// A key holder's secret as a file: JSON, which a passphrase protects outside of practice.
/// Wiped when dropped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    gongping: FileKind,
    version: u8,
    /// The appraisal that it is for.
    pub appraisal: AppraisalId,
    /// The seat.
    pub seat: KeySeat,
    secret: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
enum FileKind {
    #[serde(rename = "key-holder")]
    KeyHolder,
}

impl KeyFile {
    /// The file of a secret.
    #[must_use]
    pub fn new(appraisal: AppraisalId, seat: KeySeat, secret: &CeremonySecret) -> Self {
        let secret = Zeroizing::new(secret.reveal().to_owned());
        Self { gongping: FileKind::KeyHolder, version: 1, appraisal, seat, secret }
    }

    /// Reads a file that no passphrase protects.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|file: &Self| file.version == 1)
    }

    /// Its text.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        Zeroizing::new(serde_json::to_string(self).unwrap_or_default())
    }

    /// The secret in it.
    ///
    /// # Errors
    /// [`HolderMistake::Ceremony`] when it is none.
    pub fn secret(&self) -> Result<CeremonySecret, HolderMistake> {
        Ok(CeremonySecret::parse(&self.secret)?)
    }
}

/// A work order: what the server asks of one key holder now. No secret is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyWork {
    /// Always [`Format::Work`].
    pub format: Format,
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Its title.
    pub title: String,
    /// The seat.
    pub seat: KeySeat,
    /// Number of the seat among the key holders, from 1.
    pub number: u32,
    /// How many open a box.
    pub threshold: u32,
    /// How many key holders there are.
    pub size: u32,
    /// What this seat has handed in so far, as the public record has it.
    pub on_record: BTreeMap<KeyRound, String>,
    /// What is to be done.
    pub task: KeyTask,
}

/// What is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum KeyTask {
    /// Make a secret, and hand in its certificate.
    Certificate,
    /// Send every holder a sealed piece.
    Polynomial {
        /// The certificates of all holders.
        certificates: Vec<String>,
    },
    /// Check the pieces.
    Output {
        /// The certificates of all holders.
        certificates: Vec<String>,
        /// The pieces meant for this holder, and what the others published.
        input: String,
    },
    /// Open the practice box.
    Rehearsal {
        /// The private key, sealed for this holder.
        sealed_key: String,
        /// The election, exact JSON.
        election: String,
        /// The encrypted tally, exact JSON.
        encrypted_tally: String,
        /// The media that have not been shown yet.
        due: Vec<Medium>,
    },
    /// Open the boxes.
    Shares {
        /// The private key, sealed for this holder.
        sealed_key: String,
        /// The boxes.
        boxes: Vec<ShareWorkBox>,
    },
    /// Wait for others.
    Wait {
        /// Whose turn it is.
        awaited: Vec<KeySeat>,
    },
    /// Nothing; the server needs no key at this stage.
    Nothing,
}

/// A key holder's answer. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyAnswer {
    /// Always [`Format::Answer`].
    pub format: Format,
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The seat.
    pub seat: KeySeat,
    /// The answer itself.
    pub content: AnswerContent,
}

/// The answer itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AnswerContent {
    /// A message of the ceremony.
    Message {
        /// The round.
        round: KeyRound,
        /// The protocol's message, exact JSON.
        message: String,
    },
    /// A share of the practice box.
    PracticeShare {
        /// From which medium the secret was read.
        medium: Medium,
        /// The protocol's partial decryption, exact JSON.
        share: String,
    },
    /// Shares of the boxes.
    Shares {
        /// The protocol's partial decryptions, exact JSON, by box.
        shares: BTreeMap<BoxId, String>,
    },
}

/// Why a key holder's device does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderMistake {
    /// There is nothing to do.
    #[error("there is nothing to do")]
    Nothing,
    /// The public record has another certificate for this seat.
    #[error("the public record does not hold this key")]
    OtherKey,
    /// A box with too few ballots: opening it would show what a handful of people answered.
    #[error("{box_id} holds {ballots} ballots, fewer than {minimum}")]
    BelowMinimum {
        /// The box.
        box_id: BoxId,
        /// Ballots in it.
        ballots: u64,
        /// The rulebook's minimum.
        minimum: u64,
    },
    /// A message of the ceremony does not hold.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// A box is damaged.
    #[error(transparent)]
    Election(#[from] ElectionError),
    /// A tally is damaged.
    #[error(transparent)]
    Tally(#[from] TallyError),
}

impl KeyWork {
    fn certificates(texts: &[String]) -> Result<Certificates, HolderMistake> {
        Ok(Certificates::parse(texts)?)
    }

    /// Answers with the secret read from `medium`.
    ///
    /// # Errors
    /// [`HolderMistake`] when the secret is not the one on record, when what others sent does not
    /// hold, or when there is nothing to do.
    pub fn answer<R: CryptoRng + ?Sized>(
        &self,
        secret: &CeremonySecret,
        medium: Medium,
        rng: &mut R,
    ) -> Result<KeyAnswer, HolderMistake> {
        let message =
            |round, bytes: Vec<u8>| AnswerContent::Message { round, message: text(bytes) };
        let content = match &self.task {
            KeyTask::Certificate => {
                let Self { number, threshold, size, .. } = *self;
                let place = CeremonyPlace { number, threshold, size };
                message(KeyRound::Certificate, secret.certify(place, rng)?)
            }
            KeyTask::Polynomial { certificates } => {
                let certificates = Self::certificates(certificates)?;
                message(KeyRound::Polynomial, secret.polynomial(&certificates, rng)?)
            }
            KeyTask::Output { certificates, input } => {
                let certificates = Self::certificates(certificates)?;
                let output = secret.conclude(&certificates, input.as_bytes(), rng)?;
                message(KeyRound::Output, output)
            }
            KeyTask::Rehearsal { sealed_key, election, encrypted_tally, .. } => {
                let key = self.open_key(secret, sealed_key)?;
                let share = share(&key, election, encrypted_tally, rng)?;
                AnswerContent::PracticeShare { medium, share }
            }
            KeyTask::Shares { sealed_key, boxes } => {
                let key = self.open_key(secret, sealed_key)?;
                let small = boxes.iter().find(|known| known.ballots < known.minimum);
                if let Some(ShareWorkBox { id, ballots, minimum, .. }) = small {
                    let (box_id, ballots, minimum) = (id.clone(), *ballots, *minimum);
                    return Err(HolderMistake::BelowMinimum { box_id, ballots, minimum });
                }
                let mut shares = BTreeMap::new();
                for known in boxes {
                    let share = share(&key, &known.election, &known.encrypted_tally, rng)?;
                    shares.insert(known.id.clone(), share);
                }
                AnswerContent::Shares { shares }
            }
            KeyTask::Wait { .. } | KeyTask::Nothing => return Err(HolderMistake::Nothing),
        };
        let (appraisal, seat) = (self.appraisal.clone(), self.seat);
        Ok(KeyAnswer { format: Format::Answer, appraisal, seat, content })
    }

    /// Whether the certificate on record was made with this secret; `None` before there is one.
    ///
    /// # Errors
    /// [`HolderMistake::Ceremony`] when the certificate on record is no certificate.
    pub fn is_on_record(&self, secret: &CeremonySecret) -> Result<Option<bool>, HolderMistake> {
        let certificate = self.on_record.get(&KeyRound::Certificate);
        let matches = |text: &String| Ok(secret.made(text.as_bytes())?);
        certificate.map(matches).transpose()
    }

    fn open_key(
        &self,
        secret: &CeremonySecret,
        sealed: &str,
    ) -> Result<KeyHolderSecret, HolderMistake> {
        if self.is_on_record(secret)? != Some(true) {
            return Err(HolderMistake::OtherKey);
        }
        Ok(secret.open_key(sealed)?)
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn share<R: CryptoRng + ?Sized>(
    key: &KeyHolderSecret,
    election: &str,
    tally: &str,
    rng: &mut R,
) -> Result<String, HolderMistake> {
    let election = Election::parse(election.as_bytes())?;
    let tally = EncryptedTally::parse(&election, tally.as_bytes())?;
    Ok(text(key.decrypt(&election, &tally, rng)?))
}
