//! Preparation in a practice province: plans of the units that somebody logs in for, the roster and
//! the channels. While the survey is running, one plan waits for the office and one came back.

use super::campaign::{Campaign, Until};
use super::people::{Post, post_account};
use crate::engine::App;
use crate::preparation::{self, NewAppointment, PlanText};
use crate::refusal::Refusal;
use gongping_appraisal::permission::{DraftPlan, KeepChannels, KeepRoster, ReviewPlans};
use gongping_appraisal::{Appraisal, ChannelKind, LocalPlan, Phase, PublicChannel, RosterPost};

/// Who has which post, and a name that nobody has.
const ROSTER: [(RosterPost, Post, &str); 5] = [
    (RosterPost::Director, Post::Office, "练习甲"),
    (RosterPost::Coordination, Post::Coordination, "练习乙"),
    (RosterPost::Appraisal, Post::Appraisal, "练习丙"),
    (RosterPost::Inspection, Post::Leader, "练习丁"),
    (RosterPost::Liaison, Post::Liaison, "练习戊"),
];

/// What is made known; the numbers are those that anybody in China knows.
const CHANNELS: [(ChannelKind, &str); 3] = [
    (ChannelKind::Hotline, "12333"),
    (ChannelKind::Mailbox, "局机关一楼大厅意见箱"),
    (ChannelKind::Newspaper, "《练习日报》第 2 版评议公告"),
];

impl Campaign {
    /// Fills the roster, publishes the channels, and lets the units file their plans.
    pub(crate) async fn make_ready(&self, app: &App) -> Result<(), Refusal> {
        if !self.with_preparation {
            return Ok(());
        }
        let world = app.world();
        let Some(frame) = world.appraisal(&self.id).and_then(Appraisal::calendar) else {
            return Ok(());
        };
        for (post, holder, name) in ROSTER {
            let new = NewAppointment {
                post,
                account: post_account(&self.plan.organiser, holder),
                name: name.to_owned(),
                on: frame.first_day(),
                document: format!("劳社发〔{}〕8号", self.plan.year),
            };
            let allowed = self.may::<KeepRoster>(app, Post::Coordination)?;
            preparation::appoint(app, allowed, &self.id, new).await?;
        }
        for (kind, label) in CHANNELS {
            let (from, until) = (frame.dates(Phase::Opinions).first, Some(frame.last_day()));
            let label = label.to_owned();
            let channel = PublicChannel { number: 0, kind, label, from, until, proof: None };
            let allowed = self.may::<KeepChannels>(app, Post::Coordination)?;
            preparation::list_channel(app, allowed, &self.id, channel).await?;
        }
        self.file_plans(app).await
    }

    async fn file_plans(&self, app: &App) -> Result<(), Refusal> {
        let world = app.world();
        let Some(appraisal) = world.appraisal(&self.id) else { return Ok(()) };
        let Some(frame) = appraisal.calendar() else { return Ok(()) };
        let text = PlanText {
            people: "局长任领导小组组长，办公室设在局办公室，下设四个工作组。".to_owned(),
            items: "窗口午间轮班情况。".to_owned(),
            survey: "服务对象、企业和基层单位，邀请码由统计局发放。".to_owned(),
            publicity: "七月一日前在当地报纸、电台和网站公布热线电话和意见箱。".to_owned(),
        };
        let writers = appraisal.units.iter().filter_map(|unit| {
            world.allow::<DraftPlan>(&post_account(unit, Post::Unit), unit).ok()
        });
        for (index, allowed) in writers.enumerate() {
            let unit = allowed.unit().clone();
            preparation::draft_plan(app, allowed.clone(), &self.id, frame.clone(), &text, 0)
                .await?;
            let world = app.world();
            let plan = world.appraisal(&self.id).and_then(|known| known.preparation.plan(&unit));
            let Some(content) = plan.map(|plan: &LocalPlan| plan.content) else { continue };
            preparation::file_plan(app, allowed, &self.id, content).await?;
            let review = self.may::<ReviewPlans>(app, Post::Coordination)?;
            match (self.plan.until == Until::Collecting, index) {
                (true, 0) => {}
                (true, 1) => {
                    let reasons = "样本数量没有写明，请补充。";
                    preparation::return_plan(app, review, &self.id, unit, reasons, 2).await?;
                }
                _ => preparation::accept_plan(app, review, &self.id, unit, content).await?,
            }
        }
        Ok(())
    }
}
