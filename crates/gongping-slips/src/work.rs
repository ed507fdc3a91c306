//! What there is to make, and where the codes lead.

use gongping_appraisal::{AppraisalId, BoxId};
use gongping_locale::Locale;
use gongping_seal::{SlipCode, Uuid};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// The codes to make for one appraisal: the file that the issuer gets from the server. Public.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeWork {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Its title.
    pub title: String,
    /// Until when answers are taken.
    pub closes_at: Timestamp,
    /// The path of the ballot page.
    pub vote: String,
    /// The kinds of sheets.
    pub sheets: Vec<WorkSheet>,
}

/// The codes to make for one kind of sheet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkSheet {
    /// Its number.
    #[serde(deserialize_with = "sheet_number")]
    pub sheet: u16,
    /// The respondent group's name by language.
    pub group: BTreeMap<String, String>,
    /// The names of the units that it asks about.
    pub units: Vec<String>,
    /// How many codes.
    pub count: u32,
    /// The boxes that each code opens.
    pub boxes: Vec<WorkBox>,
}

/// A box for which codes are derived.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkBox {
    /// The box.
    pub id: BoxId,
    /// The election's identifier.
    #[serde(deserialize_with = "uuid")]
    pub uuid: Uuid,
}

/// The server writes it as it is printed: `"07"`.
fn sheet_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom("the number of a sheet is no number"))
}

fn uuid<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = String::deserialize(deserializer)?;
    Uuid::parse(&text).map_err(serde::de::Error::custom)
}

/// Why a file does not say what there is to make.
#[derive(Debug, thiserror::Error)]
pub enum WorkMistake {
    /// It is not the file that the server gives out.
    #[error("不是测评表文件 · not the file of sheets: {0}")]
    Json(#[from] serde_json::Error),
    /// A number of a sheet stands twice.
    #[error("测评表 {0:02} 出现两次 · sheet {0:02} stands twice")]
    SheetTwice(u16),
}

impl CodeWork {
    /// Reads the file.
    ///
    /// # Errors
    /// [`WorkMistake`].
    pub fn parse(bytes: &[u8]) -> Result<Self, WorkMistake> {
        let work: Self = serde_json::from_slice(bytes)?;
        let mut seen = BTreeSet::new();
        match work.sheets.iter().find(|sheet| !seen.insert(sheet.sheet)) {
            Some(twice) => Err(WorkMistake::SheetTwice(twice.sheet)),
            None => Ok(work),
        }
    }

    /// The sheet with this number.
    #[must_use]
    pub fn sheet(&self, number: u16) -> Option<&WorkSheet> {
        self.sheets.iter().find(|sheet| sheet.sheet == number)
    }

    /// How many codes there are to make.
    #[must_use]
    pub fn codes(&self) -> u64 {
        self.sheets.iter().map(|sheet| u64::from(sheet.count)).sum()
    }

    /// Every box with its election and the sheets whose codes open it.
    #[must_use]
    pub fn boxes(&self) -> BTreeMap<&BoxId, (&Uuid, Vec<u16>)> {
        let mut boxes: BTreeMap<&BoxId, (&Uuid, Vec<u16>)> = BTreeMap::new();
        for sheet in &self.sheets {
            for of_box in &sheet.boxes {
                let known = boxes.entry(&of_box.id).or_insert((&of_box.uuid, Vec::new()));
                known.1.push(sheet.sheet);
            }
        }
        boxes
    }
}

impl WorkSheet {
    /// The group's name in a language, or in another one if it has none in this.
    #[must_use]
    pub fn group_in(&self, locale: Locale) -> &str {
        let named = self.group.get(locale.tag()).or_else(|| self.group.values().next());
        named.map_or("", String::as_str)
    }
}

/// Why a text is no address of a site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} 不是网址，应如 https://pingyi.example · is no address such as https://pingyi.example"
)]
pub struct LinkMistake(String);

/// The address of the ballot page, and links that bring a code along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotLink(String);

impl BallotLink {
    /// The ballot page of the work's appraisal on a site.
    ///
    /// # Errors
    /// [`LinkMistake`] unless the site is `http://` or `https://`, a name, and nothing that a
    /// telephone could stumble over.
    pub fn new(site: &str, work: &CodeWork) -> Result<Self, LinkMistake> {
        let name = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://"));
        let well_formed = name.is_some_and(|name| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:/[]_~".contains(&byte);
            name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
                && name.bytes().all(plain)
        });
        if !well_formed {
            return Err(LinkMistake(site.to_owned()));
        }
        Ok(Self(format!("{}{}", site.trim_end_matches('/'), work.vote)))
    }

    /// The address of the page.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.0
    }

    /// The address with a code in the fragment, which browsers do not send.
    #[must_use]
    pub fn with(&self, code: &SlipCode) -> Zeroizing<String> {
        let printed = code.printed();
        let mut link = Zeroizing::new(String::with_capacity(self.0.len() + 1 + printed.len()));
        link.push_str(&self.0);
        link.push('#');
        link.push_str(&printed);
        link
    }
}
