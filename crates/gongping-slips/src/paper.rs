//! Slips on paper: A4, eight to a page with lines to cut along.
//!
//! Lengths are millimetres from the upper left corner; the last step makes points of them.

#![allow(clippy::float_arithmetic, reason = "places on paper; nothing is counted with them")]

use crate::{BallotLink, CodeLine, CodeWork, SlipFont, Square, WorkSheet};
use gongping_locale::Texts;
use jiff::Timestamp;
use jiff::tz::Offset;
use krilla::color::luma;
use krilla::configure::{Archival, ConfigurationBuilder, ValidationError};
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};

/// Points to a millimetre.
const MM: f32 = 72.0 / 25.4;
const PAPER: (f32, f32) = (210.0, 297.0);
const COLUMNS: u8 = 2;
const ROWS: u8 = 4;
const SLIP: (f32, f32) = (105.0, 74.25);
/// From the cut to what is printed: printers and scissors are not exact.
const MARGIN: f32 = 7.0;
const SQUARE: f32 = 27.0;
/// Groups of the code on one line.
const CODE_LINE: usize = 2;

/// Slips on one page.
pub const SLIPS_ON_A_PAGE: usize = COLUMNS as usize * ROWS as usize;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PaperMistake {
    /// The font lacks characters of the text.
    #[error(
        "字体缺少字符 {0}，请用 --font 换一个中文字体 · the font lacks characters: {0}; name a \
         Chinese one with --font"
    )]
    Characters(String),
    /// The link is longer than a QR code holds.
    #[error("网址太长，放不进二维码 · the address is too long for a QR code")]
    TooLong,
    /// The PDF could not be written.
    #[error("{0}")]
    Pdf(String),
}

/// The slips as a PDF (PDF/A-2b), in the order given. `made_at` is noted in the file.
///
/// # Errors
/// [`PaperMistake`].
pub fn slips_pdf(
    work: &CodeWork,
    lines: &[CodeLine],
    link: &BallotLink,
    font: &SlipFont,
    made_at: Timestamp,
    t: Texts,
) -> Result<Vec<u8>, PaperMistake> {
    let configuration =
        ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
    let configuration = configuration.map_err(|_| PaperMistake::Pdf("PDF/A-2b".to_owned()))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let Texts(locale) = t;
    let title = format!("{} {}", work.title, t.slip_title());
    let metadata = Metadata::new().title(title).language(locale.tag().to_owned());
    document.set_metadata(metadata.creation_date(date(made_at)));
    for of_page in lines.chunks(SLIPS_ON_A_PAGE) {
        let size = PageSettings::from_wh(PAPER.0 * MM, PAPER.1 * MM);
        let size = size.ok_or_else(|| PaperMistake::Pdf("A4".to_owned()))?;
        let mut page = document.start_page_with(size);
        {
            let mut pen = Pen { surface: page.surface(), font, origin: (0.0, 0.0) };
            pen.cuts();
            let places = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (column, row)));
            for (line, (column, row)) in of_page.iter().zip(places) {
                pen.origin = (f32::from(column) * SLIP.0, f32::from(row) * SLIP.1);
                pen.slip(work, line, link, t)?;
            }
        }
        page.finish();
    }
    document.finish().map_err(mistake)
}

