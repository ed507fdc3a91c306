//! The satisfaction survey (C3, D2): its plan, the two signatures, codes, keys, and the boxes.

use crate::{
    AccountId, AppraisalId, BoxId, Ceremony, Digest, GroupId, KeySeat, SheetNumber, Signatory,
    UnitId, sha256,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One kind of sheet: who answers it, about which units, and how many get a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPlan {
    /// Its number, from 1; printed before each code.
    pub number: SheetNumber,
    /// The respondent group that answers it.
    pub group: GroupId,
    /// The units that it rates, in the order in which they are asked.
    pub units: Vec<UnitId>,
    /// How many invitation codes are issued for it: the sample size.
    pub codes: u32,
}

/// The survey plan that the office and the statistics bureau agree (A5, C3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyPlan {
    /// The sheets, by number.
    pub sheets: Vec<SheetPlan>,
    /// Answers are taken from this instant,
    pub opens_at: Timestamp,
    /// and until just before this one.
    pub closes_at: Timestamp,
    /// How many of the key holders open the boxes together (C9); never one alone.
    pub key_threshold: u32,
    /// How the codes reach people: words for the public page, one line each.
    pub channels: Vec<String>,
}

impl SurveyPlan {
    /// What is signed: SHA-256 of the plan's JSON, fields in the order of the type.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Every box with the number of codes that open it.
    #[must_use]
    pub fn boxes(&self, appraisal: &AppraisalId) -> BTreeMap<BoxId, u64> {
        let mut boxes = BTreeMap::new();
        for sheet in &self.sheets {
            for unit in &sheet.units {
                *boxes.entry(BoxId::of(appraisal, unit, &sheet.group)).or_default() +=
                    u64::from(sheet.codes);
            }
        }
        boxes
    }

    /// The sheet with this number.
    #[must_use]
    pub fn sheet(&self, number: SheetNumber) -> Option<&SheetPlan> {
        self.sheets.iter().find(|sheet| sheet.number == number)
    }

    /// The identifier of a box's election in the ballot protocol (22 base58 characters), fixed by
    /// the signed plan, so that codes can be derived for it before the keys are known.
    #[must_use]
    pub fn election_uuid(&self, box_id: &BoxId) -> String {
        self.uuid_for("gongping-box", box_id.as_str())
    }

    /// An identifier of the ballot protocol that follows from the plan and nothing of anybody's
    /// choosing but `purpose` and `name`.
    #[must_use]
    pub fn uuid_for(&self, purpose: &str, name: &str) -> String {
        const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let digest = sha256(format!("{purpose}|{}|{name}", self.digest()).as_bytes());
        digest.as_bytes()[..22]
            .iter()
            .map(|byte| char::from(BASE58[usize::from(*byte) % BASE58.len()]))
            .collect()
    }
}

/// The public code list of a box, as the statistics bureau handed it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeList {
    /// SHA-256 of the list's exact JSON.
    pub digest: Digest,
    /// How many codes.
    pub count: u64,
}

/// The head of a box: the last event of its archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxHead {
    /// The event's hash: 64 hexadecimal digits.
    pub hash: Digest,
    /// Its height: 0 for the set-up event.
    pub height: u64,
}

/// A box as it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxOpening {
    /// The election's identifier.
    pub uuid: String,
    /// The election's fingerprint, as the protocol defines it.
    pub fingerprint: String,
    /// The head after set-up.
    pub head: BoxHead,
}

/// A box after the sealed tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalliedBox {
    /// The head after the last event.
    pub head: BoxHead,
    /// Ballots that count: one for each code that answered.
    pub counted: u64,
    /// Whether it was opened. A box that holds fewer ballots than the rulebook's minimum stays
    /// shut. The head binds the counts; a hash of them alone could be guessed before publication.
    pub opened: bool,
}

/// A box while its survey runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxState {
    /// How it was opened.
    pub opening: BoxOpening,
    /// The latest head that the log knows.
    pub head: BoxHead,
    /// Ballots that counted when the survey closed; 0 before.
    pub counted: u64,
    /// Whether it was opened.
    pub opened: bool,
}

/// How far the survey has come. Each state carries what the next ones need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Survey {
    /// No plan yet.
    Unplanned,
    /// A plan waits for signatures.
    Proposed {
        /// The plan.
        plan: SurveyPlan,
        /// Who has signed, for which body.
        signed: BTreeMap<Signatory, AccountId>,
    },
    /// Both have signed; keys and codes are collected.
    Agreed {
        /// The plan.
        plan: SurveyPlan,
        /// How far the key holders are.
        ceremony: Ceremony,
        /// The code lists, when issued.
        codes: Option<BTreeMap<BoxId, CodeList>>,
    },
    /// Answers are taken.
    Collecting {
        /// The plan.
        plan: SurveyPlan,
        /// The key holders.
        ceremony: Ceremony,
        /// The boxes.
        boxes: BTreeMap<BoxId, BoxState>,
    },
    /// No more answers; key holders give their shares.
    Closed {
        /// The plan.
        plan: SurveyPlan,
        /// The key holders.
        ceremony: Ceremony,
        /// The boxes.
        boxes: BTreeMap<BoxId, BoxState>,
        /// The boxes that hold enough ballots to be opened.
        to_open: BTreeSet<BoxId>,
        /// The seats that have given their shares.
        shares: BTreeSet<KeySeat>,
    },
    /// The boxes are open.
    Tallied {
        /// The seats whose shares opened them.
        shares: BTreeSet<KeySeat>,
        /// The plan.
        plan: SurveyPlan,
        /// The key holders.
        ceremony: Ceremony,
        /// The boxes.
        boxes: BTreeMap<BoxId, BoxState>,
    },
}

impl Survey {
    /// The stage as a word, for tables and translation keys.
    #[must_use]
    pub const fn stage(&self) -> &'static str {
        match self {
            Self::Unplanned => "unplanned",
            Self::Proposed { .. } => "proposed",
            Self::Agreed { .. } => "agreed",
            Self::Collecting { .. } => "collecting",
            Self::Closed { .. } => "closed",
            Self::Tallied { .. } => "tallied",
        }
    }

    /// The plan, once there is one.
    #[must_use]
    pub const fn plan(&self) -> Option<&SurveyPlan> {
        match self {
            Self::Unplanned => None,
            Self::Proposed { plan, .. }
            | Self::Agreed { plan, .. }
            | Self::Collecting { plan, .. }
            | Self::Closed { plan, .. }
            | Self::Tallied { plan, .. } => Some(plan),
        }
    }

    /// The boxes, once open.
    #[must_use]
    pub const fn boxes(&self) -> Option<&BTreeMap<BoxId, BoxState>> {
        match self {
            Self::Unplanned | Self::Proposed { .. } | Self::Agreed { .. } => None,
            Self::Collecting { boxes, .. }
            | Self::Closed { boxes, .. }
            | Self::Tallied { boxes, .. } => Some(boxes),
        }
    }

    /// The key holders and what they have handed in, once the plan is agreed.
    #[must_use]
    pub const fn ceremony(&self) -> Option<&Ceremony> {
        match self {
            Self::Unplanned | Self::Proposed { .. } => None,
            Self::Agreed { ceremony, .. }
            | Self::Collecting { ceremony, .. }
            | Self::Closed { ceremony, .. }
            | Self::Tallied { ceremony, .. } => Some(ceremony),
        }
    }
}
