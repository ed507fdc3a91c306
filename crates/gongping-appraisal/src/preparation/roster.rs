//! The roster of a level (A2, A3): leading group, office and teams. Names of persons are committed
//! to; the post and the account stand in the log.

use crate::Digest;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A post of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterPost {
    /// 领导小组组长: the principal of the unit.
    Leader,
    /// 领导小组副组长
    DeputyLeader,
    /// 领导小组成员
    GroupMember,
    /// 办公室主任
    Director,
    /// 办公室副主任
    DeputyDirector,
    /// 办公室成员
    OfficeMember,
    /// 综合组
    Coordination,
    /// 评议组
    Appraisal,
    /// 检查组
    Inspection,
    /// 联络组
    Liaison,
}

impl RosterPost {
    /// All posts, topmost first.
    pub const ALL: [Self; 10] = [
        Self::Leader,
        Self::DeputyLeader,
        Self::GroupMember,
        Self::Director,
        Self::DeputyDirector,
        Self::OfficeMember,
        Self::Coordination,
        Self::Appraisal,
        Self::Inspection,
        Self::Liaison,
    ];

    /// The word in tables, forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::DeputyLeader => "deputy_leader",
            Self::GroupMember => "group_member",
            Self::Director => "director",
            Self::DeputyDirector => "deputy_director",
            Self::OfficeMember => "office_member",
            Self::Coordination => "coordination",
            Self::Appraisal => "appraisal",
            Self::Inspection => "inspection",
            Self::Liaison => "liaison",
        }
    }

    /// Reads the word that [`RosterPost::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.as_str() == text)
    }

    /// Whether one person holds it at a time.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Leader | Self::Director)
    }
}

/// How somebody came to a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// From which day.
    pub on: Date,
    /// The number of the document.
    pub document: String,
    /// Commitment to the person's name.
    pub name: Digest,
}
