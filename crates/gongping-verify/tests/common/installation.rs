//! A whole installation in memory: a log that only takes what the rules allow.

use gongping_appraisal::{
    AccountId, Command, Context, Duty, DutyGrant, Entry, Event, Level, NewUnit, UnitId, World,
    decide, sha256,
};
use gongping_log::{Checkpoint, KeyName, SignerKey, Tree};
use gongping_verify::SYSTEM_ACTOR;
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::BTreeSet;

pub const ORIGIN: &str = "gongping.example/log";

pub fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

pub fn unit(id: &str) -> UnitId {
    UnitId::parse(id).unwrap()
}

/// The log's secret key: an insider has it.
pub fn signer() -> SignerKey {
    SignerKey::from_seed(KeyName::parse(ORIGIN).unwrap(), &[7; 32])
}

pub fn log_key() -> String {
    signer().verifier().to_string()
}

/// The signed head over these entries.
pub fn sign(entries: &[Vec<u8>]) -> String {
    let tree = Tree::from_entries(entries).unwrap();
    let head = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
    head.sign(&[&signer()]).to_string()
}

#[derive(Clone)]
pub struct Installation {
    pub world: World,
    pub entries: Vec<Vec<u8>>,
    pub now: Timestamp,
}

impl Installation {
    /// A province with two cities and one account for each duty that an appraisal needs.
    pub fn new() -> Self {
        let now = "2025-06-01T01:00:00Z".parse().unwrap();
        let mut installation = Self { world: World::default(), entries: Vec::new(), now };
        let new_unit = |id: &str, name: &str, level, parent: Option<&str>| NewUnit {
            id: unit(id),
            name: name.to_owned(),
            level,
            parent: parent.map(unit),
            opened_on: date(2000, 1, 1),
        };
        let province = new_unit("360000-LSB", "省劳动保障厅", Level::Province, None);
        let cities = [("360100-LSB", "甲市劳动保障局"), ("360200-LSB", "乙市劳动保障局")];
        let cities = cities.map(|(id, name)| new_unit(id, name, Level::City, Some("360000-LSB")));
        let units = [province].into_iter().chain(cities).collect();
        installation.act(SYSTEM_ACTOR, Command::RegisterUnits(units));
        for (id, duty) in [
            ("office", Duty::OfficeDirector),
            ("statistics", Duty::StatisticsBureau),
            ("conduct", Duty::ConductOffice),
            ("coordination", Duty::Coordination),
            ("appraisal", Duty::AppraisalTeam),
            ("leader", Duty::InspectionLeader),
            ("inspector", Duty::Inspector),
        ] {
            installation.open_account(id, duty);
        }
        installation
    }

    fn open_account(&mut self, id: &str, duty: Duty) {
        let duties = BTreeSet::from([DutyGrant { duty, unit: unit("360000-LSB") }]);
        let open = Command::OpenAccount {
            account: account(id),
            login: id.to_owned(),
            title: id.to_owned(),
            duties,
            password: sha256(id.as_bytes()),
        };
        self.act(SYSTEM_ACTOR, open);
    }

    /// Decides and commits, one second later than what was before.
    pub fn act(&mut self, actor: &str, command: Command) {
        let context = Context { now: self.now, actor: account(actor), seen: None };
        let events = decide(&self.world, command, &context).unwrap();
        for event in events {
            self.commit(actor, event);
        }
        self.now += jiff::SignedDuration::from_secs(1);
    }

    /// Commits without asking the rules, as an insider would.
    pub fn commit(&mut self, actor: &str, event: Event) {
        let at_us = self.now.as_microsecond();
        let entry = Entry { at_us, actor: account(actor), body: event };
        self.world.evolve(&entry);
        self.entries.push(entry.to_bytes());
    }

    pub fn wait_until(&mut self, instant: Timestamp) {
        self.now = instant;
    }
}
