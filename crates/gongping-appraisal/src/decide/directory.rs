//! Units (A1) and accounts (A2, A3).

use super::one_line;
use crate::{
    Account, AccountId, Digest, DutyGrant, Event, Level, NewUnit, Rejection, Unit, UnitId, World,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn register_units(world: &World, units: Vec<NewUnit>) -> Result<Vec<Event>, Rejection> {
    let mut incoming: BTreeMap<&UnitId, &NewUnit> = BTreeMap::new();
    for unit in &units {
        if world.unit(&unit.id).is_some() || incoming.insert(&unit.id, unit).is_some() {
            return Err(Rejection::UnitExists { unit: unit.id.clone() });
        }
    }
    let level_of = |id: &UnitId| {
        let known = world.unit(id).map(|unit| unit.level);
        known.or_else(|| incoming.get(id).map(|unit| unit.level))
    };
    for unit in &units {
        one_line(&unit.name)?;
        let wrong_level = || Rejection::WrongLevel { unit: unit.id.clone(), level: unit.level };
        match &unit.parent {
            None if unit.level == Level::Province => {}
            None => return Err(wrong_level()),
            Some(parent) => {
                let parent_level = level_of(parent)
                    .ok_or_else(|| Rejection::UnknownUnit { unit: parent.clone() })?;
                if parent_level.below() != Some(unit.level) {
                    return Err(wrong_level());
                }
                // Nothing comes under a closed unit: it could not have been closed above an open one.
                if world.unit(parent).is_some_and(|parent| parent.closed_on.is_some()) {
                    return Err(Rejection::UnknownUnit { unit: parent.clone() });
                }
            }
        }
    }
    // Parents first, so that a reader of the log never meets a unit before the one above it.
    let mut ordered = units;
    ordered.sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
    Ok(ordered.into_iter().map(|unit| Event::UnitRegistered { unit }).collect())
}

fn open_unit<'a>(world: &'a World, id: &UnitId, on: Date) -> Result<&'a Unit, Rejection> {
    let unit = world.unit(id).ok_or_else(|| Rejection::UnknownUnit { unit: id.clone() })?;
    if unit.exists_on(on) && unit.closed_on.is_none() {
        Ok(unit)
    } else {
        Err(Rejection::BadUnitDate { unit: id.clone() })
    }
}

pub(super) fn rename_unit(
    world: &World,
    unit: UnitId,
    name: String,
    from: Date,
) -> Result<Vec<Event>, Rejection> {
    one_line(&name)?;
    open_unit(world, &unit, from)?;
    Ok(vec![Event::UnitRenamed { unit, name, from }])
}

pub(super) fn close_unit(world: &World, unit: UnitId, on: Date) -> Result<Vec<Event>, Rejection> {
    open_unit(world, &unit, on)?;
    if world.children(&unit).any(|child| child.closed_on.is_none_or(|closed| closed > on)) {
        return Err(Rejection::HasOpenUnits { unit });
    }
    Ok(vec![Event::UnitClosed { unit, on }])
}

pub(super) fn open_account(
    world: &World,
    account: AccountId,
    login: String,
    title: String,
    duties: BTreeSet<DutyGrant>,
    password: Digest,
) -> Result<Vec<Event>, Rejection> {
    one_line(&title)?;
    // Under these words the software acts, and whoever has no account.
    let is_reserved = ["system", super::PUBLIC_ACTOR].contains(&account.as_str());
    if is_reserved || world.account(&account).is_some() {
        return Err(Rejection::AccountExists { account });
    }
    let typable = (2..=40).contains(&login.chars().count())
        && login.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !typable || world.account_by_login(&login).is_some() {
        return Err(Rejection::BadLogin { login });
    }
    units_of_duties_exist(world, &duties)?;
    Ok(vec![
        Event::AccountOpened { account: account.clone(), login, title, duties },
        Event::PasswordSet { account, password },
    ])
}

pub(super) fn change_duties(
    world: &World,
    account: AccountId,
    duties: BTreeSet<DutyGrant>,
) -> Result<Vec<Event>, Rejection> {
    open_account_of(world, &account)?;
    units_of_duties_exist(world, &duties)?;
    Ok(vec![Event::DutiesChanged { account, duties }])
}

pub(super) fn open_account_of<'a>(
    world: &'a World,
    account: &AccountId,
) -> Result<&'a Account, Rejection> {
    world
        .account(account)
        .filter(|known| known.active)
        .ok_or_else(|| Rejection::UnknownAccount { account: account.clone() })
}

fn units_of_duties_exist(world: &World, duties: &BTreeSet<DutyGrant>) -> Result<(), Rejection> {
    match duties.iter().find(|grant| world.unit(&grant.unit).is_none()) {
        Some(grant) => Err(Rejection::UnknownUnit { unit: grant.unit.clone() }),
        None => Ok(()),
    }
}
