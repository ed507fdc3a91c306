//! Accounts and duties (A2, A3, A5). A duty is held for a unit; what it allows, and how far down
//! the tree, is said in [`crate::permission`].

use crate::{AccountId, Digest, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a person does in an appraisal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 系统管理员: accounts and units; no part in the appraisal itself.
    Administrator,
    /// 办公室主任: signs for the office (A2).
    OfficeDirector,
    /// 综合组 (A3)
    Coordination,
    /// 评议组 (A3)
    AppraisalTeam,
    /// 检查组成员 (A3, C8)
    Inspector,
    /// 检查组组长: signs the inspection report (C8).
    InspectionLeader,
    /// 联络组 (A3)
    Liaison,
    /// 统计局: agrees the survey plan, issues codes, signs the ranking (A5).
    StatisticsBureau,
    /// 纠风办: receives the results and holds a key (C9).
    ConductOffice,
    /// 被评单位
    AppraisedUnit,
    /// 被评单位负责人: files its self-inspection and confirms what it receives (C4, C5).
    UnitHead,
}

impl Duty {
    /// All duties.
    pub const ALL: [Self; 11] = [
        Self::Administrator,
        Self::OfficeDirector,
        Self::Coordination,
        Self::AppraisalTeam,
        Self::Inspector,
        Self::InspectionLeader,
        Self::Liaison,
        Self::StatisticsBureau,
        Self::ConductOffice,
        Self::AppraisedUnit,
        Self::UnitHead,
    ];

    /// The word in tables, translation keys and the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::OfficeDirector => "office_director",
            Self::Coordination => "coordination",
            Self::AppraisalTeam => "appraisal_team",
            Self::Inspector => "inspector",
            Self::InspectionLeader => "inspection_leader",
            Self::Liaison => "liaison",
            Self::StatisticsBureau => "statistics_bureau",
            Self::ConductOffice => "conduct_office",
            Self::AppraisedUnit => "appraised_unit",
            Self::UnitHead => "unit_head",
        }
    }

    /// Reads the word that [`Duty::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == text)
    }
}

/// A duty held for a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DutyGrant {
    /// What.
    pub duty: Duty,
    /// For which unit (the organiser; for [`Duty::AppraisedUnit`] and [`Duty::UnitHead`] the appraised one).
    pub unit: UnitId,
}

/// An account as the world knows it. Names of persons are not here: the log is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What is typed at log-in; unique among open accounts.
    pub login: String,
    /// The post, as shown to others and in the record: 综合组组长.
    pub title: String,
    /// The duties now held.
    pub duties: BTreeSet<DutyGrant>,
    /// SHA-256 of the stored password hash: a changed password shows in the log, the hash does not.
    pub password: Option<Digest>,
    /// Whether it may log in.
    pub active: bool,
}
