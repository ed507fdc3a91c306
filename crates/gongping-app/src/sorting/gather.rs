//! Opinions that come in numbers (C2): minutes of symposia, clippings, tables, e-mails. Each becomes
//! an opinion of its own, sealed to its handlers if it must be, in one commit: all or none.

use super::seal::{self, Identity};
use crate::engine::{App, Extras};
use crate::opinion::{Content, Sealed, Written};
use crate::payload;
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, Channel, Digest, Filing, GatheringId, Matter, OpinionId,
    OpinionRejection, OpinionStep, Place, Protection, Readers, Rejection, SortingStep, Step, World,
    sha256,
};
use gongping_log::{Opening, SignedNote};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most opinions that are entered at once.
pub const MOST_OPINIONS: usize = 500;
/// Longest text of one opinion, in characters.
const MOST_CHARACTERS: usize = 10_000;
/// How often a commit is made anew because somebody filed meanwhile.
const MOST_TRIES: usize = 5;

/// What is known of many opinions that came at once. It is kept beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GatheringRecord {
    /// The minutes of a symposium 座谈会: who was there by number, never who said what.
    Symposium {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Where.
        place: String,
        /// When.
        on: Date,
        /// How many were present, by stratum.
        present: Vec<Stratum>,
    },
    /// A clipping 剪报 from newspaper, radio, television or a website.
    Clipping {
        /// The appraisal.
        appraisal: AppraisalId,
        /// The outlet.
        outlet: String,
        /// When it came out.
        on: Date,
        /// Title, address, or where the scan lies.
        reference: String,
        /// SHA-256 of the scan, if there is one.
        scan: Option<Digest>,
    },
    /// A table from elsewhere.
    Table {
        /// The appraisal.
        appraisal: AppraisalId,
        /// Name of the file.
        file_name: String,
        /// SHA-256 of the file.
        file: Digest,
    },
    /// E-mails from a maildrop.
    Mail {
        /// The appraisal.
        appraisal: AppraisalId,
        /// How many messages were new.
        messages: usize,
    },
}

/// People of one stratum at a symposium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// Which.
    pub name: String,
    /// How many were present.
    pub present: u32,
}

impl GatheringRecord {
    /// Which way the opinions came.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Symposium { .. } => Channel::Symposium,
            Self::Clipping { .. } => Channel::Media,
            Self::Table { .. } => Channel::Import,
            Self::Mail { .. } => Channel::Email,
        }
    }

    const fn appraisal(&self) -> &AppraisalId {
        match self {
            Self::Symposium { appraisal, .. }
            | Self::Clipping { appraisal, .. }
            | Self::Table { appraisal, .. }
            | Self::Mail { appraisal, .. } => appraisal,
        }
    }
}

/// One opinion that was gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatheredOpinion {
    /// What it is about.
    pub place: Place,
    /// What it is.
    pub matter: Matter,
    /// What it says. Of a symposium, clipping or table: without anybody's name.
    pub text: String,
}

/// One opinion on its way into the record.
pub(super) struct Incoming {
    pub(super) opinion: GatheredOpinion,
    pub(super) protection: Protection,
    /// When it was written, as its writer put it.
    pub(super) when: String,
    pub(super) identity: Option<Identity>,
    pub(super) lookup: Digest,
    /// Whether the text names nobody, so that it is its own masked copy.
    pub(super) is_masked: bool,
}

/// Enters opinions without names: of a symposium, a clipping or a table. The same record with the
/// same opinions enters once. Whoever enters complaints needs a handler's key: they are sealed.
///
/// # Errors
/// [`Refusal::Input`] when a text is empty or too long, or nobody could read it;
/// [`Refusal::Rejected`] when a unit or item is unknown, or it was entered before.
pub async fn gather(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    record: &GatheringRecord,
    opinions: Vec<GatheredOpinion>,
) -> Result<GatheringId, Refusal> {
    let kind = serde_json::to_string(record).map_err(|error| Failure::Bug(error.to_string()))?;
    let mut incoming = Vec::with_capacity(opinions.len());
    for (number, opinion) in opinions.into_iter().enumerate() {
        let said = format!("{kind}\n{number}\n{:?}\n{}", opinion.place, opinion.text);
        let lookup = lookup(app, &said)?;
        incoming.push(Incoming {
            opinion,
            protection: Protection::Anonymous,
            when: String::new(),
            identity: None,
            lookup,
            is_masked: true,
        });
    }
    enter(app, allowed, record, &incoming).await
}

/// By what a second entry of the same thing is known. The log is public, and texts and message ids
/// can be guessed; so it is made with the key of the log, which only the server has.
pub(super) fn lookup(app: &App, what: &str) -> Result<Digest, Failure> {
    let text = format!("gongping opinion look-up v1\n{}\n", sha256(what.as_bytes()));
    let note = SignedNote::sign(&text, &[app.log_signer()]);
    let note = note.map_err(|error| Failure::Bug(error.to_string()))?;
    Ok(sha256(note.to_string().as_bytes()))
}

