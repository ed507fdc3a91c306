//! Commands: what somebody wants to happen.

use crate::{
    AccountId, AppraisalId, BoxHead, BoxId, BoxOpening, Calendar, CodeList, Digest, DutyGrant,
    InspectionGroup, InspectionReport, InspectionStep, IntegrityStep, KeyRound, KeySeat,
    LedgerStep, Medium, MemberSheet, NewUnit, OpinionStep, PracticeItem, PreparationStep,
    SheetNumber, Signatory, SortingStep, SurveyPlan, TalliedBox, UnitId,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::{BTreeMap, BTreeSet};

/// What the outside world knows at the moment of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The time.
    pub now: Timestamp,
    /// Who acts.
    pub actor: AccountId,
    /// The revision of the appraisal that the actor saw, where a form was filled in from it.
    pub seen: Option<u64>,
}

impl Context {
    /// The civil date in China (UTC+8, no daylight saving since 1991).
    #[must_use]
    pub fn today(&self) -> Date {
        Offset::constant(8).to_datetime(self.now).date()
    }
}

/// Something that somebody wants to happen. See the [`crate::Event`] of the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Register units, in any order, all or none.
    RegisterUnits(Vec<NewUnit>),
    /// Rename a unit from a day on.
    RenameUnit {
        /// Which.
        unit: UnitId,
        /// The new name.
        name: String,
        /// The first day of the new name.
        from: Date,
    },
    /// Close a unit from a day on.
    CloseUnit {
        /// Which.
        unit: UnitId,
        /// The first day on which it no longer exists.
        on: Date,
    },
    /// Open an account.
    OpenAccount {
        /// Its id.
        account: AccountId,
        /// What is typed at log-in.
        login: String,
        /// The post.
        title: String,
        /// The duties.
        duties: BTreeSet<DutyGrant>,
        /// SHA-256 of the stored password hash.
        password: Digest,
    },
    /// Replace the duties of an account.
    ChangeDuties {
        /// Which.
        account: AccountId,
        /// The duties from now on.
        duties: BTreeSet<DutyGrant>,
    },
    /// Set a password.
    SetPassword {
        /// Whose.
        account: AccountId,
        /// SHA-256 of the stored password hash.
        password: Digest,
    },
    /// Close an account.
    CloseAccount {
        /// Which.
        account: AccountId,
    },
    /// Plan an appraisal.
    PlanAppraisal {
        /// Who runs it.
        organiser: UnitId,
        /// The year it is for.
        year: i16,
        /// Its title.
        title: String,
        /// The units.
        units: Vec<UnitId>,
    },
    /// A step within an appraisal.
    Within(AppraisalId, Step),
}

/// A step within an appraisal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Adopt a rulebook.
    AdoptRulebook {
        /// Its exact text.
        text: String,
    },
    /// Set the calendar.
    SetCalendar(Calendar),
    /// Open the appraisal.
    Open,
    /// Lay a survey plan before the signatories.
    ProposeSurvey(SurveyPlan),
    /// Sign the survey plan.
    SignSurvey {
        /// For which body.
        signatory: Signatory,
        /// What was seen.
        plan: Digest,
    },
    /// Hand in what a round of the key ceremony asks for. The caller has checked its proofs.
    GiveKeyMessage {
        /// The seat.
        seat: KeySeat,
        /// The round.
        round: KeyRound,
        /// Exact JSON.
        message: String,
    },
    /// Begin the key ceremony anew.
    RestartKeys {
        /// The seat that asks for it.
        seat: KeySeat,
        /// Why.
        reason: String,
    },
    /// Note the practice box made for the new key.
    MakePracticeBox(Vec<PracticeItem>),
    /// Give a share of the practice box. The caller has checked its proofs.
    GivePracticeShare {
        /// The seat.
        seat: KeySeat,
        /// From which medium the secret was read.
        medium: Medium,
        /// Exact JSON.
        share: String,
    },
    /// Open the practice box.
    OpenPracticeBox {
        /// What came out.
        outcome: Vec<Vec<u64>>,
    },
    /// Hand in the code lists. The caller has checked their form.
    IssueCodes(BTreeMap<BoxId, CodeList>),
    /// Strike off lost codes of one kind of sheet. The caller has compared the lists with those
    /// that stood before.
    ReplaceCodes {
        /// The kind of sheet.
        sheet: SheetNumber,
        /// The lists of the sheet's boxes from now on.
        lists: BTreeMap<BoxId, CodeList>,
        /// How many entries of each list are others.
        struck: u32,
        /// Why, in one line.
        reason: String,
    },
    /// Open the survey with the boxes made for it.
    OpenSurvey(BTreeMap<BoxId, BoxOpening>),
    /// Note the heads of boxes.
    CheckpointBoxes(BTreeMap<BoxId, BoxHead>),
    /// Close the survey.
    CloseSurvey(BTreeMap<BoxId, TalliedBox>),
    /// Note the shares of one key holder. The caller has checked their proofs.
    GiveShare {
        /// The seat.
        seat: KeySeat,
        /// The heads after the shares.
        heads: BTreeMap<BoxId, BoxHead>,
    },
    /// Open the boxes.
    OpenBoxes(BTreeMap<BoxId, TalliedBox>),
    /// Form or change an inspection group.
    FormInspectionGroup(InspectionGroup),
    /// Enter points.
    EnterPoints {
        /// What was entered.
        sheet: MemberSheet,
        /// The commitment to it.
        commitment: Digest,
    },
    /// Record the group's decision.
    DecideInspection {
        /// The report.
        report: InspectionReport,
        /// The commitment to it.
        commitment: Digest,
    },
    /// Return a decision to the members.
    ReturnInspection {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// Sign a report.
    SignInspection {
        /// The unit.
        unit: UnitId,
        /// What was seen.
        report: Digest,
    },
    /// Draw up the ranking.
    DraftRanking {
        /// Commitment to the score report.
        report: Digest,
    },
    /// Sign the ranking.
    SignRanking {
        /// For which body.
        signatory: Signatory,
        /// What was seen.
        report: Digest,
    },
    /// Publish.
    Publish {
        /// SHA-256 of the dossier's manifest.
        manifest: Digest,
    },
    /// Something about opinions.
    Opinion(OpinionStep),
    /// Something about the register of the eight prohibitions or a consequence.
    Integrity(IntegrityStep),
    /// Something about gathering and sorting opinions.
    Sorting(SortingStep),
    /// Something about blind scoring and the members' vote.
    Inspection(InspectionStep),
    /// Something about feedback, self-inspection or rectification.
    Ledger(LedgerStep),
    /// Something about preparation.
    Preparation(PreparationStep),
}
