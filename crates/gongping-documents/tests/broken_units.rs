//! Broken tables of units: each file in `testdata/broken` has exactly the mistakes listed here.
//!
//! The files are made by this test: `GONGPING_WRITE_SAMPLES=1 cargo test -p gongping-documents`.

#![allow(clippy::unwrap_used, reason = "the whole file is test code")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use gongping_documents::{DocumentMistake, parse_units, read_table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};

const HEADER: [&str; 5] = ["unit_id", "name", "level", "parent_id", "opened_on"];
const PROVINCE: [&str; 5] = ["360000-LSB", "江西省劳动和社会保障厅", "province", "", "2021-01-01"];
const NANCHANG: [&str; 5] =
    ["360100-LSB", "南昌市劳动和社会保障局", "city", "360000-LSB", "2021-01-01"];

/// A file, and what is wrong with it: `position code` for rows, the code alone for the file.
struct Sample {
    name: &'static str,
    bytes: Vec<u8>,
    /// Rows that are read as units.
    units: usize,
    mistakes: &'static [&'static str],
}

fn csv(rows: &[[&str; 5]]) -> Vec<u8> {
    rows.iter().flat_map(|row| (row.join(",") + "\n").into_bytes()).collect()
}

fn xlsx(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 1, 1).unwrap();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn put(sheet: &mut Worksheet, row: u32, values: [&str; 5]) {
    for (column, value) in (0..).zip(values) {
        if !value.is_empty() {
            sheet.write_string(row, column, value).unwrap();
        }
    }
}

fn row_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-bad-parent.csv",
            bytes: csv(&[
                HEADER,
                PROVINCE,
                NANCHANG,
                ["360102-LSB", "东湖区劳动和社会保障局", "county", "360900-LSB", "2021-01-01"],
                ["360103-LSB", "西湖区劳动和社会保障局", "county", "360000-LSB", "2021-01-01"],
                ["360104-LSB", "青云谱区劳动和社会保障局", "county", "360104-LSB", "2021-01-01"],
                ["360111-LSB", "青山湖区劳动和社会保障局", "county", "", "2021-01-01"],
                ["370000-LSB", "山东省劳动和社会保障厅", "province", "360000-LSB", "2021-01-01"],
            ]),
            units: 2,
            mistakes: &[
                "D4 unit-row-parent-unknown",
                "D5 unit-row-parent-wrong-level",
                "D6 unit-row-parent-self",
                "D7 unit-row-parent-missing",
                "D8 unit-row-parent-superfluous",
            ],
        },
        Sample {
            name: "units-duplicate-id.csv",
            bytes: csv(&[HEADER, PROVINCE, NANCHANG, PROVINCE, NANCHANG]),
            units: 2,
            mistakes: &["A4 unit-row-id-duplicate", "A5 unit-row-id-duplicate"],
        },
        Sample {
            name: "units-bad-date.csv",
            bytes: csv(&[
                HEADER,
                PROVINCE,
                ["360100-LSB", "南昌市劳动和社会保障局", "city", "360000-LSB", "2021-02-30"],
                ["360200-LSB", "景德镇市劳动和社会保障局", "city", "360000-LSB", "去年六月"],
                ["360300-LSB", "萍乡市劳动和社会保障局", "city", "360000-LSB", ""],
                ["360400-LSB", "九江市劳动和社会保障局", "city", "360000-LSB", "2021年1月1日"],
            ]),
            units: 2,
            mistakes: &["E3 unit-row-date-bad", "E4 unit-row-date-bad", "E5 unit-row-date-missing"],
        },
    ]
}

fn header_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-wrong-header.csv",
            bytes: csv(&[["代号", "名称", "类型", "上级", "日期"], PROVINCE, NANCHANG]),
            units: 0,
            mistakes: &["document-header-missing"],
        },
        Sample {
            name: "units-header-twice.csv",
            bytes: csv(&[["unit_id", "name", "level", "单位名称", "opened_on"], PROVINCE]),
            units: 0,
            mistakes: &["document-header-duplicate"],
        },
    ]
}

