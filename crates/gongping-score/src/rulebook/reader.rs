//! Reading TOML with positions: every mistake is noted and reading goes on, so that one run
//! finds them all.

use std::collections::BTreeMap;
use std::ops::Range as Span;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::Choice;
use super::source::Source;
use super::{MistakeCode, Origin, Rule, Text};
use crate::exact::Exact;

/// The longest id, in characters.
const MAX_ID_CHARS: usize = 40;

/// A number with the place where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    /// The value.
    pub(super) value: T,
    /// Byte of the text.
    pub(super) at: usize,
}

/// A table being read: remembers which keys were asked for, so that the rest are unknown.
pub(super) struct Node<'a, 't> {
    table: Option<&'a DeTable<'t>>,
    /// Byte of the text where the table begins.
    pub(super) at: usize,
    asked: Vec<&'static str>,
}

impl<'a, 't> Node<'a, 't> {
    pub(super) fn new(table: &'a DeTable<'t>, at: usize) -> Node<'a, 't> {
        Node { table: Some(table), at, asked: Vec::new() }
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table?.get(key)
    }

    /// A key without a default.
    fn need(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<&'a Spanned<DeValue<'t>>> {
        let value = self.take(key);
        if value.is_none() {
            source.mistake(self.at, MistakeCode::MissingKey, &[("key", key)]);
        }
        value
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self, source: &mut Source<'_>) {
        let known = self.asked.join(", ");
        for (key, _) in self.table.into_iter().flat_map(|table| table.iter()) {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                let args = [("key", key.get_ref().as_ref()), ("known", known.as_str())];
                source.mistake(key.span().start, MistakeCode::UnknownKey, &args);
            }
        }
    }

    /// A table under this key; an empty one when it is absent.
    pub(super) fn table(&mut self, source: &mut Source<'_>, key: &'static str) -> Node<'a, 't> {
        let at = self.at;
        match self.take(key).map(|value| (value.get_ref(), value)) {
            Some((DeValue::Table(table), value)) => Node::new(table, value.span().start),
            Some((_, value)) => {
                source.wrong_type(key, value, "a table");
                Node { table: None, at, asked: Vec::new() }
            }
            None => Node { table: None, at, asked: Vec::new() },
        }
    }

    /// The tables `[[key]]`, in the order of the text.
    pub(super) fn list(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<Node<'a, 't>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            source.wrong_type(key, value, "a list of tables, each beginning with [[…]]");
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for value in array.iter() {
            match value.get_ref() {
                DeValue::Table(table) => nodes.push(Node::new(table, value.span().start)),
                _ => source.wrong_type(key, value, "a table"),
            }
        }
        nodes
    }

    pub(super) fn text(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<&'a str>> {
        let value = self.take(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(At { value: text.as_ref(), at: value.span().start }),
            _ => {
                source.wrong_type(key, value, "a text");
                None
            }
        }
    }

    pub(super) fn needed_text(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<&'a str>> {
        self.need(source, key)?;
        self.text(source, key)
    }

    pub(super) fn clause(&mut self, source: &mut Source<'_>) -> Option<String> {
        self.text(source, "clause").map(|clause| clause.value.to_owned())
    }

    pub(super) fn flag(&mut self, source: &mut Source<'_>, key: &'static str) -> bool {
        match self.take(key).map(|value| (value.get_ref(), value)) {
            None => false,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((_, value)) => {
                source.wrong_type(key, value, "true or false");
                false
            }
        }
    }

