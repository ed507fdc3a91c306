//! An invitation code as it is printed on a slip and typed by hand.
//!
//! The protocol writes a private credential as 22 characters of mixed case, which an old person
//! cannot type without mistakes. A slip shows the same number in Crockford's Base32: digits and
//! capital letters without I, L, O and U, in four groups of seven, after the number of the sheet:
//! `07-2CKBN97-8SRT0GZ-…`. Of the 28 characters 26 are the number, since 58²² < 2¹³⁰, and two are
//! for checking; they also cover the number of the sheet.
//!
//! The check is an extended Reed–Solomon code over GF(32): any one or two wrong characters, and so
//! any two that changed places, are always noticed, and of a single one it is known where it is.
//! `testdata/slip-codes.json` has examples; the browser's implementation is tested by the same.

use crate::PrivateCredential;
use crate::credential::BASE58;
use zeroize::{Zeroize, Zeroizing};

/// Crockford's Base32.
pub(crate) const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of the number.
const DATA: usize = 26;
/// With the two for checking.
const PRINTED: usize = DATA + 2;
const GROUP: usize = 7;
/// Characters of a credential without its hyphens.
const BASE58_LENGTH: usize = 22;
/// A sheet's number as four digits to the base of 32.
const SHEET_DIGITS: usize = 4;
/// The longest number of a sheet, in decimal digits.
const SHEET_LENGTH: usize = 5;

/// An invitation code: which sheet it is for, and the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipCode {
    /// The number of the sheet.
    pub sheet: u16,
    /// The secret.
    pub credential: PrivateCredential,
}

/// Why a typed text is no invitation code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlipMistake {
    /// Nothing was typed.
    #[error("there is no code")]
    Empty,
    /// It does not begin with the number of a sheet.
    #[error("the code does not begin with the number of its sheet")]
    NoSheet,
    /// Characters are missing.
    #[error("characters of the code are missing")]
    TooShort,
    /// There are too many characters.
    #[error("the code has too many characters")]
    TooLong,
    /// A character occurs in no code.
    #[error("the code contains a character that occurs in no code")]
    WrongCharacter,
    /// The check characters do not fit the others.
    #[error("the code is mistyped")]
    Mistyped {
        /// The group of seven to look at first, from 1, or 0 for the number of the sheet; none if
        /// that cannot be told. It is certain if one character is wrong, and a guess if more are.
        group: Option<usize>,
    },
}

impl SlipCode {
    /// The code as it is printed: `07-` and four groups of seven.
    #[must_use]
    pub fn printed(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new([0u8; PRINTED]);
        to_base32(&self.credential, &mut digits);
        let (first, second) = checks(self.sheet, &digits[..DATA]);
        digits[DATA..].copy_from_slice(&[first, second]);
        let mut text = Zeroizing::new(String::with_capacity(SHEET_LENGTH + PRINTED + 4));
        text.push_str(&format!("{:02}", self.sheet));
        for group in digits.chunks_exact(GROUP) {
            text.push('-');
            text.extend(group.iter().map(|digit| char::from(BASE32[usize::from(*digit)])));
        }
        text
    }

    /// Reads a code as people type it: with spaces, dashes of every kind or none, in full-width
    /// characters, in capitals or not; I and L stand for 1, and O for 0. The protocol's own form
    /// after the number of the sheet is read as well; there case carries meaning.
    ///
    /// # Errors
    /// [`SlipMistake`].
    pub fn read(typed: &str) -> Result<Self, SlipMistake> {
        let mut text = Zeroizing::new(String::with_capacity(typed.len()));
        text.extend(typed.trim().chars().map(half_width));
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=SHEET_LENGTH).contains(&digits) && text[digits..].starts_with(is_separator) {
            let rest = plain(&text[digits..]);
            return read_parts(&text[..digits], &rest);
        }
        let all = plain(text);
        let length = all.chars().count();
        let sheet_length = match length {
            0 => return Err(SlipMistake::Empty),
            BASE58_LENGTH | PRINTED => return Err(SlipMistake::NoSheet),
            1..BASE58_LENGTH => return Err(SlipMistake::TooShort),
            _ if length > PRINTED + SHEET_LENGTH => return Err(SlipMistake::TooLong),
            _ if length > PRINTED => length - PRINTED,
            _ => length - BASE58_LENGTH,
        };
        let leading = all.bytes().take_while(u8::is_ascii_digit).count();
        if leading >= sheet_length {
            read_parts(&all[..sheet_length], &all[sheet_length..])
        } else if leading > 0 && length < PRINTED {
            Err(SlipMistake::TooShort)
        } else {
            Err(SlipMistake::NoSheet)
        }
    }
}

