//! Fluent syntax to pieces: the small part of Fluent that our texts need.

use std::collections::BTreeMap;

use fluent_syntax::ast;
use fluent_syntax::parser;

use crate::catalogue::{Mistake, Piece};

/// A message or a term (its key starts with `-`) as written, references not yet put in.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Path below `locales/`.
    pub(crate) file: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Piece(Piece),
    /// Another message, or a term with its leading `-`.
    Reference(String),
    Select {
        argument: String,
        variants: Vec<(String, Vec<Part>)>,
        default: Vec<Part>,
    },
}

/// Words that cannot be names of Rust functions.
pub(crate) const RESERVED: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Parses one file into `entries`.
pub(crate) fn file(
    tag: &str,
    noun: &str,
    source: &str,
    entries: &mut BTreeMap<String, Entry>,
    mistakes: &mut Vec<Mistake>,
) {
    let file = format!("{tag}/{noun}.ftl");
    let resource = match parser::parse(source) {
        Ok(resource) => resource,
        Err((_, errors)) => {
            mistakes.extend(errors.into_iter().map(|error| Mistake::Syntax {
                file: file.clone(),
                line: 1 + source[..error.pos.start].matches('\n').count(),
                reason: error.kind.to_string(),
            }));
            return;
        }
    };
    for entry in &resource.body {
        let (key, value, attributes) = match entry {
            ast::Entry::Message(message) => {
                let key = message.id.name.to_owned();
                if let Some(reason) = refused_key(noun, &key) {
                    mistakes.push(Mistake::BadKey { file: file.clone(), key, reason });
                    continue;
                }
                (key, message.value.as_ref(), &message.attributes)
            }
            ast::Entry::Term(term) => {
                (format!("-{}", term.id.name), Some(&term.value), &term.attributes)
            }
            _ => continue,
        };
        let mut reader = Reader { file: &file, key: &key, mistakes };
        if !attributes.is_empty() {
            reader.unsupported("an attribute");
        }
        let parts = value.map(|value| reader.pattern(value)).unwrap_or_default();
        let entry = Entry { file: file.clone(), parts };
        if entries.insert(key.clone(), entry).is_some() {
            mistakes.push(Mistake::DuplicateKey { file: file.clone(), key });
        }
    }
}

/// Keys become methods, and the file is to be found from the key.
fn refused_key(noun: &str, key: &str) -> Option<&'static str> {
    let plain = key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain || key.ends_with('-') || key.contains("--") {
        return Some("use lower-case words joined by single hyphens");
    }
    let own = key.strip_prefix(noun).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if !own {
        return Some("a key starts with the noun that its file is named after");
    }
    RESERVED.contains(&key).then_some("this is a word of Rust; add another word")
}

