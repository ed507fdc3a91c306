//! Units (A1): imported with a preview, renamed, closed, each by its own level.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::Post;
use gongping_app::unit::{ImportPreview, close, import, preview_import, rename};
use gongping_app::{App, Refusal};
use gongping_appraisal::permission::ManageUnits;
use gongping_appraisal::{Allowed, Rejection, sha256};
use gongping_documents::{Column, Properties, Sheet, Value, write_xlsx};
use gongping_testkit::{TestApp, UNITS, unit};
use jiff::civil::date;

const HEADER: &str = "unit_id,name,level,parent_id,opened_on\n";

fn coordinator(test: &TestApp, post_at: &str, at: &str) -> Result<Allowed<ManageUnits>, Rejection> {
    test.app.world().allow(&test.account(post_at, Post::Coordination), &unit(at))
}

fn provincial(test: &TestApp) -> Allowed<ManageUnits> {
    coordinator(test, "360000-LSB", "360000-LSB").unwrap()
}

/// Previews and imports a file, as the page does.
async fn take(
    app: &App,
    allowed: Allowed<ManageUnits>,
    name: &str,
    bytes: &[u8],
) -> (ImportPreview, Result<(), Refusal>) {
    let preview = preview_import(app, &allowed, name, bytes).unwrap();
    let from = date(2026, 7, 1);
    let outcome = import(app, allowed, name, bytes, preview.digest, from).await;
    (preview, outcome)
}

