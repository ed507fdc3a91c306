//! The practice province: last year's appraisal, published, and this year's under way, with the
//! cities at different stages.

use super::campaign::{Campaign, CampaignPlan, SampleSize, Until};
use super::people::{bootstrap, login_of};
use super::schedule::run;
use super::{write_file, write_spare_codes};
use crate::clock::Clock;
use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::{Calendar, DateRange, Level, UnitId};
use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use std::path::Path;

/// When people begin to practise: Friday 24 July 2026, ten o'clock in China.
pub const SCENARIO_START: &str = "2026-07-24T02:00:00Z";

const PROVINCE: &str = "360000-LSB";

/// Builds the province up to [`SCENARIO_START`], and writes spare codes and practice keys into
/// `folder`. `clock` is the one that `app` runs by.
///
/// # Errors
/// The first [`Refusal`] of a use case.
pub async fn build(
    app: &App,
    clock: &dyn Clock,
    seed: u64,
    folder: &Path,
    units_csv: &[u8],
    rulebook: &str,
    progress: impl FnMut(usize, usize),
) -> Result<(), Refusal> {
    let now: Timestamp =
        SCENARIO_START.parse().map_err(|_| Failure::Bug("the scenario's start".to_owned()))?;
    let organisers: Vec<UnitId> =
        ORGANISERS.iter().filter_map(|id| UnitId::parse(id).ok()).collect();
    let appraised: Vec<UnitId> = CITIES.iter().filter_map(|id| UnitId::parse(id).ok()).collect();
    bootstrap(app, units_csv, &organisers, &appraised).await?;
    let mut campaigns = Vec::new();
    for plan in plans(app, rulebook)? {
        let mut campaign = Campaign::new(plan, seed)?;
        campaign.with_opinions = campaign.plan.until == Until::Collecting;
        campaign.with_preparation = true;
        campaigns.push(campaign);
    }
    run(app, clock, &mut campaigns, now, progress).await?;
    let mut spare = Vec::new();
    for campaign in &campaigns {
        if campaign.with_opinions {
            for (post, file) in campaign.opinion_keys()? {
                let login = login_of(&campaign.plan.organiser, post);
                let name = format!("opinion-{}-{login}.txt", campaign.id);
                write_file(&folder.join("keys").join(name), file.as_bytes())?;
            }
        }
        if campaign.plan.until == Until::Collecting {
            spare.extend(campaign.spare_codes(4));
        }
        if (Until::Agreed..=Until::Closed).contains(&campaign.plan.until) {
            for (seat, file) in campaign.key_files() {
                let name = format!("{}-{}.json", campaign.id, seat.as_str());
                write_file(&folder.join("keys").join(name), file.to_json().as_bytes())?;
            }
        }
    }
    write_spare_codes(folder, &spare)?;
    Ok(())
}

const CITIES: [&str; 11] = [
    "360100-LSB",
    "360200-LSB",
    "360300-LSB",
    "360400-LSB",
    "360500-LSB",
    "360600-LSB",
    "360700-LSB",
    "360800-LSB",
    "360900-LSB",
    "361000-LSB",
    "361100-LSB",
];

const ORGANISERS: [&str; 13] = [
    PROVINCE,
    "360100-LSB",
    "360200-LSB",
    "360300-LSB",
    "360400-LSB",
    "360500-LSB",
    "360600-LSB",
    "360700-LSB",
    "360800-LSB",
    "360900-LSB",
    "361000-LSB",
    "361100-LSB",
    "360102-LSB",
];

/// How far each city has come this year; 九江 has not begun.
const CITY_STAGES: [(&str, Until); 10] = [
    ("360200-LSB", Until::Published),
    ("360600-LSB", Until::Drafted),
    ("360300-LSB", Until::Tallied),
    ("360500-LSB", Until::Closed),
    ("360100-LSB", Until::Collecting),
    ("361000-LSB", Until::Agreed),
    ("360700-LSB", Until::SignedOnce),
    ("360800-LSB", Until::Opened),
    ("360900-LSB", Until::Prepared),
    ("361100-LSB", Until::Planned),
];

