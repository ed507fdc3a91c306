//! The members' vote on a report (C8).

use serde::{Deserialize, Serialize};

/// How a member votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// For the report.
    For,
    /// Against it.
    Against,
    /// Neither.
    Abstain,
}

impl Vote {
    /// All votes.
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Abstain];

    /// As a word, for forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstain => "abstain",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vote| vote.as_str() == text)
    }
}

/// How many members voted in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoteCount {
    /// For.
    pub votes_for: usize,
    /// Against.
    pub votes_against: usize,
    /// Neither.
    pub abstained: usize,
    /// Have not voted.
    pub absent: usize,
}

impl VoteCount {
    pub(crate) fn of(votes: impl Iterator<Item = Option<Vote>>) -> Self {
        votes.fold(Self::default(), |mut count, vote| {
            match vote {
                Some(Vote::For) => count.votes_for += 1,
                Some(Vote::Against) => count.votes_against += 1,
                Some(Vote::Abstain) => count.abstained += 1,
                None => count.absent += 1,
            }
            count
        })
    }

    /// How many have voted.
    #[must_use]
    pub const fn cast(self) -> usize {
        self.votes_for + self.votes_against + self.abstained
    }

    /// Whether the report is carried: the quorum has voted, more for than against, and so many
    /// more that those who have not voted could not change it. So a leader gains nothing by not
    /// waiting for somebody.
    #[must_use]
    pub fn is_carried(self, quorum: u16) -> bool {
        self.cast() >= usize::from(quorum) && self.votes_for > self.votes_against + self.absent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For, against, abstained, absent.
    fn carried(counts: [usize; 4], quorum: u16) -> bool {
        let [votes_for, votes_against, abstained, absent] = counts;
        VoteCount { votes_for, votes_against, abstained, absent }.is_carried(quorum)
    }

    #[test]
    fn a_report_is_carried_only_when_no_missing_vote_could_change_it() {
        assert!(carried([2, 1, 0, 0], 2));
        assert!(carried([3, 1, 0, 1], 4));
        assert!(carried([1, 0, 2, 0], 2));
        assert!(!carried([2, 1, 1, 1], 4));
        assert!(!carried([1, 1, 0, 0], 2));
        assert!(!carried([0, 0, 3, 0], 2));
        assert!(!carried([3, 0, 0, 2], 4), "without the quorum");
    }

    #[test]
    fn votes_have_their_words() {
        for vote in Vote::ALL {
            assert_eq!(Vote::parse(vote.as_str()), Some(vote));
        }
        assert_eq!(Vote::parse("yes"), None);
    }
}
