//! The tables that pages and reports read, as a function of the world. The same function writes
//! them at each commit and rebuilds them for the doctor.

use crate::{ledger, opinion, preparation, sorting};
use gongping_appraisal::{Account, Appraisal, BoxId, Entry, Event, Survey, Unit, World};
use gongping_score::ScoreReport;
use gongping_store::{RowChange, Table, Value, table};

/// The rows that follow from `entries`, which led from `before` to `after`. `report` is the score
/// report of an appraisal that is published by them.
pub(crate) fn changes(
    before: &World,
    after: &World,
    entries: &[Entry],
    report: Option<&ScoreReport>,
) -> Vec<RowChange> {
    let mut changes = Vec::new();
    for entry in entries {
        match &entry.body {
            Event::UnitRegistered { unit } => put_unit(&mut changes, after.unit(&unit.id)),
            Event::UnitRenamed { unit, .. } | Event::UnitClosed { unit, .. } => {
                put_unit(&mut changes, after.unit(unit));
            }
            Event::AccountOpened { account, .. }
            | Event::DutiesChanged { account, .. }
            | Event::AccountClosed { account }
            | Event::PasswordSet { account, .. } => {
                if let Some(old) = before.account(account) {
                    changes.extend(duty_rows(old).map(|mut row| {
                        row.truncate(table::DUTY.key_count);
                        RowChange::delete(&table::DUTY, row)
                    }));
                }
                if let Some(account) = after.account(account) {
                    changes.push(RowChange::put(&table::ACCOUNT, account_row(account)));
                    let duties = duty_rows(account);
                    changes.extend(duties.map(|row| RowChange::put(&table::DUTY, row)));
                }
            }
            Event::Opinion { appraisal, what } => {
                changes.extend(opinion::rows::changes(after.appraisal(appraisal), what));
            }
            // The register has no rows of its own, but a breach takes a ranking back.
            Event::Integrity { appraisal, .. } => {
                let rows = after.appraisal(appraisal).map(appraisal_row);
                changes.extend(rows.map(|row| RowChange::put(&table::APPRAISAL, row)));
            }
            Event::Sorting { appraisal, what } => {
                let (before, after) = (before.appraisal(appraisal), after.appraisal(appraisal));
                changes.extend(sorting::rows::changes(before, after, what));
            }
            Event::Preparation { appraisal, what } => {
                let (before, after) = (before.appraisal(appraisal), after.appraisal(appraisal));
                changes.extend(preparation::rows::changes(before, after, what));
            }
            Event::Ledger { appraisal, what } => {
                changes.extend(ledger::rows::changes(after.appraisal(appraisal), what));
            }
            within => {
                let appraisal = within.appraisal().and_then(|id| after.appraisal(id));
                let Some(appraisal) = appraisal else { continue };
                let row = appraisal_row(appraisal);
                changes.push(RowChange::put(&table::APPRAISAL, row));
                let boxes = boxes_of(within).into_iter();
                let boxes = boxes.filter_map(|id| box_row(appraisal, id));
                changes.extend(boxes.map(|row| RowChange::put(&table::BOX, row)));
                if let (Event::Published { .. }, Some(report)) = (within, report) {
                    let rows = ranking_rows(appraisal, report);
                    changes.extend(rows.map(|row| RowChange::put(&table::RANKING_ROW, row)));
                }
            }
        }
    }
    changes
}

/// All rows of all tables, by table, each ordered by key.
pub(crate) fn all_rows<'a>(
    world: &'a World,
    report_of: impl Fn(&Appraisal) -> Option<&'a ScoreReport>,
) -> Vec<(&'static Table, Vec<Vec<Value>>)> {
    let rankings = world.appraisals().filter(|appraisal| appraisal.published().is_some());
    let mut tables = vec![
        (&table::UNIT, world.units().map(unit_row).collect::<Vec<_>>()),
        (&table::ACCOUNT, world.accounts().map(account_row).collect()),
        (&table::DUTY, world.accounts().flat_map(duty_rows).collect()),
        (&table::APPRAISAL, world.appraisals().map(appraisal_row).collect()),
        (&table::BOX, world.appraisals().flat_map(box_rows).collect()),
        (&table::OPINION, world.appraisals().flat_map(opinion::rows::all).collect()),
        (&table::FINDING, world.appraisals().flat_map(sorting::rows::findings).collect()),
        (
            &table::SORTED_OPINION,
            world.appraisals().flat_map(sorting::rows::sorted_opinions).collect(),
        ),
        (&table::GATHERING, world.appraisals().flat_map(sorting::rows::gatherings).collect()),
        (&table::LOCAL_PLAN, world.appraisals().flat_map(preparation::rows::plans).collect()),
        (&table::ROSTER, world.appraisals().flat_map(preparation::rows::roster).collect()),
        (&table::CHANNEL, world.appraisals().flat_map(preparation::rows::channels).collect()),
        (&table::LEDGER_ENTRY, world.appraisals().flat_map(ledger::rows::entries).collect()),
        (&table::FEEDBACK_LETTER, world.appraisals().flat_map(ledger::rows::letters).collect()),
        (
            &table::SELF_INSPECTION,
            world.appraisals().flat_map(ledger::rows::self_inspections).collect(),
        ),
        (
            &table::RANKING_ROW,
            rankings
                .filter_map(|appraisal| Some((appraisal, report_of(appraisal)?)))
                .flat_map(|(appraisal, report)| ranking_rows(appraisal, report).collect::<Vec<_>>())
                .collect(),
        ),
    ];
    for (table, rows) in &mut tables {
        rows.sort_by(|a, b| a[..table.key_count].cmp(&b[..table.key_count]));
    }
    tables
}