fn date(at: Timestamp) -> DateTime {
    let at = Offset::UTC.to_datetime(at);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn mistake(error: KrillaError) -> PaperMistake {
    let KrillaError::Validation(errors) = &error else {
        return PaperMistake::Pdf(error.to_string());
    };
    let missing: Vec<&str> = errors
        .iter()
        .filter_map(|(error, _)| match error {
            ValidationError::ContainsNotDefGlyph(_, _, text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    if missing.is_empty() {
        PaperMistake::Pdf(format!("{errors:?}"))
    } else {
        PaperMistake::Characters(missing.concat())
    }
}

/// Writes on one page.
struct Pen<'a> {
    surface: Surface<'a>,
    font: &'a SlipFont,
    /// The upper left corner of the slip.
    origin: (f32, f32),
}

impl Pen<'_> {
    fn cuts(&mut self) {
        let mut lines = PathBuilder::new();
        for row in 1..ROWS {
            let y = f32::from(row) * SLIP.1 * MM;
            lines.move_to(0.0, y);
            lines.line_to(PAPER.0 * MM, y);
        }
        lines.move_to(SLIP.0 * MM, 0.0);
        lines.line_to(SLIP.0 * MM, PAPER.1 * MM);
        let dash = StrokeDash { array: vec![3.0, 3.0], offset: 0.0 };
        let paint = luma::Color::new(120).into();
        let stroke = Stroke { paint, width: 0.4, dash: Some(dash), ..Stroke::default() };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke));
        if let Some(path) = lines.finish() {
            self.surface.draw_path(&path);
        }
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
    }

    fn slip(
        &mut self,
        work: &CodeWork,
        line: &CodeLine,
        link: &BallotLink,
        t: Texts,
    ) -> Result<(), PaperMistake> {
        let wide = SLIP.0 - 2.0 * MARGIN;
        let narrow = wide - SQUARE - 2.0;
        let mut y = self.paragraph(&work.title, 11.0, MARGIN + 3.0, wide);
        if let Some(sheet) = work.sheet(line.code.sheet) {
            y = self.paragraph(&about(sheet, t), 8.5, y, wide);
        }
        let top = y - 1.5;
        y = self.paragraph(t.slip_code(), 8.0, y + 2.0, narrow);
        y = self.code(&line.code.printed(), y + 2.0);
        let invitation = t.slip_address(link.page());
        y = self.paragraph(&invitation, 8.0, y, narrow);
        self.paragraph(&t.slip_until(t.date_time(work.closes_at)), 8.0, y, narrow);
        self.square(&link.with(&line.code), (SLIP.0 - MARGIN - SQUARE, top))?;
        let below = SLIP.1 - MARGIN;
        let secrecy = lines_of(t.slip_secrecy(), 7.5, wide);
        let more = u8::try_from(secrecy.len()).unwrap_or(u8::MAX).saturating_sub(1);
        self.paragraph(t.slip_secrecy(), 7.5, below - f32::from(more) * 7.5 * 1.35 / MM, wide);
        self.text(&line.serial(), 7.5, (SLIP.0 - MARGIN - SQUARE, top + SQUARE + 4.0));
        Ok(())
    }

    /// Writes text in as many lines as it needs and gives the base line that would be next.
    fn paragraph(&mut self, text: &str, points: f32, mut y: f32, width: f32) -> f32 {
        for line in lines_of(text, points, width) {
            self.text(&line, points, (MARGIN, y));
            y += points * 1.35 / MM;
        }
        y
    }

    fn text(&mut self, text: &str, points: f32, at: (f32, f32)) {
        self.put(self.font.text.clone(), text, points, at);
    }

    fn put(&mut self, font: Font, text: &str, points: f32, (x, y): (f32, f32)) {
        let at = Point::from_xy((self.origin.0 + x) * MM, (self.origin.1 + y) * MM);
        self.surface.draw_text(at, font, points, text, false, TextDirection::LeftToRight);
    }

    /// The code in two lines of large type, all characters of one width.
    fn code(&mut self, printed: &str, mut y: f32) -> f32 {
        let points = 16.0;
        for line in code_lines(printed) {
            match self.font.fixed.clone() {
                Some(fixed) => self.put(fixed, &line, points, (MARGIN, y)),
                None => self.set_apart(&line, points * 0.8, (MARGIN, y)),
            }
            y += points * 1.25 / MM;
        }
        y
    }

    /// Sets each character into a cell of its own.
    fn set_apart(&mut self, line: &str, points: f32, (mut x, y): (f32, f32)) {
        for character in line.chars() {
            self.text(character.encode_utf8(&mut [0; 4]), points, (x, y));
            x += points * 0.8 / MM;
        }
    }

    fn square(&mut self, text: &str, (x, y): (f32, f32)) -> Result<(), PaperMistake> {
        let square = Square::of(text).ok_or(PaperMistake::TooLong)?;
        let count = |modules: usize| f32::from(u8::try_from(modules).unwrap_or(u8::MAX));
        let module = SQUARE / count(square.size()) * MM;
        let (left, top) = ((self.origin.0 + x) * MM, (self.origin.1 + y) * MM);
        let mut path = PathBuilder::new();
        for row in 0..square.size() {
            for (start, length) in square.runs(row) {
                let (x, y) = (left + count(start) * module, top + count(row) * module);
                if let Some(run) = Rect::from_xywh(x, y, count(length) * module, module) {
                    path.push_rect(run);
                }
            }
        }
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        Ok(())
    }
}

