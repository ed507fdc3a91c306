//! How much two opinions are alike: the characters that both use, where a character that is rare
//! in the collection weighs more (cosine of sets with inverse document frequency).
//!
//! People tell one matter in other words and in another order, so words and pairs of characters
//! find less than single characters do; `tests/pairs.rs` measures it. Whole numbers only, so that
//! every machine suggests the same.

use crate::normal::{normalise, with_digits};
use std::collections::{BTreeSet, HashMap};

/// Characters that nearly every complaint has.
const EMPTY: &str =
    "的了是在我你他她们也都就又还很不没有要会能可以这那个吗呢吧啊被把给让到从去来着过得说人";

/// The distinct characters of a text, in their order: small enough to keep for each of a hundred
/// thousand texts. The text cannot be read from it, though its subject may be guessed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch(String);

impl Sketch {
    /// The sketch of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let normal = with_digits(&normalise(text));
        let letters: BTreeSet<char> = normal
            .chars()
            .filter(|letter| letter.is_alphanumeric() && !EMPTY.contains(*letter))
            .collect();
        Self(letters.into_iter().collect())
    }

    /// What [`Sketch::as_str`] gave, from a table.
    #[must_use]
    pub fn from_kept(kept: String) -> Self {
        Self(kept)
    }

    /// To keep it in a table.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How alike two texts are, in thousandths: 0 has nothing in common, 1000 uses the same characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness(pub u16);

impl Likeness {
    /// From here on two opinions about one unit are suggested as duplicates. Chosen on half of the
    /// labelled pairs in `testdata/opinions` and measured on the other half.
    pub const SUGGESTED: Self = Self(330);
}

/// As if a collection had so many more texts: in one of three texts, what two of them share is not
/// common because two of three have it.
const SMALL: u64 = 50;

/// How often each character occurs in the texts of a collection.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    texts: u32,
    with: HashMap<char, u32>,
}

impl Collection {
    /// Counts one text.
    pub fn add(&mut self, sketch: &Sketch) {
        self.texts += 1;
        for letter in sketch.0.chars() {
            *self.with.entry(letter).or_default() += 1;
        }
    }

    /// Four times the binary logarithm of how rare a character is, and at least 1.
    fn weight(&self, letter: char) -> u64 {
        let with = self.with.get(&letter).copied().unwrap_or(1);
        let rarity = (u64::from(self.texts) + SMALL) * 16 / (u64::from(with) + 1);
        // The sixteen of the fixed point, to the fourth power, is sixteen binary digits.
        let power = u128::from(rarity.max(1)).pow(4).ilog2();
        u64::from(power.saturating_sub(16)).max(1)
    }

    fn mass(&self, sketch: &Sketch) -> u64 {
        sketch.0.chars().map(|letter| self.weight(letter)).sum()
    }

    /// How alike two texts are among those of the collection.
    #[must_use]
    pub fn likeness(&self, one: &Sketch, other: &Sketch) -> Likeness {
        let known: BTreeSet<char> = one.0.chars().collect();
        let common = other.0.chars().filter(|letter| known.contains(letter));
        let shared: u64 = common.map(|letter| self.weight(letter)).sum();
        let mean = (self.mass(one) * self.mass(other)).isqrt().max(1);
        Likeness(u16::try_from(shared * 1000 / mean).unwrap_or(1000).min(1000))
    }

    /// The `most` texts that are likest to `text` and alike enough to be suggested, likest first.
    pub fn suggestions<'a, K: Copy + Ord>(
        &self,
        text: &Sketch,
        others: impl IntoIterator<Item = (K, &'a Sketch)>,
        most: usize,
    ) -> Vec<(K, Likeness)> {
        let alike = others.into_iter().map(|(key, other)| (key, self.likeness(text, other)));
        let mut alike: Vec<(K, Likeness)> =
            alike.filter(|(_, likeness)| *likeness >= Likeness::SUGGESTED).collect();
        alike.sort_by_key(|(key, likeness)| (std::cmp::Reverse(*likeness), *key));
        alike.truncate(most);
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_symmetric_and_whole_for_the_same_text() {
        let (a, b) = (Sketch::of("取号机坏了"), Sketch::of("取号机坏了半个月，没有人修"));
        let mut collection = Collection::default();
        collection.add(&a);
        collection.add(&b);
        assert_eq!(collection.likeness(&a, &b), collection.likeness(&b, &a));
        assert!(collection.likeness(&a, &b) > Likeness::SUGGESTED);
        assert_eq!(collection.likeness(&a, &a), Likeness(1000));
        assert_eq!(collection.likeness(&a, &Sketch::default()), Likeness(0));
        assert_eq!(collection.likeness(&Sketch::default(), &Sketch::default()), Likeness(0));
    }

    #[test]
    fn what_everybody_says_weighs_less_than_what_few_say() {
        let mut collection = Collection::default();
        for text in ["窗口取号机", "窗口排队", "窗口态度", "窗口取号机"] {
            collection.add(&Sketch::of(text));
        }
        assert!(collection.weight('机') > collection.weight('窗'));
    }

    #[test]
    fn suggestions_come_likest_first_and_leave_out_what_is_not_alike() {
        let texts = ["取号机坏了", "取号机坏了没有人修", "工资拖欠五个月"].map(Sketch::of);
        let mut collection = Collection::default();
        texts.iter().for_each(|text| collection.add(text));
        let found = collection.suggestions(&texts[0], texts.iter().enumerate().skip(1), 5);
        assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [1]);
    }
}
