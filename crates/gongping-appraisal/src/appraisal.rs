//! One appraisal: its stages, each carrying what the next ones need. Drawn in
//! `docs/state-machines/appraisal.md`.

use crate::{
    AppraisalId, Calendar, Digest, Findings, Inspection, InspectionGroup, InspectionGroupNumber,
    Ledger, Opinions, Preparation, Ranking, Register, Rejection, Survey, UnitId,
};
use gongping_score::Rulebook;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One campaign of one organiser in one year.
#[derive(Debug, Clone)]
pub struct Appraisal {
    /// Its id.
    pub id: AppraisalId,
    /// Who runs it.
    pub organiser: UnitId,
    /// The year it is for.
    pub year: i16,
    /// Its title, as published.
    pub title: String,
    /// The units that are appraised, in the order of their ids.
    pub units: Vec<UnitId>,
    /// The stage it is at.
    pub stage: Stage,
    /// What opinions say is wrong, sorted (C5). It goes on while the appraisal is open and after
    /// publication.
    pub findings: Findings,
    /// The opinions that came in, and who may read them (C2). They too go on after publication.
    pub opinions: Opinions,
    /// The register of the eight prohibitions, and the consequences of the result (E).
    pub register: Register,
    /// Feedback, self-inspection and rectification (C4–C7). They too go on after publication.
    pub ledger: Ledger,
    /// Plans of the levels below, roster and channels (A2, C1, C2).
    pub preparation: Preparation,
    /// Rises by one with each event; a form shows which state its reader saw.
    pub revision: u64,
}

/// The stages of an appraisal.
#[derive(Debug, Clone)]
pub enum Stage {
    /// Being prepared (C1).
    Planned(Box<Planned>),
    /// Running under a frozen rulebook (C2–C9).
    Open(Box<Open>),
    /// Its result is out (C9).
    Published(Box<Published>),
}

/// What is known while an appraisal is prepared.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// The rulebook, once adopted. It may still be replaced.
    pub rulebook: Option<AdoptedRulebook>,
    /// The calendar, once set.
    pub calendar: Option<Calendar>,
}

/// A rulebook as adopted: its exact text, its hash, and what it says.
#[derive(Debug, Clone)]
pub struct AdoptedRulebook {
    /// The exact text.
    pub text: String,
    /// SHA-256 of the text.
    pub hash: Digest,
    /// What it says.
    pub rules: Rulebook,
}

/// A running appraisal.
#[derive(Debug, Clone)]
pub struct Open {
    /// The frozen rulebook.
    pub rulebook: AdoptedRulebook,
    /// The dates.
    pub calendar: Calendar,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The survey.
    pub survey: Survey,
    /// The inspection groups.
    pub groups: BTreeMap<InspectionGroupNumber, InspectionGroup>,
    /// The inspections by unit; a unit appears when a group is assigned to it.
    pub inspections: BTreeMap<UnitId, Inspection>,
    /// The ranking.
    pub ranking: Ranking,
}

/// An appraisal whose result is out.
#[derive(Debug, Clone)]
pub struct Published {
    /// All that led there.
    pub open: Open,
    /// SHA-256 of the dossier's manifest.
    pub manifest: Digest,
    /// When.
    pub at: Timestamp,
}

impl Appraisal {
    /// The stage as a word, for tables and translation keys.
    #[must_use]
    pub fn stage_word(&self) -> &'static str {
        match &self.stage {
            Stage::Planned(_) => "planned",
            Stage::Open(open) => match (&open.survey, &open.ranking) {
                (_, Ranking::Signed { .. }) => "signed",
                (_, Ranking::Drafted { .. }) => "drafted",
                (survey, Ranking::Absent) => survey.stage(),
            },
            Stage::Published(_) => "published",
        }
    }

    /// What is known once it is open, also after publication.
    #[must_use]
    pub fn running(&self) -> Option<&Open> {
        match &self.stage {
            Stage::Planned(_) => None,
            Stage::Open(open) => Some(open),
            Stage::Published(published) => Some(&published.open),
        }
    }

    /// The publication, once it is out.
    #[must_use]
    pub fn published(&self) -> Option<&Published> {
        match &self.stage {
            Stage::Published(published) => Some(published),
            Stage::Planned(_) | Stage::Open(_) => None,
        }
    }

    /// The rulebook, adopted or frozen.
    #[must_use]
    pub fn rulebook(&self) -> Option<&AdoptedRulebook> {
        match &self.stage {
            Stage::Planned(planned) => planned.rulebook.as_ref(),
            Stage::Open(open) => Some(&open.rulebook),
            Stage::Published(published) => Some(&published.open.rulebook),
        }
    }

    /// The calendar, once set.
    #[must_use]
    pub fn calendar(&self) -> Option<&Calendar> {
        match &self.stage {
            Stage::Planned(planned) => planned.calendar.as_ref(),
            Stage::Open(open) => Some(&open.calendar),
            Stage::Published(published) => Some(&published.open.calendar),
        }
    }

    pub(crate) fn open(&self) -> Result<&Open, Rejection> {
        match &self.stage {
            Stage::Open(open) => Ok(open),
            Stage::Planned(_) | Stage::Published(_) => Err(self.wrong_stage("open")),
        }
    }

    pub(crate) fn open_mut(&mut self) -> Option<&mut Open> {
        match &mut self.stage {
            Stage::Open(open) => Some(open),
            Stage::Planned(_) | Stage::Published(_) => None,
        }
    }

    pub(crate) fn planned(&self) -> Result<&Planned, Rejection> {
        match &self.stage {
            Stage::Planned(planned) => Ok(planned),
            Stage::Open(_) | Stage::Published(_) => Err(self.wrong_stage("planned")),
        }
    }

    pub(crate) fn wrong_stage(&self, needed: &str) -> Rejection {
        Rejection::WrongStage { needed: needed.to_owned(), stage: self.stage_word().to_owned() }
    }
}
