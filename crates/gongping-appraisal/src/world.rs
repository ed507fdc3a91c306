//! The world: the fold of all events. [`World::evolve`] never fails: what could not happen was
//! refused by [`crate::decide`] before it became an event.

use crate::{
    Account, AccountId, Accused, AdoptedRulebook, Appraisal, AppraisalId, BoxHead, BoxId,
    BoxOpening, BoxState, CaseOutcome, Ceremony, Entry, Event, Findings, Inspection,
    InspectionEvent, IntegrityEvent, KeySeat, Ledger, NewUnit, Open, OpinionEvent, Opinions,
    Preparation, Published, Ranking, Register, SortingEvent, Stage, Survey, TalliedBox, Unit,
    UnitId, sha256,
};
use gongping_score::Rulebook;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::{BTreeMap, BTreeSet};

/// Everything the log says.
#[derive(Debug, Clone, Default)]
pub struct World {
    units: BTreeMap<UnitId, Unit>,
    accounts: BTreeMap<AccountId, Account>,
    appraisals: BTreeMap<AppraisalId, Appraisal>,
    size: u64,
}

impl World {
    /// How many log entries it has seen.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The unit with this id.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(id)
    }

    /// All units, by id.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The units directly below `parent`, by id.
    pub fn children<'a>(&'a self, parent: &'a UnitId) -> impl Iterator<Item = &'a Unit> {
        self.units.values().filter(move |unit| unit.parent.as_ref() == Some(parent))
    }

    /// Whether `unit` is `ancestor` or stands below it.
    #[must_use]
    pub fn is_within(&self, unit: &UnitId, ancestor: &UnitId) -> bool {
        // `RegisterUnits` lets a parent be only one level above, so this ends after four steps.
        let mut current = Some(unit);
        while let Some(id) = current {
            if id == ancestor {
                return true;
            }
            current = self.units.get(id).and_then(|unit| unit.parent.as_ref());
        }
        false
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// The open account with this log-in name.
    #[must_use]
    pub fn account_by_login(&self, login: &str) -> Option<&Account> {
        self.accounts.values().find(|account| account.active && account.login == login)
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// The appraisal with this id.
    #[must_use]
    pub fn appraisal(&self, id: &AppraisalId) -> Option<&Appraisal> {
        self.appraisals.get(id)
    }

    /// All appraisals, by id: oldest year first.
    pub fn appraisals(&self) -> impl Iterator<Item = &Appraisal> {
        self.appraisals.values()
    }

    /// Takes one entry of the log into account.
    pub fn evolve(&mut self, entry: &Entry) {
        self.size += 1;
        let at = Timestamp::from_microsecond(entry.at_us).unwrap_or(Timestamp::UNIX_EPOCH);
        match &entry.body {
            Event::UnitRegistered { unit } => self.register_unit(unit),
            Event::UnitRenamed { unit, name, from } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.rename(name.clone(), *from);
                }
            }
            Event::UnitClosed { unit, on } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.closed_on = Some(*on);
                }
            }
            Event::AccountOpened { .. }
            | Event::DutiesChanged { .. }
            | Event::PasswordSet { .. }
            | Event::AccountClosed { .. } => self.evolve_account(&entry.body),
            Event::AppraisalPlanned { appraisal, organiser, year, title, units } => {
                let planned = Appraisal {
                    id: appraisal.clone(),
                    organiser: organiser.clone(),
                    year: *year,
                    title: title.clone(),
                    units: units.clone(),
                    stage: Stage::Planned(Box::default()),
                    findings: Findings::default(),
                    opinions: Opinions::default(),
                    register: Register::default(),
                    ledger: Ledger::default(),
                    preparation: Preparation::default(),
                    revision: 1,
                };
                self.appraisals.insert(appraisal.clone(), planned);
            }
            // What areas do beside the stages does not make anybody's form stale.
            Event::Opinion { appraisal, what } => {
                if let Some(appraisal) = self.appraisals.get_mut(appraisal) {
                    appraisal.opinions.evolve(what, &entry.actor, at);
                    if let OpinionEvent::Filed { opinion, filing } = what {
                        appraisal.findings.wait(&filing.unit, [*opinion]);
                    }
                }
            }
            Event::Integrity { appraisal, what } => {
                if let Some(appraisal) = self.appraisals.get_mut(appraisal) {
                    appraisal.register.evolve(what, &entry.actor, at);
                    appraisal.forget_outdated_ranking(what);
                }
            }
            Event::Sorting { appraisal, what } => {
                if let Some(appraisal) = self.appraisals.get_mut(appraisal) {
                    appraisal.findings.evolve(what, at);
                    if let SortingEvent::Routed { opinion, place, .. } = what {
                        let from = appraisal.opinions.get(*opinion).map(|known| known.unit.clone());
                        if let Some(from) = from {
                            appraisal.findings.wait_no_more(&from, &[*opinion].into());
                        }
                        appraisal.findings.wait(&place.unit, [*opinion]);
                        appraisal.opinions.route(*opinion, place);
                    }
                }
            }
            Event::Preparation { appraisal, what } => {
                if let Some(appraisal) = self.appraisals.get_mut(appraisal) {
                    let today = civil_day(at);
                    appraisal.preparation.evolve(what, &entry.actor, at, today);
                }
            }
            Event::Ledger { appraisal, what } => {
                if let Some(appraisal) = self.appraisals.get_mut(appraisal) {
                    let Appraisal { ledger, findings, .. } = appraisal;
                    ledger.evolve(what, findings, &entry.actor, at);
                }
            }
            within => {
                let appraisal = within.appraisal().and_then(|id| self.appraisals.get_mut(id));
                if let Some(appraisal) = appraisal {
                    appraisal.revision += 1;
                    appraisal.evolve(within, &entry.actor, at);
                }
            }
        }
    }

    fn register_unit(&mut self, unit: &NewUnit) {
        self.units.insert(unit.id.clone(), Unit::new(unit.clone()));
    }

    fn evolve_account(&mut self, event: &Event) {
        if let Event::AccountOpened { account: id, login, title, duties } = event {
            let account = Account {
                id: id.clone(),
                login: login.clone(),
                title: title.clone(),
                duties: duties.clone(),
                password: None,
                active: true,
            };
            self.accounts.insert(id.clone(), account);
            return;
        }
        let (Event::DutiesChanged { account, .. }
        | Event::PasswordSet { account, .. }
        | Event::AccountClosed { account }) = event
        else {
            return;
        };
        let Some(account) = self.accounts.get_mut(account) else { return };
        match event {
            Event::DutiesChanged { duties, .. } => account.duties.clone_from(duties),
            Event::PasswordSet { password, .. } => account.password = Some(*password),
            _ => account.active = false,
        }
    }
}

