//! Inspection (C8): members enter points with reasons, the group decides, its leader signs.
//! Points and reasons are kept outside the log behind commitments until publication, so that
//! nobody reads a score from the public log before the ranking is out (C9).
//!
//! A group with a quorum scores blind and votes by member (ADR 0019): no sheet is shown before all
//! are in, and each member votes from the own account on the exact report. Groups of older logs
//! have no quorum; there the leader wrote down how many voted.

mod event;
mod rejection;
mod vote;

pub use event::{InspectionEvent, InspectionStep};
pub use rejection::InspectionRejection;
pub use vote::{Vote, VoteCount};

use crate::{AccountId, AppraisalId, Digest, InspectionGroupNumber, UnitId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Points given to a component: an exact decimal with at most two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points {
    hundredths: u32,
}

/// Why a text is not a number of points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number of points: digits with at most two after the point")]
pub struct PointsMistake(pub String);

impl Points {
    /// From hundredths of a point.
    #[must_use]
    pub const fn from_hundredths(hundredths: u32) -> Self {
        Self { hundredths }
    }

    /// In hundredths of a point.
    #[must_use]
    pub const fn hundredths(self) -> u32 {
        self.hundredths
    }

    /// Reads `17`, `17.5` or `17.25`.
    ///
    /// # Errors
    /// [`PointsMistake`] for anything else: signs, three places, full-width digits, over 10,000.
    pub fn parse(text: &str) -> Result<Self, PointsMistake> {
        let mistake = || PointsMistake(text.to_owned());
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, longest: usize| {
            (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 4) || !digits(places, 2) {
            return Err(mistake());
        }
        let whole: u32 = whole.parse().map_err(|_| mistake())?;
        let cents: u32 = format!("{places:0<2}").parse().map_err(|_| mistake())?;
        Ok(Self { hundredths: whole * 100 + cents })
    }
}

impl fmt::Display for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, cents) = (self.hundredths / 100, self.hundredths % 100);
        match (cents, cents % 10) {
            (0, _) => write!(formatter, "{whole}"),
            (_, 0) => write!(formatter, "{whole}.{}", cents / 10),
            _ => write!(formatter, "{whole}.{cents:02}"),
        }
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Points for one component, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonedPoints {
    /// The points.
    pub points: Points,
    /// The reason, as it will be published.
    pub reason: String,
}

/// What one member of the group entered about one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSheet {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The unit.
    pub unit: UnitId,
    /// The member.
    pub member: AccountId,
    /// Points by component of the rulebook.
    pub points: BTreeMap<String, ReasonedPoints>,
}

/// What the group decided about one unit: the exact text that its leader signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionReport {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The unit.
    pub unit: UnitId,
    /// The group.
    pub group: InspectionGroupNumber,
    /// The members' sheets that the group had before it, by commitment.
    pub sheets: BTreeMap<AccountId, Digest>,
    /// The decided points by component.
    pub points: BTreeMap<String, ReasonedPoints>,
    /// How many members voted for the decision, where the group has no quorum. Otherwise the log
    /// says how each member voted on this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_for: Option<u16>,
    /// How many voted against, where the group has no quorum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_against: Option<u16>,
}

/// A group that inspects some of the units (C8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionGroup {
    /// Its number, from 1.
    pub number: InspectionGroupNumber,
    /// Its leader, who signs.
    pub leader: AccountId,
    /// Its members; the leader is one of them.
    pub members: BTreeSet<AccountId>,
    /// The units that it inspects.
    pub units: BTreeSet<UnitId>,
    /// How many members must have voted before a vote counts: more than half of them. None in
    /// logs from before members voted from their own accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u16>,
}

impl InspectionGroup {
    /// What may be a quorum: fewest and most.
    #[must_use]
    pub fn quorum_bounds(members: usize) -> (u16, u16) {
        let count = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        (count(members / 2 + 1), count(members))
    }

