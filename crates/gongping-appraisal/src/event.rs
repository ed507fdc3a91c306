//! Events: what has happened. The log holds them as JSON, one entry each; the exact bytes are
//! what the Merkle tree hashes, so the order of fields and the names here are part of the format.

use crate::{
    AccountId, AppraisalId, BoxHead, BoxId, BoxOpening, Calendar, CodeList, Digest, DutyGrant,
    InspectionEvent, InspectionGroup, InspectionGroupNumber, IntegrityEvent, KeyRound, KeySeat,
    LedgerEvent, Medium, NewUnit, OpinionEvent, PracticeItem, PreparationEvent, SheetNumber,
    Signatory, SortingEvent, SurveyPlan, TalliedBox, UnitId,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Something that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A unit entered the tree (A1).
    UnitRegistered {
        /// The unit.
        unit: NewUnit,
    },
    /// A unit bears another name from a day on (A1).
    UnitRenamed {
        /// Which.
        unit: UnitId,
        /// The new name.
        name: String,
        /// The first day of the new name.
        from: Date,
    },
    /// A unit no longer exists from a day on (A1).
    UnitClosed {
        /// Which.
        unit: UnitId,
        /// The first day on which it no longer exists.
        on: Date,
    },
    /// An account was opened. Names of persons stay out of the log.
    AccountOpened {
        /// Its id.
        account: AccountId,
        /// What is typed at log-in.
        login: String,
        /// The post.
        title: String,
        /// The duties.
        duties: BTreeSet<DutyGrant>,
    },
    /// The duties of an account were replaced.
    DutiesChanged {
        /// Which.
        account: AccountId,
        /// The duties from now on.
        duties: BTreeSet<DutyGrant>,
    },
    /// A password was set; the hash itself stays out of the log.
    PasswordSet {
        /// Whose.
        account: AccountId,
        /// SHA-256 of the stored (salted) password hash.
        password: Digest,
    },
    /// An account may no longer log in.
    AccountClosed {
        /// Which.
        account: AccountId,
    },
    /// An appraisal was planned (A1, C1).
    AppraisalPlanned {
        /// Its id.
        appraisal: AppraisalId,
        /// Who runs it.
        organiser: UnitId,
        /// The year it is for.
        year: i16,
        /// Its title.
        title: String,
        /// The units that are appraised.
        units: Vec<UnitId>,
    },
    /// A rulebook was adopted; it may be replaced until the appraisal opens.
    RulebookAdopted {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The exact text.
        text: String,
    },
    /// The dates of the phases were set.
    CalendarSet {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The dates.
        calendar: Calendar,
    },
    /// The appraisal opened; the rulebook is frozen from here on.
    AppraisalOpened {
        /// The appraisal.
        appraisal: AppraisalId,
        /// SHA-256 of the frozen rulebook's text.
        rulebook: Digest,
    },
    /// A survey plan was laid before the two signatories (C3).
    SurveyProposed {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The plan.
        plan: SurveyPlan,
    },
    /// The survey plan was signed for one of the two bodies (A5, C3).
    SurveySigned {
        /// The appraisal.
        appraisal: AppraisalId,
        /// For which body.
        signatory: Signatory,
        /// What exactly was signed.
        plan: Digest,
    },
    /// A key holder handed in what a round of the key ceremony asks for (C9).
    KeyMessageGiven {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The seat.
        seat: KeySeat,
        /// The round.
        round: KeyRound,
        /// The protocol's message, exact JSON.
        message: String,
    },
    /// The key ceremony began anew; nothing that was handed in before counts (C9).
    KeysRestarted {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Who asked for it.
        seat: KeySeat,
        /// Why, in one line.
        reason: String,
    },
    /// A practice box was made for the key that came out of the ceremony.
    PracticeBoxMade {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Its archive up to the encrypted tally.
        items: Vec<PracticeItem>,
    },
    /// A key holder gave a share of the practice box, made from one of the holder's media.
    PracticeShareGiven {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The seat.
        seat: KeySeat,
        /// From which medium the secret was read.
        medium: Medium,
        /// The protocol's partial decryption, exact JSON.
        share: String,
    },
    /// Enough key holders have shown both media: the practice box was opened.
    PracticeBoxOpened {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What came out, question by question: how often each answer was given.
        outcome: Vec<Vec<u64>>,
    },
    /// The statistics bureau handed in the public code lists (A5).
    CodesIssued {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The lists by box.
        lists: BTreeMap<BoxId, CodeList>,
    },
    /// Before the opening, the statistics bureau struck off lost codes of one kind of sheet and
    /// issued as many others in their place (A5).
    CodesReplaced {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The kind of sheet.
        sheet: SheetNumber,
        /// The lists of the sheet's boxes from now on.
        lists: BTreeMap<BoxId, CodeList>,
        /// How many codes were replaced: in each list, so many entries are others.
        struck: u32,
        /// Why, in one line. Never the code, and never who had it.
        reason: String,
    },
    /// The survey opened: every box with its head after set-up (C3).
    SurveyOpened {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The boxes.
        boxes: BTreeMap<BoxId, BoxOpening>,
    },
    /// The heads of boxes that grew since the last time.
    BoxesCheckpointed {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The heads.
        heads: BTreeMap<BoxId, BoxHead>,
    },
    /// The survey closed; no ballot is taken from here on (C9).
    SurveyClosed {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The heads after the encrypted tally, and the ballots that count. None is open yet.
        boxes: BTreeMap<BoxId, TalliedBox>,
        /// The boxes that hold enough ballots to be opened.
        to_open: BTreeSet<BoxId>,
    },
    /// A key holder gave the shares for all boxes that may be opened (C9).
    ShareGiven {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The seat.
        seat: KeySeat,
        /// The heads after the shares.
        heads: BTreeMap<BoxId, BoxHead>,
    },
    /// The boxes were opened (C9).
    BoxesOpened {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Every box of the survey; some may have stayed shut.
        boxes: BTreeMap<BoxId, TalliedBox>,
    },
    /// An inspection group was formed or changed (C8).
    InspectionGroupFormed {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The group.
        group: InspectionGroup,
    },
    /// A member entered points about a unit, or replaced the own earlier ones (C8).
    PointsEntered {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The unit.
        unit: UnitId,
        /// Commitment to the member's sheet.
        sheet: Digest,
    },
    /// The group decided collectively (C8).
    InspectionDecided {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The unit.
        unit: UnitId,
        /// The group.
        group: InspectionGroupNumber,
        /// Commitment to the report.
        report: Digest,
    },
    /// The leader returned the decision to the members before signing (C8).
    InspectionReturned {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// The group's leader signed the report; it is filed (C8).
    InspectionSigned {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The unit.
        unit: UnitId,
        /// Commitment to the report.
        report: Digest,
    },
    /// The ranking was drawn up from the open boxes and the signed reports (C9).
    RankingDrafted {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Commitment to the score report.
        report: Digest,
    },
    /// The ranking was signed for one of the two bodies (A5, C9).
    RankingSigned {
        /// The appraisal.
        appraisal: AppraisalId,
        /// For which body.
        signatory: Signatory,
        /// What exactly was signed.
        report: Digest,
    },
    /// The ranking was published (C9).
    Published {
        /// The appraisal.
        appraisal: AppraisalId,
        /// SHA-256 of the dossier's manifest.
        manifest: Digest,
    },
    /// Something happened to opinions (C2).
    Opinion {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: OpinionEvent,
    },
    /// Something happened in the register of the eight prohibitions, or to a consequence (E).
    Integrity {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: IntegrityEvent,
    },
    /// Opinions were gathered or sorted (C2, C5).
    Sorting {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: SortingEvent,
    },
    /// An inspection group scored blind or voted (C8).
    Inspection {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: InspectionEvent,
    },
    /// Something happened to feedback, self-inspection or rectification (C4–C7).
    Ledger {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: LedgerEvent,
    },
    /// Something was prepared: plans of the levels below, roster, channels (A2, C1, C2).
    Preparation {
        /// The appraisal.
        appraisal: AppraisalId,
        /// What.
        what: PreparationEvent,
    },
}

impl Event {
    /// The appraisal it belongs to, if any.
    #[must_use]
    pub const fn appraisal(&self) -> Option<&AppraisalId> {
        match self {
            Self::UnitRegistered { .. }
            | Self::UnitRenamed { .. }
            | Self::UnitClosed { .. }
            | Self::AccountOpened { .. }
            | Self::DutiesChanged { .. }
            | Self::PasswordSet { .. }
            | Self::AccountClosed { .. } => None,
            Self::AppraisalPlanned { appraisal, .. }
            | Self::RulebookAdopted { appraisal, .. }
            | Self::CalendarSet { appraisal, .. }
            | Self::AppraisalOpened { appraisal, .. }
            | Self::SurveyProposed { appraisal, .. }
            | Self::SurveySigned { appraisal, .. }
            | Self::KeyMessageGiven { appraisal, .. }
            | Self::KeysRestarted { appraisal, .. }
            | Self::PracticeBoxMade { appraisal, .. }
            | Self::PracticeShareGiven { appraisal, .. }
            | Self::PracticeBoxOpened { appraisal, .. }
            | Self::CodesIssued { appraisal, .. }
            | Self::CodesReplaced { appraisal, .. }
            | Self::SurveyOpened { appraisal, .. }
            | Self::BoxesCheckpointed { appraisal, .. }
            | Self::SurveyClosed { appraisal, .. }
            | Self::ShareGiven { appraisal, .. }
            | Self::BoxesOpened { appraisal, .. }
            | Self::InspectionGroupFormed { appraisal, .. }
            | Self::PointsEntered { appraisal, .. }
            | Self::InspectionDecided { appraisal, .. }
            | Self::InspectionReturned { appraisal, .. }
            | Self::InspectionSigned { appraisal, .. }
            | Self::RankingDrafted { appraisal, .. }
            | Self::RankingSigned { appraisal, .. }
            | Self::Published { appraisal, .. }
            | Self::Opinion { appraisal, .. }
            | Self::Integrity { appraisal, .. }
            | Self::Sorting { appraisal, .. }
            | Self::Inspection { appraisal, .. }
            | Self::Ledger { appraisal, .. }
            | Self::Preparation { appraisal, .. } => Some(appraisal),
        }
    }

    /// The area whose own enum says more, such as `opinion`; none for the events of this one.
    #[must_use]
    pub const fn area(&self) -> Option<&'static str> {
        match self {
            Self::Opinion { .. } => Some("opinion"),
            Self::Integrity { .. } => Some("integrity"),
            Self::Sorting { .. } => Some("sorting"),
            Self::Inspection { .. } => Some("inspection"),
            Self::Ledger { .. } => Some("ledger"),
            Self::Preparation { .. } => Some("preparation"),
            _ => None,
        }
    }

    /// The kind as a word: the `event` field of its JSON; for an event of an area, that and the
    /// `kind` of what happened there, as in `opinion_filed`.
    #[must_use]
    pub fn kind(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        let event = value["event"].as_str().unwrap_or_default();
        match value["what"]["kind"].as_str() {
            Some(kind) if self.area().is_some() => format!("{event}_{kind}"),
            _ => event.to_owned(),
        }
    }
}

/// One entry of the log: an event, when it happened and who made it happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When, in microseconds since 1970-01-01 UTC.
    pub at_us: i64,
    /// Who.
    pub actor: AccountId,
    /// What.
    pub body: Event,
}

/// Why bytes are not a log entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryMistake {
    /// Not the JSON of an entry.
    #[error("not a log entry: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON of an entry, but spelled in another way than the one that is hashed.
    #[error("a log entry that is not in canonical form")]
    NotCanonical,
}

impl Entry {
    /// The longest entry, in bytes (C2SP tlog-tiles: the length is written in 16 bits).
    pub const MAX_BYTES: usize = 65_535;

    /// The exact bytes for the log.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serialisation of these types cannot fail: string keys only, no floats.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the exact bytes of the log.
    ///
    /// # Errors
    /// [`EntryMistake`] for anything that [`Entry::to_bytes`] would not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryMistake> {
        let entry: Self = serde_json::from_slice(bytes)?;
        if entry.to_bytes() == bytes { Ok(entry) } else { Err(EntryMistake::NotCanonical) }
    }
}
