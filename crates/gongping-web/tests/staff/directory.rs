//! Units and accounts.

use crate::desk::Desk;
use axum::http::StatusCode;
use gongping_app::province::Post;
use gongping_testkit::unit;

const HEAD: &str = "unit_id,name,level,parent_id,opened_on";

#[tokio::test(flavor = "multi_thread")]
async fn units_are_listed_searched_and_exported() {
    let desk = Desk::new().await;
    desk.page(Post::Liaison, "/staff/units").await.has("景德镇市").has("东湖区");
    let found = desk.page(Post::Liaison, "/staff/units?q=东湖&level=window").await;
    found.has("东湖区劳动就业服务窗口").lacks("景德镇市劳动");
    desk.page(Post::Liaison, "/staff/units?q=zzz").await.has("没有符合条件的单位");
    let csv = desk.page(Post::Liaison, "/staff/units.csv").await;
    csv.has("\u{feff}单位编号,单位名称,层级,上级单位,设立日期");
    csv.has("360102-LSB-W1,东湖区社会保险经办窗口,窗口单位,360102-LSB,2021-01-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_table_can_be_imported_again_without_change() {
    let desk = Desk::new().await;
    let csv = desk.page(Post::Liaison, "/staff/units.csv").await.text;
    let file = Some(("file", "units.csv", csv.as_str()));
    let preview = desk.upload(Post::Coordination, "/staff/unit-import", &[], file).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    preview.has("没有需要导入的内容").lacks("unit-import/confirm");
}

#[tokio::test(flavor = "multi_thread")]
async fn import_shows_the_differences_and_then_does_exactly_that() {
    let desk = Desk::new().await;
    let table = format!(
        "{HEAD}\n360200-LSB,景德镇市人力资源和社会保障局,city,360000-LSB,2021-01-01\n\
         360300-LSB,萍乡市劳动和社会保障局,city,360000-LSB,2021-01-01\n"
    );
    let file = Some(("file", "单位.csv", table.as_str()));
    let preview = desk.upload(Post::Coordination, "/staff/unit-import", &[], file).await;
    preview.has("萍乡市").has("景德镇市人力资源").has("表中没有、系统中有");
    let (content, digest) = (preview.hidden("file"), preview.hidden("digest"));
    let fields = |from: &'static str| {
        [
            ("file", content.clone()),
            ("file_name", "单位.csv".to_owned()),
            ("digest", digest.clone()),
            ("rename_from", from.to_owned()),
        ]
    };
    let send = async |fields: [(&str, String); 4]| {
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        desk.upload(Post::Coordination, "/staff/unit-import/confirm", &fields, None).await
    };
    send(fields("sometime")).await.is_refused(422).has("萍乡市");
    send(fields("2026-06-01")).await.is_done("units-imported");
    assert!(desk.test.app.world().unit(&unit("360300-LSB")).is_some());
    desk.page(Post::Liaison, "/staff/units/360200-LSB").await.has("景德镇市人力资源");
}

#[tokio::test(flavor = "multi_thread")]
async fn import_names_every_mistake_by_row_and_changes_nothing() {
    let desk = Desk::new().await;
    let before = desk.test.app.world().size();
    let table = format!("{HEAD}\n36-x,,city,360000-LSB,2021-01-01\n360300-LSB,甲,town,,soon\n");
    let file = Some(("file", "units.csv", table.as_str()));
    let preview = desk.upload(Post::Coordination, "/staff/unit-import", &[], file).await;
    preview.has("单位编号“36-x”不符合格式").has("缺少单位名称").lacks("unit-import/confirm");
    let nothing = desk.upload(Post::Coordination, "/staff/unit-import", &[], None).await;
    nothing.is_refused(422);
    let file = Some(("file", "units.pdf", "%PDF-1.4 \u{0}\u{1}"));
    desk.upload(Post::Coordination, "/staff/unit-import", &[], file).await.is_refused(422);
    assert_eq!(desk.test.app.world().size(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn unit_is_renamed_and_closed_on_its_page() {
    let desk = Desk::new().await;
    let path = "/staff/units/360103-LSB";
    let rename = |name: &'static str, from: &'static str| [("name", name), ("from", from)];
    let (post, address) = (Post::Coordination, format!("{path}/rename"));
    desk.post(post, &address, &rename("", "2026-06-01")).await.is_refused(422);
    desk.post(post, &address, &rename("新名", "x")).await.is_refused(422).has("value=\"新名\"");
    let good = rename("西湖区人力资源和社会保障局", "2026-06-01");
    desk.post(post, &address, &good).await.is_done("unit-renamed");
    desk.page(post, path).await.has("西湖区人力资源").has("西湖区劳动和社会保障局");
    let close = format!("{path}/close");
    desk.post(post, &close, &[("on", "")]).await.is_refused(422);
    let parent = "/staff/units/360100-LSB/close";
    desk.post(post, parent, &[("on", "2026-06-01")]).await.is_refused(422).has("还有未撤销的下级");
    desk.post(post, &close, &[("on", "2026-06-01")]).await.is_done("unit-closed");
    desk.page(post, path).await.has("已于 2026年6月1日 撤销");
    let outsider = desk.post(Post::Liaison, &close, &[("on", "2026-06-01")]).await;
    assert_eq!(outsider.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn account_is_opened_changed_and_closed() {
    let desk = Desk::new().await;
    let new = |id: &'static str, unit: &'static str, password: &'static str| {
        [
            ("id", id),
            ("login", "xinren"),
            ("title", "综合组副组长"),
            ("password", password),
            ("duty", "coordination"),
            ("unit", unit),
            ("duty", ""),
            ("unit", ""),
        ]
    };
    let (post, path) = (Post::Administrator, "/staff/accounts/new");
    let long = "a-long-password";
    desk.post(post, path, &new("Bad Id", "360000-LSB", long))
        .await
        .is_refused(422)
        .has("综合组副组长");
    desk.post(post, path, &new("deputy", "nowhere", long)).await.is_refused(422).has("nowhere");
    desk.post(post, path, &new("deputy", "", long)).await.is_refused(422).has("第 1 行");
    desk.post(post, path, &new("deputy", "360000-LSB", "x")).await.is_refused(422);
    desk.post(post, path, &new("deputy", "360000-LSB", long)).await.is_done("account-opened");
    desk.post(post, path, &new("deputy", "360000-LSB", long)).await.is_refused(422);
    desk.page(post, "/staff/accounts").await.has("综合组副组长").has("综合组（江西省");
    let account = "/staff/accounts/deputy";
    let duties = [("duty", "liaison"), ("unit", "360100-LSB")];
    desk.post(post, &format!("{account}/duties"), &duties).await.is_done("duties-changed");
    desk.page(post, account).await.has("联络组（南昌市");
    let password = format!("{account}/password");
    desk.post(post, &password, &[("password", "short")]).await.is_refused(422);
    desk.post(post, &password, &[("password", "another-long-one")]).await.is_done("password-set");
    desk.post(post, &format!("{account}/close"), &[]).await.is_done("account-closed");
    desk.page(post, account).await.has("已停用");
    let outsider = desk.get_in(Post::Office, "/staff/accounts", "zh").await;
    assert_eq!(outsider.status, StatusCode::FORBIDDEN);
}
