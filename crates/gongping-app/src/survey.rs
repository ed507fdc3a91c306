//! Running the survey (A5, C3): plan, signatures, keys, codes, opening and closing.

use crate::boxes::{append, head_of};
use crate::engine::{Actor, App, Extras};
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::permission::{
    IssueCodes, ProposeSurvey, RunSurvey, SignSurveyForOffice, SignSurveyForStatistics,
};
use gongping_appraisal::{
    AccountId, Allowed, Appraisal, AppraisalId, BoxHead, BoxId, BoxOpening, CodeList, Digest,
    Rejection, SheetNumber, Signatory, Step, Survey, SurveyPlan, TalliedBox, World, sha256,
};
use gongping_seal::{BoxState, CredentialList, Election, Item, PublicCredential};
use gongping_store::{BoxAppend, BoxItem};
use gongping_verify::{box_election, box_trustees};
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the code issuer's page needs to make the codes.
#[derive(Debug, Clone, Serialize)]
pub struct CodeWork {
    /// The sheets.
    pub sheets: Vec<CodeWorkSheet>,
}

/// Codes to make for one kind of sheet.
#[derive(Debug, Clone, Serialize)]
pub struct CodeWorkSheet {
    /// The sheet's number.
    pub sheet: SheetNumber,
    /// How many codes.
    pub count: u32,
    /// The boxes that each code opens.
    pub boxes: Vec<CodeWorkBox>,
}

/// A box for which codes are derived.
#[derive(Debug, Clone, Serialize)]
pub struct CodeWorkBox {
    /// The box.
    pub id: BoxId,
    /// The election's identifier, from which the code's key for this box is derived.
    pub uuid: String,
}

/// How far a box has filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxResponse {
    /// The box.
    pub box_id: BoxId,
    /// Codes that open it.
    pub codes: u64,
    /// Codes that have answered.
    pub answered: u64,
    /// Ballots received, those replaced included.
    pub ballots: u64,
}

/// For which body somebody signs the survey plan.
pub enum SignSurvey {
    /// The office.
    Office(Allowed<SignSurveyForOffice>),
    /// The statistics bureau.
    Statistics(Allowed<SignSurveyForStatistics>),
}

/// Finds the appraisal and sees that the permission is for its organiser.
pub(crate) fn at_organiser<'a, P>(
    world: &'a World,
    allowed: &Allowed<P>,
    id: &AppraisalId,
) -> Result<&'a Appraisal, Rejection> {
    let appraisal =
        world.appraisal(id).ok_or_else(|| Rejection::UnknownAppraisal { appraisal: id.clone() })?;
    if appraisal.organiser == *allowed.unit() {
        Ok(appraisal)
    } else {
        let unit = appraisal.organiser.clone();
        Err(Rejection::NotAllowed { permission: "Own".to_owned(), unit })
    }
}

/// Lays a survey plan before the two signatories.
///
/// # Errors
/// [`Refusal::Rejected`] when the plan leaves something out.
pub async fn propose(
    app: &App,
    allowed: Allowed<ProposeSurvey>,
    id: &AppraisalId,
    plan: SurveyPlan,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let actor = Actor { account: allowed.account().clone(), seen };
    app.step(&actor, id, Step::ProposeSurvey(plan)).await
}

/// Signs the survey plan whose digest was seen.
///
/// # Errors
/// [`Refusal::Rejected`] when the plan was changed meanwhile or is signed already.
pub async fn sign(
    app: &App,
    allowed: SignSurvey,
    id: &AppraisalId,
    plan: Digest,
) -> Result<(), Refusal> {
    let world = app.world();
    let (signatory, account) = match &allowed {
        SignSurvey::Office(allowed) => {
            at_organiser(&world, allowed, id)?;
            (Signatory::Office, allowed.account())
        }
        SignSurvey::Statistics(allowed) => {
            at_organiser(&world, allowed, id)?;
            (Signatory::Statistics, allowed.account())
        }
    };
    app.step(&account.into(), id, Step::SignSurvey { signatory, plan }).await
}

fn wrong_stage(appraisal: &Appraisal, needed: &str) -> Refusal {
    let stage = appraisal.stage_word().to_owned();
    Rejection::WrongStage { needed: needed.to_owned(), stage }.into()
}

