//! All texts in all locales, and the proof that no locale lacks one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use crate::parse::{self, Entry};

/// The folders under `locales/`. The first is the one that people write first.
pub(crate) const TAGS: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// A text in pieces, with terms and other messages already put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Stands as it is.
    Text(String),
    /// The value of a named argument.
    Argument(String),
    /// One of several texts, chosen by the value of an argument.
    Select { argument: String, variants: Vec<(String, Vec<Piece>)>, default: Vec<Piece> },
}

/// One message in all locales.
#[derive(Debug)]
pub(crate) struct Message {
    /// In alphabetical order, which is the order of the method's arguments.
    pub(crate) arguments: Vec<String>,
    /// In the order of [`TAGS`].
    pub(crate) texts: Vec<Vec<Piece>>,
}

/// All messages by key.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) messages: BTreeMap<String, Message>,
}

/// Why the texts are refused. `file` is the path below `locales/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mistake {
    Unreadable { file: String, reason: String },
    Syntax { file: String, line: usize, reason: String },
    BadKey { file: String, key: String, reason: &'static str },
    DuplicateKey { file: String, key: String },
    Unsupported { file: String, key: String, what: String },
    UnknownReference { file: String, key: String, reference: String },
    CircularReference { file: String, key: String },
    MissingFile { file: String, present_in: String },
    MissingKey { file: String, key: String, present_in: String },
    MissingArgument { file: String, key: String, argument: String, present_in: String },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, reason } => write!(f, "{file} cannot be read: {reason}"),
            Self::Syntax { file, line, reason } => write!(f, "{file}:{line}: {reason}"),
            Self::BadKey { file, key, reason } => write!(f, "{file}: key \"{key}\": {reason}"),
            Self::DuplicateKey { file, key } => {
                write!(f, "{file}: key \"{key}\" stands here or in another file already")
            }
            Self::Unsupported { file, key, what } => {
                write!(f, "{file}: \"{key}\" uses {what}, which is not supported here")
            }
            Self::UnknownReference { file, key, reference } => {
                write!(f, "{file}: \"{key}\" refers to \"{reference}\", which does not exist")
            }
            Self::CircularReference { file, key } => {
                write!(f, "{file}: \"{key}\" refers to itself")
            }
            Self::MissingFile { file, present_in } => {
                write!(f, "{file} is missing; {present_in} is there{}", hint(file, present_in))
            }
            Self::MissingKey { file, key, present_in } => {
                let hint = hint(file, present_in);
                write!(f, "{file} lacks \"{key}\", which {present_in} has{hint}")
            }
            Self::MissingArgument { file, key, argument, present_in } => {
                let hint = hint(file, present_in);
                write!(f, "{file}: \"{key}\" lacks ${argument}, which {present_in} uses{hint}")
            }
        }
    }
}

/// The traditional texts are made, not written, so the cure is a command.
fn hint(file: &str, present_in: &str) -> &'static str {
    if file.starts_with("zh-Hant/") || present_in.starts_with("zh-Hant/") {
        " (run: node locales/tools/zh-hant.mjs)"
    } else {
        ""
    }
}

/// Source texts: `sources[tag][noun]`, where noun is the file name without `.ftl`.
pub(crate) type Sources = BTreeMap<String, BTreeMap<String, String>>;

/// Reads and checks all `.ftl` files in the folders [`TAGS`] of `locales`.
pub(crate) fn read(locales: &Path) -> Result<Catalogue, Vec<Mistake>> {
    let mut sources = Sources::new();
    let mut mistakes = Vec::new();
    for tag in TAGS {
        match read_folder(&locales.join(tag)) {
            Ok(files) => {
                sources.insert(tag.to_owned(), files);
            }
            Err(reason) => {
                mistakes.push(Mistake::Unreadable { file: tag.to_owned(), reason });
            }
        }
    }
    if mistakes.is_empty() { check(&sources) } else { Err(mistakes) }
}

fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(noun) = name.strip_suffix(".ftl") {
            let source = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            files.insert(noun.to_owned(), source);
        }
    }
    Ok(files)
}

