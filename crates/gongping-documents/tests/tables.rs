//! Whole ways through the crate: written workbooks read again, the practice province read.

#![allow(clippy::unwrap_used, reason = "the whole file is test code")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use gongping_appraisal::{Level, UnitId};
use gongping_documents::{
    Area, CellKind, Column, DocumentMistake, MAX_FILE_BYTES, Position, Properties, Sheet,
    UnitMistake, Value, parse_units, read_table, write_xlsx,
};
use gongping_locale::{Locale, arguments_of, by_key};
use jiff::civil::date;

fn properties() -> Properties {
    Properties {
        title: "排名".to_owned(),
        author: "江西省评议办公室".to_owned(),
        created: "2026-09-05T01:02:03Z".parse().unwrap(),
    }
}

fn ranking() -> Sheet {
    let columns = ["名次", "单位", "得分", "定稿日期", "定稿时间"];
    let row = |rank, unit: &str, score: &str| {
        vec![
            Value::Integer(rank),
            Value::Text(unit.to_owned()),
            Value::Decimal(score.to_owned()),
            Value::Date(date(2026, 9, 5)),
            Value::DateTime(date(2026, 9, 5).at(14, 5, 0, 0)),
        ]
    };
    Sheet {
        name: "排名".to_owned(),
        columns: columns.map(Column::new).into(),
        rows: vec![
            row(1, "南昌市劳动和社会保障局", "87.5000"),
            row(1_234, "=SUM(A1:A9)", "0.12345678901234567890"),
            vec![Value::Empty, Value::Text("360100".to_owned())],
        ],
    }
}

#[test]
fn same_input_gives_the_same_bytes_and_another_date_gives_others() {
    let first = write_xlsx(&[ranking()], &properties()).unwrap();
    assert_eq!(write_xlsx(&[ranking()], &properties()).unwrap(), first);
    let later = Properties { created: "2026-09-06T01:02:03Z".parse().unwrap(), ..properties() };
    assert_ne!(write_xlsx(&[ranking()], &later).unwrap(), first);
}

#[test]
fn written_values_keep_their_types() {
    let bytes = write_xlsx(&[ranking()], &properties()).unwrap();
    let table = read_table(&bytes, "ranking.xlsx").unwrap();
    assert_eq!(table.name, "排名");
    let cells = |row: usize| -> Vec<(CellKind, &str)> {
        table.rows[row].cells.values().map(|cell| (cell.kind, cell.text.as_str())).collect()
    };
    assert_eq!(
        cells(1),
        [
            (CellKind::Number, "1"),
            (CellKind::Text, "南昌市劳动和社会保障局"),
            (CellKind::Number, "87.5"),
            (CellKind::Date, "2026-09-05"),
            (CellKind::Date, "2026-09-05 14:05:00"),
        ]
    );
    // A text that looks like a formula stays text, and too many digits are kept as text.
    assert_eq!(cells(2)[1], (CellKind::Text, "=SUM(A1:A9)"));
    assert_eq!(cells(2)[2], (CellKind::Text, "0.12345678901234567890"));
    assert_eq!(cells(3), [(CellKind::Text, "360100")]);
}

#[test]
fn sheet_name_that_the_format_forbids_is_refused() {
    let sheet = Sheet { name: "a/b".to_owned(), ..ranking() };
    assert!(write_xlsx(&[sheet], &properties()).is_err());
}

#[test]
fn practice_province_is_read_whole() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/units-jiangxi.csv");
    let bytes = std::fs::read(path).unwrap();
    let units =
        parse_units(&read_table(&bytes, "units-jiangxi.csv").unwrap(), &BTreeMap::new()).unwrap();
    assert_eq!(units.mistakes, []);
    assert_eq!(units.ignored_columns, Vec::<String>::new());
    let count = |level| units.rows.iter().filter(|row| row.unit.level == level).count();
    assert_eq!(Level::ALL.map(count), [1, 11, 100, 66]);
}

