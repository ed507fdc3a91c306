//! A font for Chinese text, found on the machine. None is shipped: those that are free are large,
//! and every system that shows Chinese has one.

use fontdb::{Database, Family, ID, Query};
use gongping_locale::Locale;
use krilla::text::Font;
use std::path::{Path, PathBuf};

/// Sans-serif families with the characters of the mainland, the freely licensed ones first.
const SIMPLIFIED: [&str; 10] = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
];

/// The same for Taiwan, Hong Kong and Macau.
const TRADITIONAL: [&str; 6] = [
    "Noto Sans CJK TC",
    "Source Han Sans TC",
    "Source Han Sans TW",
    "Noto Sans TC",
    "Microsoft JhengHei",
    "PingFang TC",
];

/// Fonts whose characters are all of one width, for codes.
const FIXED: [&str; 8] = [
    "Noto Sans Mono CJK SC",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
    "Liberation Mono",
    "Consolas",
    "Menlo",
    "Courier New",
    "SimSun",
];

/// Why there is no font.
#[derive(Debug, thiserror::Error)]
pub enum FontMistake {
    /// The machine has none that is known to have Chinese characters.
    #[error(
        "这台电脑上没有找到中文字体；请安装 Noto Sans CJK，或用 --font 指定 · \
         no Chinese font was found; install Noto Sans CJK, or name a file with --font"
    )]
    None,
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no font.
    #[error("{0} 不是字体文件 · is no font file")]
    NoFont(PathBuf),
}

/// The fonts to print slips with.
#[derive(Debug, Clone)]
pub struct SlipFont {
    pub(crate) text: Font,
    /// For the code; the characters of other fonts are set apart by hand.
    pub(crate) fixed: Option<Font>,
}

impl SlipFont {
    /// Looks for a font where the system keeps them.
    ///
    /// # Errors
    /// [`FontMistake::None`].
    pub fn of_system(locale: Locale) -> Result<Self, FontMistake> {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        let text = preferred(&fonts, locale).and_then(|id| load(&fonts, id));
        let text = text.ok_or(FontMistake::None)?;
        Ok(Self { text, fixed: fixed(&fonts) })
    }

    /// Takes a font from a file; of a collection, the face that fits the language.
    ///
    /// # Errors
    /// [`FontMistake::File`], [`FontMistake::NoFont`].
    pub fn from_file(path: &Path, locale: Locale) -> Result<Self, FontMistake> {
        let mut fonts = Database::new();
        let read = fonts.load_font_file(path);
        read.map_err(|source| FontMistake::File { path: path.to_owned(), source })?;
        let first = || fonts.faces().next().map(|face| face.id);
        let id = preferred(&fonts, locale).or_else(first);
        let text = id.and_then(|id| load(&fonts, id));
        let text = text.ok_or_else(|| FontMistake::NoFont(path.to_owned()))?;
        fonts.load_system_fonts();
        Ok(Self { text, fixed: fixed(&fonts) })
    }
}

fn load(fonts: &Database, id: ID) -> Option<Font> {
    fonts.with_face_data(id, |data, index| Font::new(data.to_vec().into(), index)).flatten()
}

fn fixed(fonts: &Database) -> Option<Font> {
    FIXED.iter().find_map(|name| named(fonts, name)).and_then(|id| load(fonts, id))
}

fn named(fonts: &Database, name: &str) -> Option<ID> {
    fonts.query(&Query { families: &[Family::Name(name)], ..Query::default() })
}

fn preferred(fonts: &Database, locale: Locale) -> Option<ID> {
    let traditional = if locale == Locale::ZhHant { &TRADITIONAL[..] } else { &[] };
    let mut names = traditional.iter().chain(&SIMPLIFIED);
    names.find_map(|name| named(fonts, name))
}
