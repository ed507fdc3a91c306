//! The log for the staff: every entry in words, newest first, with its exact bytes.

use super::{frame, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use gongping_app::log;
use gongping_appraisal::{
    Event, InspectionEvent, IntegrityEvent, LedgerEvent, OpinionEvent, PUBLIC_ACTOR,
    PreparationEvent, SortingEvent, permission,
};
use gongping_locale::Texts;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Entries on one page.
const PAGE_SIZE: u32 = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/log", Access::of::<permission::SeeWorkplace>(), show)
}

struct Row {
    index: u64,
    at: String,
    who: String,
    what: String,
    about: String,
    raw: String,
    leaf: String,
}

#[derive(Template)]
#[template(path = "staff/log/page.html")]
struct LogPage {
    frame: Frame,
    t: Texts,
    size: u64,
    rows: Vec<Row>,
    newer: Option<u64>,
    older: Option<u64>,
    checkpoint: Option<String>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let size = visitor.world.size();
    // `before` is the index after the newest entry of the page.
    let before = query.get("before").and_then(|text| text.parse::<u64>().ok());
    let before = before.unwrap_or(size).min(size);
    let from = before.saturating_sub(u64::from(PAGE_SIZE));
    let limit = u32::try_from(before - from).unwrap_or(PAGE_SIZE);
    let mut entries = log::page(&web.app, from, limit).await?;
    entries.reverse();
    let row = |entry: log::LogRow| {
        let at = Timestamp::from_microsecond(entry.entry.at_us).unwrap_or(Timestamp::UNIX_EPOCH);
        let body = &entry.entry.body;
        let about = body.appraisal().and_then(|id| visitor.world.appraisal(id));
        Row {
            index: entry.index,
            at: t.date_time(at),
            // What no account did was done by the software itself, or by an operator's command.
            who: match visitor.world.account(&entry.entry.actor) {
                Some(account) => account.title.clone(),
                None if entry.entry.actor.as_str() == PUBLIC_ACTOR => t.log_public().to_owned(),
                None => t.log_system().to_owned(),
            },
            what: event_words(&web, &visitor, body),
            about: about.map(|appraisal| appraisal.title.clone()).unwrap_or_default(),
            raw: entry.text,
            leaf: entry.leaf.to_string(),
        }
    };
    page(&LogPage {
        frame: frame(&web, &visitor, t.log_title()),
        t,
        size,
        rows: entries.into_iter().map(row).collect(),
        newer: (before < size).then(|| (before + u64::from(PAGE_SIZE)).min(size)),
        older: (from > 0).then_some(from),
        checkpoint: log::checkpoint(&web.app).await?,
    })
}