impl Appraisal {
    /// A ranking drawn up before a unit's breach was confirmed no longer says what is so (E4).
    fn forget_outdated_ranking(&mut self, event: &IntegrityEvent) {
        let IntegrityEvent::FindingDecided { outcome, .. } = event else { return };
        let is_of_unit =
            matches!(outcome, CaseOutcome::Confirmed { accused: Accused::Unit { .. }, .. });
        if let Some(open) = self.open_mut().filter(|_| is_of_unit) {
            open.ranking = Ranking::Absent;
            self.revision += 1;
        }
    }

    fn evolve(&mut self, event: &Event, actor: &AccountId, at: Timestamp) {
        match event {
            Event::RulebookAdopted { text, .. } => {
                if let (Stage::Planned(planned), Ok(rules)) =
                    (&mut self.stage, Rulebook::parse(text))
                {
                    let hash = sha256(text.as_bytes());
                    planned.rulebook = Some(AdoptedRulebook { text: text.clone(), hash, rules });
                }
            }
            Event::CalendarSet { calendar, .. } => {
                if let Stage::Planned(planned) = &mut self.stage {
                    planned.calendar = Some(calendar.clone());
                }
            }
            Event::AppraisalOpened { .. } => self.evolve_opened(at),
            Event::Published { manifest, .. } => {
                if let Stage::Open(open) = &self.stage {
                    let open = (**open).clone();
                    self.stage =
                        Stage::Published(Box::new(Published { open, manifest: *manifest, at }));
                }
            }
            _ => {
                if let Some(open) = self.open_mut() {
                    open.evolve_survey(event, actor);
                    open.evolve_inspection(event, actor);
                    open.evolve_ranking(event, actor);
                }
            }
        }
    }

    fn evolve_opened(&mut self, at: Timestamp) {
        let Stage::Planned(planned) = &self.stage else { return };
        let (Some(rulebook), Some(calendar)) = (&planned.rulebook, &planned.calendar) else {
            return;
        };
        self.stage = Stage::Open(Box::new(Open {
            rulebook: rulebook.clone(),
            calendar: calendar.clone(),
            opened_at: at,
            survey: Survey::Unplanned,
            groups: BTreeMap::new(),
            inspections: BTreeMap::new(),
            ranking: Ranking::Absent,
        }));
    }
}

