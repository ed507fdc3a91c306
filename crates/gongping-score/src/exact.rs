//! Exact numbers, and the one place where they are rounded: for display (D5).

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};
use std::str::FromStr;

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest number text that is read, in bytes. Longer ones are mistakes or attacks.
const MAX_TEXT_BYTES: usize = 64;

/// The longest text of a computed fraction, in bytes: far more than the denominators of an
/// appraisal can multiply up to, and short enough that reading a hostile file stays cheap.
const MAX_RESULT_BYTES: usize = 10_000;

/// An exact fraction. Written as `n` or `n/d` in lowest terms, in JSON too, so that its text is
/// unique and no precision is ever lost.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

/// Why a text is not an exact number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// The text is empty, or longer than any sensible number.
    #[error("a number of 1 to 64 characters is needed")]
    Length,
    /// Full-width digits or signs, as Chinese input methods produce them.
    #[error("full-width characters: type the number with half-width digits, like 12.5")]
    FullWidth,
    /// Not of the form `12`, `-1`, `0.85` or `2/3`.
    #[error("not a plain number: write it like 12, 0.85 or 2/3")]
    Form,
    /// A fraction over zero.
    #[error("a fraction cannot have 0 below the line")]
    ZeroDenominator,
}

impl Exact {
    /// Zero.
    pub fn zero() -> Exact {
        Exact(BigRational::zero())
    }

    /// One.
    pub fn one() -> Exact {
        Exact::from(1)
    }

    /// `numerator / denominator`.
    ///
    /// # Errors
    /// [`ExactError::ZeroDenominator`].
    pub fn ratio(numerator: i64, denominator: i64) -> Result<Exact, ExactError> {
        if denominator == 0 {
            return Err(ExactError::ZeroDenominator);
        }
        Ok(Exact(BigRational::new(numerator.into(), denominator.into())))
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below 0.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        self.0.is_integer()
    }

    /// The largest whole number that is not above it.
    pub(crate) fn floor(&self) -> Exact {
        Exact(self.0.floor())
    }

    /// The smallest whole number that is not below it.
    pub(crate) fn ceil(&self) -> Exact {
        Exact(self.0.ceil())
    }

    /// The largest whole number that is not above it; `None` when it does not fit.
    pub(crate) fn floor_u64(&self) -> Option<u64> {
        self.0.floor().to_integer().to_u64()
    }

    /// The smallest whole number that is not below it; `None` when it does not fit.
    pub(crate) fn ceil_u64(&self) -> Option<u64> {
        self.0.ceil().to_integer().to_u64()
    }

    /// The text with exactly `rounding.digits` digits after the point.
    pub fn display(&self, rounding: Rounding) -> String {
        let scaled = rounding.scaled(self);
        let negative = scaled.sign() == Sign::Minus;
        let digits = usize::from(rounding.digits);
        let plain = scaled.abs().to_string();
        let padded = format!("{plain:0>width$}", width = digits + 1);
        let (whole, rest) = padded.split_at(padded.len() - digits);
        let sign = if negative { "-" } else { "" };
        if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
    }

    /// The rounded value itself, for rulebooks that rank on rounded scores.
    pub fn rounded(&self, rounding: Rounding) -> Exact {
        Exact(BigRational::new(rounding.scaled(self), power_of_ten(rounding.digits)))
    }
}

/// The most digits after the point that a rulebook may show.
pub const MAX_DIGITS: u8 = 8;

/// How a value is shown. Never how it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Digits after the point, 0 to [`MAX_DIGITS`].
    pub digits: u8,
    /// What happens to the rest.
    pub mode: RoundingMode,
}

/// What happens to the digits that are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingMode {
    /// To the nearest; a tie to the even digit (GB/T 8170).
    HalfEven,
    /// To the nearest; a tie away from zero (四舍五入).
    HalfUp,
    /// Cut off, towards zero.
    Truncate,
}

impl Rounding {
    /// `value · 10^digits` as a whole number after this rule.
    fn scaled(self, value: &Exact) -> BigInt {
        let scaled = &value.0 * BigRational::from_integer(power_of_ten(self.digits));
        let cut = scaled.trunc().to_integer();
        let rest = (&scaled - scaled.trunc()).abs() * BigRational::from_integer(2.into());
        let one = BigRational::from_integer(1.into());
        let away = match self.mode {
            RoundingMode::Truncate => false,
            RoundingMode::HalfUp => rest >= one,
            RoundingMode::HalfEven => rest > one || (rest == one && cut.bit(0)),
        };
        match (away, scaled.is_negative()) {
            (false, _) => cut,
            (true, false) => cut + 1,
            (true, true) => cut - 1,
        }
    }
}

fn power_of_ten(digits: u8) -> BigInt {
    BigInt::from(10u8).pow(u32::from(digits))
}

impl Default for Exact {
    fn default() -> Exact {
        Exact::zero()
    }
}

impl FromStr for Exact {
    type Err = ExactError;

