//! The counts file as Excel in China saves it, and every mistake in it.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::BTreeSet;

use gongping_score::{CountsMistake, CountsMistakeCode, ScoreError, read_counts_csv, score_text};

fn mistakes(text: &str) -> Vec<CountsMistake> {
    read_counts_csv(text.as_bytes()).unwrap_err()
}

fn codes(text: &str) -> Vec<(u64, &'static str)> {
    mistakes(text).iter().map(|mistake| (mistake.row, mistake.code.as_str())).collect()
}

const HEADER: &str = "unit,group,item,grade,count\n";

#[test]
fn a_chinese_header_a_byte_order_mark_and_another_order_read_the_same() {
    let english = "unit,group,item,grade,count\n\
        u,g,i,a,6\nu,g,ballots,,7\nu,component,work,,82.5\nu,veto,v,,1\n";
    let chinese = "\u{feff}数量,等次,评议内容,群体,单位\r\n\
        6,a,i,g,u\r\n7,,票数,g,u\r\n82.5,,work,分值,u\r\n1,,v,否决,u\r\n,,,,\r\n";
    let read = read_counts_csv(english.as_bytes()).unwrap();
    assert_eq!(read, read_counts_csv(chinese.as_bytes()).unwrap());
    assert_eq!(read.counts["u"]["g"].ballots, 7);
    assert_eq!(read.counts["u"]["g"].answers["i"]["a"], 6);
    assert_eq!(read.components["u"]["work"], common::exact("82.5"));
    assert!(read.findings["u"].contains("v"));
}

#[test]
fn without_a_ballots_row_the_item_with_the_most_answers_counts_the_ballots() {
    let text = format!("{HEADER}u,g,i,a,6\nu,g,i,b,1\nu,g,j,a,9\n");
    assert_eq!(read_counts_csv(text.as_bytes()).unwrap().counts["u"]["g"].ballots, 9);
}

#[test]
fn every_mistake_is_listed_with_its_row() {
    let text = format!(
        "{HEADER}u,g,i,a,６\nu,g,i,b,six\nu,g,i,c,-1\nu,g,i,d,1.5\n\
         u,g,,a,1\nu,g,i,,1\nu,g,i,a\nu,component,work,x,1\nu,veto,v,,2\n\
         u,g,k,a,1\nu,g,k,a,2\nu,component,work,,1/0\nu,g,m,a,99999999999999999999\n\
         u,component,w,,1\nu,分值,w,,1\n"
    );
    assert_eq!(
        codes(&text),
        [
            (2, "full-width"),
            (3, "not-a-number"),
            (4, "not-a-count"),
            (5, "not-a-count"),
            (6, "empty-field"),
            (7, "empty-field"),
            (8, "field-count"),
            (9, "unexpected-field"),
            (10, "veto-count"),
            (12, "duplicate-row"),
            (13, "not-a-number"),
            (14, "not-a-count"),
            (16, "duplicate-row"),
        ]
    );
}

#[test]
fn mistakes_of_the_header_are_listed_together() {
    let text = "unit,单位,grp,item,grade\nu,u,g,i,a\n";
    assert_eq!(
        codes(text),
        [
            (1, "duplicate-column"),
            (1, "unknown-column"),
            (1, "missing-column"),
            (1, "missing-column")
        ]
    );
    assert_eq!(codes(""), [(1, "empty")]);
    assert_eq!(codes(HEADER), [(1, "empty")]);
}

#[test]
fn a_gbk_file_is_recognised_and_named_with_its_row() {
    let mut bytes = HEADER.as_bytes().to_vec();
    // 优秀 in GBK.
    bytes.extend(b"u,g,i,\xd3\xc5\xd0\xe3,1\n");
    let found = read_counts_csv(&bytes).unwrap_err();
    let code = CountsMistakeCode::NotUtf8 { looks_like_gbk: true };
    assert_eq!(found, [CountsMistake { row: 2, code }]);
    assert!(found[0].to_string().contains("CSV UTF-8"));
}

#[test]
fn a_wrong_file_does_not_list_a_million_mistakes() {
    let text = HEADER.to_owned() + &"u,g,i,a,x\n".repeat(5_000);
    let found = mistakes(&text);
    assert_eq!(found.len(), 201);
    assert_eq!(found[200].code, CountsMistakeCode::MoreMistakes);
}

#[test]
fn quoted_line_breaks_do_not_shift_the_rows_of_later_mistakes() {
    // A spreadsheet shows a field with a line break as one row.
    let text = format!("{HEADER}\"u\nv\",g,i,a,1\nu,g,i,a,x\n");
    assert_eq!(codes(&text), [(3, "not-a-number")]);
}

#[test]
fn blank_lines_count_as_rows_with_either_line_end() {
    let text = format!("{HEADER}u,g,i,a,1\n\n\nu,g,i,b,x\nu,g,i,c,x\n");
    assert_eq!(codes(&text), [(5, "not-a-number"), (6, "not-a-number")]);
    let windows = text.replace('\n', "\r\n");
    assert_eq!(codes(&windows), [(5, "not-a-number"), (6, "not-a-number")]);
}

#[test]
fn messages_are_all_different() {
    let text = "unit,单位,grp,item,grade\n";
    let shown: BTreeSet<String> = mistakes(text).iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 4);
}

#[test]
fn score_text_goes_from_files_to_the_report_or_says_which_file_is_wrong() {
    let rulebook = common::small(["0.9", "0.8", "0.7", "0.5"], "1");
    let counts = format!("{HEADER}u,g,i,a,51\nu,g,i,b,6\nu,g,i,c,3\nu,component,work,,100\n");
    let report = score_text(&rulebook, counts.as_bytes()).unwrap();
    assert_eq!(report.ranking.rows[0].total, common::exact("91.6"));
    let error = |rulebook: &str, counts: &str| score_text(rulebook, counts.as_bytes()).unwrap_err();
    assert!(matches!(error("x", &counts), ScoreError::Rulebook(_)));
    assert!(matches!(error(&rulebook, "x"), ScoreError::Counts(_)));
    let foreign = format!("{HEADER}u,g,i,z,51\n");
    let rejected = error(&rulebook, &foreign);
    assert!(matches!(rejected, ScoreError::Rejected(_)));
    assert!(rejected.to_string().contains("no grade \"z\""));
}