fn text_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-gb18030.csv",
            bytes: gb18030(
                "单位编号,单位名称,层级,上级单位,设立日期\r\n\
                 360000-LSB,江西省劳动和社会保障厅,省,,2021/1/1\r\n\
                 360100-LSB,南昌市劳动和社会保障局,设区市,360000-LSB,2021/1/1\r\n",
            ),
            units: 2,
            mistakes: &[],
        },
        Sample {
            name: "units-mixed-encoding.csv",
            bytes: [
                csv(&[HEADER, PROVINCE]),
                gb18030("360100-LSB,南昌市,city,,\u{a0}\n"),
                vec![0xff, b'\n'],
            ]
            .concat(),
            units: 0,
            mistakes: &["document-encoding-unknown"],
        },
        Sample {
            name: "units-open-quote.csv",
            bytes: csv(&[HEADER, PROVINCE, ["360100-LSB", "\"南昌市", "city", "", ""]]),
            units: 0,
            mistakes: &["document-csv-broken"],
        },
        Sample {
            name: "units-empty-rows.csv",
            bytes: b"\n,,,,\n\
                unit_id,name,level,parent_id,opened_on\n\
                \n\
                360000-LSB,Jiangxi,province,,2021-01-01\n\
                , ,,,\n\
                \xe3\x80\x80,Nanchang,city,360000-LSB,2021-01-01\n\n"
                .to_vec(),
            units: 1,
            mistakes: &["A7 unit-row-id-missing"],
        },
        Sample {
            name: "units-float-codes.csv",
            bytes: csv(&[
                HEADER,
                PROVINCE,
                ["360100.0", "南昌市劳动和社会保障局", "city", "360000-LSB", "2021-01-01"],
                ["3.602E5", "景德镇市劳动和社会保障局", "city", "3.60E+05", "2021-01-01"],
                ["3603-LSB", "萍乡市劳动和社会保障局", "乡镇", "360000-LSB", "2021-01-01"],
            ]),
            units: 1,
            mistakes: &[
                "A3 unit-row-id-number",
                "A4 unit-row-id-number",
                "D4 unit-row-id-number",
                "A5 unit-row-id-bad",
                "C5 unit-row-level-unknown",
            ],
        },
        Sample {
            name: "units-empty.csv",
            bytes: b" ,\n\n".to_vec(),
            units: 0,
            mistakes: &["document-empty"],
        },
    ]
}

fn xlsx_layout_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-merged-cells.xlsx",
            bytes: xlsx(|sheet| {
                let plain = Format::new();
                // A merged title above the header is common and harmless.
                sheet.merge_range(0, 0, 0, 4, "江西省单位一览表", &plain).unwrap();
                put(sheet, 1, HEADER);
                put(sheet, 2, PROVINCE);
                put(sheet, 3, NANCHANG);
                put(sheet, 4, ["360200-LSB", "景德镇市劳动和社会保障局", "city", "", "2021-01-01"]);
                sheet.merge_range(3, 3, 4, 3, "360000-LSB", &plain).unwrap();
            }),
            units: 2,
            mistakes: &["D4 unit-row-merged"],
        },
        Sample {
            name: "units-empty-rows.xlsx",
            bytes: xlsx(|sheet| {
                put(sheet, 2, HEADER);
                put(sheet, 5, PROVINCE);
                put(sheet, 9, NANCHANG);
                put(sheet, 11, ["", "", "city", "360000-LSB", ""]);
            }),
            units: 2,
            mistakes: &[
                "A12 unit-row-id-missing",
                "B12 unit-row-name-missing",
                "E12 unit-row-date-missing",
            ],
        },
    ]
}

