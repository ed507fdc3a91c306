//! Which language a reader gets.

/// A language with its script. Simplified Chinese comes first and is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locale {
    /// 简体中文
    #[default]
    ZhHans,
    /// 繁體中文
    ZhHant,
    /// English
    En,
}

impl Locale {
    /// All locales in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    /// The BCP 47 tag, for `lang` attributes, cookies and URLs.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// What a reader of that language calls it.
    #[must_use]
    pub const fn name_in_own_language(self) -> &'static str {
        match self {
            Self::ZhHans => "简体中文",
            Self::ZhHant => "繁體中文",
            Self::En => "English",
        }
    }

    /// The locale that serves a BCP 47 tag (RFC 5646), whatever its case; none if the language is
    /// not ours. `zh-TW`, `zh-HK` and `zh-MO` are written in traditional characters.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut subtags = tag.split('-');
        match subtags.next()? {
            "en" => Some(Self::En),
            "zh" | "cmn" | "yue" => {
                // A script says more than a region: zh-Hans-HK is simplified.
                let rest: Vec<&str> = subtags.collect();
                let traditional = if rest.contains(&"hans") {
                    false
                } else {
                    rest.iter().any(|subtag| matches!(*subtag, "hant" | "tw" | "hk" | "mo"))
                };
                Some(if traditional { Self::ZhHant } else { Self::ZhHans })
            }
            _ => None,
        }
    }

    /// The best locale for an `Accept-Language` header (RFC 9110, section 12.5.4): the highest
    /// weight wins, then the earlier place. Simplified Chinese when nothing fits.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0, Self::default());
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let Some(weight) = parts.next().map_or(Some(1000), weight_per_mille) else { continue };
            let locale = if tag == "*" { Some(Self::default()) } else { Self::from_tag(tag) };
            if let Some(locale) = locale
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }
}

/// `q=0.8` as 800; none if it is not a weight, so that the range is passed over.
fn weight_per_mille(parameter: &str) -> Option<u16> {
    let value = parameter.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim();
    let (whole, digits) = value.split_once('.').unwrap_or((value, ""));
    if digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Locale::{self, En, ZhHans, ZhHant};

    #[test]
    fn every_tag_names_its_own_locale() {
        for locale in Locale::ALL {
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
        }
    }

    #[test]
    fn region_decides_the_script_and_a_script_overrules_it() {
        assert_eq!(Locale::from_tag("zh-TW"), Some(ZhHant));
        assert_eq!(Locale::from_tag("zh_hk"), Some(ZhHant));
        assert_eq!(Locale::from_tag("ZH-CN"), Some(ZhHans));
        assert_eq!(Locale::from_tag("zh"), Some(ZhHans));
        assert_eq!(Locale::from_tag("zh-Hans-HK"), Some(ZhHans));
        assert_eq!(Locale::from_tag("en-GB"), Some(En));
        assert_eq!(Locale::from_tag("de"), None);
        assert_eq!(Locale::from_tag(""), None);
    }

    #[test]
    fn accept_language_takes_the_highest_weight_then_the_earlier() {
        let cases = [
            ("", ZhHans),
            ("de, fr;q=0.9", ZhHans),
            ("en", En),
            ("zh-CN,zh;q=0.9,en;q=0.8", ZhHans),
            ("en;q=0.8, zh-TW;q=0.9", ZhHant),
            ("en;q=0.8, zh-TW;q=0.8", En),
            ("en;q=0, zh-HK;q=0.1", ZhHant),
            ("de, *;q=0.5, en;q=0.4", ZhHans),
            ("en;q=1.0, zh", En),
            ("en;q=nonsense, zh-TW;q=0.2", ZhHant),
            ("en;q=1.5, zh-TW;q=0.25", ZhHant),
        ];
        for (header, expected) in cases {
            assert_eq!(Locale::from_accept_language(header), expected, "{header}");
        }
    }
}
