//! In which language a command speaks.

use gongping_locale::{Locale, Texts};

/// Where the environment names a language, the strongest first (POSIX, section 8.2).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The texts that a reader gets: the language asked for, else that of the environment, else
/// simplified Chinese.
pub(crate) fn texts(asked: Option<Locale>) -> Texts {
    let named = VARIABLES.iter().filter_map(|name| std::env::var(name).ok());
    Texts(choose(asked, named))
}

/// Empty variables count as absent; the first one that is set decides, even if its language is
/// none of ours.
fn choose(asked: Option<Locale>, mut named: impl Iterator<Item = String>) -> Locale {
    let of_environment = || {
        let value = named.find(|value| !value.is_empty())?;
        let tag = value.split(['.', '@']).next().unwrap_or_default();
        Locale::from_tag(tag)
    };
    asked.or_else(of_environment).unwrap_or_default()
}

/// Reads the value of `--lang`.
pub(crate) fn parse(text: &str) -> Result<Locale, String> {
    Locale::from_tag(text).ok_or_else(|| "zh-Hans, zh-Hant, en".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Locale {
        choose(None, values.iter().map(|value| (*value).to_owned()))
    }

    #[test]
    fn first_variable_that_is_set_decides() {
        assert_eq!(of(&["", "en_GB.UTF-8", "zh_CN.UTF-8"]), Locale::En);
        assert_eq!(of(&["zh_TW.UTF-8@stroke", "en_US"]), Locale::ZhHant);
        assert_eq!(of(&["C.UTF-8", "en_US"]), Locale::ZhHans);
        assert_eq!(of(&[]), Locale::ZhHans);
    }

    #[test]
    fn language_asked_for_comes_first() {
        let named = std::iter::once("zh_CN".to_owned());
        assert_eq!(choose(Some(Locale::En), named), Locale::En);
    }
}
