//! Who is awaited for what: everything that an appraisal is waiting for, computed from the world.
//! The queue on the "today" page, the numbers in the side bar and the list of those awaited on
//! the overview are three views of it.

use gongping_appraisal::{
    AccountId, Appraisal, CaseState, Duty, Inspection, KeyRole, KeySeat, KeyTurn, Open, Permission,
    PermissionRule, Phase, Planned, Ranking, Signatory, Stage, Survey, UnitId, Workdays, World,
    permission,
};
use gongping_locale::{SHANGHAI, Texts};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Who can do it.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// Whoever holds the permission at the organiser.
    Rule(PermissionRule),
    /// Whoever holds the duty at the organiser: one of several key holders.
    Duty(Duty),
    /// These persons: an inspection group.
    Accounts(BTreeSet<AccountId>),
    /// Whoever stands one level above the organiser (T10).
    Above,
}

/// Something that an appraisal waits for.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The key of its text is `workplace-task-` and this.
    code: String,
    /// How many units it concerns, or the year.
    number: Option<usize>,
    /// Who can do it.
    pub(crate) who: Who,
    /// The unit at which they hold it: the organiser, or the unit that it is about.
    place: UnitId,
    /// The last day for it.
    pub(crate) due: Option<Date>,
    /// It cannot be done before this instant.
    pub(crate) not_before: Option<Timestamp>,
    /// Where it is done.
    pub(crate) href: String,
}

impl Task {
    /// What is to be done, in words.
    pub(crate) fn words(&self, t: Texts) -> String {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        let args = [("count", number.clone()), ("year", number)];
        crate::refusal::text(t, &format!("workplace-task-{}", self.code), &args)
    }

    /// Whether this account can do it.
    pub(crate) fn is_for(&self, world: &World, account: &AccountId) -> bool {
        match &self.who {
            Who::Rule(rule) => world.permits(rule, account, &self.place),
            Who::Duty(duty) => holds(world, account, *duty, &self.place),
            Who::Accounts(accounts) => accounts.contains(account),
            Who::Above => world.is_above_unit(&self.place, account),
        }
    }

    /// The posts of those who can do it; the duty where nobody holds it yet.
    pub(crate) fn awaited(&self, world: &World, t: Texts) -> String {
        let holders = world.accounts().filter(|account| self.is_for(world, &account.id));
        let titles: Vec<&str> = holders.map(|account| account.title.as_str()).collect();
        match (&self.who, titles.is_empty()) {
            (_, false) => t.list(&titles),
            (Who::Rule(rule), true) => t.duty_no_one(duties(t, rule)),
            (Who::Duty(duty), true) => t.duty_no_one(super::duty_word(t, *duty)),
            (Who::Accounts(_) | Who::Above, true) => String::new(),
        }
    }

    /// Whether the last day for it has passed.
    pub(crate) fn is_late(&self, today: Date) -> bool {
        self.due.is_some_and(|due| due < today)
    }

    /// How late it is, in words; none while it is not.
    pub(crate) fn late_by(&self, today: Date, t: Texts) -> Option<String> {
        let due = self.due.filter(|due| *due < today)?;
        let days = Workdays::announced().between(due, today);
        Some(t.workplace_late_by(i64::try_from(days).unwrap_or(i64::MAX)))
    }

    /// Whether it can be done now.
    pub(crate) fn is_possible(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|from| from <= now)
    }
}

/// The duties that carry a permission, in words.
pub(crate) fn duties(t: Texts, rule: &PermissionRule) -> String {
    let words: Vec<String> = rule.duties.iter().map(|duty| super::duty_word(t, *duty)).collect();
    t.list(&words)
}

/// Whether the account holds this duty at this very unit.
pub(crate) fn holds(world: &World, account: &AccountId, duty: Duty, unit: &UnitId) -> bool {
    world.account(account).is_some_and(|account| {
        let mut grants = account.duties.iter();
        account.active && grants.any(|grant| grant.duty == duty && grant.unit == *unit)
    })
}

