//! All words that people see, in 简体中文, 繁體中文 and English.
//!
//! The texts stand in `locales/<tag>/<noun>.ftl`. The build refuses texts that are missing in a
//! locale, and makes one method of [`Texts`] for each of them: `ballot-next` becomes
//! `texts.ballot_next()`; arguments come in alphabetical order. See `locales/README.md`.
//!
//! ```
//! use gongping_locale::{Locale, Texts};
//! let texts = Texts(Locale::from_accept_language("en-GB, zh;q=0.5"));
//! assert_eq!(texts.app_cancel(), "Cancel");
//! ```

mod format;
mod locale;
mod messages;

pub use format::{Count, SHANGHAI};
pub use locale::Locale;
pub use messages::{Texts, arguments_of, by_key, keys};