fn plans(app: &App, rulebook: &str) -> Result<Vec<CampaignPlan>, Failure> {
    let mut plans = vec![
        campaign(app, PROVINCE, 2025, rulebook, Until::Published)?,
        campaign(app, PROVINCE, 2026, rulebook, Until::Collecting)?,
    ];
    for (city, until) in CITY_STAGES {
        plans.push(campaign(app, city, 2026, rulebook, until)?);
    }
    plans.push(campaign(app, "360102-LSB", 2026, rulebook, Until::Collecting)?);
    Ok(plans)
}

fn campaign(
    app: &App,
    organiser: &str,
    year: i16,
    rulebook: &str,
    until: Until,
) -> Result<CampaignPlan, Failure> {
    let bug = |what: &str| Failure::Bug(format!("{organiser} {year}: {what}"));
    let organiser = UnitId::parse(organiser).map_err(|_| bug("no unit"))?;
    let world = app.world();
    let top = world.unit(&organiser).ok_or_else(|| bug("no unit"))?;
    let mut units: Vec<UnitId> = world.children(&organiser).map(|unit| unit.id.clone()).collect();
    if top.level == Level::County {
        units.push(organiser.clone());
    }
    units.sort();
    let early = organiser.as_str() != PROVINCE && until >= Until::Closed;
    let (calendar, survey) = dates(year, early).ok_or_else(|| bug("dates"))?;
    let sample = match (organiser.as_str() == PROVINCE, until) {
        (true, Until::Published) => {
            SampleSize { one_unit: 60, all_units: 62, response_percent: 86 }
        }
        (true, _) => SampleSize { one_unit: 30, all_units: 20, response_percent: 82 },
        (false, _) => SampleSize { one_unit: 14, all_units: 14, response_percent: 82 },
    };
    let place = top.name().split("劳动和社会保障").next().unwrap_or_default();
    Ok(CampaignPlan {
        title: format!("{place}劳动保障系统{year}年民主评议政风行风"),
        thin: thin(&units, &organiser),
        organiser,
        year,
        units,
        rulebook: rulebook.to_owned(),
        calendar,
        survey,
        sample,
        until,
    })
}

/// One box with too small a sample to be ranked, and one too small to be opened at all.
fn thin(units: &[UnitId], organiser: &UnitId) -> Vec<(UnitId, &'static str, u32)> {
    match organiser.as_str() {
        "360200-LSB" => vec![(units[0].clone(), "enterprises", 7)],
        "360300-LSB" => vec![(units[1].clone(), "enterprises", 3)],
        _ => Vec::new(),
    }
}

type Dates = (Calendar, (Timestamp, Timestamp));

/// The plan's own dates of the year; a city that pilots begins six weeks earlier, in a shorter
/// form.
fn dates(year: i16, early: bool) -> Option<Dates> {
    let ranges = if early {
        [((4, 20), (5, 8)), ((5, 9), (6, 10)), ((6, 11), (6, 26)), ((6, 26), (7, 21))]
    } else {
        [((6, 15), (6, 30)), ((7, 1), (7, 30)), ((8, 1), (8, 15)), ((8, 15), (9, 5))]
    };
    let day = |(month, day): (i8, i8)| date(year, month, day);
    let phases = ranges.map(|(first, last)| DateRange { first: day(first), last: day(last) });
    let calendar = Calendar::new(phases).ok()?;
    let opens = at(phases[1].first.checked_add(5.days()).ok()?, 9)?;
    let closes = at(phases[1].last, 18)?;
    Some((calendar, (opens, closes)))
}

fn at(date: Date, hour: i8) -> Option<Timestamp> {
    let midnight = Offset::constant(8).to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    midnight.checked_add(SignedDuration::from_hours(hour.into())).ok()
}
