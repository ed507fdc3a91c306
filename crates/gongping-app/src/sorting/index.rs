//! The index of words and the sketches: what follows from texts that staff may read. Sealed texts
//! are never in it; a masked copy, or what came in open, is. What is erased leaves no row.

use crate::engine::{App, Extras, commitment_of, digest_of};
use crate::refusal::Failure;
use gongping_appraisal::{
    Appraisal, AppraisalId, Digest, Entry, Event, FindingId, OpinionId, World,
};
use gongping_store::{Payload, RowChange, Subject, Table, Value, table, term};
use gongping_text::{Sketch, index_words};
use std::collections::BTreeSet;

/// Something with words: what it is, its number, and the commitment to its text.
type Item = (Subject, u32, Digest);

/// The words of a content: a masked copy or a problem has them under `text`, what came in open under
/// `open`.
pub(crate) fn text_of(bytes: &[u8]) -> Option<String> {
    let content: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    ["text", "open"].iter().find_map(|field| content[*field].as_str()).map(str::to_owned)
}

/// What an event is about, if that has words.
#[derive(Clone, Copy)]
enum About {
    Opinion(OpinionId),
    Finding(FindingId),
}

impl About {
    fn of(event: &Event) -> Option<(&AppraisalId, Self)> {
        match event {
            Event::Opinion { appraisal, what } => Some((appraisal, Self::Opinion(what.opinion()?))),
            Event::Sorting { appraisal, what } => Some((appraisal, Self::Finding(what.finding()?))),
            _ => None,
        }
    }

    fn item(self, appraisal: &Appraisal) -> Option<Item> {
        match self {
            Self::Opinion(id) => {
                let digest = appraisal.opinions.get(id)?.readable()?;
                Some((Subject::Opinion, id.0, digest))
            }
            Self::Finding(id) => {
                let finding = appraisal.findings.get(id)?;
                Some((Subject::Finding, id.0, finding.problem))
            }
        }
    }
}

/// The rows that follow from `entries`, which led from `before` to `after`. New texts are among
/// the extras of the same commit; the earlier ones are read from the store.
pub(crate) async fn changes(
    app: &App,
    before: &World,
    after: &World,
    entries: &[Entry],
    extras: &Extras,
) -> Result<Vec<RowChange>, Failure> {
    let (mut changes, mut seen) = (Vec::new(), BTreeSet::new());
    for entry in entries {
        let Some((id, about)) = About::of(&entry.body) else { continue };
        let item = |world: &World| world.appraisal(id).and_then(|known| about.item(known));
        let (old, new) = (item(before), item(after));
        let of = new.or(old).map(|(subject, number, _)| (subject, number));
        if old == new || !seen.insert((id, of)) {
            continue;
        }
        if let Some((subject, number, digest)) = old {
            let text = stored(app, digest).await?;
            let rows = text.iter().flat_map(|text| rows(id.as_str(), subject, number, text));
            changes.extend(rows.map(|(table, mut row)| {
                row.truncate(table.key_count);
                RowChange::delete(table, row)
            }));
        }
        if let Some((subject, number, digest)) = new {
            let opening =
                extras.payloads.iter().find(|known| digest_of(&known.commitment()) == digest);
            let text = match opening {
                Some(opening) => text_of(opening.bytes()),
                None => stored(app, digest).await?,
            };
            let rows = text.iter().flat_map(|text| rows(id.as_str(), subject, number, text));
            changes.extend(rows.map(|(table, row)| RowChange::put(table, row)));
        }
    }
    Ok(changes)
}

async fn stored(app: &App, digest: Digest) -> Result<Option<String>, Failure> {
    match app.store().payload(&commitment_of(digest)).await? {
        Some(Payload::Kept(opening)) => Ok(text_of(opening.bytes())),
        Some(Payload::Erased { .. }) | None => Ok(None),
    }
}

/// The rows of one text: each word once, and for an opinion its sketch.
fn rows(
    appraisal: &str,
    subject: Subject,
    number: u32,
    text: &str,
) -> Vec<(&'static Table, Vec<Value>)> {
    let number = i64::from(number);
    let mut rows: Vec<(&'static Table, Vec<Value>)> = index_words(text)
        .iter()
        .map(|word| {
            let row = vec![term(appraisal, subject, word).into(), number.into()];
            (&table::SEARCH_WORD, row)
        })
        .collect();
    if subject == Subject::Opinion {
        let letters = Sketch::of(text).as_str().to_owned();
        rows.push((&table::SKETCH, vec![appraisal.into(), number.into(), letters.into()]));
    }
    rows
}

/// Everything with words in an appraisal.
fn items(appraisal: &Appraisal) -> impl Iterator<Item = Item> + '_ {
    let opinions = appraisal.opinions.all().map(|known| About::Opinion(known.id));
    let findings = appraisal.findings.all().map(|known| About::Finding(known.id));
    opinions.chain(findings).filter_map(|about| about.item(appraisal))
}

/// All rows of the index, ordered by key, from log and payloads.
pub(crate) async fn all_rows(
    app: &App,
    world: &World,
) -> Result<Vec<(&'static Table, Vec<Vec<Value>>)>, Failure> {
    let mut words: Vec<Vec<Value>> = Vec::new();
    let mut sketches: Vec<Vec<Value>> = Vec::new();
    for appraisal in world.appraisals() {
        for (subject, number, digest) in items(appraisal) {
            // What is damaged or missing is named where the payloads are compared.
            let Ok(Some(text)) = stored(app, digest).await else { continue };
            for (table, row) in rows(appraisal.id.as_str(), subject, number, &text) {
                if *table == table::SKETCH { sketches.push(row) } else { words.push(row) }
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    sketches.sort_unstable();
    Ok(vec![(&table::SEARCH_WORD, words), (&table::SKETCH, sketches)])
}