    /// The quorum that is proposed: two thirds of the members, rounded up.
    #[must_use]
    pub fn usual_quorum(members: usize) -> u16 {
        let (least, most) = Self::quorum_bounds(members);
        u16::try_from((2 * members).div_ceil(3)).unwrap_or(u16::MAX).clamp(least, most.max(least))
    }

    /// Whether all members have a sheet.
    #[must_use]
    pub fn is_complete(&self, sheets: &BTreeMap<AccountId, Digest>) -> bool {
        self.members.iter().all(|member| sheets.contains_key(member))
    }

    /// The votes of its members.
    #[must_use]
    pub fn count(&self, votes: &BTreeMap<AccountId, Vote>) -> VoteCount {
        VoteCount::of(self.members.iter().map(|member| votes.get(member).copied()))
    }
}

/// How far the inspection of one unit has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inspection {
    /// Members enter their points.
    Entering {
        /// The sheets entered so far, by commitment.
        sheets: BTreeMap<AccountId, Digest>,
    },
    /// The sheets are fixed and open to the members, who compare them. Only in a group with a
    /// quorum.
    Compared {
        /// The sheets, by commitment.
        sheets: BTreeMap<AccountId, Digest>,
    },
    /// Members vote on a report; the leader signs it once it is carried. Only in a group with a
    /// quorum.
    Voting {
        /// The sheets, by commitment.
        sheets: BTreeMap<AccountId, Digest>,
        /// Commitment to the report.
        report: Digest,
        /// The votes so far.
        votes: BTreeMap<AccountId, Vote>,
    },
    /// The group has decided; the leader has still to sign. Only in a group without a quorum.
    Decided {
        /// The sheets, by commitment.
        sheets: BTreeMap<AccountId, Digest>,
        /// Commitment to the report.
        report: Digest,
    },
    /// Signed and filed.
    Signed {
        /// The sheets, by commitment.
        sheets: BTreeMap<AccountId, Digest>,
        /// Commitment to the report.
        report: Digest,
        /// The leader who signed.
        leader: AccountId,
        /// How the members voted on it; empty in a group without a quorum.
        votes: BTreeMap<AccountId, Vote>,
    },
}

impl Inspection {
    /// The stage as a word, for tables and translation keys.
    #[must_use]
    pub const fn stage(&self) -> &'static str {
        match self {
            Self::Entering { .. } => "entering",
            Self::Compared { .. } => "compared",
            Self::Voting { .. } => "voting",
            Self::Decided { .. } => "decided",
            Self::Signed { .. } => "signed",
        }
    }

    /// The members' sheets so far, by commitment.
    #[must_use]
    pub const fn sheets(&self) -> &BTreeMap<AccountId, Digest> {
        match self {
            Self::Entering { sheets }
            | Self::Compared { sheets }
            | Self::Voting { sheets, .. }
            | Self::Decided { sheets, .. }
            | Self::Signed { sheets, .. } => sheets,
        }
    }

    /// The commitment to the report, once decided.
    #[must_use]
    pub const fn report(&self) -> Option<Digest> {
        match self {
            Self::Entering { .. } | Self::Compared { .. } => None,
            Self::Voting { report, .. }
            | Self::Decided { report, .. }
            | Self::Signed { report, .. } => Some(*report),
        }
    }

    /// The votes of members from their own accounts.
    #[must_use]
    pub fn votes(&self) -> Option<&BTreeMap<AccountId, Vote>> {
        match self {
            Self::Voting { votes, .. } | Self::Signed { votes, .. } => Some(votes),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_exact_decimals() {
        for (text, hundredths) in [("0", 0), ("17", 1700), ("17.5", 1750), ("17.25", 1725)] {
            let points = Points::parse(text).unwrap();
            assert_eq!(points.hundredths(), hundredths);
            assert_eq!(points.to_string(), text);
        }
        for bad in ["", "-1", "+1", "1.", ".5", "1.255", "１７", "1e1", "99999", "1,5"] {
            assert!(Points::parse(bad).is_err(), "{bad} was accepted");
        }
    }
}
