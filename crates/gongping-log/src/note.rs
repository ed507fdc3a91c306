//! Signed notes (C2SP signed-note) with Ed25519 keys (signature type `0x01`).
//!
//! A note is a text, an empty line, and one line `— <key name> <base64>` for each signature.
//! Signatures of unknown keys are kept and ignored, so witnesses can add theirs later.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// Signature type of plain Ed25519 notes.
const ED25519: u8 = 0x01;
/// More signatures than this are refused before any is checked. The specification asks for at
/// least 16.
const MAX_SIGNATURES: usize = 100;
const SECRET_PREFIX: &str = "PRIVATE+KEY+";
const LINE_PREFIX: &str = "— ";

/// Name of a key: not empty, without spaces, `+` and control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// Whom to believe: a name and an Ed25519 public key. Written as a *vkey*,
/// `name+hash+base64(0x01 ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: u32,
    key: VerifyingKey,
}

/// A name and an Ed25519 secret key. Never shown by `Debug`; wiped from memory when dropped.
pub struct SignerKey {
    key: SigningKey,
    verifier: VerifierKey,
}

/// One signature line, of whatever type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: KeyName,
    /// Number that, with the name, tells keys apart.
    pub key_id: u32,
    /// The signature without the key number; at least one byte.
    pub signature: Vec<u8>,
}

/// A note as written: **nothing in it has been checked**. Call [`SignedNote::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A note that at least one known key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedNote {
    /// The signed text, with its final newline.
    pub text: String,
    /// Known keys whose signatures hold, in the order of the note, each once.
    pub signers: Vec<KeyName>,
    /// Number of signatures by keys that were not given; they prove nothing.
    pub unknown_count: usize,
}

/// Why a note or key is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// A key name is empty or has a space, `+` or control character.
    #[error("not a key name: {name:?}")]
    KeyName {
        /// The refused name.
        name: String,
    },
    /// Not `name+hash+base64`, or not the canonical form of it.
    #[error("the key is not written as name+hash+base64")]
    KeyForm,
    /// The key is of another type than Ed25519.
    #[error("the key has type {found:#04x}; only Ed25519 (0x01) is supported")]
    KeyType {
        /// Type byte of the key.
        found: u8,
    },
    /// The hash in the written key is not that of its name and bytes.
    #[error("the hash written in the key is {claimed:08x}, its content has {computed:08x}")]
    KeyHash {
        /// Hash as written.
        claimed: u32,
        /// Hash of name and key.
        computed: u32,
    },
    /// The public key is not a point of the curve, or one of small order.
    #[error("the public key is not usable")]
    KeyPoint,
    /// Two of the given keys share name and number, so a signature cannot be attributed.
    #[error("two of the given keys are named {name} with the same hash")]
    AmbiguousKey {
        /// The shared name.
        name: String,
    },
    /// The text does not end in a newline, or has a control character.
    #[error("a note text ends in a newline and has no control characters")]
    Text,
    /// No empty line followed by signature lines, or a broken signature line.
    #[error("the signatures of the note are malformed")]
    Form,
    /// More than 100 signatures.
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The signature of a known key does not hold: the note was altered or forged.
    #[error("the signature of {name} does not hold")]
    BadSignature {
        /// Name of the key.
        name: String,
    },
    /// None of the given keys signed the note.
    #[error("none of the known keys signed the note")]
    NoKnownSignature,
}

