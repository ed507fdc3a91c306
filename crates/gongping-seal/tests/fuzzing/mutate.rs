//! Changes to good structures: to fields and their order, to numbers and digits, to nesting, to
//! bytes, and to the headers of an archive.

use super::json::{self, Node};
use crate::forge::{NEUTRAL, NOT_CANONICAL, OFF_CURVE, SMALL_ORDER, plus_order, plus_torsion};
use gongping_seal::Element;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;

/// Dice.
pub struct Dice(pub ChaCha20Rng);

impl Dice {
    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.0.next_u64() % limit as u64) as usize
    }

    pub fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A changed structure: mostly as JSON, sometimes only its bytes, sometimes both.
pub fn structure(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut changed = bytes.to_owned();
    let tree = json::parse(bytes);
    if let (Some(mut tree), false) = (tree, dice.one_in(4)) {
        let donor = json::parse(other);
        for _ in 0..=dice.below(3) {
            change_tree(&mut tree, donor.as_ref(), dice);
        }
        changed = json::write(&tree).into_bytes();
        if !dice.one_in(6) {
            return changed;
        }
    }
    for _ in 0..=dice.below(3) {
        change_bytes(&mut changed, other, dice);
    }
    changed
}

/// Bytes flipped, put in, taken out, cut off, or put together with others.
pub fn change_bytes(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(dice.0.next_u32() as u8);
        return;
    }
    let at = dice.below(bytes.len());
    match dice.below(9) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = dice.0.next_u32() as u8,
        2 => bytes.insert(at, *dice.pick(b" \n\t\0\"\\{}[],:0-+eE.\x7f\xff")),
        3 => {
            bytes.remove(at);
        }
        4 => bytes.truncate(at),
        5 => {
            let end = (at + 1 + dice.below(64)).min(bytes.len());
            let part = bytes[at..end].to_owned();
            bytes.splice(at..at, part);
        }
        6 => {
            let end = (at + 1 + dice.below(64)).min(bytes.len());
            bytes.drain(at..end);
        }
        7 => {
            let digit = bytes.iter().skip(at).position(u8::is_ascii_hexdigit);
            if let Some(place) = digit {
                bytes[at + place] = *dice.pick(b"0123456789abcdefABCDEF");
            }
        }
        _ => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[at.min(other.len())..]);
        }
    }
}

