//! Units (A1): import with a preview, renaming, closing.

use crate::account::system;
use crate::engine::{App, Extras};
use crate::refusal::Refusal;
use gongping_appraisal::permission::ManageUnits;
use gongping_appraisal::{
    AccountId, Allowed, Command, Context, Digest, NewUnit, Rejection, UnitId, World, decide, sha256,
};
use gongping_documents::{RowMistake, parse_units, read_table};
use jiff::civil::Date;

/// What importing a file would change.
#[derive(Debug, Clone)]
pub struct ImportPreview {
    /// Units to be registered.
    pub new: Vec<NewUnit>,
    /// Units that get another name: id, name now, name in the file.
    pub renamed: Vec<(UnitId, String, String)>,
    /// Rows that say what is known already.
    pub unchanged: usize,
    /// Known units for which the file gives another level, parent or opening day; importing leaves
    /// them as they are.
    pub different: Vec<UnitId>,
    /// Known open units that the file does not name; importing leaves them as they are.
    pub missing: Vec<UnitId>,
    /// Columns that mean nothing here and were not read.
    pub ignored_columns: Vec<String>,
    /// What is wrong, by row. Nothing can be imported while there is any.
    pub mistakes: Vec<RowMistake>,
    /// A rule that the rows together break.
    pub rejection: Option<Rejection>,
    /// SHA-256 of the file: what is confirmed is what was previewed.
    pub digest: Digest,
}

/// Reads a CSV or XLSX file of units and says what importing it would change.
///
/// # Errors
/// [`Refusal::Document`] when it is no table of units.
pub fn preview_import(
    app: &App,
    allowed: &Allowed<ManageUnits>,
    file_name: &str,
    bytes: &[u8],
) -> Result<ImportPreview, Refusal> {
    let world = app.world();
    let mut preview = compare(&world, file_name, bytes)?;
    let placed = |unit: &NewUnit| match &unit.parent {
        // A unit may be new together with the units above it; the top of these counts.
        Some(parent) if world.unit(parent).is_some() => world.is_within(parent, allowed.unit()),
        Some(parent) => preview.new.iter().any(|other| other.id == *parent),
        None => world.units().next().is_none(),
    };
    let outside = preview.new.iter().find(|unit| !placed(unit)).map(|unit| unit.id.clone());
    let elsewhere =
        preview.renamed.iter().find(|(unit, ..)| !world.is_within(unit, allowed.unit()));
    if let Some(unit) = outside.or_else(|| elsewhere.map(|(unit, ..)| unit.clone())) {
        let permission = "ManageUnits".to_owned();
        preview.rejection = Some(Rejection::NotAllowed { permission, unit });
    } else {
        preview.rejection = rejection(app, &world, allowed.account(), &preview);
    }
    Ok(preview)
}

/// The same for whoever operates the machine, in the whole tree.
///
/// # Errors
/// As [`preview_import`].
pub fn preview_as_operator(
    app: &App,
    file_name: &str,
    bytes: &[u8],
) -> Result<ImportPreview, Refusal> {
    let world = app.world();
    let mut preview = compare(&world, file_name, bytes)?;
    preview.rejection = rejection(app, &world, &system(), &preview);
    Ok(preview)
}

/// What the rules say to rows that have no mistakes of their own.
fn rejection(
    app: &App,
    world: &World,
    actor: &AccountId,
    preview: &ImportPreview,
) -> Option<Rejection> {
    if !preview.mistakes.is_empty() {
        return None;
    }
    let context = Context { now: app.now(), actor: actor.clone(), seen: None };
    decide(world, Command::RegisterUnits(preview.new.clone()), &context).err()
}

