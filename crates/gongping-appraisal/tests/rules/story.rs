//! A story told by commands: an organiser, its people, its units, and one appraisal as far as a
//! test needs it.

use gongping_appraisal::{
    AccountId, AppraisalId, BoxHead, BoxId, BoxOpening, Calendar, CodeList, Command, Context,
    DateRange, Digest, Duty, DutyGrant, Entry, GroupId, InspectionGroup, InspectionGroupNumber,
    InspectionReport, KeyRound, KeySeat, Level, Medium, MemberSheet, NewUnit, Open, Points,
    PracticeItem, ReasonedPoints, Rejection, SheetNumber, SheetPlan, Signatory, Step, SurveyPlan,
    TalliedBox, UnitId, World, decide, sha256,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The rulebook that the software brings.
pub(crate) const RULEBOOK: &str = include_str!("../../../../rulebooks/labour-security-2007.toml");

pub(crate) const GROUPS: [&str; 3] = ["service-users", "enterprises", "deputies"];

/// How far a story is told; each contains those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chapter {
    People,
    Planned,
    Opened,
    Proposed,
    Agreed,
    Ready,
    Collecting,
    Closed,
    Shared,
    Tallied,
    Inspected,
    Drafted,
    Signed,
    Published,
}

impl Chapter {
    pub(crate) const ALL: [Self; 14] = [
        Self::People,
        Self::Planned,
        Self::Opened,
        Self::Proposed,
        Self::Agreed,
        Self::Ready,
        Self::Collecting,
        Self::Closed,
        Self::Shared,
        Self::Tallied,
        Self::Inspected,
        Self::Drafted,
        Self::Signed,
        Self::Published,
    ];
}

/// How many key holders open a box in the stories.
pub(crate) const KEY_THRESHOLD: u32 = 2;

#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) entries: Vec<Entry>,
    /// The command that caused each entry, by name.
    pub(crate) commands: Vec<String>,
    pub(crate) now: Timestamp,
    pub(crate) organiser: UnitId,
    pub(crate) units: Vec<UnitId>,
}

pub(crate) fn unit(id: &str) -> UnitId {
    UnitId::parse(id).unwrap()
}

pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

pub(crate) fn digest(text: &str) -> Digest {
    sha256(text.as_bytes())
}

fn new_unit(id: &str, level: Level, parent: Option<&str>) -> NewUnit {
    let (id, name) = (unit(id), format!("{id} 劳动和社会保障局"));
    NewUnit { id, name, level, parent: parent.map(unit), opened_on: date(2000, 1, 1) }
}

/// A province with two cities, one of which has a county with windows.
pub(crate) fn tree(windows: usize) -> Vec<NewUnit> {
    let mut units = vec![
        new_unit("360000-LSB", Level::Province, None),
        new_unit("360100-LSB", Level::City, Some("360000-LSB")),
        new_unit("360200-LSB", Level::City, Some("360000-LSB")),
        new_unit("360102-LSB", Level::County, Some("360100-LSB")),
    ];
    for number in 1..=windows {
        let id = format!("360102-LSB-W{number}");
        units.push(new_unit(&id, Level::Window, Some("360102-LSB")));
    }
    units
}

/// The plan's own dates, in another year.
pub(crate) fn calendar(year: i16) -> Calendar {
    let range = |from: (i8, i8), to: (i8, i8)| DateRange {
        first: date(year, from.0, from.1),
        last: date(year, to.0, to.1),
    };
    Calendar::new([
        range((6, 15), (6, 30)),
        range((7, 1), (7, 30)),
        range((8, 1), (8, 15)),
        range((8, 15), (9, 5)),
    ])
    .unwrap()
}

pub(crate) fn opens_at() -> Timestamp {
    "2026-07-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn closes_at() -> Timestamp {
    "2026-07-20T00:00:00Z".parse().unwrap()
}

/// Who holds which duty at the organiser.
pub(crate) const PEOPLE: [(&str, Duty); 10] = [
    ("admin", Duty::Administrator),
    ("director", Duty::OfficeDirector),
    ("coordinator", Duty::Coordination),
    ("surveyor", Duty::AppraisalTeam),
    ("inspector", Duty::Inspector),
    ("leader", Duty::InspectionLeader),
    ("liaison", Duty::Liaison),
    ("statistician", Duty::StatisticsBureau),
    ("conduct", Duty::ConductOffice),
    ("bystander", Duty::AppraisedUnit),
];

impl Story {
    fn new(organiser: &str, units: Vec<UnitId>) -> Self {
        let now = "2026-06-15T01:00:00Z".parse().unwrap();
        let (world, entries) = (World::default(), Vec::new());
        let commands = Vec::new();
        Self { world, entries, commands, now, organiser: unit(organiser), units }
    }