struct Reader<'a> {
    file: &'a str,
    key: &'a str,
    mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    fn unsupported(&mut self, what: impl Into<String>) {
        self.mistakes.push(Mistake::Unsupported {
            file: self.file.to_owned(),
            key: self.key.to_owned(),
            what: what.into(),
        });
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&str>) -> Vec<Part> {
        let mut parts = Vec::new();
        for element in &pattern.elements {
            match element {
                ast::PatternElement::TextElement { value } => {
                    parts.push(Part::Piece(Piece::Text((*value).to_owned())));
                }
                ast::PatternElement::Placeable { expression } => {
                    parts.extend(self.expression(expression));
                }
            }
        }
        parts
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) -> Vec<Part> {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => self.select(selector, variants),
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) -> Vec<Part> {
        let part = match inline {
            ast::InlineExpression::StringLiteral { value }
            | ast::InlineExpression::NumberLiteral { value } => {
                Part::Piece(Piece::Text((*value).to_owned()))
            }
            ast::InlineExpression::VariableReference { id } => {
                Part::Piece(Piece::Argument(self.argument(id.name)))
            }
            ast::InlineExpression::MessageReference { id, attribute: None } => {
                Part::Reference(id.name.to_owned())
            }
            ast::InlineExpression::TermReference { id, attribute: None, arguments: None } => {
                Part::Reference(format!("-{}", id.name))
            }
            ast::InlineExpression::Placeable { expression } => return self.expression(expression),
            ast::InlineExpression::FunctionReference { id, .. } => {
                self.unsupported(format!("the function {}", id.name));
                return Vec::new();
            }
            _ => {
                self.unsupported("a reference with an attribute or arguments");
                return Vec::new();
            }
        };
        vec![part]
    }

    fn argument(&mut self, name: &str) -> String {
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        // These three cannot even be written as raw identifiers.
        if !plain || matches!(name, "self" | "super" | "crate") {
            self.unsupported(format!("the argument name ${name} (use lower_case words)"));
        }
        name.to_owned()
    }

    fn select(
        &mut self,
        selector: &ast::InlineExpression<&str>,
        variants: &[ast::Variant<&str>],
    ) -> Vec<Part> {
        let ast::InlineExpression::VariableReference { id } = selector else {
            self.unsupported("a selector that is not a plain argument");
            return Vec::new();
        };
        let argument = self.argument(id.name);
        let mut chosen = Vec::new();
        let mut default = Vec::new();
        for variant in variants {
            let name = match &variant.key {
                ast::VariantKey::Identifier { name } => *name,
                ast::VariantKey::NumberLiteral { value } => *value,
            };
            // English has the categories "one" and "other", Chinese has "other" only.
            if matches!(name, "zero" | "two" | "few" | "many") {
                self.unsupported(format!("the plural category [{name}]"));
            }
            if name == "other" && !variant.default {
                self.unsupported("[other] without the star that makes it the default");
            }
            let text = self.pattern(&variant.value);
            if variant.default && name != "other" {
                chosen.push((name.to_owned(), text.clone()));
            }
            if variant.default {
                default = text;
            } else {
                chosen.push((name.to_owned(), text));
            }
        }
        vec![Part::Select { argument, variants: chosen, default }]
    }
}

/// Puts the referenced terms and messages in. Terms themselves are left out of the result.
pub(crate) fn resolve<'a>(
    entries: &'a BTreeMap<String, Entry>,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<&'a str, Vec<Piece>> {
    let mut texts = BTreeMap::new();
    for (key, entry) in entries {
        let mut resolver = Resolver { entries, file: &entry.file, key, stack: vec![key], mistakes };
        let text = resolver.pieces(&entry.parts);
        if !key.starts_with('-') {
            texts.insert(key.as_str(), merge(text));
        }
    }
    texts
}

struct Resolver<'a, 'm> {
    entries: &'a BTreeMap<String, Entry>,
    file: &'a str,
    key: &'a str,
    /// What is being put in right now, outermost first.
    stack: Vec<&'a str>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'a> Resolver<'a, '_> {
    fn pieces(&mut self, parts: &'a [Part]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                Part::Piece(piece) => pieces.push(piece.clone()),
                Part::Reference(reference) => pieces.extend(self.reference(reference)),
                Part::Select { argument, variants, default } => {
                    let variants = variants
                        .iter()
                        .map(|(name, text)| (name.clone(), merge(self.pieces(text))))
                        .collect();
                    let default = merge(self.pieces(default));
                    pieces.push(Piece::Select { argument: argument.clone(), variants, default });
                }
            }
        }
        pieces
    }

    fn reference(&mut self, reference: &'a str) -> Vec<Piece> {
        let (file, key) = (self.file.to_owned(), self.key.to_owned());
        if self.stack.contains(&reference) {
            self.mistakes.push(Mistake::CircularReference { file, key });
            return Vec::new();
        }
        let Some(entry) = self.entries.get(reference) else {
            let reference = reference.to_owned();
            self.mistakes.push(Mistake::UnknownReference { file, key, reference });
            return Vec::new();
        };
        self.stack.push(reference);
        let pieces = self.pieces(&entry.parts);
        self.stack.pop();
        pieces
    }
}

/// Joins neighbouring texts, so that a message without arguments is one text.
fn merge(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (merged.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => merged.push(piece),
        }
    }
    merged
}
