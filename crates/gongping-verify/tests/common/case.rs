//! The appraisal: two cities, two respondent groups, four boxes of which one stays shut.

use super::ballot_box::{BOX_TIME, BoxParts, FinishedBox, KEY_THRESHOLD, seal};
use super::installation::{Installation, ORIGIN, account, log_key, sign, unit};
use gongping_appraisal::{
    AppraisalId, BoxId, BoxOpening, Calendar, Ceremony, CodeList, Command, DateRange, Digest,
    Entry, Event, GroupId, InspectionGroup, InspectionGroupNumber, InspectionReport, KeyRound,
    KeySeat, Medium, MemberSheet, Points, ReasonedPoints, SheetNumber, SheetPlan, Signatory, Step,
    SurveyPlan, TalliedBox, UnitId, sha256,
};
use gongping_seal::{
    CeremonyPlace, CeremonySecret, CredentialList, Election, KeyHolderSecret, PrivateCredential,
};
use gongping_verify::layout::{LOG, MANIFEST, box_path};
use gongping_verify::{
    BoxFile, Committed, DossierDraft, FileDigest, Manifest, MemorySource, Options, Report,
    SYSTEM_ACTOR, box_election, box_trustees, build, certificates, conclusion, log_files,
    make_practice_box, open_practice_box, polynomials, read_practice_box, score_report,
    verify_dossier,
};
use jiff::civil::date;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};

pub const RULEBOOK: &str = include_str!("rulebook.toml");
const YEAR: i16 = 2025;

/// Everything that the organiser's server holds just before publication.
pub struct Case {
    pub installation: Installation,
    pub id: AppraisalId,
    pub secrets: Vec<KeyHolderSecret>,
    pub parts: BTreeMap<BoxId, BoxParts>,
    pub codes: BTreeMap<SheetNumber, Vec<PrivateCredential>>,
    pub boxes: BTreeMap<BoxId, FinishedBox>,
    pub scores: Committed,
    pub inspections: BTreeMap<UnitId, Committed>,
}

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn verify(files: &Files, options: &Options) -> Report {
    verify_dossier(&MemorySource::new(files.clone()), options, &|_| {}).unwrap()
}

impl Case {
    /// Runs the whole appraisal, up to the signed ranking.
    pub fn new() -> Self {
        let mut case = Self {
            installation: Installation::new(),
            id: AppraisalId::of(YEAR, &unit("360000-LSB")).unwrap(),
            secrets: Vec::new(),
            parts: BTreeMap::new(),
            codes: BTreeMap::new(),
            boxes: BTreeMap::new(),
            scores: Committed { bytes: Vec::new(), salt: [1; 32] },
            inspections: BTreeMap::new(),
        };
        case.open_appraisal();
        case.agree_survey();
        case.issue_codes();
        case.open_survey();
        case.answer();
        case.inspect();
        case.tally();
        case.rank();
        case
    }

    pub fn units() -> Vec<UnitId> {
        vec![unit("360100-LSB"), unit("360200-LSB")]
    }

    pub fn step(&mut self, actor: &str, step: Step) {
        let id = self.id.clone();
        self.installation.act(actor, Command::Within(id, step));
    }

    fn open_appraisal(&mut self) {
        let plan = Command::PlanAppraisal {
            organiser: unit("360000-LSB"),
            year: YEAR,
            title: "2025年度民主评议".to_owned(),
            units: Self::units(),
        };
        self.installation.act("coordination", plan);
        self.step("coordination", Step::AdoptRulebook { text: RULEBOOK.to_owned() });
        let phase = |month| DateRange { first: date(YEAR, month, 1), last: date(YEAR, month, 28) };
        let calendar = Calendar::new([phase(6), phase(7), phase(8), phase(9)]).unwrap();
        self.step("coordination", Step::SetCalendar(calendar));
        self.step("office", Step::Open);
    }

    fn agree_survey(&mut self) {
        let sheet = |number, group: &str, units: &[&str], codes| SheetPlan {
            number: SheetNumber(number),
            group: GroupId::parse(group).unwrap(),
            units: units.iter().map(|id| unit(id)).collect(),
            codes,
        };
        let plan = SurveyPlan {
            sheets: vec![
                sheet(1, "residents", &["360100-LSB", "360200-LSB"], 4),
                sheet(2, "enterprises", &["360100-LSB"], 3),
                sheet(3, "enterprises", &["360200-LSB"], 3),
            ],
            opens_at: "2025-07-01T00:00:00Z".parse().unwrap(),
            closes_at: "2025-07-15T00:00:00Z".parse().unwrap(),
            key_threshold: KEY_THRESHOLD,
            channels: vec!["短信".to_owned()],
        };
        self.step("appraisal", Step::ProposeSurvey(plan.clone()));
        let digest = plan.digest();
        let sign = |signatory| Step::SignSurvey { signatory, plan: digest };
        self.step("office", sign(Signatory::Office));
        self.step("statistics", sign(Signatory::Statistics));
        self.make_keys();
    }