#[test]
fn registered_units_can_be_parents_and_unknown_columns_are_named() {
    let csv = "unit_id,name,level,parent_id,opened_on,电话\n\
               360102-lsb,东湖区劳动和社会保障局,county,360100-LSB,2021-01-01,0791\n";
    let table = read_table(csv.as_bytes(), "t.csv").unwrap();
    let alone = parse_units(&table, &BTreeMap::new()).unwrap();
    assert_eq!(
        alone.mistakes[0].mistake,
        UnitMistake::ParentUnknown { value: "360100-LSB".to_owned() }
    );
    let registered = BTreeMap::from([(UnitId::parse("360100-LSB").unwrap(), Level::City)]);
    let units = parse_units(&table, &registered).unwrap();
    assert_eq!(units.mistakes, []);
    assert_eq!(units.rows[0].row, 2);
    assert_eq!(units.rows[0].unit.id.to_string(), "360102-LSB");
    assert_eq!(units.ignored_columns, ["电话"]);
}

#[test]
fn packed_file_that_unpacks_beyond_all_measure_is_refused() {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    package.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1_000_000];
    for _ in 0..=8 * MAX_FILE_BYTES / zeros.len() {
        package.write_all(&zeros).unwrap();
    }
    let bytes = package.finish().unwrap().into_inner();
    assert!(bytes.len() < 1_000_000);
    let mistake = read_table(&bytes, "bomb.xlsx").unwrap_err();
    assert!(matches!(mistake, DocumentMistake::FileTooLarge { .. }), "{mistake:?}");
}

#[test]
fn old_workbooks_and_pictures_are_refused_by_their_bytes() {
    for bytes in [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".as_slice(), b"\x89PNG\r\n\x1a\n\0\0"] {
        let mistake = read_table(bytes, "units.csv").unwrap_err();
        assert_eq!(mistake.code(), "document-kind-unknown");
    }
}

fn every_document_mistake() -> [DocumentMistake; 11] {
    let name = || "units.csv".to_owned();
    let at = Position { row: 1, column: 2 };
    [
        DocumentMistake::Empty { name: name() },
        DocumentMistake::KindUnknown { name: name() },
        DocumentMistake::FileTooLarge { name: name(), limit_megabytes: 16 },
        DocumentMistake::TooManyRows { name: name(), rows: 9, limit: 8 },
        DocumentMistake::TooManyColumns { name: name(), limit: 8 },
        DocumentMistake::EncodingUnknown { name: name(), row: 3 },
        DocumentMistake::CsvBroken { name: name(), row: 3 },
        DocumentMistake::WorkbookBroken { name: name(), reason: "x".to_owned() },
        DocumentMistake::SheetMissing { name: name() },
        DocumentMistake::HeaderMissing { columns: vec!["name"] },
        DocumentMistake::HeaderDuplicate { column: "name", first: at, second: at },
    ]
}

fn every_unit_mistake() -> [UnitMistake; 18] {
    let value = || "x".to_owned();
    let at = Position { row: 1, column: 2 };
    let area = Area { first: at, last: at };
    [
        UnitMistake::IdMissing,
        UnitMistake::IdBad { value: value() },
        UnitMistake::IdNumber { value: value() },
        UnitMistake::IdDuplicate { value: value(), first_row: 2 },
        UnitMistake::NameMissing,
        UnitMistake::NameTooLong { count: 81, limit: 80 },
        UnitMistake::NameNotOneLine,
        UnitMistake::LevelMissing,
        UnitMistake::LevelUnknown { value: value() },
        UnitMistake::ParentMissing,
        UnitMistake::ParentUnknown { value: value() },
        UnitMistake::ParentWrongLevel { value: value() },
        UnitMistake::ParentSelf,
        UnitMistake::ParentSuperfluous { value: value() },
        UnitMistake::DateMissing,
        UnitMistake::DateBad { value: value() },
        UnitMistake::FormulaError { value: value() },
        UnitMistake::Merged { range: area },
    ]
}

#[test]
fn every_code_has_its_text_and_the_arguments_fit() {
    let documents = every_document_mistake();
    let units = every_unit_mistake();
    let all = documents
        .iter()
        .map(|mistake| (mistake.code(), mistake.arguments()))
        .chain(units.iter().map(|mistake| (mistake.code(), mistake.arguments())));
    let mut codes = Vec::new();
    for (code, arguments) in all {
        let mut given: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
        given.sort_unstable();
        assert_eq!(arguments_of(code), Some(given.as_slice()), "{code}");
        for locale in Locale::ALL {
            assert!(by_key(locale, code, &arguments).is_some(), "{code}");
        }
        codes.push(code);
    }
    let known: Vec<&str> = DocumentMistake::CODES.into_iter().chain(UnitMistake::CODES).collect();
    assert_eq!(codes, known);
}
