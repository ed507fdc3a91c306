//! The text of a rulebook, and the mistakes found in it so far.

use toml::Spanned;
use toml::de::DeValue;

use super::{MistakeArgs, MistakeCode, RulebookMistake};
use crate::exact::Exact;

/// The text, and the mistakes found so far.
pub(super) struct Source<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    mistakes: Vec<RulebookMistake>,
    warnings: Vec<RulebookMistake>,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Source<'t> {
        let after_feeds = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_feeds).collect();
        Source { text, line_starts, mistakes: Vec::new(), warnings: Vec::new() }
    }

    /// Notes a mistake at this byte of the text.
    pub(super) fn mistake(&mut self, at: usize, code: MistakeCode, args: &[(&'static str, &str)]) {
        let mistake = self.place(at, code, args);
        self.mistakes.push(mistake);
    }

    /// Notes what is no mistake but probably not meant.
    pub(super) fn warning(&mut self, at: usize, code: MistakeCode, args: &[(&'static str, &str)]) {
        let warning = self.place(at, code, args);
        self.warnings.push(warning);
    }

    pub(super) fn warnings(&self) -> Vec<RulebookMistake> {
        self.warnings.clone()
    }

    fn place(
        &self,
        at: usize,
        code: MistakeCode,
        args: &[(&'static str, &str)],
    ) -> RulebookMistake {
        let line = self.line(at);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..at).unwrap_or_default();
        let args: MistakeArgs =
            args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let (line, column) = (line as u64, before.chars().count() as u64 + 1);
        RulebookMistake { code, line, column, args }
    }

    /// Where this key is first written at the beginning of a line.
    pub(super) fn place_of(&self, key: &str) -> usize {
        self.text.find(&format!("\n{key} =")).map_or(0, |at| at + 1)
    }

    /// The 1-based line of this byte.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at).max(1)
    }

    pub(super) fn is_faultless(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// All mistakes in the order of the text.
    pub(super) fn into_mistakes(mut self) -> Vec<RulebookMistake> {
        self.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column, mistake.code));
        self.mistakes.dedup();
        // After one fault in a line the parser stumbles over the rest of it.
        self.mistakes.dedup_by(|later, first| {
            later.code == MistakeCode::Syntax
                && first.code == MistakeCode::Syntax
                && later.line == first.line
        });
        self.mistakes
    }

    pub(super) fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = kind_of(value.get_ref());
        let args = [("key", key), ("expected", expected), ("found", found)];
        self.mistake(value.span().start, MistakeCode::WrongType, &args);
    }

    /// Splits the text of a number off a value: the digits as written, so that `0.9` is exact.
    pub(super) fn number(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Exact> {
        let written = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(_) | DeValue::Float(_) => self.text.get(value.span())?.to_owned(),
            _ => {
                self.wrong_type(key, value, "a number");
                return None;
            }
        };
        match written.parse() {
            Ok(number) => Some(number),
            Err(why) => {
                let why: crate::exact::ExactError = why;
                let args = [("key", key), ("text", &written), ("why", &why.to_string())];
                self.mistake(value.span().start, MistakeCode::BadNumber, &args);
                None
            }
        }
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