fn put_unit(changes: &mut Vec<RowChange>, unit: Option<&Unit>) {
    changes.extend(unit.map(|unit| RowChange::put(&table::UNIT, unit_row(unit))));
}

fn unit_row(unit: &Unit) -> Vec<Value> {
    vec![
        unit.id.to_string().into(),
        unit.name().into(),
        unit.level.as_str().into(),
        unit.parent.as_ref().map(ToString::to_string).into(),
        unit.opened_on.to_string().into(),
        unit.closed_on.map(|date| date.to_string()).into(),
    ]
}

fn account_row(account: &Account) -> Vec<Value> {
    vec![
        account.id.to_string().into(),
        account.login.clone().into(),
        account.title.clone().into(),
        account.active.into(),
    ]
}

fn duty_rows(account: &Account) -> impl Iterator<Item = Vec<Value>> + '_ {
    account.duties.iter().map(|grant| {
        vec![
            account.id.to_string().into(),
            grant.duty.as_str().into(),
            grant.unit.to_string().into(),
        ]
    })
}

fn appraisal_row(appraisal: &Appraisal) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        appraisal.organiser.to_string().into(),
        i64::from(appraisal.year).into(),
        appraisal.title.clone().into(),
        appraisal.stage_word().into(),
    ]
}

/// The boxes whose rows an event changes. Together, the parts of an event that changes the stage
/// of the survey speak of every box.
fn boxes_of(event: &Event) -> Vec<&BoxId> {
    match event {
        Event::SurveyOpened { boxes, .. } => boxes.keys().collect(),
        Event::BoxesCheckpointed { heads, .. } | Event::ShareGiven { heads, .. } => {
            heads.keys().collect()
        }
        Event::SurveyClosed { boxes, .. } | Event::BoxesOpened { boxes, .. } => {
            boxes.keys().collect()
        }
        _ => Vec::new(),
    }
}

fn box_rows(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    let survey = appraisal.running().map(|open| &open.survey);
    let boxes = survey.and_then(Survey::boxes).into_iter().flatten();
    boxes.filter_map(|(id, _)| box_row(appraisal, id))
}

fn box_row(appraisal: &Appraisal, id: &BoxId) -> Option<Vec<Value>> {
    let survey = &appraisal.running()?.survey;
    let state = survey.boxes()?.get(id)?;
    Some(vec![
        id.to_string().into(),
        appraisal.id.to_string().into(),
        id.unit().to_string().into(),
        id.group().to_string().into(),
        survey.stage().into(),
        state.head.hash.to_string().into(),
        i64::try_from(state.counted).unwrap_or(i64::MAX).into(),
    ])
}

fn ranking_rows<'a>(
    appraisal: &'a Appraisal,
    report: &'a ScoreReport,
) -> impl Iterator<Item = Vec<Value>> + 'a {
    report.ranking.rows.iter().map(move |row| {
        vec![
            appraisal.id.to_string().into(),
            row.unit.clone().into(),
            i64::try_from(row.rank).unwrap_or(i64::MAX).into(),
            row.total.to_string().into(),
            row.shown.clone().into(),
            row.band.clone().into(),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::changes;
    use gongping_appraisal::{AccountId, Digest, Entry, Event};
    use gongping_store::table;
    use gongping_testkit::TestApp;
    use std::collections::BTreeMap;

    #[tokio::test(flavor = "multi_thread")]
    async fn event_writes_the_rows_of_its_own_boxes_only() {
        let test = TestApp::new().await;
        let campaign = test.empty_survey().await;
        let world = test.app.world();
        let appraisal = world.appraisal(&campaign.id).unwrap();
        let boxes = appraisal.running().and_then(|open| open.survey.boxes()).unwrap();
        assert!(boxes.len() > 1);
        let (id, state) = boxes.iter().next().unwrap();
        let rows = |body| {
            let entry = Entry { at_us: 0, actor: AccountId::parse("system").unwrap(), body };
            let changes = changes(&world, &world, &[entry], None);
            changes.iter().filter(|change| change.table == table::BOX.name).count()
        };
        let heads = BTreeMap::from([(id.clone(), state.head.clone())]);
        let appraisal = || campaign.id.clone();
        assert_eq!(rows(Event::BoxesCheckpointed { appraisal: appraisal(), heads }), 1);
        let report = Digest::from_bytes([1; 32]);
        assert_eq!(rows(Event::RankingDrafted { appraisal: appraisal(), report }), 0);
    }
}