fn compare(world: &World, file_name: &str, bytes: &[u8]) -> Result<ImportPreview, Refusal> {
    let table = read_table(bytes, file_name).map_err(Refusal::Document)?;
    let registered = world.units().map(|unit| (unit.id.clone(), unit.level)).collect();
    let parsed = parse_units(&table, &registered).map_err(Refusal::Document)?;
    let mut preview = ImportPreview {
        new: Vec::new(),
        renamed: Vec::new(),
        unchanged: 0,
        different: Vec::new(),
        missing: Vec::new(),
        ignored_columns: parsed.ignored_columns,
        mistakes: parsed.mistakes,
        rejection: None,
        digest: sha256(bytes),
    };
    let mut named = std::collections::BTreeSet::new();
    for row in parsed.rows {
        named.insert(row.unit.id.clone());
        if let Some(known) = world.unit(&row.unit.id) {
            let file = (row.unit.level, &row.unit.parent, row.unit.opened_on);
            if file != (known.level, &known.parent, known.opened_on) {
                preview.different.push(known.id.clone());
            }
        }
        match world.unit(&row.unit.id) {
            None => preview.new.push(row.unit),
            Some(known) if known.name() == row.unit.name => preview.unchanged += 1,
            Some(known) => {
                preview.renamed.push((row.unit.id, known.name().to_owned(), row.unit.name));
            }
        }
    }
    preview.missing = world
        .units()
        .filter(|unit| unit.closed_on.is_none() && !named.contains(&unit.id))
        .map(|unit| unit.id.clone())
        .collect();
    Ok(preview)
}

/// Imports a file that was previewed. Renamed units bear the new name from `rename_from` on.
///
/// # Errors
/// [`Refusal::Rows`] when rows have mistakes; [`Refusal::Input`] when the file is not the one
/// that was previewed.
pub async fn import(
    app: &App,
    allowed: Allowed<ManageUnits>,
    file_name: &str,
    bytes: &[u8],
    previewed: Digest,
    rename_from: Date,
) -> Result<(), Refusal> {
    let preview = preview_import(app, &allowed, file_name, bytes)?;
    import_as(app, allowed.account(), preview, previewed, rename_from).await
}

/// The same for whoever operates the machine, in the whole tree: the first units cannot be
/// imported by anybody else. The log names the software as the actor.
///
/// # Errors
/// As [`import`].
pub async fn import_as_operator(
    app: &App,
    file_name: &str,
    bytes: &[u8],
    previewed: Digest,
    rename_from: Date,
) -> Result<(), Refusal> {
    let preview = preview_as_operator(app, file_name, bytes)?;
    import_as(app, &system(), preview, previewed, rename_from).await
}

async fn import_as(
    app: &App,
    actor: &AccountId,
    preview: ImportPreview,
    previewed: Digest,
    rename_from: Date,
) -> Result<(), Refusal> {
    if preview.digest != previewed {
        return Err(Refusal::input("changed-meanwhile", &[]));
    }
    if !preview.mistakes.is_empty() {
        return Err(Refusal::Rows(preview.mistakes));
    }
    if let Some(rejection) = preview.rejection {
        return Err(rejection.into());
    }
    let renames = preview.renamed.into_iter().map(|(unit, _, name)| Command::RenameUnit {
        unit,
        name,
        from: rename_from,
    });
    let mut commands = vec![Command::RegisterUnits(preview.new)];
    commands.extend(renames);
    app.commit(&actor.into(), commands, Extras::default()).await
}

/// Renames a unit from a day on.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn rename(
    app: &App,
    allowed: Allowed<ManageUnits>,
    name: String,
    from: Date,
) -> Result<(), Refusal> {
    let unit = allowed.unit().clone();
    let command = Command::RenameUnit { unit, name, from };
    app.commit(&allowed.account().into(), vec![command], Extras::default()).await
}

/// Closes a unit from a day on.
///
/// # Errors
/// [`Refusal::Rejected`] while units below it are open.
pub async fn close(app: &App, allowed: Allowed<ManageUnits>, on: Date) -> Result<(), Refusal> {
    let command = Command::CloseUnit { unit: allowed.unit().clone(), on };
    app.commit(&allowed.account().into(), vec![command], Extras::default()).await
}