    fn from_str(text: &str) -> Result<Exact, ExactError> {
        if text.is_empty() || text.len() > MAX_TEXT_BYTES {
            return Err(ExactError::Length);
        }
        if text.chars().any(|letter| matches!(letter, '\u{ff01}'..='\u{ff5e}' | '。')) {
            return Err(ExactError::FullWidth);
        }
        match text.split_once('/') {
            None => decimal(text),
            Some((above, below)) => {
                let below = decimal(below)?;
                if below.is_zero() {
                    return Err(ExactError::ZeroDenominator);
                }
                Ok(Exact(decimal(above)?.0 / below.0))
            }
        }
    }
}

fn decimal(text: &str) -> Result<Exact, ExactError> {
    let (negative, unsigned) =
        text.strip_prefix('-').map_or((false, text), |unsigned| (true, unsigned));
    let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(rest) {
        return Err(ExactError::Form);
    }
    let digits = u8::try_from(rest.len()).map_err(|_| ExactError::Length)?;
    let joined: BigInt = format!("{whole}{rest}").parse().map_err(|_| ExactError::Form)?;
    let value = BigRational::new(joined, power_of_ten(digits));
    Ok(Exact(if negative { -value } else { value }))
}

impl From<u64> for Exact {
    fn from(value: u64) -> Exact {
        Exact(BigRational::from_integer(value.into()))
    }
}

impl From<i32> for Exact {
    fn from(value: i32) -> Exact {
        Exact(BigRational::from_integer(value.into()))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    /// Reads the canonical text only: `n` or `n/d` in lowest terms. It may be longer than a typed
    /// number, because exact results of large boxes have long denominators.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() > MAX_RESULT_BYTES {
            return Err(D::Error::custom("an exact number longer than any result"));
        }
        let value: BigRational =
            text.parse().map_err(|_| D::Error::custom(format!("not an exact number: {text}")))?;
        let value = Exact(value);
        if value.to_string() != text {
            return Err(D::Error::custom(format!("not in lowest terms: {text}")));
        }
        Ok(value)
    }
}

macro_rules! operator {
    ($($name:ident $method:ident),*) => {$(
        impl $name for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                Exact($name::$method(&self.0, &other.0))
            }
        }
    )*};
}
// Division panics on zero, as for all numbers: callers hold the proof that it cannot happen.
operator!(Add add, Sub sub, Mul mul, Div div);

impl<'a> std::iter::Sum<&'a Exact> for Exact {
    fn sum<I: Iterator<Item = &'a Exact>>(values: I) -> Exact {
        values.fold(Exact::zero(), |sum, value| &sum + value)
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(values: I) -> Exact {
        values.fold(Exact::zero(), |sum, value| &sum + &value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        text.parse().unwrap()
    }

    fn shown(text: &str, digits: u8, mode: RoundingMode) -> String {
        exact(text).display(Rounding { digits, mode })
    }

    #[test]
    fn decimals_and_fractions_are_read_exactly() {
        assert_eq!(exact("0.9"), exact("9/10"));
        assert_eq!(exact("-1.50").to_string(), "-3/2");
        assert_eq!(exact("0.6/0.9").to_string(), "2/3");
        assert_eq!("1/0".parse::<Exact>(), Err(ExactError::ZeroDenominator));
        assert_eq!("０.９".parse::<Exact>(), Err(ExactError::FullWidth));
        for bad in ["1e3", ".5", "5.", "+1", "1 ", "1,000", "nan", "--1", "1/2/3"] {
            assert_eq!(bad.parse::<Exact>(), Err(ExactError::Form), "{bad}");
        }
    }

    #[test]
    fn each_rounding_mode_treats_ties_its_own_way() {
        assert_eq!(shown("0.125", 2, RoundingMode::HalfEven), "0.12");
        assert_eq!(shown("0.135", 2, RoundingMode::HalfEven), "0.14");
        assert_eq!(shown("0.125", 2, RoundingMode::HalfUp), "0.13");
        assert_eq!(shown("-0.125", 2, RoundingMode::HalfUp), "-0.13");
        assert_eq!(shown("99.999", 2, RoundingMode::Truncate), "99.99");
        assert_eq!(shown("99.999", 2, RoundingMode::HalfEven), "100.00");
        assert_eq!(shown("5/2", 0, RoundingMode::HalfEven), "2");
        assert_eq!(shown("-0.001", 2, RoundingMode::HalfEven), "0.00");
        assert_eq!(shown("8860/101", 4, RoundingMode::HalfEven), "87.7228");
    }

    #[test]
    fn json_refuses_fractions_that_are_not_in_lowest_terms() {
        assert_eq!(serde_json::to_string(&exact("0.5")).unwrap(), "\"1/2\"");
        assert_eq!(serde_json::from_str::<Exact>("\"1/2\"").unwrap(), exact("0.5"));
        for bad in ["\"2/4\"", "\"0.5\"", "\"1/0\"", "\"+1\"", "1"] {
            assert!(serde_json::from_str::<Exact>(bad).is_err(), "{bad}");
        }
    }
}
