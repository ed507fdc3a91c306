//! The number on a respondent's receipt: one for a whole sheet, short enough to be read aloud.
//! `docs/spec/receipt.md` describes it.

use crate::slip::{BASE32, half_width, is_separator, letter};
use sha2::{Digest, Sha256};

/// Characters of a number: 80 bits.
const LENGTH: usize = 16;
const GROUP: usize = 4;
/// What is hashed begins with this.
const PREFIX: &str = "gongping-receipt";

/// The receipt number of a sheet, as in `4XVA-9TQ0-W3ZC-PJ82`: the first 80 bits of the SHA-256 of
/// the trackers of its ballots, in the order of their boxes' identifiers.
#[must_use]
pub fn receipt_number<'a>(trackers: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    hash.update(PREFIX);
    for tracker in trackers {
        hash.update("|");
        hash.update(tracker);
    }
    let digest = hash.finalize();
    // Two groups of eight characters are five bytes each.
    let halves = digest.chunks_exact(LENGTH * 5 / 8 / 2).take(2);
    let characters = halves.flat_map(|half| {
        let number = half.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        (0..LENGTH / 2).rev().map(move |place| (number >> (5 * place)) & 31)
    });
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (index, value) in characters.enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(BASE32[usize::try_from(value).unwrap_or_default()]));
    }
    text
}

/// Reads a receipt number as people type it, and writes it in its one form; none if the text is
/// not one.
#[must_use]
pub fn read_receipt_number(typed: &str) -> Option<String> {
    let characters = typed.trim().chars().map(half_width).filter(|c| !is_separator(*c));
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (index, character) in characters.enumerate() {
        let value = letter(u8::try_from(character).ok()?)?;
        if index == LENGTH {
            return None;
        }
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(BASE32[usize::from(value)]));
    }
    (text.len() == LENGTH + LENGTH / GROUP - 1).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Example {
        trackers: Vec<String>,
        number: String,
    }

    #[test]
    fn numbers_are_those_that_the_browser_shows() {
        let text = include_str!("../../../testdata/receipt-numbers.json");
        let examples: Vec<Example> = serde_json::from_str(text).unwrap();
        for Example { trackers, number } in examples {
            assert_eq!(receipt_number(trackers.iter().map(String::as_str)), number);
            assert_eq!(read_receipt_number(&number), Some(number));
        }
    }

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        let number = "10VA-9TQ0-W3ZC-PJ82";
        for typed in [
            "10VA9TQ0W3ZCPJ82",
            " 10va 9tq0 w3zc pj82\n",
            "lOVA—9TQo—W3ZC—PJ82",
            "１０VA-9TQ0-W3ZC-PJ82",
        ] {
            assert_eq!(read_receipt_number(typed).as_deref(), Some(number), "{typed}");
        }
        for typed in
            ["", "10VA-9TQ0-W3ZC-PJ8", "10VA-9TQ0-W3ZC-PJ822", "U0VA-9TQ0-W3ZC-PJ82", "评议"]
        {
            assert_eq!(read_receipt_number(typed), None, "{typed}");
        }
    }
}
