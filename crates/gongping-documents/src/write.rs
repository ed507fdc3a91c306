//! Workbooks for people to read, sort and print. The same input gives the same bytes.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// What is known about a workbook besides its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// Shown by file managers.
    pub title: String,
    /// Who issues it: an office, not a person.
    pub author: String,
    /// When it was made; passed in, so that the bytes do not depend on the clock.
    pub created: Timestamp,
}

/// One sheet: a header that stays in sight, and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// At most 31 characters, none of `[ ] : * ? / \`, each name once in a workbook.
    pub name: String,
    /// From the left.
    pub columns: Vec<Column>,
    /// Values by column; a short row leaves the rest empty.
    pub rows: Vec<Vec<Value>>,
}

/// A column with its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The text in the header.
    pub heading: String,
    /// In characters of Latin script (a Chinese one takes two); none for the widest content.
    pub width: Option<u16>,
}

impl Column {
    /// A column as wide as its content.
    #[must_use]
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), width: None }
    }
}

/// A value with its type, so that spreadsheet programs sort and add up rightly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text, even if it looks like a number or a formula.
    Text(String),
    /// A whole number. Beyond 15 digits it is written as text, because spreadsheets round there.
    Integer(i64),
    /// A decimal number as it is printed, such as `63.2500`, shown with exactly these decimals.
    /// What is not such a number, or has more than 15 digits, is written as text.
    Decimal(String),
    /// A day.
    Date(Date),
    /// A day and a time of day in the place where the table is read.
    DateTime(DateTime),
}

/// A workbook that cannot be written: a sheet's name or size is beyond what the format permits.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct WriteMistake(#[from] XlsxError);

/// Spreadsheets keep 15 significant digits.
const EXACT_DIGITS: usize = 15;
const PAPER_A4: u8 = 9;
/// Excel's first date is 1900-01-01, and it believes in 29 February 1900.
const FIRST_YEAR: i16 = 1901;

/// Makes an XLSX workbook of `sheets`.
///
/// # Errors
/// [`WriteMistake`] if a sheet's name or size is beyond what the format permits.
pub fn write_xlsx(sheets: &[Sheet], properties: &Properties) -> Result<Vec<u8>, WriteMistake> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_timestamp(properties.created.as_second())?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&properties.title)
            .set_author(&properties.author)
            .set_creation_datetime(&created),
    );
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?;
    let header = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border_bottom(FormatBorder::Thin);
    for (index, column) in (0_u16..).zip(&sheet.columns) {
        worksheet.write_string_with_format(0, index, &column.heading, &header)?;
        let width = column.width.unwrap_or_else(|| content_width(sheet, index));
        worksheet.set_column_width(index, f64::from(width))?;
    }
    for (row, values) in (1_u32..).zip(&sheet.rows) {
        for (column, value) in (0_u16..).zip(values) {
            write_value(worksheet, row, column, value)?;
        }
    }
    worksheet.set_freeze_panes(1, 0)?;
    let last_column = u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX).checked_sub(1);
    if let Some(last_column) = last_column {
        let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
        worksheet.autofilter(0, 0, last_row, last_column)?;
    }
    worksheet.set_repeat_rows(0, 0)?;
    worksheet.set_paper_size(PAPER_A4);
    worksheet.set_landscape();
    // One page wide, as many pages long as it takes.
    worksheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_value(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
) -> Result<(), XlsxError> {
    match value {
        Value::Empty => return Ok(()),
        Value::Text(text) => worksheet.write_string(row, column, text)?,
        Value::Integer(number) => {
            return write_number(worksheet, row, column, &number.to_string(), "#,##0");
        }
        Value::Decimal(text) => {
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let format =
                if decimals == 0 { "0".to_owned() } else { format!("0.{:0<decimals$}", "") };
            return write_number(worksheet, row, column, text, &format);
        }
        Value::Date(date) => match excel_date(*date) {
            Some(excel) => {
                let format = Format::new().set_num_format("yyyy-mm-dd");
                worksheet.write_datetime_with_format(row, column, &excel, &format)?
            }
            None => worksheet.write_string(row, column, date.to_string())?,
        },
        Value::DateTime(instant) => {
            let (hour, minute) = (instant.hour().unsigned_abs(), instant.minute().unsigned_abs());
            match excel_date(instant.date()) {
                Some(excel) => {
                    let excel = excel.and_hms(hour.into(), minute, 0)?;
                    let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
                    worksheet.write_datetime_with_format(row, column, &excel, &format)?
                }
                None => worksheet.write_string(row, column, instant.to_string())?,
            }
        }
    };
    Ok(())
}

fn write_number(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &str,
) -> Result<(), XlsxError> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
    match text.parse::<f64>() {
        Ok(number) if plain && digits <= EXACT_DIGITS => {
            let format = Format::new().set_num_format(format);
            worksheet.write_number_with_format(row, column, number, &format)?;
        }
        _ => {
            let format = Format::new().set_align(FormatAlign::Right);
            worksheet.write_string_with_format(row, column, text, &format)?;
        }
    }
    Ok(())
}

fn excel_date(date: Date) -> Option<ExcelDateTime> {
    if date.year() < FIRST_YEAR {
        return None;
    }
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs()).ok()
}

/// The widest content, with room for the arrow of the filter; very long texts are wrapped or cut.
fn content_width(sheet: &Sheet, column: u16) -> u16 {
    let index = usize::from(column);
    let heading = sheet.columns.get(index).map_or(0, |column| width(&column.heading) + 3);
    let values = sheet.rows.iter().filter_map(|row| row.get(index)).map(|value| match value {
        Value::Empty => 0,
        Value::Text(text) | Value::Decimal(text) => width(text),
        // The thousands are parted by commas.
        Value::Integer(number) => width(&number.to_string()) * 4 / 3,
        Value::Date(_) => 10,
        Value::DateTime(_) => 16,
    });
    let widest = values.max().unwrap_or(0).max(heading) + 1;
    u16::try_from(widest).unwrap_or(u16::MAX).clamp(6, 60)
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