    /// The province appraises its two cities.
    pub(crate) fn province(chapter: Chapter) -> Self {
        let mut story = Self::new("360000-LSB", vec![unit("360100-LSB"), unit("360200-LSB")]);
        story.tell(&tree(2), chapter);
        story
    }

    /// A county appraises so many windows.
    pub(crate) fn county(windows: usize, chapter: Chapter) -> Self {
        let units = (1..=windows).map(|number| unit(&format!("360102-LSB-W{number}"))).collect();
        let mut story = Self::new("360102-LSB", units);
        story.units.sort();
        story.tell(&tree(windows), chapter);
        story
    }

    /// Decides a command; what is decided is written, read back and taken into account.
    pub(crate) fn act(&mut self, actor: &str, command: Command) -> Result<(), Rejection> {
        self.act_seeing(actor, command, None)
    }

    pub(crate) fn act_seeing(
        &mut self,
        actor: &str,
        command: Command,
        seen: Option<u64>,
    ) -> Result<(), Rejection> {
        let name = match &command {
            Command::Within(_, step) => format!("{step:?}"),
            other => format!("{other:?}"),
        };
        let name = name.split([' ', '(']).next().unwrap_or_default().to_owned();
        let context = Context { now: self.now, actor: account(actor), seen };
        for body in decide(&self.world, command, &context)? {
            let at_us = self.now.as_microsecond();
            let entry = Entry { at_us, actor: account(actor), body };
            let bytes = entry.to_bytes();
            assert!(bytes.len() <= Entry::MAX_BYTES, "{} of {}", entry.body.kind(), bytes.len());
            assert_eq!(Entry::from_bytes(&bytes).unwrap(), entry, "an entry is read as written");
            self.world.evolve(&entry);
            self.entries.push(entry);
            self.commands.push(name.clone());
        }
        Ok(())
    }

    pub(crate) fn step(&mut self, actor: &str, step: Step) -> Result<(), Rejection> {
        self.act(actor, Command::Within(self.id(), step))
    }

    pub(crate) fn id(&self) -> AppraisalId {
        AppraisalId::of(2026, &self.organiser).unwrap()
    }

