//! A key holder's file: the secret of the key ceremony in the standard age format under a
//! passphrase (`age-encryption.org/v1`, recipient `scrypt`). The browser writes and reads the same
//! (`key-file.ts`), and any other program for age opens it too.

use age::armor::ArmoredReader;
use age::scrypt::{Identity, Recipient};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor};
use gongping_app::key_holder::KeyFile;
use std::io::{BufReader, Read as _};
use zeroize::Zeroizing;

/// Fewest characters of a passphrase that a person thinks up.
const MIN_PASSPHRASE_LENGTH: usize = 12;
/// A key file has about 350 bytes; anything much larger is another file.
const MAX_BYTES: usize = 4096;
/// 2¹⁷ blocks of 1 kB: 128 MB for each guess.
const WORK_FACTOR: u8 = 17;
/// 1 GB: more than any program uses of itself.
const MAX_WORK_FACTOR: u8 = 20;
/// The letters of a passphrase drawn by the browser, six groups of four.
const DRAWN_LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DRAWN_LENGTH: usize = 24;
const DRAWN_GROUP: usize = 4;

/// Why a key file is not written or not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// The passphrase is short.
    #[error("口令至少 12 个字符 · a passphrase has at least 12 characters")]
    WeakPassphrase,
    /// The passphrase is another one.
    #[error("口令不对 · the passphrase is another one")]
    Passphrase,
    /// Not a key file under a passphrase, or damaged.
    #[error("不是密钥文件，或已损坏 · no key file, or damaged")]
    NotAKeyFile,
    /// The machine does not encrypt.
    #[error(transparent)]
    Encrypt(Box<age::EncryptError>),
}

/// The bytes of a file under a passphrase; takes about a second.
pub(crate) fn seal(file: &KeyFile, passphrase: &str) -> Result<Vec<u8>, KeyFileError> {
    seal_with(file, passphrase, WORK_FACTOR)
}

fn seal_with(file: &KeyFile, passphrase: &str, work_factor: u8) -> Result<Vec<u8>, KeyFileError> {
    let passphrase = as_used(passphrase);
    if passphrase.chars().count() < MIN_PASSPHRASE_LENGTH {
        return Err(KeyFileError::WeakPassphrase);
    }
    let mut recipient = Recipient::new(SecretString::from(passphrase.as_str()));
    recipient.set_work_factor(work_factor);
    age::encrypt(&recipient, file.to_json().as_bytes())
        .map_err(|error| KeyFileError::Encrypt(Box::new(error)))
}

/// Reads a file, armored or not; takes as long as writing it. The files of a practice province are
/// under no passphrase, which is then not asked for.
pub(crate) fn open<E: From<KeyFileError>>(
    bytes: &[u8],
    passphrase: impl FnOnce() -> Result<Zeroizing<String>, E>,
) -> Result<KeyFile, E> {
    let damaged = |_| KeyFileError::NotAKeyFile;
    if bytes.len() > MAX_BYTES {
        return Err(KeyFileError::NotAKeyFile.into());
    }
    if let Some(file) = KeyFile::parse(bytes) {
        return Ok(file);
    }
    let reader = ArmoredReader::new(bytes.trim_ascii_start());
    let decryptor = Decryptor::new_buffered(BufReader::new(reader)).map_err(damaged)?;
    if !decryptor.is_scrypt() {
        return Err(KeyFileError::NotAKeyFile.into());
    }
    let mut identity = Identity::new(SecretString::from(as_used(&passphrase()?).as_str()));
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let identities = std::iter::once(&identity as &dyn age::Identity);
    let mut stream = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            KeyFileError::Passphrase
        }
        _ => KeyFileError::NotAKeyFile,
    })?;
    // No larger than the file, so that the text need not move and leave a copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    stream.read_to_end(&mut plain).map_err(|_| KeyFileError::NotAKeyFile)?;
    let file = KeyFile::parse(&plain).filter(|file| file.secret().is_ok());
    Ok(file.ok_or(KeyFileError::NotAKeyFile)?)
}

