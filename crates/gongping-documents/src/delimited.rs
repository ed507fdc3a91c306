//! CSV (RFC 4180) in the encodings that Chinese spreadsheet programs write.
//!
//! Read by hand, because the rows must bear the numbers that a spreadsheet program shows, empty
//! ones and line breaks within quotation marks included, and because a quotation mark without a
//! partner must be named instead of swallowing the rest of the file.

use std::collections::BTreeMap;
use std::str;

use encoding_rs::GB18030;

use crate::read::check_place;
use crate::table::trimmed;
use crate::{Cell, CellKind, DocumentMistake, Row, Table};

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Table, DocumentMistake> {
    let text = decode(bytes, name)?;
    let mut rows = Vec::new();
    for (number, record) in (1..).zip(records(&text, name)?) {
        let mut cells = BTreeMap::new();
        for (column, field) in (1..).zip(&record) {
            let text = trimmed(field);
            if !text.is_empty() {
                check_place(number, column, name)?;
                cells.insert(column, Cell { kind: CellKind::Text, text: text.to_owned() });
            }
        }
        if !cells.is_empty() {
            rows.push(Row { number, cells });
        }
    }
    Ok(Table { name: name.to_owned(), rows, merged: Vec::new() })
}

/// UTF-8 if all of it is valid, else GB18030 (which contains GBK and GB 2312). Chinese text in
/// GB18030 is practically never valid UTF-8, so the order decides rightly.
fn decode(bytes: &[u8], name: &str) -> Result<String, DocumentMistake> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    if let Some(text) = gb18030(bytes) {
        return Ok(text);
    }
    // No trail byte of GB18030 is a line feed, so each line can be tried by itself.
    let broken = |line: &[u8]| str::from_utf8(line).is_err() && gb18030(line).is_none();
    let row = (1..).zip(bytes.split(|byte| *byte == b'\n')).find(|(_, line)| broken(line));
    // Every line may be fine by itself, some as UTF-8 and some as GB18030: then the first that is
    // not UTF-8 is shown.
    let mixed = || {
        (1..)
            .zip(bytes.split(|byte| *byte == b'\n'))
            .find(|(_, line)| str::from_utf8(line).is_err())
    };
    let row = row.or_else(mixed).map_or(1, |(row, _)| row);
    Err(DocumentMistake::EncodingUnknown { name: name.to_owned(), row })
}

fn gb18030(bytes: &[u8]) -> Option<String> {
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}

/// All rows with all their fields, empty ones included.
fn records(text: &str, name: &str) -> Result<Vec<Vec<String>>, DocumentMistake> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut state = State::Start;
    let mut chars = text.chars().peekable();
    let broken = |records: &[Vec<String>]| DocumentMistake::CsvBroken {
        name: name.to_owned(),
        row: u32::try_from(records.len()).map_or(u32::MAX, |row| row.saturating_add(1)),
    };
    while let Some(c) = chars.next() {
        match (state, c) {
            (State::Quoted, '"') if chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            (State::Quoted, '"') => state = State::Closed,
            (State::Quoted, c) => field.push(c),
            (State::Start, '"') => state = State::Quoted,
            (_, ',') => {
                record.push(std::mem::take(&mut field));
                state = State::Start;
            }
            (_, '\r') if chars.peek() == Some(&'\n') => {}
            (_, '\n' | '\r') => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
                state = State::Start;
            }
            (State::Closed, c) if c.is_whitespace() => {}
            (State::Closed, _) => return Err(broken(&records)),
            (State::Start, c) if c.is_whitespace() => field.push(c),
            (State::Start | State::Plain, c) => {
                field.push(c);
                state = State::Plain;
            }
        }
    }
    if state == State::Quoted {
        return Err(broken(&records));
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    Ok(records)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field, perhaps after white space.
    Start,
    /// In a field without quotation marks.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After the closing quotation mark.
    Closed,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{read, records};
    use crate::{DocumentMistake, read_table};

    fn fields(text: &str) -> Vec<Vec<String>> {
        records(text, "t.csv").unwrap()
    }

    #[test]
    fn quotation_marks_hold_commas_line_breaks_and_doubled_marks() {
        assert_eq!(
            fields("a,\"b,\"\"c\"\"\nd\",e\r\nf"),
            [vec!["a", "b,\"c\"\nd", "e"], vec!["f"]]
        );
        assert_eq!(fields("a, \"b\" ,c"), [vec!["a", " b", "c"]]);
        assert_eq!(fields("5\" pipe,b"), [vec!["5\" pipe", "b"]]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let table = read("a,b\n\n,,\n\"c\nc\",d\ne".as_bytes(), "t.csv").unwrap();
        let numbers: Vec<u32> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 4, 5]);
    }

    #[test]
    fn quotation_mark_without_partner_is_named_with_its_row() {
        let broken = |text: &str| records(text, "t.csv").unwrap_err();
        let row = |row| DocumentMistake::CsvBroken { name: "t.csv".to_owned(), row };
        assert_eq!(broken("a\nb,\"c\nd\ne"), row(2));
        assert_eq!(broken("a\nb\n\"c\"d"), row(3));
    }

    #[test]
    fn byte_order_mark_and_gb18030_give_the_same_table_as_plain_utf8() {
        let text = "单位名称,𠮷\n南昌市,镕\n";
        let plain = read_table(text.as_bytes(), "t.csv").unwrap();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(read_table(&marked, "t.csv").unwrap(), plain);
        let (gb, _, unmappable) = encoding_rs::GB18030.encode(text);
        assert!(!unmappable);
        assert_ne!(gb.as_ref(), text.as_bytes());
        assert_eq!(read_table(&gb, "t.csv").unwrap(), plain);
    }

    #[test]
    fn line_in_neither_encoding_is_named() {
        let bytes = b"a,b\nc,d\n\xff\xfe,x\n";
        assert_eq!(
            read_table(bytes, "t.csv"),
            Err(DocumentMistake::EncodingUnknown { name: "t.csv".to_owned(), row: 3 })
        );
    }

    proptest! {
        #[test]
        fn any_fields_survive_quoting(rows in prop::collection::vec(
            prop::collection::vec("[^\u{0}]{0,8}", 2..5), 1..5)
        ) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
            let text = rows.iter().map(line).collect::<Vec<_>>().join("\r\n");
            prop_assert_eq!(fields(&text), rows);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_table(&bytes, "t.csv");
            let _ = read_table(&[b"PK\x03\x04".as_slice(), &bytes].concat(), "t.xlsx");
        }
    }
}