    pub(crate) fn stage(&self) -> &'static str {
        self.world.appraisal(&self.id()).map_or("absent", |appraisal| appraisal.stage_word())
    }

    pub(crate) fn open(&self) -> &Open {
        self.world.appraisal(&self.id()).unwrap().running().unwrap()
    }

    fn tell(&mut self, tree: &[NewUnit], chapter: Chapter) {
        self.act("system", Command::RegisterUnits(tree.to_vec())).unwrap();
        for (login, duty) in PEOPLE {
            self.open_account(login, login, &[(duty, self.organiser.clone())]).unwrap();
        }
        for next in Chapter::ALL.into_iter().filter(|next| *next <= chapter) {
            self.tell_chapter(next).unwrap_or_else(|no| panic!("{next:?} was refused: {no}"));
        }
    }

    pub(crate) fn open_account(
        &mut self,
        id: &str,
        login: &str,
        duties: &[(Duty, UnitId)],
    ) -> Result<(), Rejection> {
        let grant = |(duty, unit): &(Duty, UnitId)| DutyGrant { duty: *duty, unit: unit.clone() };
        let command = Command::OpenAccount {
            account: account(id),
            login: login.to_owned(),
            title: "工作人员".to_owned(),
            duties: duties.iter().map(grant).collect(),
            password: digest(login),
        };
        self.act("admin", command)
    }

    pub(crate) fn tell_chapter(&mut self, chapter: Chapter) -> Result<(), Rejection> {
        match chapter {
            Chapter::People => Ok(()),
            Chapter::Planned => self.act("coordinator", self.planning()),
            Chapter::Opened => {
                let text = RULEBOOK.to_owned();
                self.step("coordinator", Step::AdoptRulebook { text })?;
                self.step("coordinator", Step::SetCalendar(calendar(2026)))?;
                self.step("director", Step::Open)
            }
            Chapter::Proposed => self.step("surveyor", Step::ProposeSurvey(self.plan())),
            Chapter::Agreed => {
                let plan = self.plan().digest();
                self.step("director", Step::SignSurvey { signatory: Signatory::Office, plan })?;
                let signatory = Signatory::Statistics;
                self.step("statistician", Step::SignSurvey { signatory, plan })
            }
            Chapter::Ready => {
                for (actor, step) in ceremony() {
                    match self.step(actor, step) {
                        // Somebody was ahead of the story.
                        Err(Rejection::AlreadyGiven) => {}
                        other => other?,
                    }
                }
                self.step("statistician", Step::IssueCodes(self.code_lists()))
            }
            Chapter::Collecting => {
                self.now = self.now.max(opens_at());
                self.step("system", Step::OpenSurvey(self.openings()))?;
                self.step("system", Step::CheckpointBoxes(self.heads(7)))
            }
            Chapter::Closed => {
                self.now = self.now.max(closes_at());
                self.step("system", Step::CloseSurvey(self.tallied(9, false)))
            }
            Chapter::Shared => {
                for (height, seat) in (10..).zip(KeySeat::ALL).take(KEY_THRESHOLD as usize) {
                    self.step(holder(seat), Step::GiveShare { seat, heads: self.heads(height) })?;
                }
                Ok(())
            }
            Chapter::Tallied => {
                self.step(holder(KeySeat::Conduct), Step::OpenBoxes(self.tallied(13, true)))
            }
            Chapter::Inspected => self.inspect_all(),
            Chapter::Drafted => {
                self.step("coordinator", Step::DraftRanking { report: digest("scores") })
            }
            Chapter::Signed => {
                let report = digest("scores");
                for (actor, signatory) in
                    [("director", Signatory::Office), ("statistician", Signatory::Statistics)]
                {
                    self.step(actor, Step::SignRanking { signatory, report })?;
                }
                Ok(())
            }
            Chapter::Published => {
                self.step("director", Step::Publish { manifest: digest("manifest") })
            }
        }
    }

    pub(crate) fn planning(&self) -> Command {
        Command::PlanAppraisal {
            organiser: self.organiser.clone(),
            year: 2026,
            title: "2026 年民主评议政风行风".to_owned(),
            units: self.units.clone(),
        }
    }

    /// Service users and enterprises answer about one unit, deputies about all.
    pub(crate) fn plan(&self) -> SurveyPlan {
        let mut sheets = Vec::new();
        let mut add = |group: &str, units: Vec<UnitId>| {
            let number = SheetNumber(u16::try_from(sheets.len()).unwrap() + 1);
            sheets.push(SheetPlan { number, group: group_id(group), units, codes: 12 });
        };
        for group in ["service-users", "enterprises"] {
            for unit in &self.units {
                add(group, vec![unit.clone()]);
            }
        }
        add("deputies", self.units.clone());
        let channels = vec!["发放邀请码".to_owned()];
        let (opens_at, closes_at) = (opens_at(), closes_at());
        SurveyPlan { sheets, opens_at, closes_at, key_threshold: KEY_THRESHOLD, channels }
    }

    pub(crate) fn box_ids(&self) -> Vec<BoxId> {
        self.plan().boxes(&self.id()).into_keys().collect()
    }

    fn by_box<V>(&self, value: impl Fn(&BoxId) -> V) -> BTreeMap<BoxId, V> {
        self.box_ids().into_iter().map(|id| (id.clone(), value(&id))).collect()
    }

    pub(crate) fn code_lists(&self) -> BTreeMap<BoxId, CodeList> {
        self.by_box(|id| CodeList { digest: digest(id.as_str()), count: 12 })
    }

    /// What replaces so many codes of the first sheet.
    pub(crate) fn replacement(&self, struck: u32) -> Step {
        let sheet = self.plan().sheets.remove(0);
        let ids = sheet.units.iter().map(|unit| BoxId::of(&self.id(), unit, &sheet.group));
        let list = |id: &BoxId| CodeList { digest: digest(&format!("{id} anew")), count: 12 };
        let lists = ids.map(|id| (id.clone(), list(&id))).collect();
        let reason = "邮寄时遗失".to_owned();
        Step::ReplaceCodes { sheet: sheet.number, lists, struck, reason }
    }

    pub(crate) fn openings(&self) -> BTreeMap<BoxId, BoxOpening> {
        let plan = self.plan();
        self.by_box(|id| BoxOpening {
            uuid: plan.election_uuid(id),
            // As long as the protocol's fingerprints: 43 characters of base64.
            fingerprint: digest(id.as_str()).to_string()[..43].to_owned(),
            head: head(id, 0),
        })
    }

    pub(crate) fn heads(&self, height: u64) -> BTreeMap<BoxId, BoxHead> {
        self.by_box(|id| head(id, height))
    }

    /// Every box with enough ballots.
    pub(crate) fn tallied(&self, height: u64, with_results: bool) -> BTreeMap<BoxId, TalliedBox> {
        self.by_box(|id| TalliedBox { head: head(id, height), counted: 11, opened: with_results })
    }

    pub(crate) fn group(&self) -> InspectionGroup {
        InspectionGroup {
            number: InspectionGroupNumber(1),
            leader: account("leader"),
            members: [account("leader"), account("inspector")].into(),
            units: self.units.iter().cloned().collect(),
            quorum: None,
        }
    }

    pub(crate) fn sheet(&self, member: &str, of: &UnitId) -> MemberSheet {
        MemberSheet {
            appraisal: self.id(),
            unit: of.clone(),
            member: account(member),
            points: points("17.5", "8"),
        }
    }

    pub(crate) fn enter(&mut self, member: &str, of: &UnitId) -> Result<(), Rejection> {
        let sheet = self.sheet(member, of);
        let commitment = digest(&format!("sheet of {member} on {of}"));
        self.step(member, Step::EnterPoints { sheet, commitment })
    }

    pub(crate) fn report(&self, of: &UnitId) -> InspectionReport {
        InspectionReport {
            appraisal: self.id(),
            unit: of.clone(),
            group: InspectionGroupNumber(1),
            sheets: self
                .open()
                .inspections
                .get(of)
                .map_or_else(BTreeMap::new, |known| known.sheets().clone()),
            points: points("17.2", "8.5"),
            votes_for: Some(2),
            votes_against: Some(0),
        }
    }

    pub(crate) fn decide_on(&mut self, of: &UnitId) -> Result<(), Rejection> {
        let (report, commitment) = (self.report(of), report_on(of));
        self.step("leader", Step::DecideInspection { report, commitment })
    }

    fn inspect_all(&mut self) -> Result<(), Rejection> {
        self.step("coordinator", Step::FormInspectionGroup(self.group()))?;
        for of in self.units.clone() {
            self.enter("leader", &of)?;
            self.enter("inspector", &of)?;
            self.decide_on(&of)?;
            let report = report_on(&of);
            self.step("leader", Step::SignInspection { unit: of, report })?;
        }
        Ok(())
    }

    /// Moves the clock.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }
}