impl Open {
    fn evolve_survey(&mut self, event: &Event, actor: &AccountId) {
        let survey = std::mem::replace(&mut self.survey, Survey::Unplanned);
        self.survey = match (survey, event) {
            (_, Event::SurveyProposed { plan, .. }) => {
                Survey::Proposed { plan: plan.clone(), signed: BTreeMap::new() }
            }
            (Survey::Proposed { plan, mut signed }, Event::SurveySigned { signatory, .. }) => {
                signed.insert(*signatory, actor.clone());
                if signed.len() == crate::Signatory::ALL.len() {
                    let ceremony = Ceremony::new(plan.key_threshold);
                    Survey::Agreed { plan, ceremony, codes: None }
                } else {
                    Survey::Proposed { plan, signed }
                }
            }
            // What concerns many boxes comes in several events of one batch (see `decide`), so
            // each of these states also takes more of what brought it about.
            (Survey::Agreed { plan, ceremony, codes }, Event::CodesIssued { lists, .. }) => {
                let mut all = codes.unwrap_or_default();
                all.extend(lists.clone());
                Survey::Agreed { plan, ceremony, codes: Some(all) }
            }
            (
                Survey::Agreed { plan, ceremony, codes: Some(mut all) },
                Event::CodesReplaced { lists, .. },
            ) => {
                all.extend(lists.clone());
                Survey::Agreed { plan, ceremony, codes: Some(all) }
            }
            (Survey::Agreed { plan, ceremony, .. }, Event::SurveyOpened { boxes, .. }) => {
                Survey::Collecting { plan, ceremony, boxes: opened(boxes).collect() }
            }
            (
                Survey::Collecting { plan, ceremony, boxes: mut all },
                Event::SurveyOpened { boxes, .. },
            ) => {
                all.extend(opened(boxes));
                Survey::Collecting { plan, ceremony, boxes: all }
            }
            (
                Survey::Collecting { plan, ceremony, mut boxes },
                Event::BoxesCheckpointed { heads, .. },
            ) => {
                set_heads(&mut boxes, heads);
                Survey::Collecting { plan, ceremony, boxes }
            }
            (
                Survey::Collecting { plan, ceremony, boxes },
                Event::SurveyClosed { boxes: closed, to_open, .. },
            ) => {
                let (boxes, to_open) = (close(boxes, closed), to_open.clone());
                Survey::Closed { plan, ceremony, boxes, to_open, shares: BTreeSet::new() }
            }
            (
                Survey::Closed { plan, ceremony, boxes, to_open: mut all, shares },
                Event::SurveyClosed { boxes: closed, to_open, .. },
            ) => {
                all.extend(to_open.iter().cloned());
                Survey::Closed { plan, ceremony, boxes: close(boxes, closed), to_open: all, shares }
            }
            (
                Survey::Closed { plan, ceremony, mut boxes, to_open, mut shares },
                Event::ShareGiven { seat, heads, .. },
            ) => {
                shares.insert(*seat);
                set_heads(&mut boxes, heads);
                Survey::Closed { plan, ceremony, boxes, to_open, shares }
            }
            (
                Survey::Closed { plan, ceremony, boxes, shares, .. }
                | Survey::Tallied { plan, ceremony, boxes, shares },
                Event::BoxesOpened { boxes: opened, .. },
            ) => Survey::Tallied { plan, ceremony, boxes: close(boxes, opened), shares },
            (Survey::Agreed { plan, mut ceremony, codes }, event) => {
                ceremony.evolve(event, actor);
                Survey::Agreed { plan, ceremony, codes }
            }
            (unchanged, _) => unchanged,
        };
    }

