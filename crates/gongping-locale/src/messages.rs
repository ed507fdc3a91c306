//! The texts themselves. The table and the methods are made by the build script.

use std::fmt::Display;

use crate::Locale;

/// All texts in one locale. Texts without arguments cost nothing; others make a new string.
///
/// Values are put in as they are: whoever writes HTML escapes the result, as askama does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(pub Locale);

/// One message: its key, its arguments in alphabetical order, its text in each locale.
struct Message {
    key: &'static str,
    arguments: &'static [&'static str],
    /// In the order of [`Locale::ALL`].
    texts: [&'static [Piece]; 3],
}

enum Piece {
    Text(&'static str),
    /// The argument with this index.
    Argument(usize),
    Select {
        argument: usize,
        variants: &'static [(&'static str, &'static [Piece])],
        default: &'static [Piece],
    },
}

mod generated {
    #![allow(clippy::too_many_arguments, reason = "a text has as many arguments as it needs")]

    use super::{Display, Message, Piece, Texts};

    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}
use generated::MESSAGES;

impl Message {
    fn text(&self, locale: Locale) -> &'static [Piece] {
        let [zh_hans, zh_hant, en] = self.texts;
        match locale {
            Locale::ZhHans => zh_hans,
            Locale::ZhHant => zh_hant,
            Locale::En => en,
        }
    }
}

impl Texts {
    fn plain(self, message: &Message) -> &'static str {
        match message.text(self.0) {
            [Piece::Text(text)] => text,
            // The build joins neighbouring texts, so what is left is a message without any.
            _ => "",
        }
    }

    fn fill(self, message: &Message, values: &[String]) -> String {
        let mut text = String::new();
        put(message.text(self.0), values, &mut text);
        text
    }

    /// The text for a key that is known only at run time, such as the code of a rejection; see
    /// [`by_key`].
    #[must_use]
    pub fn by_key(self, key: &str, arguments: &[(&str, String)]) -> Option<String> {
        by_key(self.0, key, arguments)
    }
}

fn put(text: &[Piece], values: &[String], out: &mut String) {
    for piece in text {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Argument(index) => out.push_str(&values[*index]),
            Piece::Select { argument, variants, default } => {
                put(choose(&values[*argument], variants, default), values, out);
            }
        }
    }
}

/// The variant with exactly this value, else the plural category, else the default. English has
/// the categories "one" and "other" (Unicode CLDR); Chinese texts never write `[one]`.
fn choose(
    value: &str,
    variants: &[(&str, &'static [Piece])],
    default: &'static [Piece],
) -> &'static [Piece] {
    let named = |name: &str| variants.iter().find(|(variant, _)| *variant == name);
    let plural = || if value == "1" { named("one") } else { None };
    named(value).or_else(plural).map_or(default, |(_, text)| text)
}

fn find(key: &str) -> Option<&'static Message> {
    let index = MESSAGES.binary_search_by(|message| message.key.cmp(key)).ok()?;
    MESSAGES.get(index)
}

/// The text for a key that is known only at run time. None if there is no such key or if an
/// argument of the text is not among `arguments`; superfluous arguments are passed over.
#[must_use]
pub fn by_key(locale: Locale, key: &str, arguments: &[(&str, String)]) -> Option<String> {
    let message = find(key)?;
    let value = |name: &&str| {
        arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
    };
    let values: Vec<String> = message.arguments.iter().map(value).collect::<Option<_>>()?;
    Some(Texts(locale).fill(message, &values))
}

/// All keys in alphabetical order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    MESSAGES.iter().map(|message| message.key)
}

/// The argument names of a text in alphabetical order; none if there is no such key. With it a
/// test can prove that every code has its text and that the arguments fit.
#[must_use]
pub fn arguments_of(key: &str) -> Option<&'static [&'static str]> {
    find(key).map(|message| message.arguments)
}

#[cfg(test)]
mod tests {
    use super::{Piece, by_key, choose, keys};
    use crate::{Locale, Texts, arguments_of};

    fn text(pieces: &[Piece]) -> &str {
        match pieces {
            [Piece::Text(text)] => text,
            _ => panic!("one text expected"),
        }
    }

    #[test]
    fn exact_value_comes_before_plural_comes_before_default() {
        static VARIANTS: [(&str, &[Piece]); 2] =
            [("0", &[Piece::Text("none")]), ("one", &[Piece::Text("one")])];
        static DEFAULT: [Piece; 1] = [Piece::Text("many")];
        for (value, expected) in [("0", "none"), ("1", "one"), ("2", "many"), ("1.0", "many")] {
            assert_eq!(text(choose(value, &VARIANTS, &DEFAULT)), expected);
        }
    }

    #[test]
    fn every_key_is_found_and_no_text_is_empty() {
        assert!(keys().is_sorted());
        for key in keys() {
            let names = arguments_of(key).unwrap();
            let arguments: Vec<_> = names.iter().map(|name| (*name, "1".to_owned())).collect();
            for locale in Locale::ALL {
                let text = by_key(locale, key, &arguments).unwrap();
                assert!(!text.trim().is_empty(), "{key} in {}", locale.tag());
            }
        }
    }

    #[test]
    fn unknown_key_or_lacking_argument_gives_none() {
        assert_eq!(by_key(Locale::En, "no-such-key", &[]), None);
        assert_eq!(by_key(Locale::En, "app-page-of", &[("number", "1".to_owned())]), None);
    }

    #[test]
    fn method_and_key_give_the_same_text() {
        let arguments = [("number", "2".to_owned()), ("total", "9".to_owned())];
        let texts = Texts(Locale::En);
        assert_eq!(texts.by_key("app-page-of", &arguments).unwrap(), texts.app_page_of(2, 9));
        assert_eq!(texts.by_key("app-save", &[]).unwrap(), texts.app_save());
    }

    #[test]
    fn english_counts_in_singular_and_plural() {
        let texts = Texts(Locale::En);
        assert_eq!(texts.app_days(1), "1 day");
        assert_eq!(texts.app_days(2), "2 days");
    }
}