pub(crate) fn group_id(id: &str) -> GroupId {
    GroupId::parse(id).unwrap()
}

pub(crate) fn head(id: &BoxId, height: u64) -> BoxHead {
    BoxHead { hash: digest(&format!("{id} at {height}")), height }
}

pub(crate) fn report_on(of: &UnitId) -> Digest {
    digest(&format!("report on {of}"))
}

pub(crate) fn points(
    rectification: &str,
    self_inspection: &str,
) -> BTreeMap<String, ReasonedPoints> {
    [("rectification", rectification), ("self-inspection", self_inspection)]
        .into_iter()
        .map(|(component, points)| {
            let points = Points::parse(points).unwrap();
            (component.to_owned(), ReasonedPoints { points, reason: "材料齐全".to_owned() })
        })
        .collect()
}

/// Who of the story fills a seat.
pub(crate) fn holder(seat: KeySeat) -> &'static str {
    match seat {
        KeySeat::Office => "director",
        KeySeat::Statistics => "statistician",
        KeySeat::Conduct => "conduct",
    }
}

/// What a seat hands in for a round.
pub(crate) fn key(seat: KeySeat, round: KeyRound) -> Step {
    let message = format!("{{\"{}\":\"{}\"}}", round.as_str(), seat.as_str());
    Step::GiveKeyMessage { seat, round, message }
}

pub(crate) fn practice_box() -> Step {
    let item = PracticeItem { name: "1.data.json".to_owned(), text: "{}".to_owned() };
    Step::MakePracticeBox(vec![item])
}

pub(crate) fn practice_share(seat: KeySeat, medium: Medium) -> Step {
    let share = format!("{{\"{}\":\"{}\"}}", medium.as_str(), seat.as_str());
    Step::GivePracticeShare { seat, medium, share }
}

/// All that makes the key and shows that it opens, with who does it.
pub(crate) fn ceremony() -> Vec<(&'static str, Step)> {
    let rounds = KeyRound::ALL.into_iter().flat_map(|round| {
        KeySeat::ALL.into_iter().map(move |seat| (holder(seat), key(seat, round)))
    });
    let shares = KeySeat::ALL.into_iter().take(KEY_THRESHOLD as usize).flat_map(|seat| {
        Medium::ALL.into_iter().map(move |medium| (holder(seat), practice_share(seat, medium)))
    });
    let opened = Step::OpenPracticeBox { outcome: vec![vec![1, 2]] };
    let last = holder(KeySeat::Conduct);
    rounds.chain([(last, practice_box())]).chain(shares).chain([(last, opened)]).collect()
}

/// The world that these entries tell, read from their bytes.
pub(crate) fn replay(entries: &[Entry]) -> World {
    let mut world = World::default();
    for entry in entries {
        world.evolve(&Entry::from_bytes(&entry.to_bytes()).unwrap());
    }
    world
}

/// Everything that a world says, as one text: equal texts are equal worlds.
pub(crate) fn text_of(world: &World) -> String {
    format!("{world:?}")
}

/// The accounts of a set, by name.
pub(crate) fn accounts(names: &[&str]) -> BTreeSet<AccountId> {
    names.iter().map(|name| account(name)).collect()
}
