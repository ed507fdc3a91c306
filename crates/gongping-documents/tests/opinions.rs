//! Tables of opinions: every bad row with its place and reason.
#![allow(clippy::unwrap_used, reason = "a panic is the failing test")]

use gongping_appraisal::{ItemId, Matter, UnitId};
use gongping_documents::{
    DocumentMistake, OpinionMistake, OpinionNames, parse_opinions, read_table,
};
use std::collections::BTreeSet;

fn names() -> OpinionNames {
    let mut names = OpinionNames::default();
    names.add_unit(&UnitId::parse("360100-LSB").unwrap(), "南昌市劳动和社会保障局");
    names.add_item(&ItemId::parse("B5").unwrap(), "效能建设");
    names
}

fn parse(csv: &str) -> Result<gongping_documents::OpinionTable, DocumentMistake> {
    parse_opinions(&read_table(csv.as_bytes(), "意见.csv").unwrap(), &names())
}

#[test]
fn rows_are_read_by_ids_and_by_names_below_a_title() {
    let read = parse(
        "七月收集的意见\n\
         单位,评议内容,类别,意见\n\
         南昌市劳动和社会保障局,效能建设,投诉,排队两个小时\n\
         360100-lsb,b5,suggestion,中午安排人值班\n\
         ,,,\n\
         360100-LSB,,表扬,服务好\n",
    )
    .unwrap();
    assert_eq!(read.mistakes, []);
    let rows: Vec<_> = read
        .rows
        .iter()
        .map(|row| (row.row, row.item.as_ref().map(ItemId::as_str), row.matter))
        .collect();
    let expected = [
        (3, Some("B5"), Matter::Complaint),
        (4, Some("B5"), Matter::Suggestion),
        (6, None, Matter::Praise),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn every_mistake_of_every_row_is_named() {
    let long = "长".repeat(10_001);
    let read = parse(&format!(
        "unit,item,matter,text\n\
         ,B9,,\n\
         别处,B5,抱怨,说了什么\n\
         360100-LSB,,表扬,{long}\n\
         360100-LSB,,表扬,好\n\
         360100-LSB,,建议,好\n",
    ))
    .unwrap();
    let found: Vec<(String, &str)> = read
        .mistakes
        .iter()
        .map(|mistake| (mistake.at.to_string(), mistake.mistake.code()))
        .collect();
    let expected = [
        ("A2", "opinion-row-unit-missing"),
        ("B2", "opinion-row-item-unknown"),
        ("C2", "opinion-row-matter-missing"),
        ("D2", "opinion-row-text-missing"),
        ("A3", "opinion-row-unit-unknown"),
        ("C3", "opinion-row-matter-unknown"),
        ("D4", "opinion-row-text-too-long"),
        ("D6", "opinion-row-duplicate"),
    ];
    assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code)));
    assert_eq!(read.rows.len(), 1);
    let codes: BTreeSet<&str> = OpinionMistake::CODES.into_iter().collect();
    assert!(found.iter().all(|(_, code)| codes.contains(code)));
}

#[test]
fn a_table_without_the_columns_is_refused_as_a_whole() {
    let refused = parse("名称,数量\n桌子,3\n").unwrap_err();
    let columns = vec!["unit", "matter", "text"];
    assert_eq!(refused, DocumentMistake::HeaderMissing { columns });
}
