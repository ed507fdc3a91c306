//! One form for texts that mean the same: half width, small letters, simplified characters,
//! one space for many.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified form, made by `locales/tools`.
const PAIRS: &str = include_str!("simplified.txt");

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut letters = line.chars();
        Some((letters.next()?, letters.next()?))
    };
    PAIRS.lines().filter_map(pair).collect()
});

/// The text in the form in which texts are compared and searched. It is for machines: readers see
/// the text as it was written.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for letter in text.chars() {
        let letter = half_width(letter);
        if letter.is_whitespace() || letter.is_control() {
            if !normal.is_empty() && !normal.ends_with(' ') {
                normal.push(' ');
            }
            continue;
        }
        match SIMPLIFIED.get(&letter) {
            Some(simplified) => normal.push(*simplified),
            None => normal.extend(letter.to_lowercase()),
        }
    }
    if normal.ends_with(' ') {
        normal.pop();
    }
    normal
}

/// Full-width forms of ASCII (Unicode, U+FF01 to U+FF5E) and the ideographic space.
fn half_width(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(letter) - 0xFF01 + 0x21).unwrap_or(letter)
        }
        other => other,
    }
}

/// Chinese numbers in digits: `三百` becomes `300`, `二十` `20`, `两` `2`. What is no number stays.
#[must_use]
pub fn with_digits(text: &str) -> String {
    let mut digits = String::with_capacity(text.len());
    let mut run = String::new();
    for letter in text.chars() {
        if numeral(letter).is_some() {
            run.push(letter);
            continue;
        }
        digits.push_str(&number(&run));
        run.clear();
        digits.push(letter);
    }
    digits.push_str(&number(&run));
    digits
}

/// A figure, or ten times a power as a multiplier.
enum Numeral {
    Figure(u64),
    Times(u64),
}

fn numeral(letter: char) -> Option<Numeral> {
    let figure = |value| Some(Numeral::Figure(value));
    match letter {
        '零' | '〇' => figure(0),
        '两' => figure(2),
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
            "一二三四五六七八九"
                .chars()
                .zip(1..)
                .find(|(known, _)| *known == letter)
                .and_then(|(_, value)| figure(value))
        }
        '十' => Some(Numeral::Times(10)),
        '百' => Some(Numeral::Times(100)),
        '千' => Some(Numeral::Times(1000)),
        '万' => Some(Numeral::Times(10_000)),
        _ => None,
    }
}

/// The number that a run of numerals says; the run itself if it is too long for one.
fn number(run: &str) -> String {
    if run.is_empty() || run.chars().count() > 9 {
        return run.to_owned();
    }
    let numerals: Vec<Numeral> = run.chars().filter_map(numeral).collect();
    // 二零零七: figures one after the other.
    if numerals.len() > 1 && numerals.iter().all(|part| matches!(part, Numeral::Figure(_))) {
        let figures = numerals.iter().map(|part| match part {
            Numeral::Figure(value) | Numeral::Times(value) => value.to_string(),
        });
        return figures.collect();
    }
    let (mut total, mut section, mut figure) = (0_u64, 0_u64, None);
    for part in numerals {
        match part {
            Numeral::Figure(value) => figure = Some(value),
            Numeral::Times(10_000) => {
                total = (total + section + figure.take().unwrap_or(0)).max(1) * 10_000;
                section = 0;
            }
            Numeral::Times(times) => section += figure.take().unwrap_or(1) * times,
        }
    }
    (total + section + figure.unwrap_or(0)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_mean_the_same_have_one_form() {
        for (written, normal) in [
            ("３号窗口　办理", "3号窗口 办理"),
            ("  社保\n\n大厅 ", "社保 大厅"),
            ("繁體與簡體", "繁体与简体"),
            ("ＡＢＣ Abc", "abc abc"),
            ("", ""),
        ] {
            assert_eq!(normalise(written), normal);
        }
    }

    #[test]
    fn numbers_are_written_in_digits() {
        for (written, digits) in [
            ("三百元", "300元"),
            ("二十个工作日", "20个工作日"),
            ("十五天", "15天"),
            ("两百五十", "250"),
            ("一万二千", "12000"),
            ("二〇〇七年", "2007年"),
            ("没有数", "没有数"),
        ] {
            assert_eq!(with_digits(written), digits);
        }
    }
}
