//! Search by words: an inverted index in a plain table.

use sha2::{Digest as _, Sha256};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Opinions, by number.
    Opinion,
    /// Findings, by number.
    Finding,
}

/// The number under which a word of an appraisal is indexed: the upper 64 bits of a SHA-256.
#[must_use]
pub fn term(appraisal_id: &str, subject: Subject, word: &str) -> i64 {
    let kind = match subject {
        Subject::Opinion => "opinion",
        Subject::Finding => "finding",
    };
    let hash = Sha256::digest(format!("{appraisal_id}\n{kind}\n{word}"));
    let mut upper = [0; 8];
    upper.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(upper)
}

/// What to look for. Every word must occur; empty texts mean any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSearch {
    /// The appraisal.
    pub appraisal_id: String,
    /// What is searched.
    pub subject: Subject,
    /// The words, at least one; those after the first [`WordSearch::MOST_WORDS`] are passed over.
    pub words: Vec<String>,
    /// The unit.
    pub unit_id: String,
    /// The item.
    pub item: String,
    /// Praise, suggestion or complaint. Findings have none.
    pub matter: String,
    /// The state.
    pub state: String,
    /// From this time on, in microseconds since 1970. Findings have none.
    pub from_us: i64,
    /// Before this time.
    pub until_us: i64,
    /// Only numbers below this one: the next page.
    pub below: i64,
    /// At most so many.
    pub limit: u32,
}

impl WordSearch {
    /// More words would hardly find less.
    pub const MOST_WORDS: usize = 6;

    /// All of one appraisal with these words.
    #[must_use]
    pub fn of(appraisal_id: &str, subject: Subject, words: Vec<String>, limit: u32) -> Self {
        Self {
            appraisal_id: appraisal_id.to_owned(),
            subject,
            words,
            unit_id: String::new(),
            item: String::new(),
            matter: String::new(),
            state: String::new(),
            from_us: i64::MIN,
            until_us: i64::MAX,
            below: i64::MAX,
            limit,
        }
    }

    /// The terms of the words, each once.
    pub(crate) fn terms(&self) -> Vec<i64> {
        let words = self.words.iter().take(Self::MOST_WORDS);
        let mut terms: Vec<i64> =
            words.map(|word| term(&self.appraisal_id, self.subject, word)).collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }
}