/// Collects the tasks of one appraisal. Each area of the work has one function that adds its own.
pub(crate) struct Collector<'a> {
    /// The appraisal.
    pub(crate) appraisal: &'a Appraisal,
    /// The world that it is in.
    pub(crate) world: &'a World,
    tasks: Vec<Task>,
}

impl Collector<'_> {
    /// Something to do on a page of the appraisal; its text is `workplace-task-` and `code`.
    pub(crate) fn add(&mut self, code: impl Into<String>, who: Who, page: &str, due: Option<Date>) {
        let id = &self.appraisal.id;
        let slash = if page.is_empty() { "" } else { "/" };
        self.tasks.push(Task {
            code: code.into(),
            number: None,
            who,
            place: self.appraisal.organiser.clone(),
            due,
            not_before: None,
            href: format!("/staff/a/{id}{slash}{page}"),
        });
    }

    /// The same for `count` things; nothing if there are none.
    pub(crate) fn counted(
        &mut self,
        code: &str,
        count: usize,
        who: Who,
        page: &str,
        due: Option<Date>,
    ) {
        if count > 0 {
            self.add(code, who, page, due);
            self.amend(|task| task.number = Some(count));
        }
    }

    /// The last one that was added is for whoever holds the permission or duty at this unit.
    pub(crate) fn at(&mut self, unit: &UnitId) {
        self.amend(|task| task.place = unit.clone());
    }

    fn amend(&mut self, change: impl FnOnce(&mut Task)) {
        if let Some(task) = self.tasks.last_mut() {
            change(task);
        }
    }
}

/// Whoever holds the permission.
pub(crate) fn rule<P: Permission>() -> Who {
    Who::Rule(P::RULE)
}

/// Everything that the appraisal is waiting for.
pub(crate) fn of_appraisal(world: &World, appraisal: &Appraisal) -> Vec<Task> {
    let mut collector = Collector { appraisal, world, tasks: Vec::new() };
    match &appraisal.stage {
        Stage::Planned(planned) => planning(&mut collector, planned),
        Stage::Open(open) => {
            survey(&mut collector, open);
            inspection(&mut collector, open);
            ranking(&mut collector, open);
        }
        Stage::Published(_) => {}
    }
    register(&mut collector);
    super::preparation::tasks(&mut collector);
    opinions(&mut collector);
    collector.tasks
}

/// What opinions wait for (C2, T10): keys of those who read, handlers, second persons, and the level
/// above where the filer does not agree.
fn opinions(collector: &mut Collector<'_>) {
    let appraisal = collector.appraisal;
    if appraisal.running().is_none() {
        return;
    }
    let opinions = &appraisal.opinions;
    for (role, duty) in
        [(KeyRole::Handler, Duty::AppraisalTeam), (KeyRole::Second, Duty::ConductOffice)]
    {
        if !opinions.keys().any(|(_, key)| key.role == role) {
            let code = format!("opinion-key-{}", role.as_str());
            collector.add(code, Who::Duty(duty), "opinions/key", None);
        }
    }
    let due = opinions.waiting_due().map(day);
    let handlers = Who::Duty(Duty::AppraisalTeam);
    collector.counted("opinions-waiting", opinions.waiting_count(), handlers, "opinions", due);
    let seconds = opinions.asking().flat_map(|opinion| &opinion.sealed_to.seconds);
    let seconds = Who::Accounts(seconds.cloned().collect());
    let asked = opinions.asking().count();
    collector.counted("opinion-identities", asked, seconds, "opinions", None);
    let contested = opinions.contested_count();
    collector.counted("opinions-contested", contested, Who::Above, "opinions", None);
    if let Some(from) = opinions.overdue_from() {
        collector.add("opinions-overdue", Who::Above, "opinions", None);
        collector.amend(|task| task.not_before = Some(from));
    }
    let reports = opinions.influence().filter(|report| report.taken_up_by.is_none()).count();
    collector.counted("opinion-influence", reports, Who::Above, "opinions", None);
}