impl KeyName {
    /// Checks a name.
    pub fn parse(name: &str) -> Result<Self, NoteError> {
        let refused = |c: char| c == '+' || c.is_whitespace() || c.is_control();
        if name.is_empty() || name.contains(refused) {
            return Err(NoteError::KeyName { name: name.to_owned() });
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VerifierKey {
    fn new(name: KeyName, key: VerifyingKey) -> Self {
        let id = key_id(&name, key.as_bytes());
        Self { name, id, key }
    }

    /// Name of the key.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// First 32 bits of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)`.
    pub fn id(&self) -> u32 {
        self.id
    }

    fn made(&self, signature: &NoteSignature) -> bool {
        self.id == signature.key_id && self.name == signature.name
    }
}

impl SignerKey {
    /// The key pair of a 32-byte seed, which must come from a cryptographic generator.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key());
        Self { key, verifier }
    }

    /// Reads `PRIVATE+KEY+name+hash+base64(0x01 ‖ seed)`.
    pub fn parse_secret(text: &str) -> Result<Self, NoteError> {
        let text = text.strip_prefix(SECRET_PREFIX).ok_or(NoteError::KeyForm)?;
        let (name, claimed, seed) = split_key(text)?;
        let signer = Self::from_seed(name, &seed);
        expect_key_hash(claimed, signer.verifier.id)?;
        Ok(signer)
    }

    /// Writes the form that [`SignerKey::parse_secret`] reads. Keep it as secret as the key.
    pub fn to_secret(&self) -> String {
        let VerifierKey { name, id, .. } = &self.verifier;
        format!("{SECRET_PREFIX}{name}+{id:08x}+{}", encode_key(self.key.as_bytes()))
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.verifier.name.clone(),
            key_id: self.verifier.id,
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl SignedNote {
    /// Signs `text` with each key. The text must end in a newline, without other control
    /// characters.
    pub fn sign(text: &str, keys: &[&SignerKey]) -> Result<Self, NoteError> {
        check_text(text)?;
        let signatures = keys.iter().map(|key| key.sign(text)).collect();
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Reads a note without checking any signature.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        // The last empty line parts them: the text may have empty lines of its own.
        let split = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let (text, lines) = (&note[..split + 1], &note[split + 2..]);
        check_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text. Do not act on it before [`SignedNote::verify`].
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signatures, known or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature that was made elsewhere over the same text, as by a witness. Adding what
    /// is there already changes nothing.
    pub fn add(&mut self, signature: NoteSignature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// Accepts the note if a known key signed it, and no signature of a known key is wrong.
    pub fn verify(&self, known: &[VerifierKey]) -> Result<OpenedNote, NoteError> {
        let mut signers: Vec<KeyName> = Vec::new();
        let mut unknown_count = 0;
        for signature in &self.signatures {
            let mut candidates = known.iter().filter(|key| key.made(signature));
            let Some(key) = candidates.next() else {
                unknown_count += 1;
                continue;
            };
            let name = || key.name.to_string();
            if candidates.any(|other| other != key) {
                return Err(NoteError::AmbiguousKey { name: name() });
            }
            let bad = || NoteError::BadSignature { name: name() };
            let made = Signature::from_slice(&signature.signature).map_err(|_| bad())?;
            // Strict: no small-order points and no other spelling of the same signature.
            key.key.verify_strict(self.text.as_bytes(), &made).map_err(|_| bad())?;
            if !signers.contains(&key.name) {
                signers.push(key.name.clone());
            }
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownSignature);
        }
        Ok(OpenedNote { text: self.text.clone(), signers, unknown_count })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id.to_be_bytes()[..], &self.signature].concat();
        write!(f, "{LINE_PREFIX}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for NoteSignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let line = line.strip_prefix(LINE_PREFIX).ok_or(NoteError::Form)?;
        let (name, base64) = line.split_once(' ').ok_or(NoteError::Form)?;
        let bytes = STANDARD.decode(base64).map_err(|_| NoteError::Form)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Form)?;
        if signature.is_empty() {
            return Err(NoteError::Form);
        }
        Ok(Self {
            name: KeyName::parse(name)?,
            key_id: u32::from_be_bytes(*id),
            signature: signature.to_vec(),
        })
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id, encode_key(self.key.as_bytes()))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, claimed, bytes) = split_key(text)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoteError::KeyPoint)?;
        if key.is_weak() {
            return Err(NoteError::KeyPoint);
        }
        let verifier = Self::new(name, key);
        expect_key_hash(claimed, verifier.id)?;
        Ok(verifier)
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let control = |c: char| c < ' ' && c != '\n';
    if !text.ends_with('\n') || text.contains(control) { Err(NoteError::Text) } else { Ok(()) }
}

fn key_id(name: &KeyName, public: &[u8; 32]) -> u32 {
    let mut sha = Sha256::new();
    sha.update(name.as_str());
    sha.update([b'\n', ED25519]);
    sha.update(public);
    let digest: [u8; 32] = sha.finalize().into();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

fn expect_key_hash(claimed: u32, computed: u32) -> Result<(), NoteError> {
    if claimed == computed { Ok(()) } else { Err(NoteError::KeyHash { claimed, computed }) }
}

fn encode_key(bytes: &[u8; 32]) -> String {
    STANDARD.encode([&[ED25519][..], bytes].concat())
}

/// Parts `name+hash+base64`; only the base64 may contain further `+`.
fn split_key(text: &str) -> Result<(KeyName, u32, [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(hash), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::KeyForm);
    };
    let lowercase_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if hash.len() != 8 || !hash.bytes().all(lowercase_hex) {
        return Err(NoteError::KeyForm);
    }
    let claimed = u32::from_str_radix(hash, 16).map_err(|_| NoteError::KeyForm)?;
    let bytes = STANDARD.decode(base64).map_err(|_| NoteError::KeyForm)?;
    let (&found, key) = bytes.split_first().ok_or(NoteError::KeyForm)?;
    if found != ED25519 {
        return Err(NoteError::KeyType { found });
    }
    let key = key.try_into().map_err(|_| NoteError::KeyForm)?;
    Ok((KeyName::parse(name)?, claimed, key))
}