/// A secret of 22 characters as it is printed on a key sheet: the letters of a slip without the
/// number of a sheet.
pub(crate) fn seed_letters(seed: &str) -> Zeroizing<String> {
    let Ok(credential) = PrivateCredential::from_plain(seed) else { return Zeroizing::default() };
    let printed = SlipCode { sheet: 0, credential }.printed();
    Zeroizing::new(printed.trim_start_matches("00-").to_owned())
}

/// Reads what was typed from a key sheet.
pub(crate) fn read_seed_letters(typed: &str) -> Result<Zeroizing<String>, SlipMistake> {
    let mut text = Zeroizing::new(String::with_capacity(typed.len()));
    text.extend(typed.chars().map(half_width));
    let letters = plain(&text);
    if letters.is_empty() {
        return Err(SlipMistake::Empty);
    }
    if letters.len() == BASE58_LENGTH {
        return Err(SlipMistake::TooShort);
    }
    let code = read_parts("0", &letters)?;
    let mut seed = Zeroizing::new(String::with_capacity(BASE58_LENGTH));
    seed.extend(code.credential.plain().map(char::from));
    Ok(seed)
}

fn read_parts(sheet: &str, rest: &str) -> Result<SlipCode, SlipMistake> {
    let sheet: u16 = sheet.parse().map_err(|_| SlipMistake::NoSheet)?;
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(SlipMistake::WrongCharacter);
    }
    match rest.len() {
        BASE58_LENGTH => read_base58(sheet, rest),
        PRINTED => read_base32(sheet, rest),
        length if length < PRINTED => Err(SlipMistake::TooShort),
        _ => Err(SlipMistake::TooLong),
    }
}

/// Each of four characters that no credential contains stands for the one it looks like.
fn read_base58(sheet: u16, rest: &str) -> Result<SlipCode, SlipMistake> {
    let mut text = Zeroizing::new(String::with_capacity(BASE58_LENGTH));
    text.extend(rest.chars().map(|character| match character {
        '0' | 'O' => 'o',
        'I' | 'l' => '1',
        other => other,
    }));
    let credential = PrivateCredential::from_plain(&text);
    let credential = credential.map_err(|_| SlipMistake::WrongCharacter)?;
    Ok(SlipCode { sheet, credential })
}

fn read_base32(sheet: u16, rest: &str) -> Result<SlipCode, SlipMistake> {
    let mut digits = Zeroizing::new([0u8; PRINTED]);
    for (digit, byte) in digits.iter_mut().zip(rest.bytes()) {
        *digit = letter(byte).ok_or(SlipMistake::WrongCharacter)?;
    }
    let (first, second) = checks(sheet, &digits[..DATA]);
    let (first, second) = (first ^ digits[DATA], second ^ digits[DATA + 1]);
    if (first, second) != (0, 0) {
        return Err(SlipMistake::Mistyped { group: group_of_mistake(first, second) });
    }
    let credential = from_base32(&digits[..DATA]);
    let credential = credential.ok_or(SlipMistake::Mistyped { group: None })?;
    Ok(SlipCode { sheet, credential })
}

/// The value of a letter as people type it: in capitals or not, I and L for 1, and O for 0.
pub(crate) fn letter(typed: u8) -> Option<u8> {
    let printed = match typed.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    BASE32.iter().zip(0u8..).find(|(known, _)| **known == printed).map(|(_, value)| value)
}

/// Multiplies with x in GF(32), of which x⁵ + x² + 1 is the modulus and x a generator.
fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// The two check digits: the sum of all digits, and their sum with the weights x³⁰ … x¹. The
/// first four are those of the sheet.
fn checks(sheet: u16, data: &[u8]) -> (u8, u8) {
    let number = u32::from(sheet);
    let of_sheet =
        (0..SHEET_DIGITS).rev().map(|place| ((number >> (5 * place)) & 31).to_le_bytes()[0]);
    let (mut sum, mut weighted) = (0, 0);
    for digit in of_sheet.chain(data.iter().copied()) {
        sum ^= digit;
        weighted = times_x(weighted ^ digit);
    }
    (sum, weighted)
}

