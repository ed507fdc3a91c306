//! Permissions as values. A use case demands `Allowed<SignRanking>`; the only way to get one is
//! [`World::allow`], so a call without a check does not compile.

use crate::{AccountId, Duty, Rejection, UnitId, World};
use std::marker::PhantomData;

/// How far down the tree a duty carries a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Only at the unit for which the duty is held: signatures belong to their level (A1).
    Own,
    /// At that unit and at all units below it.
    Subtree,
}

/// One row of the matrix of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionRule {
    /// The name in the matrix, in route tables and in refusals.
    pub name: &'static str,
    /// The duties that carry it.
    pub duties: &'static [Duty],
    /// How far.
    pub scope: Scope,
}

/// A kind of permission; the types of this module are the only ones.
pub trait Permission {
    /// Its row in the matrix.
    const RULE: PermissionRule;
}

/// Proof that an account may do `P` at a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<P> {
    account: AccountId,
    unit: UnitId,
    kind: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// Who.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Where.
    #[must_use]
    pub fn unit(&self) -> &UnitId {
        &self.unit
    }
}

impl World {
    /// Proves that `account` may do `P` at `unit`.
    ///
    /// # Errors
    /// [`Rejection::NotAllowed`] when no duty of the account carries it there.
    pub fn allow<P: Permission>(
        &self,
        account: &AccountId,
        unit: &UnitId,
    ) -> Result<Allowed<P>, Rejection> {
        if self.permits(&P::RULE, account, unit) {
            Ok(Allowed { account: account.clone(), unit: unit.clone(), kind: PhantomData })
        } else {
            Err(Rejection::NotAllowed { permission: P::RULE.name.to_owned(), unit: unit.clone() })
        }
    }

    /// Whether `rule` lets `account` act at `unit`.
    #[must_use]
    pub fn permits(&self, rule: &PermissionRule, account: &AccountId, unit: &UnitId) -> bool {
        let Some(account) = self.account(account).filter(|account| account.active) else {
            return false;
        };
        account.duties.iter().any(|grant| {
            rule.duties.contains(&grant.duty)
                && match rule.scope {
                    Scope::Own => grant.unit == *unit,
                    Scope::Subtree => self.is_within(unit, &grant.unit),
                }
        })
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $scope:ident [$($duty:ident),+];)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name {}
            impl Permission for $name {
                const RULE: PermissionRule = PermissionRule {
                    name: stringify!($name),
                    duties: &[$(Duty::$duty),+],
                    scope: Scope::$scope,
                };
            }
        )+
        /// All rows of the matrix, in the order in which they are declared.
        pub const ALL: &[PermissionRule] = &[$($name::RULE),+];
    };
}

