//! Publication (C9): the dossier's manifest enters the log, and the dossier is there for all.

use crate::ballot::write_archive;
use crate::engine::{App, Extras};
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use crate::{inspection, ranking};
use gongping_appraisal::permission::Publish;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, BoxId, Digest, Entry, Event, Rejection, Step, World,
};
use gongping_log::Opening;
use gongping_verify::{BoxFile, BuiltDossier, Committed, DossierDraft, build, layout, log_files};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Publishes the signed ranking; returns the hash of the dossier's manifest.
///
/// # Errors
/// [`Refusal::Rejected`] unless both bodies have signed.
pub async fn publish(
    app: &App,
    allowed: Allowed<Publish>,
    id: &AppraisalId,
) -> Result<Digest, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    let not_signed = || Rejection::WrongStage {
        needed: "signed".to_owned(),
        stage: appraisal.stage_word().to_owned(),
    };
    if appraisal.stage_word() != "signed" {
        return Err(not_signed().into());
    }
    let (_, report) = ranking::report(app, id).await?.ok_or_else(not_signed)?;
    let archives = archives(app, appraisal).await?;
    let built = built(app, &world, appraisal, app.now(), &archives).await?;
    let manifest = built.manifest;
    let extras = Extras { report: Some(report), ..Extras::default() };
    let steps = vec![Step::Publish { manifest }];
    app.steps_with(&allowed.account().into(), id, steps, extras).await?;
    Ok(manifest)
}

/// The box archives by box.
async fn archives(app: &App, appraisal: &Appraisal) -> Result<BTreeMap<BoxId, Vec<u8>>, Refusal> {
    let boxes = appraisal.running().and_then(|open| open.survey.boxes());
    let mut archives = BTreeMap::new();
    for box_id in boxes.into_iter().flatten().map(|(id, _)| id) {
        let items = app.box_items(box_id).await?;
        archives.insert(box_id.clone(), write_archive(&items)?);
    }
    Ok(archives)
}

fn committed(opening: &Opening) -> Committed {
    Committed { bytes: opening.bytes().to_vec(), salt: *opening.salt() }
}

async fn built(
    app: &App,
    world: &World,
    appraisal: &Appraisal,
    at: Timestamp,
    archives: &BTreeMap<BoxId, Vec<u8>>,
) -> Result<BuiltDossier, Refusal> {
    let mut inspections = BTreeMap::new();
    for unit in &appraisal.units {
        if let Some((digest, _)) = inspection::report(app, &appraisal.id, unit).await? {
            inspections.insert(unit.clone(), committed(&app.opened(digest).await?));
        }
    }
    let missing = || Failure::Damaged("the score report is missing".to_owned());
    let open = appraisal.running().ok_or_else(missing)?;
    let scores = open.ranking.report().ok_or_else(missing)?;
    let scores = committed(&app.opened(scores).await?);
    let mut boxes = Vec::with_capacity(archives.len());
    for (id, archive) in archives {
        let file = BoxFile::read(id.clone(), archive.as_slice());
        boxes.push(file.map_err(|error| Failure::Damaged(format!("box {id}: {error}")))?);
    }
    let (log_origin, log_key) = (app.origin(), app.log_key());
    let draft = DossierDraft {
        world,
        appraisal: &appraisal.id,
        at,
        log_origin,
        log_key: &log_key,
        scores,
        inspections,
        boxes,
    };
    build(&draft).map_err(|error| Failure::Damaged(error.to_string()).into())
}

/// All files of the dossier of a published appraisal, by path. The same at any later time.
///
/// # Errors
/// [`Refusal::Rejected`] before publication.
pub async fn export_dossier(
    app: &App,
    id: &AppraisalId,
) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let now = app.world();
    let unknown = || Rejection::UnknownAppraisal { appraisal: id.clone() };
    let appraisal = now.appraisal(id).ok_or_else(unknown)?;
    let published = appraisal.published().ok_or_else(|| Rejection::WrongStage {
        needed: "published".to_owned(),
        stage: appraisal.stage_word().to_owned(),
    })?;
    let (world, entries) = until_publication(app, id).await?;
    let size = entries.len() as u64;
    let missing = || Failure::Damaged(format!("no checkpoint of {size} entries"));
    let checkpoint = app.store().checkpoint_at(size).await?.ok_or_else(missing)?;
    let archives = archives(app, appraisal).await?;
    let before = world.appraisal(id).ok_or_else(unknown)?;
    let built = built(app, &world, before, published.at, &archives).await?;
    if built.manifest != published.manifest {
        let what = format!("the dossier of {id} is no longer the one that was published");
        return Err(Failure::Damaged(what).into());
    }
    let mut files = built.files;
    files.extend(archives.into_iter().map(|(id, archive)| (layout::box_path(&id), archive)));
    let log = log_files(&entries, &app.log_key(), &checkpoint.note);
    files.extend(log.map_err(|error| Failure::Bug(error.to_string()))?);
    Ok(files)
}

/// The world just before the publication, and all entries up to it.
async fn until_publication(app: &App, id: &AppraisalId) -> Result<(World, Vec<Vec<u8>>), Refusal> {
    let mut world = World::default();
    let mut entries = Vec::new();
    loop {
        let part = app.store().log_entries(entries.len() as u64, 1000).await?;
        if part.is_empty() {
            return Err(Failure::Damaged(format!("the publication of {id} is not logged")).into());
        }
        for stored in part {
            let entry = Entry::from_bytes(&stored.bytes)
                .map_err(|error| Failure::Damaged(format!("{}: {error}", stored.position)))?;
            entries.push(stored.bytes);
            if matches!(&entry.body, Event::Published { appraisal, .. } if appraisal == id) {
                return Ok((world, entries));
            }
            world.evolve(&entry);
        }
    }
}

/// The dossier as a zip file. The same bytes at any later time, so they are made only once.
///
/// # Errors
/// As [`export_dossier`].
pub async fn dossier_zip(app: &App, id: &AppraisalId) -> Result<Arc<Vec<u8>>, Refusal> {
    let known = app.zipped_dossier(id);
    let zipped = known.get_or_try_init(|| async { make_zip(app, id).await.map(Arc::new) });
    zipped.await.cloned()
}

async fn make_zip(app: &App, id: &AppraisalId) -> Result<Vec<u8>, Refusal> {
    let files = export_dossier(app, id).await?;
    let zipped = tokio::task::spawn_blocking(move || zip_files(&files));
    let zipped = zipped.await.map_err(|error| Failure::Bug(error.to_string()))?;
    zipped.map_err(|error| Failure::Bug(error.to_string()).into())
}

fn zip_files(files: &BTreeMap<String, Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed time: the bytes must not depend on when the file was asked for.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (path, bytes) in files {
        zip.start_file(path.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