fn count(node: &Node) -> usize {
    1 + match node {
        Node::List(items) => items.iter().map(count).sum(),
        Node::Fields(fields) => fields.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// The node with this number, counted from the root.
fn node_at(node: &mut Node, number: usize) -> Option<&mut Node> {
    if number == 0 {
        return Some(node);
    }
    let mut left = number - 1;
    let children: Vec<&mut Node> = match node {
        Node::List(items) => items.iter_mut().collect(),
        Node::Fields(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
        _ => return None,
    };
    for child in children {
        let size = count(child);
        if left < size {
            return node_at(child, left);
        }
        left -= size;
    }
    None
}

fn change_tree(tree: &mut Node, donor: Option<&Node>, dice: &mut Dice) {
    let number = dice.below(count(tree));
    let copy = tree.clone();
    let donor = donor.filter(|_| dice.one_in(3)).unwrap_or(&copy);
    let mut donor = donor.clone();
    let from = dice.below(count(&donor));
    let given = node_at(&mut donor, from).cloned();
    let Some(node) = node_at(tree, number) else { return };
    match dice.below(8) {
        0 => *node = given.unwrap_or(Node::Null),
        1 => wrap(node, dice),
        _ => match node {
            Node::Null | Node::Bool(_) => *node = Node::Number("1".to_owned()),
            Node::Number(digits) => change_number(digits, dice),
            Node::Text(text) => change_text(text, dice),
            Node::List(items) => change_list(items, given, dice),
            Node::Fields(fields) => change_fields(fields, given, dice),
        },
    }
}

fn wrap(node: &mut Node, dice: &mut Dice) {
    let inner = std::mem::replace(node, Node::Null);
    *node = match dice.below(4) {
        0 => Node::List(vec![inner]),
        1 => Node::Fields(vec![("value".to_owned(), inner)]),
        2 => {
            let depth = [3, 90, 400][dice.below(3)];
            (0..depth).fold(inner, |inner, _| Node::List(vec![inner]))
        }
        _ => Node::Null,
    };
}

fn change_number(digits: &mut String, dice: &mut Dice) {
    let value: i128 = digits.parse().unwrap_or(0);
    *digits = match dice.below(8) {
        0 => (value + 1).to_string(),
        1 => (value - 1).to_string(),
        2 => format!("{digits}.0"),
        3 => format!("{digits}e0"),
        4 => format!("0{digits}"),
        5 => u64::MAX.to_string(),
        6 => (i128::from(u32::MAX) + value + 1).to_string(),
        _ => "9".repeat(1 + dice.below(60)),
    };
}

fn is_element(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
}

fn change_text(text: &mut String, dice: &mut Dice) {
    // A structure in a text, as the messages of a ceremony have it.
    if text.starts_with('{')
        && !dice.one_in(4)
        && let Some(mut inner) = json::parse(text.as_bytes())
    {
        change_tree(&mut inner, None, dice);
        *text = json::write(&inner);
        return;
    }
    if is_element(text) && !dice.one_in(3) {
        let special = [NEUTRAL, SMALL_ORDER, OFF_CURVE, NOT_CANONICAL];
        *text = match dice.below(7) {
            at @ 0..=3 => special[at].to_owned(),
            4 => text.to_uppercase(),
            5 if Element::parse(text).is_ok() => plus_torsion(text),
            _ => text[1..].to_owned() + "0",
        };
        return;
    }
    if text.len() > 60 && text.bytes().all(|b| b.is_ascii_digit()) && !dice.one_in(3) {
        *text = match dice.below(5) {
            0 => plus_order(text),
            1 => format!("0{text}"),
            2 => format!("-{text}"),
            3 => "0".to_owned(),
            _ => "9".repeat(76 + dice.below(300)),
        };
        return;
    }
    let letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() + 1);
    let (before, after): (String, String) =
        (letters[..at].iter().collect(), letters[at..].iter().collect());
    *text = match dice.below(6) {
        0 => before,
        1 => after,
        2 => format!("{before}{}{after}", dice.pick(&['0', ',', ' ', '\u{7f}', '\0', '评', '"'])),
        3 => format!("{text}{text}"),
        4 => String::new(),
        _ => "x".repeat(dice.below(5_000)),
    };
}

fn change_list(items: &mut Vec<Node>, given: Option<Node>, dice: &mut Dice) {
    if items.is_empty() {
        items.extend(given);
        return;
    }
    let (at, other) = (dice.below(items.len()), dice.below(items.len()));
    match dice.below(6) {
        0 => {
            items.remove(at);
        }
        1 => items.insert(at, items[other].clone()),
        2 => items.swap(at, other),
        3 => items.reverse(),
        4 => items.truncate(at),
        _ => items.insert(at, given.unwrap_or(Node::Null)),
    }
}

fn change_fields(fields: &mut Vec<(String, Node)>, given: Option<Node>, dice: &mut Dice) {
    if fields.is_empty() {
        fields.push(("blank".to_owned(), given.unwrap_or(Node::Bool(true))));
        return;
    }
    let (at, other) = (dice.below(fields.len()), dice.below(fields.len()));
    match dice.below(7) {
        0 => {
            fields.remove(at);
        }
        1 => fields.insert(at, fields[other].clone()),
        2 => fields.swap(at, other),
        3 => {
            let value = fields[other].1.clone();
            fields[at].1 = value;
        }
        4 => fields[at].0.push('_'),
        5 => fields[at].1 = Node::Null,
        _ => fields.insert(at, ("extra".to_owned(), given.unwrap_or(Node::Null))),
    }
}

/// A changed archive: entries taken out, doubled, exchanged, or headers changed, with their sum
/// made right again or not.
pub fn archive(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const BLOCK: usize = 512;
    let mut bytes = bytes.to_owned();
    for _ in 0..=dice.below(2) {
        let blocks = bytes.len() / BLOCK;
        if blocks < 2 {
            change_bytes(&mut bytes, other, dice);
            continue;
        }
        let headers: Vec<usize> = (0..blocks)
            .filter(|block| bytes[block * BLOCK + 100..].starts_with(b"0000644"))
            .collect();
        let at = dice.below(blocks) * BLOCK;
        match dice.below(6) {
            0 => change_bytes(&mut bytes, other, dice),
            1 => bytes.truncate(at + dice.below(2) * 100),
            2 => {
                bytes.drain(at..at + BLOCK);
            }
            3 => {
                let block = bytes[at..at + BLOCK].to_owned();
                bytes.splice(at..at, block);
            }
            _ if headers.is_empty() => change_bytes(&mut bytes, other, dice),
            4 => {
                let header = *dice.pick(&headers) * BLOCK;
                let field = *dice.pick(&[0usize, 64, 100, 108, 124, 134, 136, 148, 156, 157, 300]);
                bytes[header + field] = *dice.pick(b"0178/\0 x\xff");
                if dice.one_in(2) {
                    checksum(&mut bytes[header..header + BLOCK]);
                }
            }
            _ => {
                // A whole entry taken out, doubled or put elsewhere.
                let index = dice.below(headers.len());
                let start = headers[index] * BLOCK;
                let end = headers.get(index + 1).map_or(bytes.len(), |next| next * BLOCK);
                let entry = bytes[start..end].to_owned();
                if dice.one_in(2) {
                    bytes.drain(start..end);
                }
                let to = (*dice.pick(&headers) * BLOCK).min(bytes.len());
                if dice.one_in(2) {
                    bytes.splice(to..to, entry);
                }
            }
        }
    }
    bytes
}

fn checksum(header: &mut [u8]) {
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}