/// Checks the texts against each other; reports every mistake at once.
pub(crate) fn check(sources: &Sources) -> Result<Catalogue, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    missing_files(sources, &mut mistakes);
    let mut entries: BTreeMap<&str, BTreeMap<String, Entry>> = BTreeMap::new();
    for (tag, files) in sources {
        let mut of_locale = BTreeMap::new();
        for (noun, source) in files {
            parse::file(tag, noun, source, &mut of_locale, &mut mistakes);
        }
        entries.insert(tag, of_locale);
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut resolved: BTreeMap<&str, BTreeMap<&str, Vec<Piece>>> = BTreeMap::new();
    for (&tag, of_locale) in &entries {
        let texts = parse::resolve(of_locale, &mut mistakes);
        resolved.insert(tag, texts);
    }
    missing_keys(&entries, &mut mistakes);
    missing_arguments(&entries, &resolved, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(join(&resolved))
}

fn missing_files(sources: &Sources, mistakes: &mut Vec<Mistake>) {
    let mut seen = BTreeSet::new();
    for (tag, files) in sources {
        for (other, other_files) in sources {
            for noun in other_files.keys().filter(|noun| !files.contains_key(*noun)) {
                if seen.insert((tag, noun)) {
                    mistakes.push(Mistake::MissingFile {
                        file: format!("{tag}/{noun}.ftl"),
                        present_in: format!("{other}/{noun}.ftl"),
                    });
                }
            }
        }
    }
}

/// A locale that `key` is missing in, paired with a file that has it.
fn missing_keys(entries: &BTreeMap<&str, BTreeMap<String, Entry>>, mistakes: &mut Vec<Mistake>) {
    let mut seen = BTreeSet::new();
    for (&tag, other) in entries.values().flat_map(|other| entries.keys().map(move |t| (t, other)))
    {
        for (key, entry) in other.iter().filter(|(key, _)| !key.starts_with('-')) {
            let has = entries[tag].contains_key(key);
            if !has && seen.insert((tag, key)) {
                let noun = entry.file.split_once('/').map_or("", |(_, name)| name);
                mistakes.push(Mistake::MissingKey {
                    file: format!("{tag}/{noun}"),
                    key: key.clone(),
                    present_in: entry.file.clone(),
                });
            }
        }
    }
}

fn missing_arguments(
    entries: &BTreeMap<&str, BTreeMap<String, Entry>>,
    resolved: &BTreeMap<&str, BTreeMap<&str, Vec<Piece>>>,
    mistakes: &mut Vec<Mistake>,
) {
    let mut seen = BTreeSet::new();
    for (&tag, texts) in resolved {
        for (&key, text) in texts {
            let arguments = arguments(text);
            for (&other, other_texts) in resolved {
                let Some(other_text) = other_texts.get(key) else { continue };
                for argument in self::arguments(other_text).difference(&arguments) {
                    if seen.insert((tag, key, argument.clone())) {
                        mistakes.push(Mistake::MissingArgument {
                            file: entries[tag][key].file.clone(),
                            key: key.to_owned(),
                            argument: argument.clone(),
                            present_in: entries[other][key].file.clone(),
                        });
                    }
                }
            }
        }
    }
}

/// The names of all arguments in `text`, those that only choose a variant included.
pub(crate) fn arguments(text: &[Piece]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for piece in text {
        match piece {
            Piece::Text(_) => {}
            Piece::Argument(name) => {
                names.insert(name.clone());
            }
            Piece::Select { argument, variants, default } => {
                names.insert(argument.clone());
                for variant in variants.iter().map(|(_, text)| text).chain([default]) {
                    names.append(&mut arguments(variant));
                }
            }
        }
    }
    names
}

/// Puts the locales side by side. All keys are known to be in all of them.
fn join(resolved: &BTreeMap<&str, BTreeMap<&str, Vec<Piece>>>) -> Catalogue {
    let mut messages = BTreeMap::new();
    for (&key, text) in resolved.get(TAGS[0]).into_iter().flatten() {
        let texts = TAGS.iter().map(|tag| resolved[tag][key].clone()).collect();
        let arguments = arguments(text).into_iter().collect();
        messages.insert(key.to_owned(), Message { arguments, texts });
    }
    Catalogue { messages }
}
