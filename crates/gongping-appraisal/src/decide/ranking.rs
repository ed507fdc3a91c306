//! The ranking and its publication (C9).

use super::survey::not_signed_yet;
use crate::{Appraisal, Context, Digest, Event, Inspection, Ranking, Rejection, Signatory, Survey};

pub(super) fn draft(appraisal: &Appraisal, report: Digest) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    if !matches!(open.survey, Survey::Tallied { .. }) {
        return Err(appraisal.wrong_stage("tallied"));
    }
    let signed = appraisal
        .units
        .iter()
        .filter(|unit| matches!(open.inspections.get(*unit), Some(Inspection::Signed { .. })))
        .count();
    if signed < appraisal.units.len() {
        return Err(Rejection::InspectionsOutstanding { count: appraisal.units.len() - signed });
    }
    if matches!(open.ranking, Ranking::Signed { .. }) {
        return Err(Rejection::AlreadyGiven);
    }
    Ok(Event::RankingDrafted { appraisal: appraisal.id.clone(), report })
}

pub(super) fn sign(
    appraisal: &Appraisal,
    signatory: Signatory,
    seen: Digest,
    context: &Context,
) -> Result<Event, Rejection> {
    let Ranking::Drafted { report, signed } = &appraisal.open()?.ranking else {
        return Err(appraisal.wrong_stage("drafted"));
    };
    if *report != seen {
        return Err(Rejection::ChangedMeanwhile);
    }
    not_signed_yet(signed, signatory, context)?;
    Ok(Event::RankingSigned { appraisal: appraisal.id.clone(), signatory, report: seen })
}

pub(super) fn publish(appraisal: &Appraisal, manifest: Digest) -> Result<Event, Rejection> {
    let Ranking::Signed { .. } = &appraisal.open()?.ranking else {
        return Err(appraisal.wrong_stage("signed"));
    };
    Ok(Event::Published { appraisal: appraisal.id.clone(), manifest })
}
