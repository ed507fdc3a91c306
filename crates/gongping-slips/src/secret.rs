//! The list of codes, which stays with the issuer.

use crate::{BallotLink, CodeWork};
use gongping_appraisal::sha256;
use gongping_seal::{PrivateCredential, SlipCode, SlipMistake};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// One code with its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    /// From 1, within the sheet. It stands on the slip and in this list, and nowhere else.
    pub number: u32,
    /// The code.
    pub code: SlipCode,
}

impl CodeLine {
    /// The serial number as it stands on the slip: `07-0012`.
    #[must_use]
    pub fn serial(&self) -> String {
        format!("{:02}-{:04}", self.code.sheet, self.number)
    }
}

/// Why a file is no list of codes.
#[derive(Debug, thiserror::Error)]
pub enum SecretMistake {
    /// It is no table.
    #[error("第 {row} 行读不出 · row {row} cannot be read: {why}")]
    Table {
        /// From 1, the heading included.
        row: usize,
        /// Why.
        why: String,
    },
    /// A row has no code.
    #[error("第 {row} 行的邀请码有误 · the code in row {row}: {why}")]
    Code {
        /// From 1, the heading included.
        row: usize,
        /// Why.
        why: SlipMistake,
    },
    /// A serial number or a code stands twice.
    #[error("第 {row} 行与前面重复 · row {row} repeats an earlier one")]
    Twice {
        /// From 1, the heading included.
        row: usize,
    },
}

/// All codes of an appraisal, by sheet and number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretList(Vec<CodeLine>);

impl SecretList {
    /// Makes the codes.
    #[must_use]
    pub fn generate<R: CryptoRng + ?Sized>(work: &CodeWork, rng: &mut R) -> Self {
        let mut lines = Vec::new();
        for sheet in &work.sheets {
            for number in 1..=sheet.count {
                let credential = PrivateCredential::generate(rng);
                lines.push(CodeLine { number, code: SlipCode { sheet: sheet.sheet, credential } });
            }
        }
        Self::new(lines)
    }

    pub(crate) fn new(mut lines: Vec<CodeLine>) -> Self {
        lines.sort_by_key(|line| (line.code.sheet, line.number));
        Self(lines)
    }

    /// The codes, by sheet and number.
    #[must_use]
    pub fn lines(&self) -> &[CodeLine] {
        &self.0
    }

    /// The codes of one sheet.
    pub fn of_sheet(&self, sheet: u16) -> impl Iterator<Item = &CodeLine> {
        self.0.iter().filter(move |line| line.code.sheet == sheet)
    }

    /// The list as a table for mail merge: sheet, number, code, link. UTF-8 with the mark that
    /// spreadsheets need.
    #[must_use]
    pub fn to_csv(&self, header: &str, link: &BallotLink) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64 * (self.0.len() + 1)));
        text.push_str(&format!("\u{feff}{header}\r\n"));
        for line in &self.0 {
            text.push_str(&format!("{:02},{},", line.code.sheet, line.number));
            text.push_str(&line.code.printed());
            text.push(',');
            text.push_str(&link.with(&line.code));
            text.push_str("\r\n");
        }
        text
    }

    /// Reads the table, as it was written here or by the issuer's page, or saved again by a
    /// spreadsheet. The first row is the heading; the number and the code are the second and the
    /// third column.
    ///
    /// # Errors
    /// [`SecretMistake`], the first one.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, SecretMistake> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let (mut numbers, mut codes) = (BTreeSet::new(), BTreeSet::new());
        let mut lines = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let row = index + 2;
            let unreadable = |why: String| SecretMistake::Table { row, why };
            let record = record.map_err(|error| unreadable(error.to_string()))?;
            let number = record.get(1).unwrap_or_default().trim();
            let number: u32 = number.parse().map_err(|_| unreadable(format!("{number:?}")))?;
            let code = SlipCode::read(record.get(2).unwrap_or_default())
                .map_err(|why| SecretMistake::Code { row, why })?;
            let is_new = numbers.insert((code.sheet, number))
                && codes.insert(sha256(code.printed().as_bytes()));
            if !is_new {
                return Err(SecretMistake::Twice { row });
            }
            lines.push(CodeLine { number, code });
        }
        Ok(Self::new(lines))
    }
}