/// Cases go on after publication, and wait for the one or the other person.
fn register(collector: &mut Collector<'_>) {
    let cases = || collector.appraisal.register.cases();
    let looked_into =
        |state: &CaseState| matches!(state, CaseState::Opened | CaseState::Inquiry { .. });
    let inquiries = cases().filter(|case| looked_into(&case.state)).count();
    let proposed = |state: &CaseState| matches!(state, CaseState::Proposed { .. });
    let decisions = cases().filter(|case| proposed(&case.state)).count();
    let (keep, decide) = (rule::<permission::KeepRegister>(), rule::<permission::DecideCases>());
    collector.counted("case-inquiry", inquiries, keep, "register", None);
    collector.counted("case-decide", decisions, decide, "register", None);
}

fn planning(collector: &mut Collector<'_>, planned: &Planned) {
    let due = planned.calendar.as_ref().map(|calendar| calendar.dates(Phase::Mobilisation).last);
    if planned.rulebook.is_none() {
        collector.add("adopt-rulebook", rule::<permission::PlanAppraisal>(), "setup", due);
    }
    if planned.calendar.is_none() {
        collector.add("set-calendar", rule::<permission::PlanAppraisal>(), "setup", due);
    }
    if planned.rulebook.is_some() && planned.calendar.is_some() {
        collector.add("open-appraisal", rule::<permission::OpenAppraisal>(), "setup", due);
    }
}

fn day(instant: Timestamp) -> Date {
    SHANGHAI.to_datetime(instant).date()
}

fn survey(collector: &mut Collector<'_>, open: &Open) {
    match &open.survey {
        Survey::Unplanned => {
            let due = Some(open.calendar.dates(Phase::Opinions).first);
            collector.add("propose-survey", rule::<permission::ProposeSurvey>(), "survey", due);
        }
        Survey::Proposed { plan, signed } => {
            let due = Some(day(plan.opens_at));
            for signatory in Signatory::ALL {
                let who = match signatory {
                    Signatory::Office => rule::<permission::SignSurveyForOffice>(),
                    Signatory::Statistics => rule::<permission::SignSurveyForStatistics>(),
                };
                if !signed.contains_key(&signatory) {
                    let code = format!("sign-survey-{}", signatory.as_str());
                    collector.add(code, who, "survey", due);
                }
            }
        }
        Survey::Agreed { plan, ceremony, codes } => {
            let due = Some(day(plan.opens_at));
            for seat in KeySeat::ALL {
                let step = match ceremony.turn(seat) {
                    KeyTurn::Message(_) => "key",
                    KeyTurn::Rehearse(_) if !ceremony.is_rehearsed() => "rehearse",
                    KeyTurn::Rehearse(_) | KeyTurn::Wait(_) => continue,
                };
                let code = format!("{step}-{}", seat.as_str());
                collector.add(code, Who::Duty(seat.duty()), "survey", due);
            }
            if codes.is_none() {
                collector.add("issue-codes", rule::<permission::IssueCodes>(), "survey", due);
            }
            if codes.is_some() && ceremony.is_rehearsed() {
                collector.add("open-survey", rule::<permission::RunSurvey>(), "survey", due);
                collector.amend(|task| task.not_before = Some(plan.opens_at));
            }
        }
        Survey::Collecting { plan, .. } => {
            let due = Some(day(plan.closes_at));
            collector.add("close-survey", rule::<permission::RunSurvey>(), "survey", due);
            collector.amend(|task| task.not_before = Some(plan.closes_at));
        }
        Survey::Closed { .. } => {
            let due = Some(open.calendar.last_day());
            for seat in open.awaited_shares() {
                let code = format!("share-{}", seat.as_str());
                collector.add(code, Who::Duty(seat.duty()), "tally", due);
            }
        }
        Survey::Tallied { .. } => {}
    }
}