fn workbook(csv: &str) -> Vec<u8> {
    let mut lines = csv.lines();
    let columns = lines.next().unwrap().split(',').map(Column::new).collect();
    let cell = |text: &str| Value::Text(text.to_owned());
    let rows = lines.map(|line| line.split(',').map(cell).collect()).collect();
    let sheet = Sheet { name: "单位".to_owned(), columns, rows };
    let properties = Properties {
        title: "单位".to_owned(),
        author: "评议办".to_owned(),
        created: "2026-06-01T00:00:00Z".parse().unwrap(),
    };
    write_xlsx(&[sheet], &properties).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_previewed_and_then_imported() {
    let rows = "\
360000-LSB,江西省劳动和社会保障厅,province,,2021-01-01
360100-LSB,南昌市人力资源和社会保障局,city,360000-LSB,2021-01-01
360300-LSB,萍乡市劳动和社会保障局,city,360000-LSB,2021-01-01
360302-LSB,安源区劳动和社会保障局,county,360300-LSB,2021-01-01
";
    let csv = format!("{HEADER}{rows}");
    for (name, bytes) in [("单位.csv", csv.clone().into_bytes()), ("单位.xlsx", workbook(&csv))]
    {
        let test = TestApp::new().await;
        let before = test.app.world();
        let preview = preview_import(&test.app, &provincial(&test), name, &bytes).unwrap();
        assert_eq!(test.app.world().size(), before.size(), "a preview changes nothing");
        let new: Vec<&str> = preview.new.iter().map(|unit| unit.id.as_str()).collect();
        assert_eq!(new, ["360300-LSB", "360302-LSB"], "{name}");
        assert_eq!(preview.renamed.len(), 1);
        assert_eq!(preview.renamed[0].2, "南昌市人力资源和社会保障局");
        assert_eq!((preview.unchanged, preview.missing.len()), (1, 5));
        assert_eq!((preview.mistakes.len(), preview.rejection.clone()), (0, None));

        // Another file than the one that was previewed is not taken.
        let from = date(2026, 7, 1);
        let other = sha256(b"another file");
        let swapped = import(&test.app, provincial(&test), name, &bytes, other, from).await;
        assert!(matches!(swapped, Err(Refusal::Input { code: "changed-meanwhile", .. })));
        assert_eq!(test.app.world().size(), before.size());

        let digest = preview.digest;
        import(&test.app, provincial(&test), name, &bytes, digest, from).await.unwrap();
        let world = test.app.world();
        let city = world.unit(&unit("360100-LSB")).unwrap();
        assert_eq!(city.name_on(date(2026, 6, 30)), "南昌市劳动和社会保障局");
        assert_eq!(city.name_on(from), "南昌市人力资源和社会保障局");
        assert!(world.is_within(&unit("360302-LSB"), &unit("360300-LSB")));
        // The same file once more says nothing new.
        let (preview, outcome) = take(&test.app, provincial(&test), name, &bytes).await;
        assert_eq!((preview.unchanged, preview.new.len(), preview.renamed.len()), (4, 0, 0));
        outcome.unwrap();
        assert_eq!(test.app.world().size(), world.size());
        test.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_file_is_listed_and_nothing_of_it_imported() {
    let test = TestApp::new().await;
    let size = test.app.world().size();
    let rows = "\
360300-LSB,,city,360000-LSB,2021-01-01
九江,九江市劳动和社会保障局,city,360000-LSB,2021-01-01
360500-LSB,新余市劳动和社会保障局,town,360000-LSB,2021-01-01
360600-LSB,鹰潭市劳动和社会保障局,city,369999-LSB,2021-01-01
360700-LSB,赣州市劳动和社会保障局,city,360000-LSB,2021-13-01
360802-LSB,吉州区劳动和社会保障局,county,360000-LSB,2021-01-01
360900-LSB,宜春市劳动和社会保障局,city,360000-LSB,2021-01-01
";
    let csv = format!("{HEADER}{rows}");
    let (preview, outcome) = take(&test.app, provincial(&test), "a.csv", csv.as_bytes()).await;
    let codes: Vec<&str> = preview.mistakes.iter().map(|mistake| mistake.code()).collect();
    let expected = [
        "unit-row-name-missing",
        "unit-row-id-bad",
        "unit-row-level-unknown",
        "unit-row-parent-unknown",
        "unit-row-date-bad",
        "unit-row-parent-wrong-level",
    ];
    assert_eq!(codes, expected);
    let lines: Vec<u32> = preview.mistakes.iter().map(|mistake| mistake.at.row).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    match outcome {
        Err(Refusal::Rows(mistakes)) => assert_eq!(mistakes, preview.mistakes),
        other => panic!("{other:?}"),
    }
    for no_table in ["", "a,b\n1,2\n", "unit_id,name\n"] {
        let read = preview_import(&test.app, &provincial(&test), "a.csv", no_table.as_bytes());
        assert!(matches!(read, Err(Refusal::Document(_))), "{no_table:?}");
    }
    assert_eq!(test.app.world().size(), size);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_closes_after_those_below_it_and_takes_none_afterwards() {
    let test = TestApp::new().await;
    let may_close = |id: &str| coordinator(&test, "360000-LSB", id).unwrap();
    let on = date(2026, 8, 1);
    let early = close(&test.app, may_close("360102-LSB"), on).await;
    assert!(matches!(early, Err(Refusal::Rejected(Rejection::HasOpenUnits { .. }))), "{early:?}");
    for window in ["360102-LSB-W1", "360102-LSB-W2"] {
        close(&test.app, may_close(window), on).await.unwrap();
    }
    let earlier = close(&test.app, may_close("360102-LSB"), date(2026, 7, 31)).await;
    assert!(matches!(earlier, Err(Refusal::Rejected(Rejection::HasOpenUnits { .. }))));
    close(&test.app, may_close("360102-LSB"), on).await.unwrap();
    let twice = close(&test.app, may_close("360102-LSB"), on).await;
    assert!(matches!(twice, Err(Refusal::Rejected(Rejection::BadUnitDate { .. }))), "{twice:?}");
    let renamed = rename(&test.app, may_close("360102-LSB"), "新名".to_owned(), on).await;
    assert!(matches!(renamed, Err(Refusal::Rejected(Rejection::BadUnitDate { .. }))));

    let rows = "360102-LSB-W3,东湖区新窗口,window,360102-LSB,2026-09-01\n";
    let csv = format!("{HEADER}{rows}");
    let size = test.app.world().size();
    let (preview, outcome) = take(&test.app, provincial(&test), "a.csv", csv.as_bytes()).await;
    assert!(preview.rejection.is_some() || !preview.mistakes.is_empty(), "{preview:?}");
    assert!(outcome.is_err());
    assert_eq!(test.app.world().size(), size);
    let world = test.app.world();
    let closed = world.unit(&unit("360102-LSB")).unwrap();
    assert!(closed.exists_on(date(2026, 7, 31)) && !closed.exists_on(on), "history stays");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_has_no_say_about_the_units_of_another() {
    let test = TestApp::new().await;
    let city = || coordinator(&test, "360100-LSB", "360100-LSB").unwrap();
    let size = test.app.world().size();
    let foreign = [
        // A county below the other city, the other city's name, a city of its own, a new province.
        "360202-LSB,昌江区劳动和社会保障局,county,360200-LSB,2021-01-01\n",
        "360200-LSB,改名局,city,360000-LSB,2021-01-01\n",
        "360300-LSB,萍乡市劳动和社会保障局,city,360000-LSB,2021-01-01\n",
        "370000-LSB,山东省劳动和社会保障厅,province,,2021-01-01\n",
        // New above and new below: the top of them counts.
        "360300-LSB,萍乡市劳动和社会保障局,city,360000-LSB,2021-01-01\n\
         360302-LSB,安源区劳动和社会保障局,county,360300-LSB,2021-01-01\n",
    ];
    for rows in foreign {
        // A row of its own does not carry the others through.
        let own = "360104-LSB,青云谱区劳动和社会保障局,county,360100-LSB,2021-01-01\n";
        for csv in [format!("{HEADER}{rows}"), format!("{HEADER}{own}{rows}")] {
            let (preview, outcome) = take(&test.app, city(), "a.csv", csv.as_bytes()).await;
            let rejection = preview.rejection;
            assert!(matches!(rejection, Some(Rejection::NotAllowed { .. })), "{csv}");
            let refused = matches!(outcome, Err(Refusal::Rejected(Rejection::NotAllowed { .. })));
            assert!(refused, "{csv}");
        }
    }
    assert_eq!(test.app.world().size(), size);
    assert!(coordinator(&test, "360100-LSB", "360200-LSB").is_err());
    assert!(coordinator(&test, "360100-LSB", "360000-LSB").is_err());
    let whole = preview_import(&test.app, &city(), "a.csv", UNITS.as_bytes()).unwrap();
    assert_eq!((whole.unchanged, whole.rejection), (7, None), "what is known changes nothing");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_leaves_alone_is_named() {
    let test = TestApp::new().await;
    let csv = format!(
        "{HEADER}\
360100-LSB,南昌市劳动和社会保障局,city,360000-LSB,2020-05-01
360102-LSB,东湖区劳动和社会保障局,county,360200-LSB,2021-01-01
360103-LSB,西湖区劳动和社会保障局,county,360100-LSB,2021-01-01
"
    );
    let (preview, outcome) = take(&test.app, provincial(&test), "units.csv", csv.as_bytes()).await;
    let different: Vec<&str> = preview.different.iter().map(|unit| unit.as_str()).collect();
    assert_eq!(different, ["360100-LSB", "360102-LSB"], "another day, another parent");
    outcome.unwrap();
    assert_eq!(
        test.app.world().unit(&unit("360102-LSB")).unwrap().parent,
        Some(unit("360100-LSB"))
    );
    test.assert_sound().await;
}