    pub fn ceremony(&self) -> &Ceremony {
        let appraisal = self.installation.world.appraisal(&self.id).unwrap();
        appraisal.running().unwrap().survey.ceremony().unwrap()
    }

    fn give(&mut self, seat: KeySeat, round: KeyRound, message: Vec<u8>) {
        let message = String::from_utf8(message).unwrap();
        self.step(seat.as_str(), Step::GiveKeyMessage { seat, round, message });
    }

    /// The three holders make the key, and two of them rehearse with both media.
    fn make_keys(&mut self) {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let holders = KeySeat::ALL.map(|seat| (seat, CeremonySecret::generate(&mut rng)));
        for (seat, secret) in &holders {
            let (number, threshold) = (seat.number(), KEY_THRESHOLD);
            let place = CeremonyPlace { number, threshold, size: 3 };
            let certificate = secret.certify(place, &mut rng).unwrap();
            self.give(*seat, KeyRound::Certificate, certificate);
        }
        for (seat, secret) in &holders {
            let certificates = certificates(self.ceremony()).unwrap();
            let polynomial = secret.polynomial(&certificates, &mut rng).unwrap();
            self.give(*seat, KeyRound::Polynomial, polynomial);
        }
        for (seat, secret) in &holders {
            let certificates = certificates(self.ceremony()).unwrap();
            let input = polynomials(self.ceremony()).unwrap().input(seat.number()).unwrap();
            let output = secret.conclude(&certificates, &input, &mut rng).unwrap();
            self.give(*seat, KeyRound::Output, output);
        }
        let sealed_keys = conclusion(self.ceremony()).unwrap().sealed_keys;
        self.secrets = holders
            .iter()
            .zip(&sealed_keys)
            .map(|((_, secret), sealed)| secret.open_key(sealed).unwrap())
            .collect();
        self.rehearse(&mut rng);
    }

    fn rehearse(&mut self, rng: &mut ChaCha20Rng) {
        let trustees = box_trustees(self.ceremony()).unwrap();
        let appraisal = self.installation.world.appraisal(&self.id).unwrap();
        let items = make_practice_box(appraisal, &trustees, BOX_TIME, rng).unwrap();
        self.step("conduct", Step::MakePracticeBox(items));
        let read = |case: &Self| {
            let appraisal = case.installation.world.appraisal(&case.id).unwrap();
            read_practice_box(appraisal, case.ceremony(), &trustees).unwrap()
        };
        let seats = &KeySeat::ALL[..KEY_THRESHOLD as usize];
        let mut outcome = Vec::new();
        for medium in Medium::ALL {
            let state = read(self);
            let mut shares = Vec::new();
            for (seat, secret) in seats.iter().zip(&self.secrets) {
                let tally = state.tally().unwrap();
                let share = secret.decrypt(state.election(), tally, rng).unwrap();
                shares.push((*seat, String::from_utf8(share).unwrap()));
            }
            let all = shares.iter().map(|(seat, share)| (*seat, share.as_str()));
            outcome = open_practice_box(state, all).unwrap();
            for (seat, share) in shares {
                self.step(seat.as_str(), Step::GivePracticeShare { seat, medium, share });
            }
        }
        self.step("statistics", Step::OpenPracticeBox { outcome });
    }

    pub fn plan(&self) -> SurveyPlan {
        let appraisal = self.installation.world.appraisal(&self.id).unwrap();
        appraisal.running().unwrap().survey.plan().unwrap().clone()
    }

    fn issue_codes(&mut self) {
        let (plan, mut rng) = (self.plan(), ChaCha20Rng::seed_from_u64(2));
        let mut lists = BTreeMap::new();
        for sheet in &plan.sheets {
            let codes: Vec<_> =
                (0..sheet.codes).map(|_| PrivateCredential::generate(&mut rng)).collect();
            for unit in &sheet.units {
                let id = BoxId::of(&self.id, unit, &sheet.group);
                let list = Self::code_list(&plan, &id, &codes);
                let (digest, count) = (sha256(list.bytes()), list.len() as u64);
                lists.insert(id, CodeList { digest, count });
            }
            self.codes.insert(sheet.number, codes);
        }
        self.step("statistics", Step::IssueCodes(lists));
    }

    fn code_list(plan: &SurveyPlan, id: &BoxId, codes: &[PrivateCredential]) -> CredentialList {
        let uuid = gongping_seal::Uuid::parse(&plan.election_uuid(id)).unwrap();
        CredentialList::build(codes.iter().map(|code| code.derive(&uuid).public())).unwrap()
    }