/// Spaces around do not count, and a drawn passphrase may be typed in any groups and any case.
fn as_used(passphrase: &str) -> Zeroizing<String> {
    let trimmed = passphrase.trim();
    let mut letters = Zeroizing::new(String::with_capacity(trimmed.len()));
    letters.extend(trimmed.chars().filter(|character| !matches!(character, ' ' | '-')));
    letters.make_ascii_uppercase();
    let is_drawn =
        letters.len() == DRAWN_LENGTH && letters.chars().all(|c| DRAWN_LETTERS.contains(c));
    if !is_drawn {
        return Zeroizing::new(trimmed.to_owned());
    }
    let mut grouped = Zeroizing::new(String::with_capacity(2 * DRAWN_LENGTH));
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % DRAWN_GROUP == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use gongping_appraisal::{AppraisalId, KeySeat};
    use gongping_seal::CeremonySecret;
    use std::path::Path;

    /// Enough to go through all steps.
    const QUICK: u8 = 4;
    const PASSPHRASE: &str = "correct horse battery";
    const SECRET: &str = "2uWq6sRcR5fR4EXmW8Ay8G";

    fn file() -> KeyFile {
        let appraisal = AppraisalId::parse("2026-360000-LSB").unwrap();
        KeyFile::new(appraisal, KeySeat::Conduct, &CeremonySecret::parse(SECRET).unwrap())
    }

    fn opened(bytes: &[u8], passphrase: &str) -> Result<KeyFile, KeyFileError> {
        open(bytes, || Ok(Zeroizing::new(passphrase.to_owned())))
    }

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/key-file")
    }

    fn refusal(bytes: &[u8], passphrase: &str) -> KeyFileError {
        opened(bytes, passphrase).err().expect("a damaged file was opened")
    }

    #[test]
    fn what_the_browser_wrote_is_read_here() {
        // `GONGPING_WRITE_SAMPLES` writes the other one anew, which the browser's tests read.
        if std::env::var_os("GONGPING_WRITE_SAMPLES").is_some() {
            let bytes = seal_with(&file(), PASSPHRASE, 10).unwrap();
            std::fs::write(folder().join("crate.age"), bytes).unwrap();
        }
        for name in ["browser.age", "crate.age"] {
            let bytes = std::fs::read(folder().join(name)).unwrap();
            let opened = opened(&bytes, PASSPHRASE).unwrap();
            assert_eq!(opened.appraisal.as_str(), "2026-360000-LSB");
            assert_eq!(opened.seat, KeySeat::Conduct);
            assert_eq!(opened.secret().unwrap().reveal(), SECRET);
        }
    }

    #[test]
    fn it_is_refused_with_the_reason() {
        let bytes = seal_with(&file(), PASSPHRASE, QUICK).unwrap();
        assert_eq!(opened(&bytes, PASSPHRASE).unwrap().secret().unwrap().reveal(), SECRET);
        assert!(matches!(refusal(&bytes, "another passphrase"), KeyFileError::Passphrase));
        assert!(matches!(
            seal_with(&file(), "eleven char", QUICK),
            Err(KeyFileError::WeakPassphrase)
        ));
        let mut flipped = bytes.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let mut recipient = Recipient::new(SecretString::from(PASSPHRASE));
        recipient.set_work_factor(QUICK);
        let of = |text: &str| age::encrypt(&recipient, text.as_bytes()).unwrap();
        let good = format!(
            r#"{{"gongping":"key-holder","version":1,"appraisal":"2026-360000-LSB","seat":"office","secret":"{SECRET}"}}"#
        );
        assert!(opened(&of(&good), PASSPHRASE).is_ok());
        let other = |old: &str, new: &str| {
            assert!(good.contains(old));
            of(&good.replace(old, new))
        };
        for damaged in [
            flipped,
            bytes[..100].to_vec(),
            bytes[..bytes.len() - 1].to_vec(),
            Vec::new(),
            vec![b'a'; MAX_BYTES + 1],
            b"-----BEGIN AGE ENCRYPTED FILE-----\n!".to_vec(),
            of("{}"),
            other("\"version\":1", "\"version\":2"),
            other("key-holder", "key"),
            other(SECRET, "short"),
        ] {
            assert!(matches!(refusal(&damaged, PASSPHRASE), KeyFileError::NotAKeyFile));
        }
        let key = age::x25519::Identity::generate().to_public();
        let to_a_key = age::encrypt(&key, b"{}").unwrap();
        assert!(matches!(refusal(&to_a_key, PASSPHRASE), KeyFileError::NotAKeyFile));
    }

    #[test]
    fn it_may_be_armored() {
        let mut recipient = Recipient::new(SecretString::from(PASSPHRASE));
        recipient.set_work_factor(QUICK);
        let plain = format!(
            r#"{{"gongping":"key-holder","version":1,"appraisal":"2026-360000-LSB","seat":"office","secret":"{SECRET}"}}"#
        );
        let text = age::encrypt_and_armor(&recipient, plain.as_bytes()).unwrap();
        let opened = opened(format!("\n{text}\n").as_bytes(), PASSPHRASE).unwrap();
        assert_eq!(opened.secret().unwrap().reveal(), SECRET);
    }

    #[test]
    fn a_drawn_passphrase_is_taken_in_any_case_and_groups() {
        let drawn = "0FDR-S9P3-2YB1-16EM-S340-DHDX";
        for typed in
            [drawn, &drawn.to_lowercase(), &drawn.replace('-', " "), " 0fdrs9p32yb116ems340dhdx\n"]
        {
            assert_eq!(*as_used(typed), drawn);
        }
        assert_eq!(*as_used(" correct horse "), "correct horse");
        assert_eq!(*as_used("0FDR-S9P3-2YB1-16EM-S340-DHDU"), "0FDR-S9P3-2YB1-16EM-S340-DHDU");
    }
}
