//! What can be seen of an age file without any key (age-encryption.org/v1): that it is one, and to
//! how many people it is sealed.

use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Most bytes of a header: a stanza has some 100.
const MOST_HEADER_BYTES: usize = 64 * 1024;
const INTRODUCTION: &str = "age-encryption.org/v1";

/// Checks that `text` is the base64 of an age file sealed to exactly so many X25519 recipients.
/// To whom, only they can tell; an open text, or one under a passphrase, never gets in.
pub(super) fn check(text: &str, recipients: usize, most_bytes: usize) -> Result<(), Refusal> {
    let sealed = text.len() <= most_bytes
        && STANDARD.decode(text).is_ok_and(|bytes| sealed_to(&bytes) == Some(recipients));
    if sealed { Ok(()) } else { Err(Refusal::input("opinion-sealed", &[])) }
}

/// How many X25519 recipients an age file has; `None` if it is none, or has other ones.
fn sealed_to(bytes: &[u8]) -> Option<usize> {
    let header = &bytes[..bytes.len().min(MOST_HEADER_BYTES)];
    let mut lines = header.split(|byte| *byte == b'\n').map(std::str::from_utf8);
    if lines.next()?.ok()? != INTRODUCTION {
        return None;
    }
    let mut count = 0;
    loop {
        let line = lines.next()?.ok()?;
        if line.starts_with("--- ") {
            return Some(count);
        }
        // A stanza's body follows its first line; stanzas that mean nothing are allowed for.
        match line.strip_prefix("-> ") {
            Some(stanza) if stanza.starts_with("X25519 ") => count += 1,
            Some(stanza) if stanza.split(' ').next()?.ends_with("-grease") => {}
            Some(_) => return None,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sealed_to;

    #[test]
    fn only_files_for_keys_are_sealed() {
        let file = |stanzas: &str| format!("age-encryption.org/v1\n{stanzas}--- bWFj\n\u{1}text");
        let to = "-> X25519 c2hhcmU\nYm9keQ\n";
        assert_eq!(sealed_to(file(&to.repeat(2)).as_bytes()), Some(2));
        let greased = format!("{to}-> x9-grease a b\nYQ\n");
        assert_eq!(sealed_to(file(&greased).as_bytes()), Some(1));
        for open in ["", "张三 13800000000", "age-encryption.org/v1\n", "age-encryption.org/v1"] {
            assert_eq!(sealed_to(open.as_bytes()), None, "{open}");
        }
        assert_eq!(sealed_to(file("-> scrypt c2FsdA 10\nYg\n").as_bytes()), None);
    }
}