pub(super) async fn enter(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    record: &GatheringRecord,
    incoming: &[Incoming],
) -> Result<GatheringId, Refusal> {
    let id = record.appraisal();
    if !(1..=MOST_OPINIONS).contains(&incoming.len()) {
        let most = MOST_OPINIONS.to_string();
        return Err(Refusal::input("gathering-number", &[("most", &most)]));
    }
    for _ in 0..MOST_TRIES {
        let world = app.world();
        let appraisal = at_organiser(&world, allowed, id)?;
        let (steps, payloads) = steps(app, &world, appraisal, allowed, record, incoming)?;
        let extras = Extras { payloads, ..Extras::default() };
        let gathering = appraisal.findings.next_gathering();
        match app.steps_with(&allowed.account().into(), id, steps, extras).await {
            Ok(()) => return Ok(gathering),
            // Somebody filed meanwhile; the numbers are others now.
            Err(Refusal::Rejected(Rejection::ChangedMeanwhile)) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Failure::Contention.into())
}

fn committed(
    app: &App,
    payloads: &mut Vec<Opening>,
    content: &impl Serialize,
) -> Result<Digest, Failure> {
    let (digest, opening) = payload::committed(app, content)?;
    payloads.push(opening);
    Ok(digest)
}

/// The steps of one commit: what came, then each opinion, with its masked copy if it is one.
fn steps(
    app: &App,
    world: &World,
    appraisal: &Appraisal,
    allowed: &Allowed<SortOpinions>,
    record: &GatheringRecord,
    incoming: &[Incoming],
) -> Result<(Vec<Step>, Vec<Opening>), Refusal> {
    let mut payloads = Vec::new();
    let first = appraisal.opinions.next_id();
    let noted = committed(app, &mut payloads, record)?;
    let count = u32::try_from(incoming.len()).unwrap_or(u32::MAX);
    let gather = SortingStep::Gather { channel: record.channel(), record: noted, first, count };
    let mut steps = vec![Step::Sorting(gather)];
    for (number, one) in (first.0..).zip(incoming) {
        let text = one.opinion.text.trim().replace("\r\n", "\n");
        if !(1..=MOST_CHARACTERS).contains(&text.chars().count()) || text.contains('\0') {
            let most = MOST_CHARACTERS.to_string();
            return Err(Refusal::input("gathering-text", &[("most", &most)]));
        }
        let seal = Filing::must_be_sealed(one.opinion.matter, one.protection);
        let readers = world.readers(appraisal, &one.opinion.place.unit);
        can_be_read(&readers, one, seal, allowed)?;
        let content = Content {
            sealed: if seal { Some(seal::text(&text, &one.when, &readers)?) } else { None },
            open: (!seal).then(|| text.clone()),
            answer_key: None,
        };
        let content = committed(app, &mut payloads, &content)?;
        let identity = match &one.identity {
            Some(identity) => {
                let sealed = Sealed { sealed: seal::identity(identity, &readers)? };
                Some(committed(app, &mut payloads, &sealed)?)
            }
            None => None,
        };
        let keys = |needed: bool, of: &std::collections::BTreeMap<_, String>| -> BTreeSet<_> {
            if needed { of.keys().cloned().collect() } else { BTreeSet::new() }
        };
        let filing = Filing {
            unit: one.opinion.place.unit.clone(),
            item: one.opinion.place.item.clone(),
            matter: one.opinion.matter,
            channel: record.channel(),
            protection: one.protection,
            sealed: seal,
            content,
            identity,
            lookup: one.lookup,
            handlers: keys(seal || identity.is_some(), &readers.handlers),
            seconds: keys(identity.is_some(), &readers.seconds),
            read_back: false,
        };
        steps.push(Step::Opinion(OpinionStep::File(filing)));
        if seal && one.is_masked {
            let opinion = OpinionId(number);
            let copy = committed(app, &mut payloads, &Written { text })?;
            // Whoever enters it has read it, which the log says like any other opening.
            steps.push(Step::Opinion(OpinionStep::OpenText { opinion }));
            steps.push(Step::Opinion(OpinionStep::Mask { opinion, copy }));
        }
    }
    Ok((steps, payloads))
}

/// Refuses what nobody could read afterwards, before anything is sealed.
fn can_be_read(
    readers: &Readers,
    one: &Incoming,
    seal: bool,
    allowed: &Allowed<SortOpinions>,
) -> Result<(), Refusal> {
    let unit = one.opinion.place.unit.to_string();
    let needs_handlers = seal || one.identity.is_some();
    if needs_handlers && readers.handlers.is_empty() {
        return Err(Refusal::input("gathering-no-handler", &[("unit", &unit)]));
    }
    if one.identity.is_some() && readers.seconds.is_empty() {
        return Err(Refusal::input("gathering-no-second", &[("unit", &unit)]));
    }
    if seal && one.is_masked && !readers.handlers.contains_key(allowed.account()) {
        return Err(Refusal::input("gathering-no-key", &[("unit", &unit)]));
    }
    Ok(())
}

/// Whether something was entered before, by what it is known by.
pub(super) fn is_known(appraisal: &Appraisal, lookup: &Digest) -> bool {
    appraisal.opinions.by_lookup(lookup).is_some()
}

/// Whether a refusal says that the same was entered before.
#[must_use]
pub fn was_entered_before(refusal: &Refusal) -> Option<OpinionId> {
    match refusal {
        Refusal::Rejected(Rejection::Opinion(OpinionRejection::AlreadyFiled { opinion })) => {
            Some(*opinion)
        }
        _ => None,
    }
}

/// What is known of a gathering.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn gathering_record(app: &App, record: Digest) -> Result<GatheringRecord, Refusal> {
    payload::read(app, record).await
}
