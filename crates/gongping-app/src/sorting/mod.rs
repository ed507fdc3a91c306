//! Sorting (C2, C5): opinions that say the same are merged into findings by a person, and can be
//! taken apart again; what was filed at the wrong place is sent on; staff search what they may read.

mod gather;
pub(crate) mod index;
mod mail;
mod queue;
pub(crate) mod rows;
mod seal;
mod search;
mod table;

pub use gather::{
    GatheredOpinion, GatheringRecord, MOST_OPINIONS, Stratum, gather, gathering_record,
    was_entered_before,
};
pub use gongping_documents::OpinionMistake;
pub use mail::{MailOutcome, import_mail, read_maildrop};
pub use queue::{OpinionLine, QueueFilter, Suggestion, line, lines, queue, suggestions};
pub use search::{Found, SearchFilter, search_findings, search_opinions};
pub use table::{TablePreview, import_table, preview_table, table_template};

use crate::engine::{Actor, App, Extras};
use crate::payload;
use crate::refusal::Refusal;
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    Allowed, AppraisalId, Digest, FindingId, ItemId, OpinionId, Place, SortingRejection,
    SortingStep, Step,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A problem in masked words, or why an opinion was sent on: 1 to so many characters.
pub const MOST_CHARACTERS: usize = 1000;

/// What a commitment of this area opens to. It names its appraisal, so that it cannot be shown as
/// another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) appraisal: AppraisalId,
    pub(crate) text: String,
}

fn committed(app: &App, id: &AppraisalId, text: &str) -> Result<(Digest, Extras), Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    if !(1..=MOST_CHARACTERS).contains(&text.chars().count()) {
        let most = MOST_CHARACTERS.to_string();
        return Err(Refusal::input("sorting-words", &[("most", &most)]));
    }
    let (digest, opening) = payload::committed(app, &Words { appraisal: id.clone(), text })?;
    Ok((digest, Extras::keeping(opening)))
}

async fn act(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    seen: Option<u64>,
    step: SortingStep,
    extras: Extras,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), allowed, id)?;
    let actor = Actor { account: allowed.account().clone(), seen };
    app.steps_with(&actor, id, vec![Step::Sorting(step)], extras).await
}

/// Merges opinions into a new finding, whose problem `words` say without naming anybody.
///
/// # Errors
/// [`Refusal::Rejected`] when an opinion is in a finding already, which may have happened a moment
/// ago, or is about another unit.
pub async fn form(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    place: Place,
    opinions: BTreeSet<OpinionId>,
    words: &str,
) -> Result<FindingId, Refusal> {
    let (problem, extras) = committed(app, id, words)?;
    let first = opinions.first().copied();
    act(app, allowed, id, None, SortingStep::Form { place, opinions, problem }, extras).await?;
    let world = app.world();
    let findings = world.appraisal(id).map(|appraisal| &appraisal.findings);
    let formed = first.and_then(|opinion| findings?.of_opinion(opinion));
    Ok(formed.map_or_else(|| FindingId(0), |finding| finding.id))
}

/// Adds opinions to a finding.
///
/// # Errors
/// [`Refusal::Rejected`] as for [`form`], or when the finding was changed meanwhile.
pub async fn join(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    finding: FindingId,
    opinions: BTreeSet<OpinionId>,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    let step = SortingStep::Join { finding, opinions };
    act(app, allowed, id, seen, step, Extras::default()).await
}

/// Takes opinions out of a finding; they wait to be sorted again.
///
/// # Errors
/// [`Refusal::Rejected`] when the finding was changed meanwhile, is fed back, or would be empty.
pub async fn take_out(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    finding: FindingId,
    opinions: BTreeSet<OpinionId>,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    let step = SortingStep::TakeOut { finding, opinions };
    act(app, allowed, id, seen, step, Extras::default()).await
}

/// Undoes a finding: all its opinions wait to be sorted again.
///
/// # Errors
/// [`Refusal::Rejected`] when the finding was changed meanwhile or is fed back.
pub async fn dissolve(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    finding: FindingId,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    act(app, allowed, id, seen, SortingStep::Dissolve { finding }, Extras::default()).await
}

/// Puts the problem in other words, or under another item.
///
/// # Errors
/// [`Refusal::Rejected`] when the finding was changed meanwhile or is fed back.
pub async fn reword(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    finding: FindingId,
    (item, words): (Option<ItemId>, &str),
    seen: Option<u64>,
) -> Result<(), Refusal> {
    let (problem, extras) = committed(app, id, words)?;
    act(app, allowed, id, seen, SortingStep::Reword { finding, item, problem }, extras).await
}

/// Sends an opinion to the unit and item where it belongs, for a reason.
///
/// # Errors
/// [`Refusal::Rejected`] when it is in a finding, belongs there already, or was changed meanwhile.
pub async fn route(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    (place, reason): (Place, &str),
    seen: Option<u64>,
) -> Result<(), Refusal> {
    let (reason, extras) = committed(app, id, reason)?;
    act(app, allowed, id, seen, SortingStep::Route { opinion, place, reason }, extras).await
}

/// Says that two opinions do not say the same; they are not suggested again.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn keep_apart(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    one: OpinionId,
    other: OpinionId,
) -> Result<(), Refusal> {
    act(app, allowed, id, None, SortingStep::KeepApart { one, other }, Extras::default()).await
}

/// The problem of a finding in masked words.
///
/// # Errors
/// [`Refusal::Rejected`] when there is no such finding; [`Refusal::Failure`].
pub async fn problem(app: &App, id: &AppraisalId, finding: FindingId) -> Result<String, Refusal> {
    let world = app.world();
    let known = world.appraisal(id).and_then(|appraisal| appraisal.findings.get(finding));
    let digest = known.map(|known| known.problem);
    let digest = digest.ok_or_else(|| unknown(finding))?;
    Ok(payload::read::<Words>(app, digest).await?.text)
}

fn unknown(finding: FindingId) -> Refusal {
    Refusal::Rejected(SortingRejection::UnknownFinding { finding }.into())
}