/// Where a single wrong digit is, from what the two check digits are off by.
fn group_of_mistake(first: u8, second: u8) -> Option<usize> {
    if second == 0 {
        return Some(PRINTED / GROUP);
    }
    let mut weighted = first;
    for place in (0..SHEET_DIGITS + DATA).rev() {
        weighted = times_x(weighted);
        if weighted == second {
            return Some(place.checked_sub(SHEET_DIGITS).map_or(0, |index| index / GROUP + 1));
        }
    }
    // Either the second check digit is wrong, or two digits changed places.
    None
}

/// A number of up to 160 bits, the least significant part first.
#[derive(Zeroize)]
struct Number([u32; 5]);

impl Number {
    /// Multiplies and adds.
    fn push(&mut self, base: u32, digit: u8) {
        let mut carry = u64::from(digit);
        for part in &mut self.0 {
            let wide = u64::from(*part) * u64::from(base) + carry;
            let (low, high) = (wide & u64::from(u32::MAX), wide >> 32);
            *part = u32::try_from(low).unwrap_or_default();
            carry = high;
        }
    }

    /// Divides and gives the remainder.
    fn pop(&mut self, base: u32) -> u8 {
        let mut rest = 0u64;
        for part in self.0.iter_mut().rev() {
            let wide = (rest << 32) | u64::from(*part);
            *part = u32::try_from(wide / u64::from(base)).unwrap_or_default();
            rest = wide % u64::from(base);
        }
        rest.to_le_bytes()[0]
    }
}

fn to_base32(credential: &PrivateCredential, digits: &mut [u8; PRINTED]) {
    let mut number = Zeroizing::new(Number([0; 5]));
    for byte in credential.plain() {
        let value = BASE58.iter().zip(0u8..).find(|(known, _)| **known == byte);
        number.push(58, value.map_or(0, |(_, value)| value));
    }
    for digit in digits[..DATA].iter_mut().rev() {
        *digit = number.pop(32);
    }
}

/// None for a number that no credential is.
fn from_base32(data: &[u8]) -> Option<PrivateCredential> {
    let mut number = Zeroizing::new(Number([0; 5]));
    data.iter().for_each(|digit| number.push(32, *digit));
    let mut characters = Zeroizing::new([0u8; BASE58_LENGTH]);
    for character in characters.iter_mut().rev() {
        *character = BASE58[usize::from(number.pop(58))];
    }
    let text = std::str::from_utf8(&*characters).ok()?;
    if number.0 == [0; 5] { PrivateCredential::from_plain(text).ok() } else { None }
}

/// A full-width character as the usual one.
pub(crate) fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        other => other,
    }
}

/// What may stand between the parts of a code: spaces and dashes, and what keyboards make of them.
pub(crate) fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '_' | '.' | '·' | 'ー' | '一')
        || matches!(character, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}')
        || matches!(character, '\u{301c}' | '\u{fe58}' | '\u{fe63}' | '\u{200b}' | '\u{feff}')
}