/// What codes there are to make.
///
/// # Errors
/// [`Refusal::Rejected`] unless both bodies have signed the plan.
pub fn code_work(
    app: &App,
    allowed: &Allowed<IssueCodes>,
    id: &AppraisalId,
) -> Result<CodeWork, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let Some(Survey::Agreed { plan, .. }) = appraisal.running().map(|open| &open.survey) else {
        return Err(wrong_stage(appraisal, "agreed"));
    };
    let sheets = plan.sheets.iter().map(|sheet| CodeWorkSheet {
        sheet: sheet.number,
        count: sheet.codes,
        boxes: sheet
            .units
            .iter()
            .map(|unit| {
                let id = BoxId::of(id, unit, &sheet.group);
                CodeWorkBox { uuid: plan.election_uuid(&id), id }
            })
            .collect(),
    });
    Ok(CodeWork { sheets: sheets.collect() })
}

/// The public code list of a box from the public credentials that the issuer handed in. The
/// protocol's form sorts them, so their order says nothing about who got which code.
fn code_list(box_id: &BoxId, credentials: &[String]) -> Result<CredentialList, Refusal> {
    let bad = |why: String| Refusal::input("code-list", &[("box", box_id.as_str()), ("why", &why)]);
    let keys = credentials
        .iter()
        .map(|text| PublicCredential::parse(text))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| bad(error.to_string()))?;
    CredentialList::build(keys).map_err(|error| bad(error.to_string()))
}

/// Takes the public code lists from the statistics bureau.
///
/// # Errors
/// [`Refusal::Input`] when a list is not well formed; [`Refusal::Rejected`] when the lists do not
/// match the plan, or were handed in before.
pub async fn issue_codes(
    app: &App,
    allowed: Allowed<IssueCodes>,
    id: &AppraisalId,
    lists: BTreeMap<BoxId, Vec<String>>,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let mut summaries = BTreeMap::new();
    let mut box_items = Vec::new();
    for (box_id, credentials) in &lists {
        let list = code_list(box_id, credentials)?;
        let digest = sha256(list.bytes());
        summaries.insert(box_id.clone(), CodeList { digest, count: list.len() as u64 });
        let item = BoxItem { name: CODE_LIST.to_owned(), bytes: list.bytes().to_vec() };
        let box_id = code_list_id(box_id);
        box_items.push(BoxAppend { box_id, expected_position: 0, items: vec![item] });
    }
    let extras = Extras { box_items, ..Extras::default() };
    let step = Step::IssueCodes(summaries);
    app.steps_with(&allowed.account().into(), id, vec![step], extras).await
}

/// Name of each item under [`code_list_id`].
pub(crate) const CODE_LIST: &str = "public_credentials.json";

/// Where the public code lists of a box wait until the box is made: the last one stands.
pub(crate) fn code_list_id(box_id: &BoxId) -> String {
    format!("{box_id}#codes")
}

/// The code list that stands, and how many were handed in for the box.
async fn kept_list(
    app: &App,
    box_id: &BoxId,
    list: &CodeList,
) -> Result<(CredentialList, u64), Failure> {
    let damaged = |what: &str| Failure::Damaged(format!("code list of {box_id}: {what}"));
    let id = code_list_id(box_id);
    let length = app.store().box_length(&id).await?;
    let latest = length.checked_sub(1).ok_or_else(|| damaged("missing"))?;
    let items = app.store().box_items(&id, latest, 1).await?;
    let item = items.first().ok_or_else(|| damaged("missing"))?;
    if sha256(&item.bytes) != list.digest {
        return Err(damaged("not the one in the log"));
    }
    let list = CredentialList::parse(&item.bytes).map_err(|error| damaged(&error.to_string()))?;
    Ok((list, length))
}

/// What replacing lost codes means for one box: public credentials, 64 digits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChange {
    /// Those that open the box no more.
    pub struck: Vec<String>,
    /// As many others.
    pub added: Vec<String>,
}

