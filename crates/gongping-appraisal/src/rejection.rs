//! Why the domain says no. Each has a stable code, the key of its message in the locale files.

use crate::{
    AccountId, AppraisalId, BoxId, InspectionRejection, IntegrityRejection, KeyRound,
    LedgerRejection, Level, OpinionRejection, Phase, PreparationRejection, SortingRejection,
    UnitId,
};
use serde::{Deserialize, Serialize};

/// A refusal by the rules; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rejection {
    /// The account holds no duty that carries this permission at this unit.
    #[error("{permission} at {unit} is not among this account's duties")]
    NotAllowed {
        /// The permission's name.
        permission: String,
        /// The unit at which it was asked for.
        unit: UnitId,
    },
    /// There is no unit with this id, or not on that date.
    #[error("there is no unit {unit}")]
    UnknownUnit {
        /// The id.
        unit: UnitId,
    },
    /// A unit with this id is there already.
    #[error("unit {unit} is registered already")]
    UnitExists {
        /// The id.
        unit: UnitId,
    },
    /// A unit must stand one level below its parent (A1).
    #[error("unit {unit} cannot stand under that parent: its level is {level:?}")]
    WrongLevel {
        /// The id.
        unit: UnitId,
        /// Its level.
        level: Level,
    },
    /// A name must be one line of 1 to 80 characters.
    #[error("a name must be one line of 1 to 80 characters")]
    BadName,
    /// A unit is closed already, or the date lies before its opening.
    #[error("unit {unit} cannot be changed on that date")]
    BadUnitDate {
        /// The id.
        unit: UnitId,
    },
    /// A unit cannot close while units below it are open.
    #[error("unit {unit} still has open units below it")]
    HasOpenUnits {
        /// The id.
        unit: UnitId,
    },
    /// The log-in name is taken or has a form that cannot be typed safely.
    #[error("log-in name {login:?} cannot be used")]
    BadLogin {
        /// As it was typed.
        login: String,
    },
    /// There is no such account.
    #[error("there is no account {account}")]
    UnknownAccount {
        /// The id.
        account: AccountId,
    },
    /// The account exists already.
    #[error("account {account} exists already")]
    AccountExists {
        /// The id.
        account: AccountId,
    },
    /// There is no such appraisal.
    #[error("there is no appraisal {appraisal}")]
    UnknownAppraisal {
        /// The id.
        appraisal: AppraisalId,
    },
    /// One organiser runs one appraisal a year.
    #[error("appraisal {appraisal} is planned already")]
    AppraisalExists {
        /// The id.
        appraisal: AppraisalId,
    },
    /// Only units one level below the organiser are appraised, at a county also itself (A1).
    #[error("unit {unit} is not one level below the organiser")]
    NotAppraisedByOrganiser {
        /// The id.
        unit: UnitId,
    },
    /// An appraisal needs at least two units to rank, a sheet at least one, and none twice.
    #[error("the list of units is too short or names a unit twice")]
    BadUnitList,
    /// The appraisal is not at the stage that this step needs.
    #[error("this step needs {needed}, but the appraisal is at {stage}")]
    WrongStage {
        /// The stage that is needed, as a word.
        needed: String,
        /// The stage it is at.
        stage: String,
    },
    /// The rulebook has mistakes; the checker lists them.
    #[error("the rulebook has {count} mistakes")]
    RulebookMistakes {
        /// How many.
        count: usize,
    },
    /// The dates of a phase are out of order.
    #[error("the dates of phase {phase:?} are out of order")]
    CalendarDisorder {
        /// The phase.
        phase: Phase,
    },
    /// Something the step needs is not there yet.
    #[error("{what} is missing")]
    Missing {
        /// What, as a word.
        what: String,
    },
    /// A survey plan must name every unit and every group of the rulebook.
    #[error("the survey plan leaves out group {group} for unit {unit}")]
    PlanLeavesOut {
        /// The unit.
        unit: UnitId,
        /// The group.
        group: String,
    },
    /// The survey plan names a group that the rulebook does not have.
    #[error("the rulebook has no respondent group {group}")]
    UnknownGroup {
        /// The group.
        group: String,
    },
    /// A sheet number is 0 or used twice, or its number of codes is 0 or too large.
    #[error("sheet {sheet} of the survey plan is not well formed")]
    BadSheet {
        /// The number.
        sheet: u16,
    },
    /// A box must get more codes than the smallest number that may be opened.
    #[error("box {box_id} gets {codes} codes, fewer than the rulebook's minimum of {minimum}")]
    TooFewCodes {
        /// The box.
        box_id: BoxId,
        /// Codes planned.
        codes: u64,
        /// The rulebook's minimum.
        minimum: u64,
    },
    /// The survey must close after it opens, and not before now.
    #[error("the survey's opening and closing times are out of order")]
    SurveyTimes,
    /// What was signed is not what stands now: somebody changed it meanwhile.
    #[error("what you saw has been changed meanwhile")]
    ChangedMeanwhile,
    /// This signature or key has been given already.
    #[error("this has been given already")]
    AlreadyGiven,
    /// One person cannot give two signatures that the plan wants from two bodies (A5, C9).
    #[error("the same account has signed for the other body")]
    SameSigner,
    /// Fewer than two key holders could open a box, or more than there are (C9).
    #[error(
        "{threshold} key holders cannot open the boxes: at least 2, and no more than there are"
    )]
    KeyThreshold {
        /// How many were planned.
        threshold: u32,
    },
    /// The key ceremony is in another round (C9).
    #[error("the key ceremony is in round {round:?}")]
    KeyRound {
        /// The round.
        round: KeyRound,
    },
    /// The code lists do not match the survey plan.
    #[error("the code list of box {box_id} does not match the survey plan")]
    CodeListMismatch {
        /// The box.
        box_id: BoxId,
    },
    /// Between one and all codes of a sheet can be struck off (A5).
    #[error("{struck} of the {codes} codes of sheet {sheet} cannot be struck off")]
    StruckCodes {
        /// The sheet.
        sheet: u16,
        /// How many were to be struck off.
        struck: u32,
        /// How many codes the sheet has.
        codes: u32,
    },
    /// The boxes handed in are not those of the survey.
    #[error("the boxes are not those of this survey")]
    BoxesMismatch,
    /// It is too early for this step.
    #[error("too early: possible from {from}")]
    TooEarly {
        /// From when, RFC 3339.
        from: String,
    },
    /// It is too late for this step.
    #[error("too late: it was possible until {until}")]
    TooLate {
        /// Until when, RFC 3339.
        until: String,
    },
    /// An inspection group needs a leader and members who hold the duty, and units of its own.
    #[error("inspection group {group} is not well formed")]
    BadInspectionGroup {
        /// The number.
        group: u16,
    },
    /// The account is not a member, or not the leader, of the group that inspects this unit.
    #[error("this account is not in the inspection group of {unit}")]
    NotInGroup {
        /// The unit.
        unit: UnitId,
    },
    /// Points are out of the rulebook's range or step, or a reason is missing.
    #[error(
        "the points for {component} must lie between {min} and {max}, in steps of {step}, with a reason"
    )]
    BadPoints {
        /// The component of the rulebook.
        component: String,
        /// Its minimum.
        min: String,
        /// Its maximum.
        max: String,
        /// Its step.
        step: String,
    },
    /// The rulebook has no such component, or no group enters points for it.
    #[error("the rulebook has no component {component} for points")]
    UnknownComponent {
        /// The id.
        component: String,
    },
    /// The group has decided; sheets and decision stand.
    #[error("the inspection group has decided on {unit} already")]
    AlreadyDecided {
        /// The unit.
        unit: UnitId,
    },
    /// Not all members have entered their points.
    #[error("{count} members have not entered their points")]
    SheetsOutstanding {
        /// How many.
        count: usize,
    },
    /// Some inspection reports are not signed yet.
    #[error("{count} inspection reports are not signed yet")]
    InspectionsOutstanding {
        /// How many.
        count: usize,
    },
    /// What should be logged does not fit one entry of the log: a rulebook or a survey plan that is
    /// far too long.
    #[error("{bytes} bytes are too long for one entry of the log, which holds {limit}")]
    TooLong {
        /// How long it would be.
        bytes: usize,
        /// How long an entry may be.
        limit: usize,
    },
    /// A rule about opinions says no.
    #[error(transparent)]
    Opinion(OpinionRejection),
    /// A rule of the register says no.
    #[error(transparent)]
    Integrity(IntegrityRejection),
    /// A rule about gathering and sorting says no.
    #[error(transparent)]
    Sorting(SortingRejection),
    /// A rule about blind scoring and the members' vote says no.
    #[error(transparent)]
    Inspection(InspectionRejection),
    /// A rule about feedback and rectification says no.
    #[error(transparent)]
    Ledger(LedgerRejection),
    /// A rule about preparation says no.
    #[error(transparent)]
    Preparation(PreparationRejection),
}