/// An event in words.
fn event_words(web: &Web, visitor: &Visitor, event: &Event) -> String {
    let (t, world) = (visitor.t, &visitor.world);
    let unit_words = |unit| unit_name(world, unit, web.app.today());
    let (mut name, mut unit, mut what, mut count) =
        (String::new(), String::new(), String::new(), 0);
    match event {
        Event::UnitRegistered { unit: new } => unit = new.name.clone(),
        Event::UnitRenamed { unit: id, name: new, .. } => {
            (unit, name) = (unit_words(id), new.clone());
        }
        Event::UnitClosed { unit: id, .. }
        | Event::PointsEntered { unit: id, .. }
        | Event::InspectionDecided { unit: id, .. }
        | Event::InspectionReturned { unit: id, .. }
        | Event::InspectionSigned { unit: id, .. } => unit = unit_words(id),
        Event::AccountOpened { title, .. } | Event::AppraisalPlanned { title, .. } => {
            name.clone_from(title);
        }
        Event::DutiesChanged { account, .. }
        | Event::PasswordSet { account, .. }
        | Event::AccountClosed { account } => name = post(world, account),
        Event::SurveySigned { signatory, .. } | Event::RankingSigned { signatory, .. } => {
            name = word(t, "workplace-signatory", signatory.as_str());
        }
        Event::KeyMessageGiven { seat, round, .. } => {
            name = word(t, "workplace-seat", seat.as_str());
            what = word(t, "key-round", round.as_str());
        }
        Event::PracticeShareGiven { seat, medium, .. } => {
            name = word(t, "workplace-seat", seat.as_str());
            what = word(t, "key-medium", medium.as_str());
        }
        Event::KeysRestarted { seat, reason, .. } => {
            name = word(t, "workplace-seat", seat.as_str());
            what.clone_from(reason);
        }
        Event::ShareGiven { seat, .. } => {
            name = word(t, "workplace-seat", seat.as_str());
        }
        Event::CodesIssued { lists, .. } => count = lists.len(),
        Event::CodesReplaced { sheet, struck, reason, .. } => {
            (name, unit) = (reason.clone(), sheet.to_string());
            count = usize::try_from(*struck).unwrap_or(usize::MAX);
        }
        Event::SurveyOpened { boxes, .. } => count = boxes.len(),
        Event::BoxesCheckpointed { heads, .. } => count = heads.len(),
        Event::SurveyClosed { boxes, .. } | Event::BoxesOpened { boxes, .. } => count = boxes.len(),
        Event::InspectionGroupFormed { group, .. } => count = usize::from(group.number.0),
        Event::Opinion { what: happened, .. } => match happened {
            OpinionEvent::Filed { opinion, filing } => {
                unit = unit_words(&filing.unit);
                name = word(t, "opinion-matter", filing.matter.as_str());
                what = opinion.to_string();
            }
            OpinionEvent::InterestDeclared { unit: id } => unit = unit_words(id),
            OpinionEvent::HandlerKeyRegistered { role, .. } => {
                name = word(t, "opinion-role", role.as_str());
            }
            OpinionEvent::InfluenceReported { report, .. }
            | OpinionEvent::InfluenceTakenUp { report } => what = report.to_string(),
            other => what = other.opinion().map(|id| id.to_string()).unwrap_or_default(),
        },
        Event::Integrity { what: happened, .. } => {
            what = happened.case().map(|case| case.to_string()).unwrap_or_default();
            match happened {
                IntegrityEvent::FindingDecided { outcome, .. } => {
                    name = word(t, "integrity-outcome", outcome.as_str());
                }
                IntegrityEvent::ConsequenceConfirmed { unit: id, grounds: text, .. }
                | IntegrityEvent::ConsequenceFollowedUp { unit: id, note: text, .. } => {
                    unit = unit_words(id);
                    name.clone_from(text);
                }
                _ => {}
            }
        }
        Event::Sorting { what: happened, .. } => {
            what = happened.finding().map(|id| id.to_string()).unwrap_or_default();
            match happened {
                SortingEvent::Gathered { channel, count: came, .. } => {
                    name = word(t, "opinion-channel", channel.as_str());
                    count = usize::try_from(*came).unwrap_or(usize::MAX);
                }
                SortingEvent::Formed { place, opinions, .. } => {
                    unit = unit_words(&place.unit);
                    count = opinions.len();
                }
                SortingEvent::Joined { opinions, .. } | SortingEvent::TakenOut { opinions, .. } => {
                    count = opinions.len();
                }
                SortingEvent::Routed { opinion, place, .. } => {
                    unit = unit_words(&place.unit);
                    what = opinion.to_string();
                }
                SortingEvent::KeptApart { one, other } => {
                    what = one.to_string();
                    name = other.to_string();
                }
                SortingEvent::Dissolved { .. } | SortingEvent::Reworded { .. } => {}
            }
        }
        Event::Inspection { what: happened, .. } => {
            unit = unit_words(happened.unit());
            match happened {
                InspectionEvent::EnteringClosed { reason, .. } => what.clone_from(reason),
                InspectionEvent::VoteGiven { vote, .. } => {
                    what = word(t, "inspection-vote", vote.as_str());
                }
                InspectionEvent::ReportProposed { .. } => {}
            }
        }
        Event::Preparation { appraisal, what: happened } => {
            unit = happened.unit().map(unit_words).unwrap_or_default();
            match happened {
                PreparationEvent::Appointed { post: of, account, .. }
                | PreparationEvent::Dismissed { post: of, account, .. } => {
                    name = post(world, account);
                    what = word(t, "preparation-post", of.as_str());
                }
                PreparationEvent::ChannelListed { channel } => {
                    name.clone_from(&channel.label);
                    what = word(t, "preparation-channel", channel.kind.as_str());
                }
                PreparationEvent::ChannelEnded { channel, .. } => {
                    let known = world.appraisal(appraisal);
                    if let Some(known) = known.and_then(|a| a.preparation.channel(*channel)) {
                        name.clone_from(&known.label);
                        what = word(t, "preparation-channel", known.kind.as_str());
                    }
                }
                _ => {}
            }
        }
        Event::Ledger { what: happened, .. } => {
            let (entry, letter) = (happened.entries().first().copied(), happened.letter());
            let number = letter.map(|id| id.to_string());
            let number = number.or_else(|| entry.map(|id| id.to_string()));
            what = number.unwrap_or_default();
            count = happened.entries().len();
            match happened {
                LedgerEvent::Opened { unit: id, .. }
                | LedgerEvent::LetterDrafted { unit: id, .. }
                | LedgerEvent::SelfInspected { unit: id, .. } => unit = unit_words(id),
                LedgerEvent::CalledBack { opinion, .. } => name = opinion.to_string(),
                _ => {}
            }
        }
        Event::RulebookAdopted { .. }
        | Event::CalendarSet { .. }
        | Event::AppraisalOpened { .. }
        | Event::SurveyProposed { .. }
        | Event::PracticeBoxMade { .. }
        | Event::PracticeBoxOpened { .. }
        | Event::RankingDrafted { .. }
        | Event::Published { .. } => {}
    }
    let kind = event.kind().replace('_', "-");
    // What an area does has its words in the file of that area.
    let key = match event.area().and_then(|area| Some((area, kind.strip_prefix(area)?))) {
        Some((area, rest)) => format!("{area}-event{rest}"),
        None => format!("log-event-{kind}"),
    };
    let args = [("name", name), ("unit", unit), ("count", count.to_string()), ("what", what)];
    crate::refusal::text(t, &key, &args)
}
