//! Feedback, self-inspection and rectification (C4–C7): what units are told, what they find
//! themselves, how each thing is put right, and who has seen it.

mod content;
mod entry;
mod feedback;
mod picture;
pub(crate) mod rows;
mod self_inspection;

pub use content::{
    EvidenceFile, ItemReport, LetterFinding, LetterText, MOST_CHARACTERS, Minute, Plan, SelfReport,
    Terms, words,
};
pub use entry::{
    EntryTexts, Finish, MOST_FILE_BYTES, Measure, NewProblem, accept, add_evidence, ask_extension,
    call_back, claim, close, decide_extension, dispute, evidence, give_back, open, reopen, rule,
    start, texts, verify,
};
pub use feedback::{
    Draft, MeetingNote, confirm, draft, letter_text, minute, record_meeting, send, sign,
};
pub use self_inspection::{OwnFinding, file, report};

use crate::engine::{Actor, App, Extras};
use crate::refusal::Refusal;
use crate::survey::at_organiser;
use gongping_appraisal::{Allowed, AppraisalId, LedgerRejection, LedgerStep, Step, UnitId};

/// Who acts on what: the proof, the appraisal, and the revision that the form showed.
#[derive(Debug)]
pub struct Desk<'a, P> {
    /// The proof of the permission: at the organiser, or at the unit for what a unit does itself.
    pub allowed: &'a Allowed<P>,
    /// The appraisal.
    pub id: &'a AppraisalId,
    /// The revision that the form showed.
    pub seen: Option<u64>,
}

impl<P> Desk<'_, P> {
    async fn commit(
        &self,
        app: &App,
        steps: Vec<LedgerStep>,
        extras: Extras,
    ) -> Result<(), Refusal> {
        let actor = Actor { account: self.allowed.account().clone(), seen: self.seen };
        let steps = steps.into_iter().map(Step::Ledger).collect();
        app.steps_with(&actor, self.id, steps, extras).await
    }

    /// Something that the organiser does, or the level above it.
    async fn at_organiser(
        &self,
        app: &App,
        step: LedgerStep,
        extras: Extras,
    ) -> Result<(), Refusal> {
        at_organiser(&app.world(), self.allowed, self.id)?;
        self.commit(app, vec![step], extras).await
    }

    /// Something that the unit does itself.
    async fn at_unit(
        &self,
        app: &App,
        unit: Option<&UnitId>,
        step: LedgerStep,
        extras: Extras,
    ) -> Result<(), Refusal> {
        if unit.is_some_and(|unit| unit != self.allowed.unit()) {
            return Err(Refusal::Rejected(LedgerRejection::NotOfUnit.into()));
        }
        self.commit(app, vec![step], extras).await
    }
}