impl From<PreparationRejection> for Rejection {
    fn from(rejection: PreparationRejection) -> Self {
        Self::Preparation(rejection)
    }
}

impl From<InspectionRejection> for Rejection {
    fn from(rejection: InspectionRejection) -> Self {
        Self::Inspection(rejection)
    }
}

impl From<LedgerRejection> for Rejection {
    fn from(rejection: LedgerRejection) -> Self {
        Self::Ledger(rejection)
    }
}

impl From<IntegrityRejection> for Rejection {
    fn from(rejection: IntegrityRejection) -> Self {
        Self::Integrity(rejection)
    }
}

impl From<SortingRejection> for Rejection {
    fn from(rejection: SortingRejection) -> Self {
        Self::Sorting(rejection)
    }
}

impl From<OpinionRejection> for Rejection {
    fn from(rejection: OpinionRejection) -> Self {
        Self::Opinion(rejection)
    }
}

impl Rejection {
    /// The area whose own enum says more, such as `opinion`: the key of the message is then
    /// `opinion-refused-` and the rest of the code with hyphens.
    #[must_use]
    pub const fn area(&self) -> Option<&'static str> {
        match self {
            Self::Opinion(_) => Some("opinion"),
            Self::Integrity(_) => Some("integrity"),
            Self::Sorting(_) => Some("sorting"),
            Self::Inspection(_) => Some("inspection"),
            Self::Ledger(_) => Some("ledger"),
            Self::Preparation(_) => Some("preparation"),
            _ => None,
        }
    }

    /// The stable code: the key of the message is `rejection-` and this with hyphens. That of an
    /// area begins with its name, as in `opinion_bad_key`.
    #[must_use]
    pub fn code(&self) -> String {
        self.fields().0
    }

    /// The data of the refusal by name, for the message.
    #[must_use]
    pub fn args(&self) -> Vec<(String, String)> {
        self.fields().1
    }

    fn fields(&self) -> (String, Vec<(String, String)>) {
        let serde_json::Value::Object(mut fields) =
            serde_json::to_value(self).unwrap_or(serde_json::Value::Null)
        else {
            return (String::new(), Vec::new());
        };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        let mut code = fields.remove("code").map(text).unwrap_or_default();
        if let Some(refused) = fields.remove("refused") {
            code = format!("{code}_{}", text(refused));
        }
        (code, fields.into_iter().map(|(name, value)| (name, text(value))).collect())
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::Missing { what: what.to_owned() }
    }

    /// Every code with example data; tests use it to see that each has its message.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let unit = UnitId::parse("360100-LSB").unwrap_or_else(|_| unreachable!("a valid id"));
        let appraisal = AppraisalId::of(2026, &unit).unwrap_or_else(|_| unreachable!("valid"));
        let account = AccountId::parse("a1").unwrap_or_else(|_| unreachable!("a valid id"));
        let group = crate::GroupId::parse("residents").unwrap_or_else(|_| unreachable!("valid"));
        let box_id = BoxId::of(&appraisal, &unit, &group);
        let text = || "x".to_owned();
        let opinions = OpinionRejection::examples(&unit).into_iter().map(Self::Opinion);
        let register =
            IntegrityRejection::examples(&unit, &account).into_iter().map(Self::Integrity);
        let sorting = SortingRejection::examples(&unit).into_iter().map(Self::Sorting);
        let ledger = LedgerRejection::examples(&unit).into_iter().map(Self::Ledger);
        let inspection = InspectionRejection::examples().into_iter().map(Self::Inspection);
        let preparation = PreparationRejection::examples(&unit).into_iter().map(Self::Preparation);
        let own = vec![
            Self::NotAllowed { permission: text(), unit: unit.clone() },
            Self::UnknownUnit { unit: unit.clone() },
            Self::UnitExists { unit: unit.clone() },
            Self::WrongLevel { unit: unit.clone(), level: Level::City },
            Self::BadName,
            Self::BadUnitDate { unit: unit.clone() },
            Self::HasOpenUnits { unit: unit.clone() },
            Self::BadLogin { login: text() },
            Self::UnknownAccount { account: account.clone() },
            Self::AccountExists { account },
            Self::UnknownAppraisal { appraisal: appraisal.clone() },
            Self::AppraisalExists { appraisal },
            Self::NotAppraisedByOrganiser { unit: unit.clone() },
            Self::BadUnitList,
            Self::WrongStage { needed: text(), stage: text() },
            Self::RulebookMistakes { count: 2 },
            Self::CalendarDisorder { phase: Phase::Opinions },
            Self::missing("rulebook"),
            Self::PlanLeavesOut { unit: unit.clone(), group: text() },
            Self::UnknownGroup { group: text() },
            Self::BadSheet { sheet: 1 },
            Self::TooFewCodes { box_id: box_id.clone(), codes: 1, minimum: 5 },
            Self::SurveyTimes,
            Self::ChangedMeanwhile,
            Self::AlreadyGiven,
            Self::SameSigner,
            Self::KeyThreshold { threshold: 1 },
            Self::KeyRound { round: KeyRound::Polynomial },
            Self::CodeListMismatch { box_id },
            Self::StruckCodes { sheet: 1, struck: 0, codes: 12 },
            Self::BoxesMismatch,
            Self::TooEarly { from: text() },
            Self::TooLate { until: text() },
            Self::BadInspectionGroup { group: 1 },
            Self::NotInGroup { unit: unit.clone() },
            Self::BadPoints { component: text(), min: text(), max: text(), step: text() },
            Self::UnknownComponent { component: text() },
            Self::AlreadyDecided { unit },
            Self::SheetsOutstanding { count: 1 },
            Self::InspectionsOutstanding { count: 1 },
            Self::TooLong { bytes: 70_000, limit: 65_535 },
        ];
        own.into_iter()
            .chain(opinions)
            .chain(register)
            .chain(sorting)
            .chain(inspection)
            .chain(ledger)
            .chain(preparation)
            .collect()
    }
}