    fn evolve_inspection(&mut self, event: &Event, actor: &AccountId) {
        match event {
            Event::InspectionGroupFormed { group, .. } => {
                for unit in &group.units {
                    let entering = Inspection::Entering { sheets: BTreeMap::new() };
                    self.inspections.entry(unit.clone()).or_insert(entering);
                }
                self.groups.insert(group.number, group.clone());
                group.units.iter().for_each(|unit| self.compare_if_complete(unit));
            }
            Event::PointsEntered { unit, sheet, .. } => {
                if let Some(Inspection::Entering { sheets }) = self.inspections.get_mut(unit) {
                    sheets.insert(actor.clone(), *sheet);
                }
                self.compare_if_complete(unit);
            }
            Event::Inspection { what, .. } => self.evolve_vote(what, actor),
            Event::InspectionDecided { unit, report, .. } => {
                if let Some(inspection) = self.inspections.get_mut(unit) {
                    let sheets = inspection.sheets().clone();
                    *inspection = Inspection::Decided { sheets, report: *report };
                }
            }
            Event::InspectionReturned { unit, .. } => {
                if let Some(inspection) = self.inspections.get_mut(unit) {
                    let sheets = inspection.sheets().clone();
                    // What has been seen stays fixed; only in older logs sheets open again.
                    *inspection = if matches!(inspection, Inspection::Voting { .. }) {
                        Inspection::Compared { sheets }
                    } else {
                        Inspection::Entering { sheets }
                    };
                }
            }
            Event::InspectionSigned { unit, report, .. } => {
                if let Some(inspection) = self.inspections.get_mut(unit) {
                    let (sheets, leader) = (inspection.sheets().clone(), actor.clone());
                    let votes = inspection.votes().cloned().unwrap_or_default();
                    *inspection = Inspection::Signed { sheets, report: *report, leader, votes };
                }
            }
            _ => {}
        }
    }

    /// Fixes the sheets and opens them to the members, once all are in.
    fn compare_if_complete(&mut self, unit: &UnitId) {
        let group = self.groups.values().find(|group| group.units.contains(unit));
        let Some(group) = group.filter(|group| group.quorum.is_some()) else { return };
        if let Some(inspection) = self.inspections.get_mut(unit)
            && let Inspection::Entering { sheets } = inspection
            && group.is_complete(sheets)
        {
            *inspection = Inspection::Compared { sheets: std::mem::take(sheets) };
        }
    }

    fn evolve_vote(&mut self, what: &InspectionEvent, actor: &AccountId) {
        let Some(inspection) = self.inspections.get_mut(what.unit()) else { return };
        match what {
            InspectionEvent::EnteringClosed { .. } => {
                *inspection = Inspection::Compared { sheets: inspection.sheets().clone() };
            }
            InspectionEvent::ReportProposed { report, .. } => {
                let (sheets, votes) = (inspection.sheets().clone(), BTreeMap::new());
                *inspection = Inspection::Voting { sheets, report: *report, votes };
            }
            InspectionEvent::VoteGiven { vote, .. } => {
                if let Inspection::Voting { votes, .. } = inspection {
                    votes.insert(actor.clone(), *vote);
                }
            }
        }
    }

    fn evolve_ranking(&mut self, event: &Event, actor: &AccountId) {
        match event {
            Event::RankingDrafted { report, .. } => {
                self.ranking = Ranking::Drafted { report: *report, signed: BTreeMap::new() };
            }
            Event::RankingSigned { signatory, .. } => {
                if let Ranking::Drafted { report, signed } = &self.ranking {
                    let (report, mut signed) = (*report, signed.clone());
                    signed.insert(*signatory, actor.clone());
                    self.ranking = if signed.len() == crate::Signatory::ALL.len() {
                        Ranking::Signed { report, signed }
                    } else {
                        Ranking::Drafted { report, signed }
                    };
                }
            }
            _ => {}
        }
    }

    /// Which seats still owe their share; empty unless the survey is closed.
    #[must_use]
    pub fn awaited_shares(&self) -> Vec<KeySeat> {
        match &self.survey {
            Survey::Closed { shares, .. } => {
                KeySeat::ALL.into_iter().filter(|seat| !shares.contains(seat)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The civil date in China (UTC+8, no daylight saving since 1991).
fn civil_day(at: Timestamp) -> Date {
    Offset::constant(8).to_datetime(at).date()
}

fn opened(boxes: &BTreeMap<BoxId, BoxOpening>) -> impl Iterator<Item = (BoxId, BoxState)> + '_ {
    boxes.iter().map(|(id, opening)| {
        let (opening, head) = (opening.clone(), opening.head.clone());
        (id.clone(), BoxState { opening, head, counted: 0, opened: false })
    })
}

fn set_heads(boxes: &mut BTreeMap<BoxId, BoxState>, heads: &BTreeMap<BoxId, BoxHead>) {
    for (id, head) in heads {
        if let Some(state) = boxes.get_mut(id) {
            state.head = head.clone();
        }
    }
}

fn close(
    mut boxes: BTreeMap<BoxId, BoxState>,
    closed: &BTreeMap<BoxId, TalliedBox>,
) -> BTreeMap<BoxId, BoxState> {
    for (id, tallied) in closed {
        if let Some(state) = boxes.get_mut(id) {
            state.head = tallied.head.clone();
            state.counted = tallied.counted;
            state.opened = tallied.opened;
        }
    }
    boxes
}