    fn open_survey(&mut self) {
        let plan = self.plan();
        self.installation.wait_until(plan.opens_at);
        let appraisal = self.installation.world.appraisal(&self.id).unwrap();
        let trustees = box_trustees(self.ceremony()).unwrap();
        let mut openings = BTreeMap::new();
        for sheet in &plan.sheets {
            for unit in &sheet.units {
                let id = BoxId::of(&self.id, unit, &sheet.group);
                let name = self.installation.world.unit(unit).unwrap().name();
                let draft = box_election(appraisal, &id, name, &trustees).unwrap();
                let parts = BoxParts {
                    election: Election::build(draft).unwrap(),
                    trustees: trustees.clone(),
                    credentials: Self::code_list(&plan, &id, &self.codes[&sheet.number]),
                    ballots: Vec::new(),
                };
                let opening = BoxOpening {
                    uuid: parts.election.uuid().to_string(),
                    fingerprint: parts.election.fingerprint().to_owned(),
                    head: parts.run(&self.secrets, 0).set_up,
                };
                openings.insert(id.clone(), opening);
                self.parts.insert(id, parts);
            }
        }
        self.step("appraisal", Step::OpenSurvey(openings));
    }

    /// Three of four residents answer about both cities, one of them twice; three enterprises of
    /// the first city and only one of the second.
    fn answer(&mut self) {
        for sheet in &self.plan().sheets {
            let codes = &self.codes[&sheet.number];
            let (answers, again): (&[usize], &[usize]) = match sheet.number.0 {
                1 => (&[0, 1, 2], &[1]),
                2 => (&[0, 0, 1], &[]),
                _ => (&[2], &[]),
            };
            for (place, unit) in sheet.units.iter().enumerate() {
                let parts = self.parts.get_mut(&BoxId::of(&self.id, unit, &sheet.group)).unwrap();
                for (index, grade) in answers.iter().chain(again).enumerate() {
                    let code = &codes[index % answers.len()];
                    let grade = (grade + place) % 3;
                    parts.ballots.push(seal(&parts.election, code, grade, index as u64));
                }
            }
        }
        for (id, parts) in &self.parts {
            let count = parts.run(&self.secrets, 0).counted;
            let holders = if count >= 2 { KEY_THRESHOLD as usize } else { 0 };
            self.boxes.insert(id.clone(), parts.run(&self.secrets, holders));
        }
        let heads = self.boxes.iter().map(|(id, done)| (id.clone(), done.half.clone())).collect();
        self.step(SYSTEM_ACTOR, Step::CheckpointBoxes(heads));
    }

    fn inspect(&mut self) {
        let members = ["leader", "inspector"];
        let group = InspectionGroup {
            number: InspectionGroupNumber(1),
            leader: account("leader"),
            members: members.into_iter().map(account).collect(),
            units: Self::units().into_iter().collect(),
        };
        self.step("coordination", Step::FormInspectionGroup(group));
        for (index, unit) in Self::units().into_iter().enumerate() {
            let points = points(17 + index as u32, 8);
            let mut sheets = BTreeMap::new();
            for member in members {
                let sheet = MemberSheet {
                    appraisal: self.id.clone(),
                    unit: unit.clone(),
                    member: account(member),
                    points: points.clone(),
                };
                let commitment = sha256(format!("{unit}{member}").as_bytes());
                sheets.insert(account(member), commitment);
                self.step(member, Step::EnterPoints { sheet, commitment });
            }
            let report = InspectionReport {
                appraisal: self.id.clone(),
                unit: unit.clone(),
                group: InspectionGroupNumber(1),
                sheets,
                points,
                votes_for: 2,
                votes_against: 0,
            };
            let bytes = serde_json::to_vec(&report).unwrap();
            let content = Committed { bytes, salt: [10 + index as u8; 32] };
            let commitment = content.commitment();
            self.step("leader", Step::DecideInspection { report, commitment });
            let sign = Step::SignInspection { unit: unit.clone(), report: commitment };
            self.step("leader", sign);
            self.inspections.insert(unit, content);
        }
    }

    pub fn tallied(done: &FinishedBox, after: bool) -> TalliedBox {
        let content = gongping_verify::read_box(done.archive.as_slice()).unwrap();
        TalliedBox {
            head: if after { done.last.clone() } else { done.closed.clone() },
            counted: done.counted,
            opened: after && content.counts.is_some(),
        }
    }