/// Strikes off lost codes of one kind of sheet and takes as many others in their place. Every box
/// of the sheet must lose and gain the same number.
///
/// # Errors
/// [`Refusal::Input`] when a change does not fit the list that stands; [`Refusal::Rejected`] once
/// the survey is open, or before codes were issued.
pub async fn replace_codes(
    app: &App,
    allowed: Allowed<IssueCodes>,
    id: &AppraisalId,
    sheet: SheetNumber,
    reason: String,
    changes: BTreeMap<BoxId, CodeChange>,
) -> Result<(), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    let Some(Survey::Agreed { codes, .. }) = appraisal.running().map(|open| &open.survey) else {
        return Err(wrong_stage(appraisal, "agreed"));
    };
    let missing = || Rejection::Missing { what: "codes".to_owned() };
    let issued = codes.as_ref().ok_or_else(missing)?;
    let struck = changes.values().next().map_or(0, |change| change.struck.len());
    let (mut lists, mut box_items) = (BTreeMap::new(), Vec::new());
    for (box_id, change) in &changes {
        let stands = issued.get(box_id).ok_or(Rejection::BoxesMismatch)?;
        let (before, expected_position) = kept_list(app, box_id, stands).await?;
        let after = changed_list(box_id, &before, change, struck)?;
        let digest = sha256(after.bytes());
        lists.insert(box_id.clone(), CodeList { digest, count: after.len() as u64 });
        let item = BoxItem { name: CODE_LIST.to_owned(), bytes: after.bytes().to_vec() };
        let box_id = code_list_id(box_id);
        box_items.push(BoxAppend { box_id, expected_position, items: vec![item] });
    }
    let extras = Extras { box_items, ..Extras::default() };
    let struck = u32::try_from(struck).unwrap_or(u32::MAX);
    let step = Step::ReplaceCodes { sheet, lists, struck, reason };
    app.steps_with(&allowed.account().into(), id, vec![step], extras).await
}

/// The list after the change: exactly `struck` entries are others, and their number is the same.
fn changed_list(
    box_id: &BoxId,
    before: &CredentialList,
    change: &CodeChange,
    struck: usize,
) -> Result<CredentialList, Refusal> {
    let bad = |why: &str| Refusal::input("code-change", &[("box", box_id.as_str()), ("why", why)]);
    let read = |texts: &[String]| -> Result<BTreeSet<PublicCredential>, Refusal> {
        let keys = texts.iter().map(|text| PublicCredential::parse(text));
        keys.collect::<Result<_, _>>().map_err(|error| bad(&error.to_string()))
    };
    let (gone, new) = (read(&change.struck)?, read(&change.added)?);
    if gone.len() != struck || new.len() != struck {
        return Err(bad("the boxes of a sheet must lose and gain the same number of codes"));
    }
    let old: BTreeSet<PublicCredential> = before.keys().collect();
    if !gone.is_subset(&old) {
        return Err(bad("a code that was to be struck off is not on the list"));
    }
    if !new.is_disjoint(&old) {
        return Err(bad("a new code is on the list already"));
    }
    let keys = old.difference(&gone).chain(&new).copied();
    CredentialList::build(keys).map_err(|error| bad(&error.to_string()))
}

/// Makes the boxes and opens the survey.
///
/// # Errors
/// [`Refusal::Rejected`] when a key or the codes are missing, or it is too early or too late.
pub async fn open(app: &App, allowed: Allowed<RunSurvey>, id: &AppraisalId) -> Result<(), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    let running = appraisal.running().ok_or_else(|| wrong_stage(appraisal, "agreed"))?;
    let Survey::Agreed { plan, ceremony, codes } = &running.survey else {
        return Err(wrong_stage(appraisal, "agreed"));
    };
    let missing = |what: &str| Rejection::Missing { what: what.to_owned() };
    let codes = codes.as_ref().ok_or_else(|| missing("codes"))?;
    if !ceremony.is_rehearsed() {
        let what = if ceremony.round().is_some() { "keys" } else { "rehearsal" };
        return Err(missing(what).into());
    }
    let bug = |error: &dyn std::fmt::Display| Failure::Bug(error.to_string());
    let trustees = box_trustees(ceremony).map_err(|error| bug(&error))?;
    let timestamp = u64::try_from(app.now().as_second()).unwrap_or_default();
    let mut openings = BTreeMap::new();
    let mut box_items = Vec::new();
    for (box_id, list) in codes {
        let (credentials, _) = kept_list(app, box_id, list).await?;
        let name = world.unit(&box_id.unit()).map_or("", |unit| unit.name_on(app.today()));
        let draft =
            box_election(appraisal, box_id, name, &trustees).map_err(|error| bug(&error))?;
        let election = Election::build(draft).map_err(|error| bug(&error))?;
        let (state, items) = BoxState::setup(timestamp, election, trustees.clone(), credentials)
            .map_err(|error| bug(&error))?;
        let opening = BoxOpening {
            uuid: plan.election_uuid(box_id),
            fingerprint: state.election().fingerprint().to_owned(),
            head: head_of(state.head()),
        };
        openings.insert(box_id.clone(), opening);
        box_items.push(append(box_id, 0, items));
    }
    let extras = Extras { box_items, ..Extras::default() };
    let step = Step::OpenSurvey(openings);
    app.steps_with(&allowed.account().into(), id, vec![step], extras).await
}