permissions! {
    /// Open, change and close accounts and their duties.
    ManageAccounts: Subtree [Administrator];
    /// Import, rename and close units (A1).
    ManageUnits: Subtree [Administrator, Coordination];
    /// See the workplace of an organiser: its calendar, survey progress, inspections, log.
    SeeWorkplace: Subtree [Administrator, OfficeDirector, Coordination, AppraisalTeam, Inspector,
        InspectionLeader, Liaison, StatisticsBureau, ConductOffice];
    /// See what concerns the own unit as an appraised one.
    SeeOwnUnit: Own [AppraisedUnit, UnitHead];
    /// Plan an appraisal: its units, rulebook and calendar (C1).
    PlanAppraisal: Own [Coordination];
    /// Open it, which freezes the rulebook.
    OpenAppraisal: Own [OfficeDirector];
    /// Draw up the survey plan (C3).
    ProposeSurvey: Own [AppraisalTeam];
    /// Sign the survey plan for the office (C3).
    SignSurveyForOffice: Own [OfficeDirector];
    /// Sign the survey plan for the statistics bureau (A5, C3).
    SignSurveyForStatistics: Own [StatisticsBureau];
    /// Issue the invitation codes (A5).
    IssueCodes: Own [StatisticsBureau];
    /// Hold a key of the sealed boxes (C9).
    HoldKey: Own [OfficeDirector, StatisticsBureau, ConductOffice];
    /// Open the survey for answers, and close it.
    RunSurvey: Own [AppraisalTeam];
    /// Form inspection groups (C8).
    FormInspectionGroups: Own [Coordination];
    /// Enter points as a member of an inspection group (C8).
    EnterPoints: Own [Inspector, InspectionLeader];
    /// Record the group's decision and sign it as its leader (C8).
    SignInspection: Own [InspectionLeader];
    /// Draw up the ranking after the sealed tally (C9).
    DraftRanking: Own [Coordination];
    /// Sign the ranking for the office (C9).
    SignRankingForOffice: Own [OfficeDirector];
    /// Sign the ranking for the statistics bureau (A5, C9).
    SignRankingForStatistics: Own [StatisticsBureau];
    /// Keep the register of the eight prohibitions: open cases, look into them, propose (E3).
    KeepRegister: Own [ConductOffice];
    /// Decide as the second person on what the register's keeper proposes (E3, E4).
    DecideCases: Own [OfficeDirector, ConductOffice];
    /// Confirm what follows from a published result, and note what became of it (E1, E2).
    ConfirmConsequences: Own [OfficeDirector];
    /// Publish the signed ranking (C9).
    Publish: Own [OfficeDirector];
    /// Enter an opinion that came by telephone, at the counter or on paper (C2).
    EnterOpinions: Own [Coordination, AppraisalTeam, Liaison];
    /// Read, copy, answer and close opinions (C2). Who may read one is said in the log (E3 (6)).
    HandleOpinions: Subtree [AppraisalTeam];
    /// Gather opinions in numbers, merge them into findings and send them on (C2, C5).
    SortOpinions: Own [AppraisalTeam];
    /// Have a key for opinions, and declare ties to a unit (A4, E3 (6)).
    HoldOpinionKey: Subtree [AppraisalTeam, OfficeDirector, ConductOffice];
    /// Agree, as the second person, to the opening of an identity (E3 (6)).
    ReleaseIdentities: Subtree [OfficeDirector, ConductOffice];
    /// Decide on what was contested or reported, one level up (T10).
    RuleOnOpinions: Subtree [AppraisalTeam, ConductOffice];
    /// See the entries of a ledger with their texts, and the letters (C5–C7).
    SeeEntries: Subtree [OfficeDirector, Coordination, AppraisalTeam, Inspector,
        InspectionLeader, ConductOffice];
    /// Draw up and send feedback, enter problems, call filers back, close entries (C5, C6).
    KeepLedger: Own [AppraisalTeam];
    /// Sign a feedback letter for the office (C5).
    SignFeedback: Own [OfficeDirector];
    /// Decide on later deadlines (C6).
    ExtendDeadlines: Own [OfficeDirector];
    /// See on the spot whether something was put right (C6).
    VerifyEntries: Subtree [AppraisalTeam, Inspector, InspectionLeader];
    /// Decide one level up on what a unit disputes (C6).
    RuleOnEntries: Subtree [AppraisalTeam, ConductOffice];
    /// Work on the entries of the own unit (C6).
    WorkEntries: Own [AppraisedUnit, UnitHead];
    /// File the self-inspection of the own unit and confirm its letters (C4, C5).
    AnswerForUnit: Own [UnitHead];
    /// Draw up and file the plan of the own unit for the appraisal of the level above (C1).
    DraftPlan: Own [Coordination, OfficeDirector, AppraisedUnit, UnitHead];
    /// Accept or return the plans of the levels below (C1).
    ReviewPlans: Own [Coordination];
    /// Appoint to the leading group, the office and the teams (A2, A3).
    KeepRoster: Own [Coordination, OfficeDirector];
    /// Keep the register of channels (C2).
    KeepChannels: Own [Coordination, AppraisalTeam, Liaison];
}