    fn tally(&mut self) {
        let closes = self.plan().closes_at;
        self.installation.wait_until(closes);
        let all = |after| {
            let boxes = self.boxes.iter();
            boxes.map(|(id, done)| (id.clone(), Self::tallied(done, after))).collect()
        };
        let (closed, opened) = (all(false), all(true));
        self.step("appraisal", Step::CloseSurvey(closed));
        for (index, seat) in KeySeat::ALL.into_iter().enumerate().take(KEY_THRESHOLD as usize) {
            let heads = self
                .boxes
                .iter()
                .filter_map(|(id, done)| Some((id.clone(), done.shares.get(index)?.clone())))
                .collect();
            self.step(seat.as_str(), Step::GiveShare { seat, heads });
        }
        self.step("statistics", Step::OpenBoxes(opened));
    }

    /// The score report from the boxes and inspection reports as they are.
    pub fn score(&self) -> String {
        let appraisal = self.installation.world.appraisal(&self.id).unwrap();
        let rules = &appraisal.running().unwrap().rulebook.rules;
        let tallies = self.box_files().into_iter().map(|file| (file.id, file.tally)).collect();
        let report = |content: &Committed| serde_json::from_slice(&content.bytes).unwrap();
        let reports =
            self.inspections.iter().map(|(unit, content)| (unit.clone(), report(content)));
        let breaches = appraisal.register.breaches();
        score_report(rules, &appraisal.units, &tallies, &reports.collect(), &breaches)
            .unwrap()
            .to_json()
    }

    fn rank(&mut self) {
        self.scores.bytes = self.score().into_bytes();
        let report = self.scores.commitment();
        self.step("coordination", Step::DraftRanking { report });
        for (actor, signatory) in
            [("office", Signatory::Office), ("statistics", Signatory::Statistics)]
        {
            self.step(actor, Step::SignRanking { signatory, report });
        }
    }

    pub fn box_files(&self) -> Vec<BoxFile> {
        let boxes = self.boxes.iter();
        boxes
            .map(|(id, done)| BoxFile::read(id.clone(), done.archive.as_slice()).unwrap())
            .collect()
    }

    /// The published dossier.
    pub fn publish(&self) -> Files {
        let draft = DossierDraft {
            world: &self.installation.world,
            appraisal: &self.id,
            at: self.installation.now,
            log_origin: ORIGIN,
            log_key: &log_key(),
            scores: self.scores.clone(),
            inspections: self.inspections.clone(),
            boxes: self.box_files(),
        };
        let built = build(&draft).unwrap();
        let mut files = built.files;
        for (id, done) in &self.boxes {
            files.insert(box_path(id), done.archive.clone());
        }
        self.with_log(files, built.manifest)
    }

    /// Adds the log that publishes this manifest.
    fn with_log(&self, files: Files, manifest: Digest) -> Files {
        let mut log = self.installation.clone();
        log.commit("office", Event::Published { appraisal: self.id.clone(), manifest });
        Self::with_entries(files, &log.entries)
    }

    /// Replaces the log, and signs it.
    pub fn with_entries(mut files: Files, entries: &[Vec<u8>]) -> Files {
        files.retain(|path, _| !path.starts_with(LOG));
        files.extend(log_files(entries, &log_key(), &sign(entries)).unwrap());
        files
    }

    /// What an insider with the log's key does to hide a change: new hashes, a new manifest, a
    /// new publication, a new signature.
    pub fn republish(&self, mut files: Files) -> Files {
        rehash(&mut files);
        let manifest = sha256(&files[MANIFEST]);
        self.with_log(files, manifest)
    }
}

/// What anybody can do to hide a change: new hashes in a new manifest.
pub fn rehash(files: &mut Files) {
    let digests = files
        .iter()
        .filter(|(path, _)| *path != MANIFEST && !path.starts_with(LOG))
        .map(|(path, bytes)| (path.clone(), FileDigest::of(bytes)))
        .collect();
    let old = Manifest::from_bytes(&files[MANIFEST]).unwrap();
    let new = Manifest::new(old.appraisal, old.log_origin, old.log_key, digests);
    files.insert(MANIFEST.to_owned(), new.to_bytes());
}

/// The checks that found something, with the places.
pub fn files_of(report: &Report) -> BTreeSet<(String, String)> {
    let finding = |finding: &gongping_verify::Finding| {
        (finding.check.name().to_owned(), finding.place.to_string())
    };
    report.findings.iter().map(finding).collect()
}

fn points(rectification: u32, own: u32) -> BTreeMap<String, ReasonedPoints> {
    let given = |points: u32| ReasonedPoints {
        points: Points::from_hundredths(points * 100 + 50),
        reason: "查看台账".to_owned(),
    };
    BTreeMap::from([
        ("rectification".to_owned(), given(rectification)),
        ("self-inspection".to_owned(), given(own)),
    ])
}

/// The entry with this index, changed.
pub fn change_entry(entries: &mut [Vec<u8>], index: usize, change: impl FnOnce(&mut Entry)) {
    let mut entry = Entry::from_bytes(&entries[index]).unwrap();
    change(&mut entry);
    entries[index] = entry.to_bytes();
}
