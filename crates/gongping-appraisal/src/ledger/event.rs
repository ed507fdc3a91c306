//! What happens in a ledger. No text stands here: events carry commitments.

use super::{Attitude, CallBack, EntryRef, NewEvidence, Source, Undertaking};
use crate::{Digest, EntryId, FindingId, ItemId, LetterId, OpinionId, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A problem that a unit has found itself and not yet put right (C4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnProblem {
    /// The item.
    pub item: ItemId,
    /// Commitment to the problem.
    pub problem: Digest,
}

/// What happened in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LedgerEvent {
    /// A problem was entered (C6).
    Opened {
        /// The number of its entry.
        entry: EntryId,
        /// The unit.
        unit: UnitId,
        /// The item, if one fits.
        item: Option<ItemId>,
        /// Where it comes from.
        source: Source,
        /// Commitment to the problem.
        problem: Digest,
        /// Commitment to why it has another cause than what was put right within the last year.
        other_cause: Option<Digest>,
        /// The entry of an earlier appraisal that came up again.
        recurs: Option<EntryRef>,
    },
    /// The same came up again within a year: the entry is open again and has one more source.
    Recurred {
        /// The entry.
        entry: EntryId,
        /// Where it comes from this time.
        source: Source,
        /// Commitment to the problem.
        problem: Digest,
    },
    /// The unit said what it will do, by when, and who answers for it.
    Accepted {
        /// The entry.
        entry: EntryId,
        /// What it undertakes.
        undertaking: Undertaking,
    },
    /// The unit has begun.
    Started {
        /// The entry.
        entry: EntryId,
    },
    /// The unit handed in a proof.
    EvidenceAdded {
        /// The entry.
        entry: EntryId,
        /// The proof.
        evidence: NewEvidence,
    },
    /// The unit says it is done.
    Claimed {
        /// The entry.
        entry: EntryId,
        /// Commitment to the lasting mechanism.
        mechanism: Digest,
    },
    /// Somebody else has seen that it is done.
    Verified {
        /// The entry.
        entry: EntryId,
        /// Commitment to the minute.
        minute: Digest,
    },
    /// Somebody else has seen that it is not done.
    Returned {
        /// The entry.
        entry: EntryId,
        /// Commitment to the reason.
        reason: Digest,
        /// Whether the claim was false, and not only incomplete (T12).
        was_false: bool,
    },
    /// A filer was called back.
    CalledBack {
        /// The entry.
        entry: EntryId,
        /// Whose opinion.
        opinion: OpinionId,
        /// What was said. Whoever is not satisfied reopens the entry.
        answer: CallBack,
        /// Commitment to what was said, without saying who.
        note: Digest,
    },
    /// It is finished.
    Closed {
        /// The entry.
        entry: EntryId,
    },
    /// What was verified or closed turned out not to be done (T12).
    Reopened {
        /// The entry.
        entry: EntryId,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The unit says there is nothing to put right.
    Disputed {
        /// The entry.
        entry: EntryId,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The level above has ruled on a dispute.
    Ruled {
        /// The entry.
        entry: EntryId,
        /// Whether the problem stands.
        stands: bool,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The unit asked for a later deadline.
    ExtensionAsked {
        /// The entry.
        entry: EntryId,
        /// The last day that is asked for.
        until: Date,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// The organiser's office decided on a later deadline.
    ExtensionDecided {
        /// The entry.
        entry: EntryId,
        /// Whether it is granted.
        granted: bool,
    },
    /// A feedback letter was drawn up (C5).
    LetterDrafted {
        /// Its number.
        letter: LetterId,
        /// The unit.
        unit: UnitId,
        /// The findings.
        findings: BTreeSet<FindingId>,
        /// Commitment to the text.
        text: Digest,
    },
    /// It was drawn up anew; a signature no longer counts.
    LetterRedrafted {
        /// Which.
        letter: LetterId,
        /// The findings.
        findings: BTreeSet<FindingId>,
        /// Commitment to the text.
        text: Digest,
    },
    /// The office signed it.
    LetterSigned {
        /// Which.
        letter: LetterId,
        /// What exactly was signed.
        text: Digest,
    },
    /// It was sent: its findings stand in the ledger from now on.
    LetterSent {
        /// Which.
        letter: LetterId,
        /// The entry of each finding; an entry that is there already came up again.
        entries: Vec<(FindingId, EntryId)>,
    },
    /// The head of the unit confirmed receipt.
    LetterReceived {
        /// Which.
        letter: LetterId,
    },
    /// The feedback meeting was held; recorded on the spot.
    MeetingRecorded {
        /// Of which letter.
        letter: LetterId,
        /// How the unit stands to it.
        attitude: Attitude,
        /// Commitment to the minute.
        minute: Digest,
    },
    /// The head of a unit filed its report about itself (C4).
    SelfInspected {
        /// The unit.
        unit: UnitId,
        /// Commitment to the report.
        report: Digest,
        /// What was found and is not put right yet, each with its new entry.
        problems: Vec<(EntryId, OwnProblem)>,
    },
}

impl LedgerEvent {
    /// What the event commits to.
    #[must_use]
    pub fn commitments(&self) -> Vec<Digest> {
        match self {
            Self::Opened { problem, other_cause, .. } => {
                std::iter::once(*problem).chain(*other_cause).collect()
            }
            Self::Recurred { problem: digest, .. }
            | Self::Claimed { mechanism: digest, .. }
            | Self::Verified { minute: digest, .. }
            | Self::Returned { reason: digest, .. }
            | Self::Reopened { grounds: digest, .. }
            | Self::Disputed { grounds: digest, .. }
            | Self::Ruled { grounds: digest, .. }
            | Self::ExtensionAsked { reason: digest, .. }
            | Self::CalledBack { note: digest, .. }
            | Self::LetterDrafted { text: digest, .. }
            | Self::LetterRedrafted { text: digest, .. }
            | Self::MeetingRecorded { minute: digest, .. } => vec![*digest],
            Self::Accepted { undertaking, .. } => match undertaking.manner {
                super::Manner::AtOnce => vec![undertaking.terms],
                super::Manner::Planned { plan } => vec![undertaking.terms, plan],
            },
            Self::EvidenceAdded { evidence, .. } => vec![evidence.content],
            Self::SelfInspected { report, problems, .. } => std::iter::once(*report)
                .chain(problems.iter().map(|(_, own)| own.problem))
                .collect(),
            Self::Started { .. }
            | Self::Closed { .. }
            | Self::ExtensionDecided { .. }
            | Self::LetterSigned { .. }
            | Self::LetterSent { .. }
            | Self::LetterReceived { .. } => Vec::new(),
        }
    }

    /// The entries that it is about.
    #[must_use]
    pub fn entries(&self) -> Vec<EntryId> {
        match self {
            Self::Opened { entry, .. }
            | Self::Recurred { entry, .. }
            | Self::Accepted { entry, .. }
            | Self::Started { entry }
            | Self::EvidenceAdded { entry, .. }
            | Self::Claimed { entry, .. }
            | Self::Verified { entry, .. }
            | Self::Returned { entry, .. }
            | Self::CalledBack { entry, .. }
            | Self::Closed { entry }
            | Self::Reopened { entry, .. }
            | Self::Disputed { entry, .. }
            | Self::Ruled { entry, .. }
            | Self::ExtensionAsked { entry, .. }
            | Self::ExtensionDecided { entry, .. } => vec![*entry],
            Self::LetterSent { entries, .. } => entries.iter().map(|(_, entry)| *entry).collect(),
            Self::SelfInspected { problems, .. } => {
                problems.iter().map(|(entry, _)| *entry).collect()
            }
            Self::LetterDrafted { .. }
            | Self::LetterRedrafted { .. }
            | Self::LetterSigned { .. }
            | Self::LetterReceived { .. }
            | Self::MeetingRecorded { .. } => Vec::new(),
        }
    }

    /// The letter that it is about.
    #[must_use]
    pub const fn letter(&self) -> Option<LetterId> {
        match self {
            Self::LetterDrafted { letter, .. }
            | Self::LetterRedrafted { letter, .. }
            | Self::LetterSigned { letter, .. }
            | Self::LetterSent { letter, .. }
            | Self::LetterReceived { letter }
            | Self::MeetingRecorded { letter, .. } => Some(*letter),
            _ => None,
        }
    }

    /// The command that it answers.
    #[must_use]
    pub fn step(&self) -> LedgerStep {
        match self.clone() {
            Self::Opened { unit, item, source, problem, other_cause, .. } => {
                LedgerStep::Open { unit, item, source, problem, other_cause }
            }
            // Opening is what was asked for; that it came up again is what the rule made of it.
            Self::Recurred { source, problem, entry } => {
                LedgerStep::Recur { entry, source, problem }
            }
            Self::Accepted { entry, undertaking } => LedgerStep::Accept { entry, undertaking },
            Self::Started { entry } => LedgerStep::Start { entry },
            Self::EvidenceAdded { entry, evidence } => LedgerStep::AddEvidence { entry, evidence },
            Self::Claimed { entry, mechanism } => LedgerStep::Claim { entry, mechanism },
            Self::Verified { entry, minute } => LedgerStep::Verify { entry, minute },
            Self::Returned { entry, reason, was_false } => {
                LedgerStep::Return { entry, reason, was_false }
            }
            Self::CalledBack { entry, opinion, answer, note } => {
                LedgerStep::CallBack { entry, opinion, answer, note }
            }
            Self::Closed { entry } => LedgerStep::Close { entry },
            Self::Reopened { entry, grounds } => LedgerStep::Reopen { entry, grounds },
            Self::Disputed { entry, grounds } => LedgerStep::Dispute { entry, grounds },
            Self::Ruled { entry, stands, grounds } => LedgerStep::Rule { entry, stands, grounds },
            Self::ExtensionAsked { entry, until, reason } => {
                LedgerStep::AskExtension { entry, until, reason }
            }
            Self::ExtensionDecided { entry, granted } => {
                LedgerStep::DecideExtension { entry, granted }
            }
            Self::LetterDrafted { unit, findings, text, .. } => {
                LedgerStep::DraftLetter { unit, findings, text }
            }
            Self::LetterRedrafted { letter, findings, text } => {
                LedgerStep::RedraftLetter { letter, findings, text }
            }
            Self::LetterSigned { letter, text } => LedgerStep::SignLetter { letter, text },
            Self::LetterSent { letter, .. } => LedgerStep::SendLetter { letter },
            Self::LetterReceived { letter } => LedgerStep::ConfirmLetter { letter },
            Self::MeetingRecorded { letter, attitude, minute } => {
                LedgerStep::RecordMeeting { letter, attitude, minute }
            }
            Self::SelfInspected { unit, report, problems } => {
                let problems = problems.into_iter().map(|(_, own)| own).collect();
                LedgerStep::InspectOneself { unit, report, problems }
            }
        }
    }
}

/// What somebody wants to happen. See the [`LedgerEvent`] of the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerStep {
    /// Enter a problem. If the same was put right within a year, its entry is reopened.
    Open {
        /// The unit.
        unit: UnitId,
        /// The item.
        item: Option<ItemId>,
        /// Where it comes from; not a finding, which comes with its letter.
        source: Source,
        /// Commitment to the problem.
        problem: Digest,
        /// Commitment to why it has another cause than what was put right within the last year.
        other_cause: Option<Digest>,
    },
    /// Say that what an entry was about has come up again within a year.
    Recur {
        /// The entry.
        entry: EntryId,
        /// Where it comes from this time.
        source: Source,
        /// Commitment to the problem.
        problem: Digest,
    },
    /// Say what the unit will do.
    Accept {
        /// The entry.
        entry: EntryId,
        /// What.
        undertaking: Undertaking,
    },
    /// Begin.
    Start {
        /// The entry.
        entry: EntryId,
    },
    /// Hand in a proof.
    AddEvidence {
        /// The entry.
        entry: EntryId,
        /// The proof.
        evidence: NewEvidence,
    },
    /// Say that it is done.
    Claim {
        /// The entry.
        entry: EntryId,
        /// Commitment to the lasting mechanism.
        mechanism: Digest,
    },
    /// Say that one has seen that it is done.
    Verify {
        /// The entry.
        entry: EntryId,
        /// Commitment to the minute.
        minute: Digest,
    },
    /// Say that one has seen that it is not done.
    Return {
        /// The entry.
        entry: EntryId,
        /// Commitment to the reason.
        reason: Digest,
        /// Whether the claim was false.
        was_false: bool,
    },
    /// Note what a filer said.
    CallBack {
        /// The entry.
        entry: EntryId,
        /// Whose opinion.
        opinion: OpinionId,
        /// What was said.
        answer: CallBack,
        /// Commitment to what was said.
        note: Digest,
    },
    /// Finish.
    Close {
        /// The entry.
        entry: EntryId,
    },
    /// Open again what was verified or closed.
    Reopen {
        /// The entry.
        entry: EntryId,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Say that there is nothing to put right.
    Dispute {
        /// The entry.
        entry: EntryId,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Rule on a dispute.
    Rule {
        /// The entry.
        entry: EntryId,
        /// Whether the problem stands.
        stands: bool,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Ask for a later deadline.
    AskExtension {
        /// The entry.
        entry: EntryId,
        /// The last day.
        until: Date,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Decide on a later deadline.
    DecideExtension {
        /// The entry.
        entry: EntryId,
        /// Whether it is granted.
        granted: bool,
    },
    /// Draw up a letter.
    DraftLetter {
        /// The unit.
        unit: UnitId,
        /// The findings.
        findings: BTreeSet<FindingId>,
        /// Commitment to the text.
        text: Digest,
    },
    /// Draw up a letter anew, before it is sent.
    RedraftLetter {
        /// Which.
        letter: LetterId,
        /// The findings.
        findings: BTreeSet<FindingId>,
        /// Commitment to the text.
        text: Digest,
    },
    /// Sign a letter.
    SignLetter {
        /// Which.
        letter: LetterId,
        /// What was seen.
        text: Digest,
    },
    /// Send a letter.
    SendLetter {
        /// Which.
        letter: LetterId,
    },
    /// Confirm receipt.
    ConfirmLetter {
        /// Which.
        letter: LetterId,
    },
    /// Record the meeting.
    RecordMeeting {
        /// Of which letter.
        letter: LetterId,
        /// How the unit stands to it.
        attitude: Attitude,
        /// Commitment to the minute.
        minute: Digest,
    },
    /// File a unit's report about itself.
    InspectOneself {
        /// The unit.
        unit: UnitId,
        /// Commitment to the report.
        report: Digest,
        /// What was found and is not put right yet.
        problems: Vec<OwnProblem>,
    },
}
