//! Opinions in a practice province: keys of those who read, and praise and suggestions in open words.
//! Complaints are left to whoever practises: sealing takes dice that no seed can throw.

use super::campaign::Campaign;
use super::people::{Post, post_account};
use crate::engine::App;
use crate::opinion::{self, SentOpinion};
use crate::refusal::{Failure, Refusal};
use age::x25519::Identity;
use bech32::{Bech32, Hrp};
use gongping_appraisal::permission as may;
use gongping_appraisal::{
    Channel, Digest, ItemId, KeyRole, Matter, OpinionId, Outcome, Protection, sha256,
};
use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;

/// Who has a key, and for what.
const HOLDERS: [(Post, KeyRole); 3] = [
    (Post::Appraisal, KeyRole::Handler),
    (Post::Office, KeyRole::Second),
    (Post::Conduct, KeyRole::Second),
];

/// What people say: kind, item, text, and what the unit is told of it once a handler has copied it.
const SAMPLES: [(Matter, &str, &str, Option<&str>); 6] = [
    (
        Matter::Praise,
        "B5",
        "窗口的同志教我一步一步填完失业登记，没让我再跑第二趟。",
        Some("群众表扬：窗口一次办结失业登记，耐心指导填表。"),
    ),
    (
        Matter::Suggestion,
        "B6",
        "办退休手续要带哪些材料，网上写的和窗口要的不一样，希望统一成一张清单贴在门口。",
        Some("群众建议：网上与窗口的退休手续材料清单不一致，应统一并公开张贴。"),
    ),
    (
        Matter::Suggestion,
        "B5",
        "中午十二点到两点没有人值班，上班的人只能请假来办，能不能轮流值班？",
        Some("群众建议：午间无人值班，建议轮班，方便上班族。"),
    ),
    (Matter::Praise, "B1", "承诺五个工作日，第三天就打电话通知我取证了。", None),
    (
        Matter::Suggestion,
        "B2",
        "创业培训班的报名通知贴得太晚，看到的时候已经满员，希望提前半个月公布。",
        None,
    ),
    (Matter::Suggestion, "B4", "复印一张身份证收一块钱，旁边又没有写价钱，请明码标价。", None),
];

/// What happens with opinions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OpinionAction {
    /// Those who read register their keys.
    Keys,
    /// A sample is filed.
    File(usize),
    /// A handler opens it, copies it and closes it.
    Handle(usize),
}

/// When it happens: in the phase of opinions, one every other day or so.
pub(crate) fn timetable(first: Timestamp) -> impl Iterator<Item = (Timestamp, OpinionAction)> {
    let at = |hours: usize| first + SignedDuration::from_hours(i64::try_from(hours).unwrap_or(0));
    let of_sample = move |(index, (.., copy)): (usize, &(Matter, &str, &str, Option<&str>))| {
        let filed = (at(30 + 61 * index), OpinionAction::File(index));
        let handled = (at(78 + 61 * index), OpinionAction::Handle(index));
        std::iter::once(filed).chain(copy.map(|_| handled))
    };
    let samples: Vec<_> = SAMPLES.iter().enumerate().flat_map(of_sample).collect();
    std::iter::once((at(0), OpinionAction::Keys)).chain(samples)
}

impl Campaign {
    /// The key files of those who read opinions: the post, and the text of a plain age identity file.
    ///
    /// # Errors
    /// [`Failure::Bug`] when a key cannot be made, which it can.
    pub fn opinion_keys(&self) -> Result<Vec<(Post, String)>, Failure> {
        let file = |(post, _): &(Post, KeyRole)| {
            let (secret, public) = self.opinion_key(*post)?;
            Ok((*post, format!("# public key: {public}\n{secret}\n")))
        };
        HOLDERS.iter().map(file).collect()
    }

    /// The two halves of somebody's key, from the seed.
    fn opinion_key(&self, post: Post) -> Result<(String, String), Failure> {
        let mut bytes = [0; 32];
        self.dice(&format!("opinion key {post:?}")).fill_bytes(&mut bytes);
        let prefix = Hrp::parse("age-secret-key-").map_err(|e| Failure::Bug(e.to_string()))?;
        let text = bech32::encode::<Bech32>(prefix, &bytes);
        let secret = text.map_err(|e| Failure::Bug(e.to_string()))?.to_uppercase();
        let identity: Identity = secret.parse().map_err(|e: &str| Failure::Bug(e.to_owned()))?;
        Ok((secret, identity.to_public().to_string()))
    }

    pub(crate) async fn tell_opinion(
        &self,
        app: &App,
        action: OpinionAction,
    ) -> Result<(), Refusal> {
        match action {
            OpinionAction::Keys => self.register_opinion_keys(app).await,
            OpinionAction::File(index) => self.file_opinion(app, index).await,
            OpinionAction::Handle(index) => self.handle_opinion(app, index).await,
        }
    }

    async fn register_opinion_keys(&self, app: &App) -> Result<(), Refusal> {
        for (post, role) in HOLDERS {
            let account = post_account(&self.plan.organiser, post);
            let allowed =
                app.world().allow::<may::HoldOpinionKey>(&account, &self.plan.organiser)?;
            let (_, recipient) = self.opinion_key(post)?;
            opinion::register_key(app, allowed, &self.id, role, recipient).await?;
        }
        Ok(())
    }

    fn opinion_lookup(&self, index: usize) -> Digest {
        sha256(format!("{} {} opinion {index}", self.seed, self.id).as_bytes())
    }

    async fn file_opinion(&self, app: &App, index: usize) -> Result<(), Refusal> {
        let (matter, item, text, _) = SAMPLES[index];
        // What is said of the organiser itself is handled one level up.
        let others: Vec<_> =
            self.plan.units.iter().filter(|unit| **unit != self.plan.organiser).collect();
        let sent = SentOpinion {
            unit: others[index % others.len()].clone(),
            item: ItemId::parse(item).ok(),
            matter,
            channel: Channel::Web,
            protection: Protection::Anonymous,
            lookup: self.opinion_lookup(index),
            answer_key: None,
            sealed: None,
            open: Some(text.to_owned()),
            identity: None,
            handlers: Default::default(),
            seconds: Default::default(),
            read_back: false,
        };
        opinion::file_from_public(app, &self.id, sent).await.map(drop)
    }

    async fn handle_opinion(&self, app: &App, index: usize) -> Result<(), Refusal> {
        let Some(copy) = SAMPLES[index].3 else { return Ok(()) };
        let account = post_account(&self.plan.organiser, Post::Appraisal);
        let allowed = app.world().allow::<may::HandleOpinions>(&account, &self.plan.organiser)?;
        let number = self.opinion_number(app, index)?;
        opinion::open_text(app, &allowed, &self.id, number).await?;
        opinion::mask(app, &allowed, &self.id, number, None, copy).await?;
        let grounds = "已转有关单位，将在反馈意见中提出。";
        let settled = Outcome::Settled;
        opinion::close(app, &allowed, &self.id, number, None, settled, grounds).await
    }

    fn opinion_number(&self, app: &App, index: usize) -> Result<OpinionId, Failure> {
        let world = app.world();
        let appraisal = world.appraisal(&self.id);
        let found =
            appraisal.and_then(|known| known.opinions.by_lookup(&self.opinion_lookup(index)));
        found.map(|opinion| opinion.id).ok_or_else(|| Failure::Bug("no such opinion".to_owned()))
    }
}
