//! Pieces to Rust: one table, and one method for each message.

use std::fmt::Write as _;

use crate::catalogue::{Catalogue, Message, Piece};
use crate::parse::RESERVED;

/// The text of `messages.rs`.
pub(crate) fn rust(catalogue: &Catalogue) -> String {
    let mut table = String::from("pub(crate) static MESSAGES: &[Message] = &[\n");
    let mut methods = String::from("impl Texts {\n");
    for (index, (key, message)) in catalogue.messages.iter().enumerate() {
        let texts: Vec<String> = message.texts.iter().map(|text| pieces(message, text)).collect();
        put(
            &mut table,
            format_args!(
                "    Message {{ key: {key:?}, arguments: &{:?}, texts: [{}] }},\n",
                message.arguments,
                texts.join(", "),
            ),
        );
        methods.push_str(&method(index, key, message));
    }
    table.push_str("];\n\n");
    methods.push_str("}\n");
    table + &methods
}

fn method(index: usize, key: &str, message: &Message) -> String {
    let name = key.replace('-', "_");
    let plain: String = message.texts.first().into_iter().flatten().map(readable).collect();
    let docs = format!("{} — `{key}`", escaped_for_rustdoc(&plain));
    let mut out = format!("    #[doc = {docs:?}]\n    #[must_use]\n");
    if message.arguments.is_empty() {
        put(
            &mut out,
            format_args!(
                "    pub fn {name}(self) -> &'static str {{ self.plain(&MESSAGES[{index}]) }}\n"
            ),
        );
    } else {
        let parameters: Vec<String> = message
            .arguments
            .iter()
            .map(|name| format!("{}: impl Display", parameter(name)))
            .collect();
        let values: Vec<String> = message
            .arguments
            .iter()
            .map(|name| format!("{}.to_string()", parameter(name)))
            .collect();
        put(
            &mut out,
            format_args!(
                "    pub fn {name}(self, {}) -> String {{ self.fill(&MESSAGES[{index}], &[{}]) }}\n",
                parameters.join(", "),
                values.join(", "),
            ),
        );
    }
    out
}

/// Words of Rust are fine as arguments, `$box` becomes `r#box`.
fn parameter(name: &str) -> String {
    if RESERVED.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

fn pieces(message: &Message, text: &[Piece]) -> String {
    let index = |name: &str| message.arguments.iter().position(|argument| argument == name);
    let position = |name: &str| index(name).unwrap_or_else(|| panic!("checked: ${name} is known"));
    let rendered: Vec<String> = text
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("Piece::Text({text:?})"),
            Piece::Argument(name) => format!("Piece::Argument({})", position(name)),
            Piece::Select { argument, variants, default } => {
                let variants: Vec<String> = variants
                    .iter()
                    .map(|(name, text)| format!("({name:?}, {})", pieces(message, text)))
                    .collect();
                format!(
                    "Piece::Select {{ argument: {}, variants: &[{}], default: {} }}",
                    position(argument),
                    variants.join(", "),
                    pieces(message, default),
                )
            }
        })
        .collect();
    format!("&[{}]", rendered.join(", "))
}

/// The text as authors see it in their editor: `共 {count} 张`.
fn readable(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Argument(name) => format!("{{{name}}}"),
        Piece::Select { default, .. } => default.iter().map(readable).collect(),
    }
}

fn escaped_for_rustdoc(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\n' => escaped.push(' '),
            '[' | ']' | '<' | '>' | '*' | '_' | '`' | '\\' | '#' | ':' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
