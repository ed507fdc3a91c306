//! How simulated people answer and inspect: each unit has a quality of its own, each item and
//! group its leaning, and people differ.

use gongping_appraisal::{Points, ReasonedPoints};
use gongping_score::Rulebook;
use gongping_seal::Choice;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Dice of their own for one matter, so that what happens elsewhere does not change them.
pub(crate) fn dice(seed: u64, matter: &str) -> ChaCha20Rng {
    let mut sha = Sha256::new();
    sha.update(seed.to_be_bytes());
    sha.update(matter.as_bytes());
    ChaCha20Rng::from_seed(sha.finalize().into())
}

/// A number from 0 to 99.
fn percent(dice: &mut ChaCha20Rng) -> u32 {
    dice.random_range(0..100)
}

/// How good a unit is, from 30 to 90.
pub(crate) fn quality(seed: u64, unit: &str) -> u32 {
    30 + dice(seed, &format!("quality {unit}")).random_range(0..=60)
}

/// One respondent's answers about one unit: an index into the grades for each item, or blank.
pub(crate) fn choices(rules: &Rulebook, quality: u32, dice: &mut ChaCha20Rng) -> Vec<Choice> {
    let mood = dice.random_range(0..30);
    let grades = u32::try_from(rules.grades().len()).unwrap_or(1);
    rules
        .items()
        .iter()
        .map(|_| {
            if percent(dice) < 3 {
                return Choice::none();
            }
            // Better units shift the answers towards the first grade.
            let luck = percent(dice) + mood;
            let dislike = luck.saturating_sub(quality) * grades / 100;
            Choice::one(usize::try_from(dislike.min(grades - 1)).unwrap_or_default())
        })
        .collect()
}

/// The points that an inspector gives, with a reason.
pub(crate) fn points(
    rules: &Rulebook,
    quality: u32,
    dice: &mut ChaCha20Rng,
) -> BTreeMap<String, ReasonedPoints> {
    let mut given = BTreeMap::new();
    for (component, range) in rules.entered_components() {
        let maximum = Points::parse(&range.maximum.to_string()).map_or(0, Points::hundredths);
        let share = 70 + quality / 4 + dice.random_range(0..8);
        // In steps of half a point, within what the rulebook allows.
        let hundredths = (maximum * share.min(100) / 100) / 50 * 50;
        let points = Points::from_hundredths(hundredths);
        let reason = reason(&component.id, hundredths * 100 / maximum.max(1), dice);
        given.insert(component.id.clone(), ReasonedPoints { points, reason });
    }
    given
}

fn reason(component: &str, share: u32, dice: &mut ChaCha20Rng) -> String {
    let checked = 8 + dice.next_u32() % 12;
    let open = if share >= 95 { 0 } else { 1 + dice.next_u32() % 3 };
    match (component, open) {
        ("rectification", 0) => format!("抽查整改事项{checked}项，均已落实到位。"),
        ("rectification", _) => {
            format!("抽查整改事项{checked}项，其中{open}项尚未完全落实，已明确责任人和期限。")
        }
        (_, 0) => format!("自查材料齐全，抽查{checked}份办件记录，未发现问题。"),
        (_, _) => format!("自查报告内容完整；抽查{checked}份办件记录，{open}份登记不全。"),
    }
}
