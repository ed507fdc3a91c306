//! The democratic appraisal of government conduct as types: who takes part, what is appraised,
//! how it runs, and what each step may follow.
//!
//! Everything that happens is an [`Event`]. [`decide`] says whether a [`Command`] may happen now
//! and which events it means; [`World::evolve`] is the infallible fold of events into state.
//! Nothing here reads a clock, a disk or dice: what the outside knows comes in through
//! [`Context`]. Clause ids in brackets (`(C3)`) are those of `docs/plan.md`.

mod account;
mod appraisal;
mod calendar;
mod ceremony;
mod command;
mod decide;
mod digest;
mod event;
mod finding;
mod id;
mod inspection;
mod integrity;
mod ledger;
mod opinion;
pub mod permission;
mod preparation;
mod ranking;
mod rejection;
mod survey;
mod unit;
mod workday;
mod world;

pub use account::{Account, Duty, DutyGrant};
pub use appraisal::{AdoptedRulebook, Appraisal, Open, Planned, Published, Stage};
pub use calendar::{Calendar, DateRange, Phase};
pub use ceremony::{Ceremony, KeyRound, KeySeat, KeyTurn, Medium, PracticeItem, Rehearsal};
pub use command::{Command, Context, Step};
pub use decide::{PUBLIC_ACTOR, decide, is_age_recipient};
pub use digest::{Digest, sha256};
pub use event::{Entry, EntryMistake, Event};
pub use finding::{
    Finding, FindingState, Findings, Gathering, GatheringId, Place, SortingEvent, SortingRejection,
    SortingStep,
};
pub use id::{
    AccountId, AppraisalId, BoxId, CaseNumber, EntryId, FindingId, GroupId, IdMistake,
    InspectionGroupNumber, ItemId, LetterId, OpinionId, SheetNumber, UnitId,
};
pub use inspection::{
    Inspection, InspectionEvent, InspectionGroup, InspectionRejection, InspectionReport,
    InspectionStep, MemberSheet, Points, PointsMistake, ReasonedPoints, Vote, VoteCount,
};
pub use integrity::{
    Accused, Case, CaseFile, CaseOutcome, CaseReport, CaseSource, CaseState, ConfirmedConsequence,
    IntegrityEvent, IntegrityRejection, IntegrityStep, Register,
};
pub use ledger::{
    ANSWER_DAYS, AT_ONCE_DAYS, Attitude, CallBack, Claim, Ending, EntryRef, EntryState, Evidence,
    EvidenceKind, ExtensionWish, LONGEST_DAYS, Ledger, LedgerEntry, LedgerEvent, LedgerRejection,
    LedgerStep, Letter, LetterState, Manner, Meeting, NewEvidence, OwnProblem, Proofs,
    RECURRENCE_DAYS, RULE_DAYS, Relapse, SILENCE_DAYS, SeenBy, SelfInspection, Setbacks, Source,
    Turn, Undertaking, VERIFY_DAYS, Verification, days_after,
};
pub use opinion::{
    Channel, Filing, IdentityState, InfluenceReport, KeyRole, Matter, Message, Opinion,
    OpinionEvent, OpinionRejection, OpinionState, OpinionStep, Opinions, Outcome, Protection,
    ReaderKey, Readers, SealedTo,
};
pub use permission::{Allowed, Permission, PermissionRule, Scope};
pub use preparation::{
    Appointment, ChannelKind, LocalPlan, PlanState, Preparation, PreparationEvent,
    PreparationRejection, PreparationStep, PublicChannel, RosterPost,
};
pub use ranking::{Ranking, Signatory};
pub use rejection::Rejection;
pub use survey::{
    BoxHead, BoxOpening, BoxState, CodeList, SheetPlan, Survey, SurveyPlan, TalliedBox,
};
pub use unit::{Level, NewUnit, Unit};
pub use workday::{HolidayMistake, Workdays};
pub use world::World;
