//! A lost code is struck off before the survey opens, and another issued in its place.

use crate::{CodeLine, CodeWork, SecretList};
use gongping_appraisal::BoxId;
use gongping_seal::{PrivateCredential, SlipCode};
use rand_core::CryptoRng;
use serde::Serialize;

/// What is handed in: of each box of the sheet, which entries go and which come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// The number of the sheet, two digits.
    pub sheet: String,
    /// Its boxes.
    pub boxes: Vec<BoxChange>,
}

/// The change of one list: public credentials, 64 digits each, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoxChange {
    /// The box.
    pub id: BoxId,
    /// Those that open it no more.
    pub struck: Vec<String>,
    /// As many others.
    pub added: Vec<String>,
}

impl Replacement {
    /// The file that is handed in.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Serialisation of these types cannot fail: no maps, no floats.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Why a code cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceMistake {
    /// Nothing was named.
    #[error("没有指明邀请码 · no code was named")]
    Nothing,
    /// What was named is on no slip.
    #[error("名单中没有 {0} · {0} is not on the list")]
    NotThere(String),
    /// One step concerns one kind of sheet.
    #[error("一次只能补发同一张测评表的邀请码 · replace the codes of one sheet at a time")]
    SeveralSheets,
}

/// Finds a slip by its serial number `07-0012` or by its code.
///
/// # Errors
/// [`ReplaceMistake::NotThere`].
fn find<'a>(list: &'a SecretList, named: &str) -> Result<&'a CodeLine, ReplaceMistake> {
    let serial = named.split_once('-').and_then(|(sheet, number)| {
        Some((sheet.trim().parse::<u16>().ok()?, number.trim().parse::<u32>().ok()?))
    });
    let code = SlipCode::read(named).ok();
    let is_meant = |line: &&CodeLine| {
        serial == Some((line.code.sheet, line.number)) || code.as_ref() == Some(&line.code)
    };
    // A lost code is a secret until it is struck off: it is not repeated in a message.
    let not_there =
        || ReplaceMistake::NotThere(serial.map_or("…".to_owned(), |_| named.to_owned()));
    list.lines().iter().find(is_meant).ok_or_else(not_there)
}

/// Strikes the named slips off and makes as many new ones, with serial numbers that were never
/// used. Gives the list as it stands then, and what is handed in.
///
/// # Errors
/// [`ReplaceMistake`].
pub fn replace<R: CryptoRng + ?Sized>(
    work: &CodeWork,
    list: &SecretList,
    named: &[String],
    rng: &mut R,
) -> Result<(SecretList, Vec<CodeLine>, Replacement), ReplaceMistake> {
    let mut struck: Vec<&CodeLine> = Vec::new();
    for text in named {
        let line = find(list, text)?;
        if !struck.contains(&line) {
            struck.push(line);
        }
    }
    let sheet = struck.first().ok_or(ReplaceMistake::Nothing)?.code.sheet;
    if struck.iter().any(|line| line.code.sheet != sheet) {
        return Err(ReplaceMistake::SeveralSheets);
    }
    let boxes = &work.sheet(sheet).ok_or(ReplaceMistake::SeveralSheets)?.boxes;
    let last = list.of_sheet(sheet).map(|line| line.number).max().unwrap_or_default();
    let numbers = (last + 1..).take(struck.len());
    let added: Vec<CodeLine> = numbers
        .map(|number| {
            let credential = PrivateCredential::generate(rng);
            CodeLine { number, code: SlipCode { sheet, credential } }
        })
        .collect();
    let changes = boxes.iter().map(|of_box| {
        let public =
            |line: &CodeLine| line.code.credential.derive(&of_box.uuid).public().to_string();
        let mut gone: Vec<String> = struck.iter().map(|line| public(line)).collect();
        let mut new: Vec<String> = added.iter().map(public).collect();
        gone.sort();
        new.sort();
        BoxChange { id: of_box.id.clone(), struck: gone, added: new }
    });
    let replacement = Replacement { sheet: format!("{sheet:02}"), boxes: changes.collect() };
    let kept = list.lines().iter().filter(|line| !struck.contains(line)).chain(&added).cloned();
    Ok((SecretList::new(kept.collect()), added, replacement))
}