    pub(super) fn number(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<Exact>> {
        let value = self.take(key)?;
        let number = source.number(key, value)?;
        Some(At { value: number, at: value.span().start })
    }

    pub(super) fn needed_number(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<Exact>> {
        self.need(source, key)?;
        self.number(source, key)
    }

    /// A number above 0 with a default.
    pub(super) fn positive(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<Exact>> {
        let number = self.number(source, key)?;
        if number.value > Exact::zero() {
            return Some(number);
        }
        let args = [("key", key), ("value", &number.value.to_string())];
        source.mistake(number.at, MistakeCode::NotPositive, &args);
        None
    }

    /// A table of numbers under names of the rulebook's own.
    pub(super) fn numbers(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Vec<(String, At<Exact>)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            source.wrong_type(key, value, "a table of numbers");
            return Vec::new();
        };
        let number = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            let number = source.number(name, value)?;
            Some((name.to_string(), At { value: number, at: value.span().start }))
        };
        table.iter().filter_map(number).collect()
    }

    /// A list of numbers.
    pub(super) fn number_list(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<At<Vec<Exact>>> {
        let value = self.take(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            source.wrong_type(key, value, "a list of numbers");
            return None;
        };
        let numbers: Option<Vec<Exact>> =
            array.iter().map(|value| source.number(key, value)).collect();
        Some(At { value: numbers?, at: value.span().start })
    }

    /// A list of pairs of numbers, `[[0, 0.8], [100, 1]]`.
    pub(super) fn pairs(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Vec<(Exact, Exact)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let mut pairs = Vec::new();
        let DeValue::Array(array) = value.get_ref() else {
            source.wrong_type(key, value, "a list of pairs");
            return pairs;
        };
        for value in array.iter() {
            match value.get_ref() {
                DeValue::Array(pair) if pair.len() == 2 => {
                    let mut both = pair.iter().map(|value| source.number(key, value));
                    if let (Some(Some(from)), Some(Some(to))) = (both.next(), both.next()) {
                        pairs.push((from, to));
                    }
                }
                _ => source.wrong_type(key, value, "a pair like [100, 0.9]"),
            }
        }
        pairs
    }

    /// A list of texts that may be absent.
    pub(super) fn texts(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<At<&'a str>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            source.wrong_type(key, value, "a list of texts");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for value in array.iter() {
            match value.get_ref() {
                DeValue::String(text) => {
                    texts.push(At { value: text.as_ref(), at: value.span().start });
                }
                _ => source.wrong_type(key, value, "a text"),
            }
        }
        texts
    }

    /// A share above 0 and up to 1, written like `"60%"`.
    pub(super) fn share(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Exact> {
        let text = self.needed_text(source, key)?;
        let percent = text.value.strip_suffix('%').and_then(|text| text.parse::<Exact>().ok());
        let share = percent.map(|percent| &percent / &Exact::from(100));
        let share = share.filter(|share| *share > Exact::zero() && *share <= Exact::one());
        if share.is_none() {
            let args = [("key", key), ("value", text.value), ("low", "0%"), ("high", "100%")];
            source.mistake(text.at, MistakeCode::OutOfRange, &args);
        }
        share
    }

    /// The words under a key of the tables `[[list]]`, without reading them.
    pub(super) fn words_in(&self, list: &str, key: &str) -> Vec<&'a str> {
        let Some(DeValue::Array(array)) =
            self.table.and_then(|table| table.get(list)).map(Spanned::get_ref)
        else {
            return Vec::new();
        };
        let word = |value: &'a Spanned<DeValue<'t>>| match value.get_ref() {
            DeValue::Table(table) => match table.get(key).map(Spanned::get_ref) {
                Some(DeValue::String(word)) => Some(word.as_ref()),
                _ => None,
            },
            _ => None,
        };
        array.iter().filter_map(word).collect()
    }

    /// The id of a list entry; must be new in `taken`.
    pub(super) fn id(
        &mut self,
        source: &mut Source<'_>,
        kind: &str,
        taken: &mut BTreeMap<String, usize>,
    ) -> Option<String> {
        let id = self.needed_text(source, "id")?;
        if !is_id(id.value) || (kind == GROUP && !is_group_id(id.value)) {
            source.mistake(id.at, MistakeCode::BadId, &[("id", id.value)]);
            return None;
        }
        if let Some(first) = taken.get(id.value) {
            let line = first.to_string();
            let args = [("kind", kind), ("id", id.value), ("first-line", &line)];
            source.mistake(id.at, MistakeCode::DuplicateId, &args);
            return None;
        }
        taken.insert(id.value.to_owned(), source.line(id.at));
        Some(id.value.to_owned())
    }

    /// A text in all languages under `key`; complains when Chinese or English is missing.
    pub(super) fn name(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Text> {
        let at = self.take(key).map_or(self.at, |value| value.span().start);
        let mut node = self.table(source, key);
        node.at = at;
        let language = |node: &mut Node<'a, 't>, source: &mut Source<'_>, tag: &'static str| {
            let text = node.text(source, tag).map(|text| text.value.trim()).unwrap_or_default();
            if text.is_empty() {
                source.mistake(at, MistakeCode::MissingName, &[("language", tag)]);
                return None;
            }
            Some(text.to_owned())
        };
        let zh_hans = language(&mut node, source, "zh-Hans");
        let en = language(&mut node, source, "en");
        let zh_hant = node.text(source, "zh-Hant").map(|text| text.value.trim().to_owned());
        node.finish(source);
        let (zh_hans, en) = (zh_hans?, en?);
        let zh_hant = zh_hant.filter(|text| !text.is_empty()).unwrap_or_else(|| zh_hans.clone());
        Some(Text { zh_hans, zh_hant, en })
    }

    /// A text in all languages that may be absent.
    pub(super) fn optional_name(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<Text> {
        self.take(key)?;
        self.name(source, key)
    }

    /// A setting: a plain value, or `{ value = …, clause = "…" }` when the plan says it.
    fn rule<T>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: T,
        read: impl FnOnce(&mut Source<'_>, &Spanned<DeValue<'t>>) -> Option<T>,
    ) -> Rule<T> {
        let Some(value) = self.take(key) else {
            return Rule { value: default, origin: Origin::Default };
        };
        let DeValue::Table(table) = value.get_ref() else {
            let value = read(source, value).unwrap_or(default);
            return Rule { value, origin: Origin::Rulebook };
        };
        let mut node = Node::new(table, value.span().start);
        let inner = node.need(source, "value").and_then(|value| read(source, value));
        let origin = node.clause(source).map_or(Origin::Rulebook, Origin::Plan);
        node.finish(source);
        Rule { value: inner.unwrap_or(default), origin }
    }

    pub(super) fn choice_rule<T: Choice>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: T,
    ) -> Rule<T> {
        self.rule(source, key, default, |source, value| choice_of(source, key, value))
    }

    /// A word from a closed list.
    pub(super) fn choice<T: Choice>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<T> {
        self.take(key).and_then(|value| choice_of(source, key, value))
    }

    pub(super) fn needed_choice<T: Choice>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<T> {
        self.need(source, key)?;
        self.choice(source, key)
    }

    /// A number above 0.
    pub(super) fn positive_rule(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: Exact,
    ) -> Rule<Exact> {
        self.rule(source, key, default, |source, value| {
            let number = source.number(key, value)?;
            if number > Exact::zero() {
                return Some(number);
            }
            let args = [("key", key), ("value", &number.to_string())];
            source.mistake(value.span().start, MistakeCode::NotPositive, &args);
            None
        })
    }

    /// A whole number of ballots, at least 1.
    pub(super) fn minimum_rule(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: u64,
    ) -> Rule<u64> {
        self.rule(source, key, default, |source, value| {
            let number = source.number(key, value)?;
            if number.is_zero() {
                source.mistake(value.span().start, MistakeCode::MinimumZero, &[("key", key)]);
                return None;
            }
            whole(source, key, (1, u64::MAX), &number, value.span())
        })
    }

    pub(super) fn digits_rule(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: u8,
    ) -> Rule<u8> {
        self.rule(source, key, default, |source, value| {
            let number = source.number(key, value)?;
            let limits = (0, u64::from(crate::exact::MAX_DIGITS));
            let digits = whole(source, key, limits, &number, value.span())?;
            u8::try_from(digits).ok()
        })
    }

    /// Words from a closed list.
    pub(super) fn choices<T: Choice>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Vec<T> {
        let Some(value) = self.need(source, key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => {
                array.iter().filter_map(|value| choice_of(source, key, value)).collect()
            }
            _ => {
                source.wrong_type(key, value, "a list of texts");
                Vec::new()
            }
        }
    }

    /// The place of the first of these keys in the table `[[list]]` with this id.
    pub(super) fn place_in(&self, list: &str, id: &str, keys: &[&str]) -> usize {
        let Some(DeValue::Array(array)) =
            self.table.and_then(|table| table.get(list)).map(Spanned::get_ref)
        else {
            return self.at;
        };
        let table = array.iter().find_map(|value| match value.get_ref() {
            DeValue::Table(table) => match table.get("id").map(Spanned::get_ref) {
                Some(DeValue::String(word)) if word.as_ref() == id => Some(table),
                _ => None,
            },
            _ => None,
        });
        let value = table.and_then(|table| keys.iter().find_map(|key| table.get(*key)));
        value.map_or(self.at, |value| value.span().start)
    }

    /// Whether the key is there, without reading it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.get(key).is_some())
    }

