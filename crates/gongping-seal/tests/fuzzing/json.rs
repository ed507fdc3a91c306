//! A JSON reader and writer of the tests' own: it keeps the order of fields, and says by itself
//! which spelling is the canonical one, so that the crate's answer can be compared with another.

/// A JSON value; numbers as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Fields(Vec<(String, Node)>),
}

/// Reads JSON; `None` if it is none. Repeated fields are kept.
pub fn parse(bytes: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader { rest: text };
    let node = reader.value(0)?;
    reader.skip();
    reader.rest.is_empty().then_some(node)
}

/// Whether bytes are the one canonical spelling of what they say.
pub fn is_canonical(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|node| write(&node).as_bytes() == bytes && !repeats(&node))
}

fn repeats(node: &Node) -> bool {
    match node {
        Node::List(items) => items.iter().any(repeats),
        Node::Fields(fields) => {
            let twice = |(index, (name, _)): (usize, &(String, Node))| {
                fields[..index].iter().any(|(other, _)| other == name)
            };
            fields.iter().enumerate().any(twice) || fields.iter().any(|(_, value)| repeats(value))
        }
        _ => false,
    }
}

/// Writes JSON without spaces, with the shortest escapes.
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    write_to(node, &mut out);
    out
}

fn write_to(node: &Node, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Node::Number(digits) => out.push_str(digits),
        Node::Text(text) => write_text(text, out),
        Node::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_to(item, out);
            }
            out.push(']');
        }
        Node::Fields(fields) => {
            out.push('{');
            for (index, (name, value)) in fields.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_text(name, out);
                out.push(':');
                write_to(value, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn take(&mut self, expected: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > 100 {
            return None;
        }
        self.skip();
        match self.rest.chars().next()? {
            '{' => self.fields(depth),
            '[' => self.list(depth),
            '"' => Some(Node::Text(self.text()?)),
            '-' | '0'..='9' => {
                let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
                let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
                let (digits, rest) = self.rest.split_at(end);
                self.rest = rest;
                Some(Node::Number(digits.to_owned()))
            }
            _ => {
                for (word, node) in
                    [("null", Node::Null), ("true", Node::Bool(true)), ("false", Node::Bool(false))]
                {
                    if let Some(rest) = self.rest.strip_prefix(word) {
                        self.rest = rest;
                        return Some(node);
                    }
                }
                None
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Node> {
        self.take('[')?;
        let mut items = Vec::new();
        self.skip();
        if self.take(']').is_some() {
            return Some(Node::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip();
            if self.take(']').is_some() {
                return Some(Node::List(items));
            }
            self.take(',')?;
        }
    }

    fn fields(&mut self, depth: usize) -> Option<Node> {
        self.take('{')?;
        let mut fields = Vec::new();
        self.skip();
        if self.take('}').is_some() {
            return Some(Node::Fields(fields));
        }
        loop {
            self.skip();
            let name = self.text()?;
            self.skip();
            self.take(':')?;
            fields.push((name, self.value(depth + 1)?));
            self.skip();
            if self.take('}').is_some() {
                return Some(Node::Fields(fields));
            }
            self.take(',')?;
        }
    }

    fn text(&mut self) -> Option<String> {
        self.take('"')?;
        let mut text = String::new();
        loop {
            let letter = self.rest.chars().next()?;
            self.rest = &self.rest[letter.len_utf8()..];
            match letter {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                control if control < ' ' => return None,
                other => text.push(other),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let code = u32::from_str_radix(self.rest.get(..4)?, 16).ok()?;
                self.rest = &self.rest[4..];
                // Halves of a pair: not needed here.
                char::from_u32(code)?
            }
            _ => return None,
        })
    }
}