fn inspection(collector: &mut Collector<'_>, open: &Open) {
    let due = Some(open.calendar.last_day());
    let assigned = |unit: &&UnitId| !open.inspections.contains_key(*unit);
    let left = collector.appraisal.units.iter().filter(assigned).count();
    let form = rule::<permission::FormInspectionGroups>();
    collector.counted("form-groups", left, form, "inspection", due);
    for group in open.groups.values() {
        let states = || group.units.iter().filter_map(|unit| open.inspections.get(unit));
        for member in &group.members {
            let left = states()
                .filter(|state| {
                    matches!(state, Inspection::Entering { sheets }
                        if !sheets.contains_key(member))
                })
                .count();
            let who = Who::Accounts(BTreeSet::from([member.clone()]));
            collector.counted("enter-points", left, who, "inspection", due);
        }
        // A group from before has to be saved again, so that it gets a quorum.
        if group.quorum.is_none() {
            let open = states().filter(|state| matches!(state, Inspection::Entering { .. }));
            let form = rule::<permission::FormInspectionGroups>();
            collector.counted("give-quorum", open.count(), form, "inspection", due);
        }
        let voting =
            || states().filter_map(|state| state.votes().filter(|_| state.stage() == "voting"));
        for member in &group.members {
            let left = voting().filter(|votes| !votes.contains_key(member)).count();
            let who = Who::Accounts(BTreeSet::from([member.clone()]));
            collector.counted("vote-report", left, who, "inspection", due);
        }
        let leader = || Who::Accounts(BTreeSet::from([group.leader.clone()]));
        let ready = states().filter(|state| state.stage() == "compared").count();
        collector.counted("decide-report", ready, leader(), "inspection", due);
        let decided = states().filter(|state| state.stage() == "decided").count();
        let quorum = group.quorum.unwrap_or(u16::MAX);
        let carried = voting().filter(|votes| group.count(votes).is_carried(quorum)).count();
        collector.counted("sign-report", decided + carried, leader(), "inspection", due);
    }
}

/// How many inspection reports are signed.
pub(crate) fn signed_reports(open: &Open) -> usize {
    open.inspections.values().filter(|state| state.stage() == "signed").count()
}

fn ranking(collector: &mut Collector<'_>, open: &Open) {
    let due = Some(open.calendar.last_day());
    match &open.ranking {
        Ranking::Absent => {
            let tallied = matches!(open.survey, Survey::Tallied { .. });
            if tallied && signed_reports(open) == collector.appraisal.units.len() {
                collector.add("draft-ranking", rule::<permission::DraftRanking>(), "ranking", due);
            }
        }
        Ranking::Drafted { signed, .. } => {
            for signatory in Signatory::ALL {
                let who = match signatory {
                    Signatory::Office => rule::<permission::SignRankingForOffice>(),
                    Signatory::Statistics => rule::<permission::SignRankingForStatistics>(),
                };
                if !signed.contains_key(&signatory) {
                    let code = format!("sign-ranking-{}", signatory.as_str());
                    collector.add(code, who, "ranking", due);
                }
            }
        }
        Ranking::Signed { .. } => {
            collector.add("publish", rule::<permission::Publish>(), "ranking", due);
        }
    }
}

/// Organisers of this account's coordination team that have planned nothing for this year yet.
pub(crate) fn to_plan(world: &World, account: &AccountId, today: Date) -> Vec<Task> {
    let Some(known) = world.account(account).filter(|account| account.active) else {
        return Vec::new();
    };
    let organisers = known.duties.iter().filter(|grant| grant.duty == Duty::Coordination);
    let planned = |unit: &UnitId| {
        world.appraisals().any(|known| known.organiser == *unit && known.year == today.year())
    };
    organisers
        .filter(|grant| !planned(&grant.unit))
        .map(|grant| Task {
            code: "plan-appraisal".to_owned(),
            number: usize::try_from(today.year()).ok(),
            who: rule::<permission::PlanAppraisal>(),
            place: grant.unit.clone(),
            due: None,
            not_before: None,
            href: format!("/staff/appraisals/new?organiser={}", grant.unit),
        })
        .collect()
}
