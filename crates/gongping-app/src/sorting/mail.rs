//! E-mails (C2): letters from files or a maildrop become confidential opinions. Text and sender are
//! sealed to the handlers' keys here and forgotten; afterwards only they can read them. A letter
//! that was entered before, by its Message-ID, is passed over.

use super::gather::{
    GatheredOpinion, GatheringRecord, Incoming, MOST_OPINIONS, enter, is_known, lookup,
};
use super::seal::Identity;
use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, Matter, Place, Protection, UnitId, World, sha256,
};
use gongping_text::normalise;
use mail_parser::MessageParser;
use mail_parser::mailbox::mbox::MessageIterator;
use std::collections::BTreeSet;

/// The most characters of a letter that are taken; the rest is left out, which its text says.
const MOST_CHARACTERS: usize = 9_000;

/// A letter as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter {
    /// Its Message-ID (RFC 5322), or the hash of its bytes where it has none.
    id: String,
    name: String,
    address: String,
    date: String,
    text: String,
}

/// What became of letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailOutcome {
    /// How many were entered as opinions.
    pub entered: usize,
    /// How many had been entered before.
    pub known: usize,
    /// The files with letters that name no unit, while none was chosen for such.
    pub without_unit: Vec<String>,
    /// The files that are no letters.
    pub unreadable: Vec<String>,
    /// How many attachments were not taken over.
    pub attachments: usize,
}

/// The letters of a file: one message (RFC 5322), or several in a row (mbox).
fn letters(bytes: &[u8], attachments: &mut usize) -> Vec<Letter> {
    if bytes.starts_with(b"From ") {
        let messages = MessageIterator::new(bytes).map_while(Result::ok);
        return messages.filter_map(|message| letter(message.contents(), attachments)).collect();
    }
    letter(bytes, attachments).into_iter().collect()
}

fn letter(bytes: &[u8], attachments: &mut usize) -> Option<Letter> {
    let message = MessageParser::default().parse(bytes)?;
    let from = message.from().and_then(|list| list.first());
    let sender = |part: Option<&str>| part.unwrap_or_default().trim().to_owned();
    let address = sender(from.and_then(|mailbox| mailbox.address()));
    let subject = message.subject().unwrap_or_default().trim();
    let body = message.body_text(0).unwrap_or_default();
    let text = format!("{subject}\n\n{}", body.trim()).trim().replace('\0', "");
    // Anything parses somehow; a letter has a sender and says something.
    if address.is_empty() || text.is_empty() {
        return None;
    }
    *attachments += message.attachment_count();
    let text = if text.chars().count() > MOST_CHARACTERS {
        text.chars().take(MOST_CHARACTERS).chain(" …".chars()).collect()
    } else {
        text
    };
    let id = message.message_id().map(str::to_owned);
    Some(Letter {
        id: id.unwrap_or_else(|| sha256(bytes).to_string()),
        name: sender(from.and_then(|mailbox| mailbox.name())),
        address,
        date: message.date().map(|date| date.to_rfc3339()).unwrap_or_default(),
        text,
    })
}

/// The one unit that a letter names, by its name or by the name of its place.
fn named_unit(world: &World, appraisal: &Appraisal, text: &str) -> Option<UnitId> {
    let text = normalise(text);
    let names = |unit: &&UnitId| {
        let name = world.unit(unit).map(|known| normalise(known.name())).unwrap_or_default();
        // 南昌市劳动和社会保障局 is called 南昌市 by most.
        let place = name.split(['市', '县', '区']).next().filter(|place| place.len() < name.len());
        let place = place.filter(|place| place.chars().count() >= 2);
        text.contains(&name) || place.is_some_and(|place| text.contains(place))
    };
    let mut named = appraisal.units.iter().filter(names);
    let first = named.next()?;
    named.next().is_none().then(|| first.clone())
}

/// Enters the letters of files. `otherwise` is the unit of letters that name none, or several.
///
/// # Errors
/// [`Refusal::Input`] when nobody could open them; nothing is entered then.
pub async fn import_mail(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    files: &[(String, Vec<u8>)],
    otherwise: Option<&UnitId>,
) -> Result<MailOutcome, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let mut outcome = MailOutcome::default();
    let (mut incoming, mut seen) = (Vec::new(), BTreeSet::new());
    for (name, bytes) in files {
        let found = letters(bytes, &mut outcome.attachments);
        if found.is_empty() {
            outcome.unreadable.push(name.clone());
        }
        for letter in found {
            let lookup = lookup(app, &format!("{id}\nmail\n{}", letter.id))?;
            if is_known(appraisal, &lookup) || !seen.insert(lookup) {
                outcome.known += 1;
                continue;
            }
            let named = named_unit(&world, appraisal, &letter.text);
            let Some(unit) = named.or_else(|| otherwise.cloned()) else {
                outcome.without_unit.push(name.clone());
                continue;
            };
            incoming.push(Incoming {
                opinion: GatheredOpinion {
                    place: Place { unit, item: None },
                    matter: Matter::Complaint,
                    text: letter.text,
                },
                protection: Protection::Confidential,
                when: letter.date,
                identity: Some(Identity { name: letter.name, contact: letter.address }),
                lookup,
                is_masked: false,
            });
        }
    }
    for part in incoming.chunks(MOST_OPINIONS) {
        let record = GatheringRecord::Mail { appraisal: id.clone(), messages: part.len() };
        enter(app, allowed, &record, part).await?;
        outcome.entered += part.len();
    }
    Ok(outcome)
}

/// The files of a maildrop: all of a folder and of the folders in it, such as `new` and `cur`.
///
/// # Errors
/// [`Failure::File`] when something cannot be read.
pub fn read_maildrop(folder: &std::path::Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let failed =
        |path: &std::path::Path, source| Failure::File { path: path.display().to_string(), source };
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for found in std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let path = found.map_err(|error| failed(&folder, error))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).map_err(|error| failed(&path, error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, bytes));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::letters;

    const LETTER: &str = "From: =?UTF-8?B?5byg5LiJ?= <zhang@example.com>\r\n\
        Message-ID: <1@example.com>\r\nDate: Fri, 3 Jul 2026 10:00:00 +0800\r\n\
        Subject: =?GB2312?B?suKytw==?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        窗口排队两个小时\r\n";

    #[test]
    fn a_letter_is_read_with_its_sender_and_charsets() {
        let mut attachments = 0;
        let read = letters(LETTER.as_bytes(), &mut attachments);
        let [letter] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((letter.name.as_str(), letter.address.as_str()), ("张三", "zhang@example.com"));
        assert_eq!(letter.id, "1@example.com");
        assert!(letter.text.ends_with("窗口排队两个小时"), "{}", letter.text);
        assert!(letter.date.starts_with("2026-07-03T10:00:00"), "{}", letter.date);
    }

    #[test]
    fn a_mailbox_has_many_letters_and_other_files_none() {
        let second = LETTER.replace("<1@", "<2@");
        let mbox = format!(
            "From a Sat Jan  3 01:05:34 1996\n{LETTER}\nFrom b Sat Jan  3 01:05:34 1996\n{second}\n"
        );
        assert_eq!(letters(mbox.as_bytes(), &mut 0).len(), 2);
        for other in ["", "not a letter", "%PDF-1.7 \u{0} \u{1}"] {
            assert!(letters(other.as_bytes(), &mut 0).is_empty(), "{other:?}");
        }
    }
}
