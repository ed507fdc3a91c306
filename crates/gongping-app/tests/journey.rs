//! A whole appraisal through the use cases, on both databases, with the oracle at the end.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::Until;
use gongping_app::{ballot, publication, ranking};
use gongping_store::Store;
use gongping_testkit::TestApp;
use gongping_testkit::postgres::TestPostgres;
use gongping_verify::{MemorySource, Options, verify_dossier};
use tempfile::TempDir;

async fn a_whole_appraisal(test: TestApp) {
    let campaign = test.province(Until::Published, "2026-09-20T00:00:00Z".parse().unwrap()).await;
    let (_, report) = ranking::report(&test.app, &campaign.id).await.unwrap().unwrap();
    assert_eq!(report.ranking.rows.len(), 2, "{report}");
    let files = publication::export_dossier(&test.app, &campaign.id).await.unwrap();
    let source = MemorySource::new(files.clone());
    let verified = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    let again = publication::export_dossier(&test.app, &campaign.id).await.unwrap();
    assert_eq!(files, again);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_appraisal_on_sqlite() {
    a_whole_appraisal(TestApp::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_appraisal_on_postgres() {
    let Some(mut postgres) = TestPostgres::start() else { return };
    let store = Store::open(&postgres.database()).await.unwrap();
    a_whole_appraisal(TestApp::on(store, TempDir::new().unwrap()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_node_sees_what_the_first_wrote() {
    let test = TestApp::new().await;
    let campaign = test.province(Until::Collecting, "2026-07-20T00:00:00Z".parse().unwrap()).await;
    let other = test.another_node().await;
    assert_eq!(other.world().size(), test.app.world().size());
    for sheet in campaign.sheets() {
        let (one, two) = (
            ballot::sheet(&test.app, &campaign.id, sheet.number).await.unwrap(),
            ballot::sheet(&other, &campaign.id, sheet.number).await.unwrap(),
        );
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }
}