/// `07-`, two groups and a hyphen; two groups.
fn code_lines(printed: &str) -> [String; 2] {
    let half = printed.match_indices('-').nth(CODE_LINE).map_or(printed.len(), |(at, _)| at + 1);
    let (first, second) = printed.split_at(half);
    [first.to_owned(), second.to_owned()]
}

/// Who answers, and about whom.
fn about(sheet: &WorkSheet, t: Texts) -> String {
    let Texts(locale) = t;
    let group = sheet.group_in(locale);
    match sheet.units.as_slice() {
        [unit] => t.slip_about_one(group, unit),
        units => t.slip_about_many(units.len(), group),
    }
}

/// Breaks text into lines. Letters are taken as wide as the widest usual ones, so a line is rather
/// too short than too long; English words stay whole.
fn lines_of(text: &str, points: f32, width: f32) -> Vec<String> {
    let room = width * MM / points;
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for piece in pieces(text) {
        let needs: f32 = piece.chars().map(breadth).sum();
        if used + needs > room && used > 0.0 {
            lines.push(String::new());
            used = 0.0;
        }
        let piece = if used > 0.0 { &*piece } else { piece.trim_start() };
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
        used += needs;
    }
    lines
}

/// The text in parts between which a line may break.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in text.chars() {
        match pieces.last_mut() {
            Some(last) if !may_break(before, character) => last.push(character),
            _ => pieces.push(character.to_string()),
        }
        before = character;
    }
    pieces
}

/// Between Chinese characters, but neither before a closing mark nor after an opening one; before
/// a space; and after a slash, for addresses.
fn may_break(before: char, after: char) -> bool {
    let is_wide = |character| breadth(character) >= 1.0;
    let marks_forbid = "，。；：、”）》！？".contains(after) || "“（《".contains(before);
    after == ' ' || before == '/' || ((is_wide(before) || is_wide(after)) && !marks_forbid)
}

/// How wide a character is, in parts of the size of the font: rather too much than too little.
fn breadth(character: char) -> f32 {
    match character {
        ' ' | 'i' | 'l' | '.' | ',' | ':' | '/' => 0.36,
        'A'..='Z' | 'm' | 'w' => 0.72,
        '\0'..='\u{24ff}' => 0.58,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gongping_locale::Locale;

    #[test]
    fn chinese_breaks_anywhere_but_before_a_closing_mark() {
        let lines = lines_of("答案封存后才发出，答过可以再答。", 10.0, 40.0 / MM);
        assert_eq!(lines, ["答案封存", "后才发", "出，答过", "可以再", "答。"]);
    }

    #[test]
    fn english_words_and_parts_of_addresses_stay_whole() {
        let lines = lines_of("Open https://example.org/a/2026/vote now", 10.0, 90.0 / MM);
        assert_eq!(lines, ["Open https://", "example.org/a/", "2026/vote now"]);
        assert_eq!(lines.concat().replace(' ', ""), "Openhttps://example.org/a/2026/votenow");
    }

    #[test]
    fn locales_are_those_of_the_slips() {
        for locale in Locale::ALL {
            let t = Texts(locale);
            assert!(lines_of(t.slip_secrecy(), 7.5, 91.0).len() <= 3, "{locale:?}");
        }
    }
}
