//! Identifiers. Each parses from text, prints the same text, and is never reused.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Why a text is not an identifier of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct IdMistake {
    /// The text as it came in.
    pub text: String,
    /// What a valid one looks like.
    pub expected: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier.
            ///
            /// # Errors
            /// [`IdMistake`] when the text has another form.
            pub fn parse(text: &str) -> Result<Self, IdMistake> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdMistake { text: text.to_owned(), expected: $expected })
                }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdMistake;
            fn from_str(text: &str) -> Result<Self, IdMistake> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

fn is_upper_or_digit(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_lower_word(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The form that the rulebook's checker demands of the ids of items.
fn is_item(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

fn is_unit(text: &str) -> bool {
    // Six digits of GB/T 2260, a hyphen, and parts of letters and digits for the body: 360100-LSB-W1.
    text.len() <= 32
        && text.split_once('-').is_some_and(|(code, suffix)| {
            code.len() == 6
                && code.bytes().all(|b| b.is_ascii_digit())
                && suffix.split('-').all(is_upper_or_digit)
        })
}

fn is_appraisal(text: &str) -> bool {
    text.split_once('-').is_some_and(|(year, unit)| {
        year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && is_unit(unit)
    })
}

fn is_box(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    matches!(parts.as_slice(), [a, u, g] if is_appraisal(a) && is_unit(u) && is_lower_word(g))
}

text_id!(
    /// A body that is appraised or organises an appraisal (A1): its GB/T 2260 code and a suffix
    /// that tells several bodies of one place apart, as in `360100-LSB`. It survives renaming.
    UnitId,
    "six digits of GB/T 2260, a hyphen and a suffix of capital letters and digits",
    is_unit
);
text_id!(
    /// One campaign of one organiser in one year, as in `2026-360000-LSB`.
    AppraisalId,
    "a year, a hyphen and the organiser's unit id",
    is_appraisal
);
text_id!(
    /// The sealed ballots about one unit from one respondent group:
    /// `<appraisal>.<unit>.<group>`.
    BoxId,
    "an appraisal id, a unit id and a group id, joined by points",
    is_box
);
text_id!(
    /// A respondent group, as the rulebook names it.
    GroupId,
    "a short word of lower-case letters, digits and hyphens",
    is_lower_word
);
text_id!(
    /// An item of what is appraised (B1–B8), as the rulebook names it.
    ItemId,
    "a short word of letters, digits, points, hyphens and underscores",
    is_item
);
text_id!(
    /// An account; it never changes, even when the login name or the person does.
    AccountId,
    "a short word of lower-case letters, digits and hyphens",
    is_lower_word
);

impl UnitId {
    /// The GB/T 2260 code of the place: six digits.
    #[must_use]
    pub fn place_code(&self) -> &str {
        &self.0[..6]
    }
}

impl AppraisalId {
    /// The id of the appraisal that `organiser` runs in `year`.
    ///
    /// # Errors
    /// [`IdMistake`] when the year has not four digits.
    pub fn of(year: i16, organiser: &UnitId) -> Result<Self, IdMistake> {
        Self::parse(&format!("{year}-{organiser}"))
    }
}

impl BoxId {
    /// The box of `unit` and `group` in `appraisal`.
    #[must_use]
    pub fn of(appraisal: &AppraisalId, unit: &UnitId, group: &GroupId) -> Self {
        Self(format!("{appraisal}.{unit}.{group}"))
    }

    fn part(&self, index: usize) -> &str {
        // `parse` and `of` both guarantee three parts without points of their own.
        self.0.split('.').nth(index).unwrap_or_default()
    }

    /// The appraisal it belongs to.
    #[must_use]
    pub fn appraisal(&self) -> AppraisalId {
        AppraisalId(self.part(0).to_owned())
    }

    /// The unit that is rated.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        UnitId(self.part(1).to_owned())
    }

    /// The group that rates.
    #[must_use]
    pub fn group(&self) -> GroupId {
        GroupId(self.part(2).to_owned())
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident: $number:ty, $form:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $number);
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, $form, self.0)
            }
        }
    };
}

number_id!(
    /// A kind of sheet within one appraisal, from 1: printed before the code, as in `07-…`.
    SheetNumber: u16, "{:02}"
);
number_id!(
    /// An inspection group within one appraisal, from 1.
    InspectionGroupNumber: u16, "{:02}"
);
number_id!(
    /// A case in the register of the eight prohibitions within one appraisal (E3), from 1.
    CaseNumber: u32, "{}"
);
number_id!(
    /// An opinion within one appraisal (C2), from 1 in the order in which they came in.
    OpinionId: u32, "{}"
);
number_id!(
    /// A finding within one appraisal: what one or many opinions say is wrong (C5), from 1.
    FindingId: u32, "{}"
);
number_id!(
    /// An entry of the rectification ledger within one appraisal (C6), from 1.
    EntryId: u32, "{}"
);
number_id!(
    /// A feedback letter within one appraisal (C5), from 1.
    LetterId: u32, "{}"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_ids_have_one_form() {
        for good in ["360000-LSB", "360102-LSB-W1"] {
            assert_eq!(UnitId::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "36000-LSB", "360000", "360000-", "360000-lsb", "360000-LSB-", "３６0000-LSB"]
        {
            assert!(UnitId::parse(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn box_id_gives_back_its_parts() {
        let unit = UnitId::parse("360100-LSB").unwrap();
        let appraisal = AppraisalId::of(2026, &UnitId::parse("360000-LSB").unwrap()).unwrap();
        let group = GroupId::parse("enterprises").unwrap();
        let id = BoxId::of(&appraisal, &unit, &group);
        assert_eq!(BoxId::parse(id.as_str()).unwrap(), id);
        assert_eq!((id.appraisal(), id.unit(), id.group()), (appraisal, unit, group));
    }
}