/// How far each box has filled; counts only, no grades.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn response(app: &App, id: &AppraisalId) -> Result<Vec<BoxResponse>, Refusal> {
    let world = app.world();
    let survey = world.appraisal(id).and_then(Appraisal::running).map(|open| &open.survey);
    let Some(boxes) = survey.and_then(Survey::boxes) else { return Ok(Vec::new()) };
    let mut responses = Vec::with_capacity(boxes.len());
    for box_id in boxes.keys() {
        let live = app.read_box(box_id).await?;
        responses.push(BoxResponse {
            box_id: box_id.clone(),
            codes: live.state.credentials().len() as u64,
            answered: live.state.ballots_counted(),
            ballots: live.state.ballots_received(),
        });
    }
    Ok(responses)
}

/// Ballots received by day, those replaced included.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn response_by_day(app: &App, id: &AppraisalId) -> Result<Vec<(Date, u64)>, Refusal> {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    let world = app.world();
    let survey = world.appraisal(id).and_then(Appraisal::running).map(|open| &open.survey);
    let boxes = survey.and_then(Survey::boxes).into_iter().flatten();
    for (box_id, _) in boxes {
        for at_us in app.store().ballot_times(box_id.as_str()).await? {
            let at = jiff::Timestamp::from_microsecond(at_us)
                .map_err(|_| Failure::Damaged(format!("a ballot of {box_id} has no time")))?;
            *days.entry(Offset::constant(8).to_datetime(at).date()).or_default() += 1;
        }
    }
    Ok(days.into_iter().collect())
}

/// Notes the heads of the boxes that grew since the last time, so that no ballot taken before can
/// disappear unseen (T3). Does nothing when none grew. The server does this by itself.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn checkpoint(app: &App, system: &AccountId, id: &AppraisalId) -> Result<u64, Refusal> {
    // What another node noted already need not be noted again.
    app.catch_up().await?;
    let world = app.world();
    let survey = world.appraisal(id).and_then(Appraisal::running).map(|open| &open.survey);
    let Some(Survey::Collecting { boxes, .. }) = survey else { return Ok(0) };
    let mut heads: BTreeMap<BoxId, BoxHead> = BTreeMap::new();
    for (box_id, known) in boxes {
        let head = app.read_box(box_id).await?.head();
        // Lower when another node noted a ballot that came in after this world was taken.
        if head != known.head && head.height >= known.head.height {
            heads.insert(box_id.clone(), head);
        }
    }
    let grown = heads.len() as u64;
    if grown > 0 {
        app.step(&system.into(), id, Step::CheckpointBoxes(heads)).await?;
    }
    Ok(grown)
}

/// Closes the survey: ends every box, and adds up those that hold enough ballots to be opened.
///
/// # Errors
/// [`Refusal::Rejected`] before the time that was signed.
pub async fn close(
    app: &App,
    allowed: Allowed<RunSurvey>,
    id: &AppraisalId,
) -> Result<(), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    let running = appraisal.running().ok_or_else(|| wrong_stage(appraisal, "collecting"))?;
    let Survey::Collecting { plan, boxes, .. } = &running.survey else {
        return Err(wrong_stage(appraisal, "collecting"));
    };
    if app.now() < plan.closes_at {
        return Err(Rejection::TooEarly { from: plan.closes_at.to_string() }.into());
    }
    let minimum = running.rulebook.rules.survey().box_minimum.value;
    let ids: Vec<BoxId> = boxes.keys().cloned().collect();
    let outcome = app
        .change_boxes(&ids, |live, _| {
            let mut items: Vec<Item> = live.end_ballots()?;
            // A box under the minimum is never added up: there is nothing to open [T9].
            if live.ballots_counted() >= minimum {
                items.extend(live.encrypted_tally()?);
            }
            Ok(items)
        })
        .await?;
    let closed = outcome
        .heads
        .iter()
        .map(|(id, (head, counted))| {
            (id.clone(), TalliedBox { head: head.clone(), counted: *counted, opened: false })
        })
        .collect();
    outcome.commit(app, &allowed.account().into(), id, vec![Step::CloseSurvey(closed)]).await
}
