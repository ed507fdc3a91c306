//! What stands behind the commitments of the ledger. Each content names its appraisal, so that it
//! cannot be shown as another's.

use crate::engine::{App, Extras};
use crate::payload;
use crate::refusal::Refusal;
use crate::sorting::Words;
use gongping_appraisal::{AppraisalId, Attitude, Digest, FindingId, ItemId, LetterId, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text of a form: 1 to so many characters.
pub const MOST_CHARACTERS: usize = 2000;

/// What a unit undertakes (C6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The responsible person, by post.
    pub person: String,
    /// The responsible body.
    pub body: String,
    /// When it counts as put right.
    pub standard: String,
    /// What is done.
    pub measure: String,
}

/// Why something cannot be put right at once, and how it will be (C6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Why not at once.
    pub explanation: String,
    /// The steps with their dates.
    pub plan: String,
}

/// A proof that something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// What it shows.
    pub about: String,
    /// The file's name, made here from its hash; empty for a note without a file. What it was called
    /// on the sender's machine may name somebody.
    pub name: String,
    /// The media type.
    pub media: String,
    /// SHA-256 of the file.
    pub sha256: Option<Digest>,
    /// The file, in base64.
    pub file: String,
}

/// One finding as a letter says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFinding {
    /// Its number.
    pub finding: FindingId,
    /// The item.
    pub item: Option<ItemId>,
    /// The problem in masked words.
    pub problem: String,
}

/// A feedback letter, word for word (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterText {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Its number.
    pub letter: LetterId,
    /// The unit.
    pub unit: UnitId,
    /// The day that it bears.
    pub day: Date,
    /// What goes before the findings.
    pub opening: String,
    /// The findings.
    pub findings: Vec<LetterFinding>,
    /// What is asked of the unit.
    pub demands: String,
}

/// The minute of a feedback meeting, taken on the spot (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Where.
    pub place: String,
    /// Who was there, by posts.
    pub present: String,
    /// How the unit stands to it, in a word,
    pub attitude: Attitude,
    /// in its own words,
    pub words: String,
    /// and who said so, by post.
    pub said_by: String,
}

/// What a unit says about one item (C4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemReport {
    /// What was checked.
    pub checked: String,
    /// What was found; empty when nothing was.
    pub found: String,
    /// What was put right at once; empty when nothing was.
    pub corrected: String,
    /// What shows it.
    pub evidence: String,
}

/// A unit's report about itself (C4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfReport {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The unit.
    pub unit: UnitId,
    /// By item.
    pub items: BTreeMap<ItemId, ItemReport>,
    /// The points that the unit gives itself, by component that inspection decides.
    pub points: BTreeMap<String, gongping_appraisal::Points>,
}

/// A text of a form, with line feeds and without spaces around it.
pub(super) fn checked(text: &str) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    if (1..=MOST_CHARACTERS).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Refusal::input("ledger-words", &[("most", &MOST_CHARACTERS.to_string())]))
}

/// Contents that are committed to in one commit.
#[derive(Default)]
pub(super) struct Sealer {
    pub(super) extras: Extras,
}

impl Sealer {
    /// Seals a content and gives the commitment.
    pub(super) fn seal(&mut self, app: &App, content: &impl Serialize) -> Result<Digest, Refusal> {
        let (digest, opening) = payload::committed(app, content)?;
        self.extras.payloads.push(opening);
        Ok(digest)
    }

    /// Seals a text of a form.
    pub(super) fn words(
        &mut self,
        app: &App,
        id: &AppraisalId,
        text: &str,
    ) -> Result<Digest, Refusal> {
        let text = checked(text)?;
        self.seal(app, &Words { appraisal: id.clone(), text })
    }
}

/// Reads a text back.
///
/// # Errors
/// [`Refusal::Failure`] when it is missing or damaged.
pub async fn words(app: &App, digest: Digest) -> Result<String, Refusal> {
    Ok(payload::read::<Words>(app, digest).await?.text)
}