fn plain(text: &str) -> Zeroizing<String> {
    let mut stripped = Zeroizing::new(String::with_capacity(text.len()));
    stripped.extend(text.chars().filter(|character| !is_separator(*character)));
    stripped
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        codes: Vec<Code>,
        read_as_the_first: Vec<String>,
        mistakes: Vec<Mistake>,
    }

    #[derive(Deserialize)]
    struct Code {
        sheet: u16,
        credential: String,
        printed: String,
    }

    #[derive(Deserialize)]
    struct Mistake {
        typed: String,
        mistake: String,
        group: Option<usize>,
    }

    fn vectors() -> Vectors {
        let text = include_str!("../../../testdata/slip-codes.json");
        serde_json::from_str(text).unwrap()
    }

    fn name(mistake: SlipMistake) -> (&'static str, Option<usize>) {
        match mistake {
            SlipMistake::Empty => ("empty", None),
            SlipMistake::NoSheet => ("no-sheet", None),
            SlipMistake::TooShort => ("too-short", None),
            SlipMistake::TooLong => ("too-long", None),
            SlipMistake::WrongCharacter => ("wrong-character", None),
            SlipMistake::Mistyped { group } => ("mistyped", group),
        }
    }

    #[test]
    fn every_shared_example_is_printed_and_read_as_the_browser_does() {
        let vectors = vectors();
        for code in &vectors.codes {
            let credential = PrivateCredential::parse(&code.credential).unwrap();
            let slip = SlipCode { sheet: code.sheet, credential };
            assert_eq!(*slip.printed(), code.printed);
            assert_eq!(SlipCode::read(&code.printed), Ok(slip.clone()));
            assert_eq!(SlipCode::read(&format!("{}-{}", code.sheet, code.credential)), Ok(slip));
        }
        let first = SlipCode::read(&vectors.codes[0].printed).unwrap();
        for typed in &vectors.read_as_the_first {
            assert_eq!(SlipCode::read(typed), Ok(first.clone()), "{typed}");
        }
        for Mistake { typed, mistake, group } in &vectors.mistakes {
            let found = SlipCode::read(typed).expect_err(typed);
            assert_eq!(name(found), (mistake.as_str(), *group), "{typed}");
        }
    }

    /// All codes that a slip of the hand can make of this one, each with the group it happened in.
    fn slips_of_the_hand(printed: &str) -> Vec<(String, usize)> {
        let letters: Vec<char> = printed.chars().collect();
        let mut all = Vec::new();
        for place in (3..letters.len()).filter(|place| letters[*place] != '-') {
            for other in BASE32.iter().map(|byte| char::from(*byte)) {
                if other != letters[place] {
                    let mut wrong = letters.clone();
                    wrong[place] = other;
                    all.push((wrong.iter().collect(), (place - 3) / (GROUP + 1) + 1));
                }
            }
        }
        all
    }

    #[test]
    fn every_wrong_character_is_noticed_and_found() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let credential = PrivateCredential::generate(&mut rng);
        let printed = SlipCode { sheet: 7, credential }.printed();
        for (wrong, group) in slips_of_the_hand(&printed) {
            let Err(SlipMistake::Mistyped { group: found }) = SlipCode::read(&wrong) else {
                panic!("{wrong} was taken");
            };
            // Of the last character it cannot be told from two that changed places.
            let is_last = wrong[..wrong.len() - 1] == printed[..printed.len() - 1];
            assert_eq!(found, if is_last { None } else { Some(group) }, "{wrong}");
        }
        for sheet in (0..100).filter(|sheet| *sheet != 7) {
            let wrong = format!("{sheet:02}{}", &printed[2..]);
            let found = SlipCode::read(&wrong).unwrap_err();
            assert!(matches!(found, SlipMistake::Mistyped { .. }), "{wrong}");
        }
    }

    #[test]
    fn any_two_characters_that_changed_places_are_noticed() {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        for _ in 0..20 {
            let credential = PrivateCredential::generate(&mut rng);
            let printed = SlipCode { sheet: 12, credential }.printed();
            let letters: Vec<char> = printed[3..].chars().filter(|c| *c != '-').collect();
            for one in 0..PRINTED {
                for other in one + 1..PRINTED {
                    let mut wrong = letters.clone();
                    wrong.swap(one, other);
                    let typed = format!("12 {}", wrong.iter().collect::<String>());
                    assert_eq!(SlipCode::read(&typed).is_ok(), wrong == letters, "{typed}");
                }
            }
        }
    }

    #[test]
    fn a_number_that_no_credential_is_is_refused() {
        let mut digits = [31u8; PRINTED];
        let (first, second) = checks(1, &digits[..DATA]);
        digits[DATA..].copy_from_slice(&[first, second]);
        let text: String = digits.iter().map(|d| char::from(BASE32[usize::from(*d)])).collect();
        let refused = SlipCode::read(&format!("01-{text}"));
        assert_eq!(refused, Err(SlipMistake::Mistyped { group: None }));
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        for text in ["一", "1一", "07-ÄÖÜ", "９９９９９９-", "\u{feff}", "65536-", "0", "7é"]
        {
            assert!(SlipCode::read(text).is_err(), "{text}");
        }
    }
}