    /// The place of this key, or of the table.
    pub(super) fn place(&self, key: &str) -> usize {
        self.table.and_then(|table| table.get(key)).map_or(self.at, |value| value.span().start)
    }
}

fn whole(
    source: &mut Source<'_>,
    key: &str,
    (low, high): (u64, u64),
    number: &Exact,
    span: Span<usize>,
) -> Option<u64> {
    let in_range = *number >= Exact::from(low) && *number <= Exact::from(high);
    if number.is_whole() && in_range {
        return number.floor_u64();
    }
    let (value, low, high) = (number.to_string(), low.to_string(), high.to_string());
    let args = [("key", key), ("value", &*value), ("low", &*low), ("high", &*high)];
    source.mistake(span.start, MistakeCode::OutOfRange, &args);
    None
}

fn choice_of<T: Choice>(
    source: &mut Source<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<T> {
    let DeValue::String(word) = value.get_ref() else {
        source.wrong_type(key, value, "a text");
        return None;
    };
    let found = T::WORDS.iter().find(|(known, _)| known == word).map(|(_, choice)| *choice);
    if found.is_none() {
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        let args = [("key", key), ("value", word.as_ref()), ("choices", &words.join(", "))];
        source.mistake(value.span().start, MistakeCode::UnknownChoice, &args);
    }
    found
}

/// The kind of entry whose ids also name boxes, and so appear in addresses and file names.
pub(super) const GROUP: &str = "a group";

fn is_group_id(id: &str) -> bool {
    let legal = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && id.chars().all(|letter| legal(letter) || letter == '-')
}

fn is_id(id: &str) -> bool {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    id.len() <= MAX_ID_CHARS
        && id.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && id.chars().all(legal)
}
