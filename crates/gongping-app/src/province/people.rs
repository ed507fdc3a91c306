//! The people of a practice province: at every organiser the same posts.

use crate::account::{NewAccount, open_as, system};
use crate::engine::{App, Extras};
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::{AccountId, Command, Duty, DutyGrant, NewUnit, UnitId};
use gongping_documents::{parse_units, read_table};
use std::collections::{BTreeMap, BTreeSet};

/// The password of every practice account. It is printed wherever people log in to practise.
pub const PASSWORD: &str = "lianxi-2026";

/// A post at an organiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Post {
    /// 系统管理员
    Administrator,
    /// 办公室主任
    Office,
    /// 综合组
    Coordination,
    /// 评议组
    Appraisal,
    /// 检查组组长
    Leader,
    /// 检查组成员
    Inspector,
    /// 联络组
    Liaison,
    /// 统计局
    Statistics,
    /// 纠风办
    Conduct,
    /// 被评单位
    Unit,
}

impl Post {
    /// The posts at an organiser.
    pub const AT_ORGANISER: [Self; 9] = [
        Self::Administrator,
        Self::Office,
        Self::Coordination,
        Self::Appraisal,
        Self::Leader,
        Self::Inspector,
        Self::Liaison,
        Self::Statistics,
        Self::Conduct,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Administrator => "admin",
            Self::Office => "office",
            Self::Coordination => "coordination",
            Self::Appraisal => "appraisal",
            Self::Leader => "leader",
            Self::Inspector => "inspector",
            Self::Liaison => "liaison",
            Self::Statistics => "statistics",
            Self::Conduct => "conduct",
            Self::Unit => "unit",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Administrator => "系统管理员",
            Self::Office => "评议办主任",
            Self::Coordination => "综合组组长",
            Self::Appraisal => "评议组组长",
            Self::Leader => "检查组组长",
            Self::Inspector => "检查组成员",
            Self::Liaison => "联络组组长",
            Self::Statistics => "统计局经办人",
            Self::Conduct => "纠风办经办人",
            Self::Unit => "被评单位联系人",
        }
    }

    const fn duty(self) -> Duty {
        match self {
            Self::Administrator => Duty::Administrator,
            Self::Office => Duty::OfficeDirector,
            Self::Coordination => Duty::Coordination,
            Self::Appraisal => Duty::AppraisalTeam,
            Self::Leader => Duty::InspectionLeader,
            Self::Inspector => Duty::Inspector,
            Self::Liaison => Duty::Liaison,
            Self::Statistics => Duty::StatisticsBureau,
            Self::Conduct => Duty::ConductOffice,
            Self::Unit => Duty::AppraisedUnit,
        }
    }
}

/// What the holder of a post types at log-in, as in `360000-office`.
#[must_use]
pub fn login_of(unit: &UnitId, post: Post) -> String {
    let code = unit.as_str().replace("-LSB", "").to_lowercase();
    format!("{code}-{}", post.word())
}

/// The account id of the holder of a post.
///
/// # Panics
/// Never: the id is well formed whatever the unit.
#[must_use]
pub fn post_account(unit: &UnitId, post: Post) -> AccountId {
    AccountId::parse(&format!("a{}", login_of(unit, post)))
        .unwrap_or_else(|_| unreachable!("letters, digits and hyphens"))
}

/// The same, for use as an actor.
#[must_use]
pub fn post_actor(unit: &UnitId, post: Post) -> crate::Actor {
    (&post_account(unit, post)).into()
}

/// Registers the units of a file and opens the accounts, as an operator's command line would:
/// the first administrator cannot be made by another one.
///
/// # Errors
/// [`Refusal`] when the file is no table of units.
pub async fn bootstrap(
    app: &App,
    units_csv: &[u8],
    organisers: &[UnitId],
    appraised: &[UnitId],
) -> Result<(), Refusal> {
    let units = read_units(units_csv)?;
    let names: BTreeMap<UnitId, String> =
        units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect();
    let register = Command::RegisterUnits(units);
    app.commit(&(&system()).into(), vec![register], Extras::default()).await?;
    let posts = organisers
        .iter()
        .flat_map(|unit| Post::AT_ORGANISER.map(|post| (unit, post)))
        .chain(appraised.iter().map(|unit| (unit, Post::Unit)));
    for (unit, post) in posts {
        let name = names.get(unit).map_or("", String::as_str);
        let account = NewAccount {
            id: post_account(unit, post),
            login: login_of(unit, post),
            title: format!("{}{}", short(name), post.title()),
            duties: BTreeSet::from([DutyGrant { duty: post.duty(), unit: unit.clone() }]),
        };
        open_as(app, &system(), account, PASSWORD).await?;
    }
    Ok(())
}

fn read_units(units_csv: &[u8]) -> Result<Vec<NewUnit>, Refusal> {
    let table = read_table(units_csv, "units.csv").map_err(Refusal::Document)?;
    let parsed = parse_units(&table, &BTreeMap::new()).map_err(Refusal::Document)?;
    if parsed.mistakes.is_empty() {
        Ok(parsed.rows.into_iter().map(|row| row.unit).collect())
    } else {
        Err(Failure::Bug(format!("{:?}", parsed.mistakes)).into())
    }
}

/// 南昌市劳动和社会保障局 → 南昌市
fn short(name: &str) -> &str {
    name.split("劳动和社会保障").next().unwrap_or(name)
}