fn xlsx_value_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-formulas.xlsx",
            bytes: xlsx(|sheet| {
                put(sheet, 0, HEADER);
                put(sheet, 1, PROVINCE);
                put(sheet, 2, ["", "南昌市劳动和社会保障局", "city", "", "2021-01-01"]);
                put(sheet, 3, ["360200-LSB", "景德镇市劳动和社会保障局", "city", "", "2021-01-01"]);
                let id = Formula::new("=\"360100\"&\"-LSB\"").set_result("360100-LSB");
                sheet.write_formula(2, 0, id).unwrap();
                let parent = Formula::new("=A2").set_result("360000-LSB");
                sheet.write_formula(2, 3, parent).unwrap();
                let lost = Formula::new("=VLOOKUP(A4,Z:Z,1)").set_result("#N/A");
                sheet.write_formula(3, 3, lost).unwrap();
            }),
            units: 2,
            mistakes: &["D4 unit-row-formula-error"],
        },
        Sample {
            name: "units-numbers.xlsx",
            bytes: xlsx(|sheet| {
                let date = Format::new().set_num_format("yyyy/m/d");
                put(sheet, 0, HEADER);
                put(sheet, 1, PROVINCE);
                put(sheet, 2, ["", "南昌市劳动和社会保障局", "city", "", ""]);
                sheet.write_number(2, 0, 360_100.0).unwrap();
                sheet.write_number(2, 3, 360_000.0).unwrap();
                // A day without the format of a date is a bare number.
                sheet.write_number(2, 4, 44_197.0).unwrap();
                put(sheet, 3, ["360200-LSB", "景德镇市劳动和社会保障局", "city", "360000-LSB", ""]);
                let day = ExcelDateTime::from_ymd(2021, 1, 1).unwrap();
                sheet.write_datetime_with_format(3, 4, &day, &date).unwrap();
                put(sheet, 4, ["360300-LSB", "", "city", "360000-LSB", "20210101"]);
                sheet.write_string(4, 1, "萍乡市\n劳动和社会保障局").unwrap();
                put(sheet, 5, ["360400-LSB", "", "city", "360000-LSB", "2021-01-01"]);
                sheet.write_string(5, 1, "九".repeat(81)).unwrap();
            }),
            units: 2,
            mistakes: &[
                "A3 unit-row-id-number",
                "D3 unit-row-id-number",
                "E3 unit-row-date-bad",
                "B5 unit-row-name-not-one-line",
                "B6 unit-row-name-too-long",
            ],
        },
    ]
}

fn xlsx_file_samples() -> Vec<Sample> {
    vec![
        Sample {
            name: "units-far-cell.xlsx",
            bytes: xlsx(|sheet| {
                put(sheet, 0, HEADER);
                put(sheet, 1, PROVINCE);
                sheet.write_string(1_048_575, 16_383, "x").unwrap();
            }),
            units: 0,
            mistakes: &["document-too-many-rows"],
        },
        Sample {
            name: "units-cut-short.xlsx",
            bytes: {
                let whole = xlsx(|sheet| put(sheet, 0, HEADER));
                whole[..whole.len() / 2].to_vec()
            },
            units: 0,
            mistakes: &["document-workbook-broken"],
        },
    ]
}

fn samples() -> Vec<Sample> {
    [
        row_samples(),
        header_samples(),
        text_samples(),
        xlsx_layout_samples(),
        xlsx_value_samples(),
        xlsx_file_samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/broken")
}

/// The number of units read, and what is wrong.
fn outcome(bytes: &[u8], name: &str) -> Result<(usize, Vec<String>), DocumentMistake> {
    let parsed = parse_units(&read_table(bytes, name)?, &BTreeMap::new())?;
    let shown =
        |mistake: &gongping_documents::RowMistake| format!("{} {}", mistake.at, mistake.code());
    Ok((parsed.rows.len(), parsed.mistakes.iter().map(shown).collect()))
}

#[test]
fn each_broken_table_has_exactly_its_mistakes() {
    for sample in samples() {
        let (units, mistakes) = outcome(&sample.bytes, sample.name)
            .unwrap_or_else(|mistake| (0, vec![mistake.code().to_owned()]));
        assert_eq!(mistakes, sample.mistakes, "{}", sample.name);
        assert_eq!(units, sample.units, "{}", sample.name);
    }
}

#[test]
fn samples_that_are_checked_in_are_those_made_here() {
    let folder = folder();
    if env::var_os("GONGPING_WRITE_SAMPLES").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for sample in samples() {
            fs::write(folder.join(sample.name), &sample.bytes).unwrap();
        }
    }
    let mut names: Vec<&str> = samples().iter().map(|sample| sample.name).collect();
    names.sort_unstable();
    let mut present: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    present.sort_unstable();
    assert_eq!(present, names);
    for sample in samples() {
        // The bytes of a workbook may change with the writer's version; what is read must not.
        let bytes = fs::read(folder.join(sample.name)).unwrap();
        assert_eq!(
            read_table(&bytes, sample.name).map_err(|mistake| mistake.code()),
            read_table(&sample.bytes, sample.name).map_err(|mistake| mistake.code()),
            "{}",
            sample.name
        );
    }
}
