//! The ceremony in which n key holders make one key that any k of them can use (sections 3.1.1
//! and 4.5): nobody ever has the whole private key, not even for a moment.
//!
//! 1. Each holder draws a [`CeremonySecret`] and hands in a certificate.
//! 2. All see the list of [`Certificates`].
//! 3. Each hands in a polynomial: a piece for every other holder, sealed for that holder alone.
//! 4. [`Polynomials`] checks them and routes the pieces.
//! 5. Each holder checks the pieces and hands in the verification key that follows.
//! 6. [`Polynomials::conclude`] checks everything and writes the threshold parameters.
//!
//! Whoever routes the messages can stop the ceremony, but can neither read the pieces nor exchange
//! anything: all holders sign the same certificates.

use crate::canonical::{self, JsonError};
use crate::channel;
use crate::credential::random_base58;
use crate::group::{self, Element, GROUP_NAME};
use crate::proof::RawProof;
use crate::slip::SlipMistake;
use crate::threshold::{
    CertificateKeys, MAX_KEY_HOLDERS, RawCertKeys, RawCoefexps, RawContext, RawThreshold,
    RawVerificationKey, SignedMessage, ThresholdError, ThresholdHolders, agreement_message,
    check_agreement, check_certificate, check_certificates, check_coefexps, check_verification_key,
    evaluate_in_exponent, require_signature, sign_message,
};
use crate::trustee::{KeyHolderSecret, SecretError};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Characters of a seed: 22 of the Base58 alphabet, 128.9 bits.
const SEED_LENGTH: usize = 22;

/// Why a step of the ceremony is refused. Key holders are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// A published message is refused.
    #[error(transparent)]
    Published(#[from] ThresholdError),
    /// The size or the threshold or the place cannot be.
    #[error("a ceremony has up to {MAX_KEY_HOLDERS} holders, and a threshold among them")]
    Place,
    /// A secret file is not 22 characters of the Base58 alphabet.
    #[error("a ceremony secret has 22 digits and letters, without 0, O, I and l")]
    Seed,
    /// None of the certificates was made with this secret.
    #[error("none of the certificates was made with this secret")]
    NotAmongThem,
    /// A message cannot be opened, or was not meant for this holder or not signed by its sender.
    #[error("the sealed message of key holder {holder} cannot be opened")]
    Sealed {
        /// Who sent it.
        holder: usize,
    },
    /// A piece does not follow from what its sender published.
    #[error("the piece of key holder {holder} does not follow from the published polynomial")]
    Piece {
        /// Who sent it.
        holder: usize,
    },
    /// The own polynomial comes back changed.
    #[error("the own polynomial is not the one that was handed in")]
    OwnPolynomial,
    /// The key at the end cannot be used.
    #[error(transparent)]
    Key(#[from] SecretError),
}

impl From<JsonError> for CeremonyError {
    fn from(error: JsonError) -> Self {
        Self::Published(error.into())
    }
}

/// A place in a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CeremonyPlace {
    /// Number of the key holder, from 1.
    pub number: u32,
    /// How many open a box.
    pub threshold: u32,
    /// How many there are.
    pub size: u32,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct ChannelMessage {
    recipient: String,
    message: String,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct RawPolynomialSecret {
    polynomial: Vec<String>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct RawPiece {
    secret: String,
}

/// The specification does not say how the private key is written before it is sealed; the
/// independent tool writes this.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct RawDecryptionKey {
    decryption_key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolynomial {
    polynomial: String,
    secrets: Vec<String>,
    coefexps: SignedMessage,
    signature: RawProof,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    polynomial: String,
    secrets: Vec<String>,
    coefexps: Vec<SignedMessage>,
    signatures: Vec<RawProof>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutput {
    private_key: String,
    public_key: RawVerificationKey,
}

/// A key holder's secret of the ceremony, from which the keys for signing and sealing derive.
/// With the sealed key of [`Conclusion::sealed_keys`] it opens boxes. Wiped when dropped.
pub struct CeremonySecret(Zeroizing<String>);

impl std::fmt::Debug for CeremonySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CeremonySecret(..)")
    }
}

impl CeremonySecret {
    /// A fresh secret.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(SEED_LENGTH));
        (0..SEED_LENGTH).for_each(|_| text.push(random_base58(rng)));
        Self(text)
    }

    /// Reads the contents of a secret file; a final line break is allowed.
    pub fn parse(text: &str) -> Result<Self, CeremonyError> {
        let text = text.trim_end_matches(['\r', '\n']);
        let known = |byte: u8| crate::credential::BASE58.contains(&byte);
        if text.len() != SEED_LENGTH || !text.bytes().all(known) {
            return Err(CeremonyError::Seed);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The contents of a secret file.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The letters of the printed sheet: the number in Crockford's Base32 with two characters for
    /// checking, in four groups of seven (see the module on slips).
    pub fn letters(&self) -> Zeroizing<String> {
        crate::slip::seed_letters(&self.0)
    }

    /// Reads what was typed from the sheet.
    pub fn from_letters(typed: &str) -> Result<Self, SlipMistake> {
        crate::slip::read_seed_letters(typed).map(Self)
    }

    fn derive(&self, purpose: &str) -> Zeroizing<Scalar> {
        let text = Zeroizing::new(format!("{purpose}|{}", *self.0));
        Zeroizing::new(group::hash_to_scalar(text.as_bytes()))
    }

    fn signing_key(&self) -> Zeroizing<Scalar> {
        self.derive("sk")
    }

    fn opening_key(&self) -> Zeroizing<Scalar> {
        self.derive("dk")
    }

    /// Step 1: the certificate.
    pub fn certify<R: CryptoRng + ?Sized>(
        &self,
        place: CeremonyPlace,
        rng: &mut R,
    ) -> Result<Vec<u8>, CeremonyError> {
        let CeremonyPlace { number, threshold, size } = place;
        let fits = size as usize <= MAX_KEY_HOLDERS
            && (1..=size).contains(&threshold)
            && (1..=size).contains(&number);
        if !fits {
            return Err(CeremonyError::Place);
        }
        let group = GROUP_NAME.to_owned();
        let keys = RawCertKeys {
            context: RawContext { group, size, threshold, index: number },
            verification: public_key(&self.signing_key()).to_hex(),
            encryption: public_key(&self.opening_key()).to_hex(),
        };
        Ok(canonical::write(&sign(&self.signing_key(), &text_of(&keys), rng)))
    }

    /// Step 3: the polynomial, with a sealed piece for each holder.
    pub fn polynomial<R: CryptoRng + ?Sized>(
        &self,
        certificates: &Certificates,
        rng: &mut R,
    ) -> Result<Vec<u8>, CeremonyError> {
        let own = &certificates.keys[self.place(certificates)?];
        let key = self.signing_key();
        let coefficients: Zeroizing<Vec<Scalar>> = Zeroizing::new(
            (0..certificates.threshold).map(|_| group::random_scalar(rng)).collect(),
        );
        let points: Vec<EdwardsPoint> = coefficients.iter().map(EdwardsPoint::mul_base).collect();
        let coefexps: Vec<String> =
            Element::encode_all(&points).into_iter().map(Element::to_hex).collect();
        let kept = RawPolynomialSecret {
            polynomial: coefficients.iter().map(group::scalar_to_decimal).collect(),
        };
        let polynomial = send(&key, own.encryption, &text_of(&kept), rng)?;
        let piece = |(index, recipient): (usize, &CertificateKeys)| {
            let value = Zeroizing::new(evaluate(&coefficients, index + 1));
            let piece = RawPiece { secret: group::scalar_to_decimal(&value) };
            send(&key, recipient.encryption, &text_of(&piece), rng)
        };
        let secrets = certificates.keys.iter().enumerate().map(piece);
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        let agreement = agreement_message(&certificates.raw, &coefexps);
        let signature = sign_message(&key, &agreement, rng);
        let coefexps = sign(&key, &text_of(&RawCoefexps { coefexps }), rng);
        Ok(canonical::write(&RawPolynomial { polynomial, secrets, coefexps, signature }))
    }

    /// Step 5: checks what the others sent, and makes the verification key and the sealed private
    /// key that follow.
    pub fn conclude<R: CryptoRng + ?Sized>(
        &self,
        certificates: &Certificates,
        input: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, CeremonyError> {
        let index = self.place(certificates)?;
        let input: RawInput = canonical::read(input.trim_ascii_end())?;
        let points = certificates.check(&input.coefexps, &input.signatures)?;
        if input.secrets.len() != certificates.keys.len() {
            return Err(ThresholdError::Size.into());
        }
        self.require_own_polynomial(certificates, index, &input.polynomial, &points[index])?;
        let mut private = Zeroizing::new(Scalar::ZERO);
        for (sender, (sealed, points)) in input.secrets.iter().zip(&points).enumerate() {
            let holder = sender + 1;
            let text = self.receive(&certificates.keys[sender], sealed, holder)?;
            let piece: RawPiece = canonical::read(text.as_bytes())?;
            let value =
                group::parse_scalar(&piece.secret).map_err(|_| CeremonyError::Piece { holder })?;
            let value = Zeroizing::new(value);
            if EdwardsPoint::mul_base(&value) != evaluate_in_exponent(points, index + 1) {
                return Err(CeremonyError::Piece { holder });
            }
            *private += *value;
        }
        let raw = RawDecryptionKey { decryption_key: group::scalar_to_decimal(&private) };
        let secret = KeyHolderSecret::parse(&raw.decryption_key)?;
        let (pok, public_key) = secret.certify(rng).into_parts();
        let key = self.signing_key();
        let signature = sign_message(&key, &public_key, rng);
        let own = certificates.keys[index].encryption;
        let private_key = send(&key, own, &text_of(&raw), rng)?;
        let public_key = RawVerificationKey { pok, public_key, signature };
        Ok(canonical::write(&RawOutput { private_key, public_key }))
    }

    /// The private key with which this holder opens boxes, out of its sealed form.
    pub fn open_key(&self, sealed: &str) -> Result<KeyHolderSecret, CeremonyError> {
        let verification = EdwardsPoint::mul_base(&self.signing_key());
        let encryption = public_key(&self.opening_key());
        let own = CertificateKeys { verification, encryption };
        let text = self.receive(&own, sealed.trim_end_matches(['\r', '\n']), 0)?;
        let key: RawDecryptionKey = canonical::read(text.as_bytes())?;
        Ok(KeyHolderSecret::parse(&key.decryption_key)?)
    }

    /// Whether a certificate was made with this secret. Its signature is not checked again.
    pub fn made(&self, certificate: &[u8]) -> Result<bool, CeremonyError> {
        let signed: SignedMessage = canonical::read(certificate.trim_ascii_end())?;
        let keys: RawCertKeys = canonical::read(signed.message.as_bytes())?;
        let own = [self.signing_key(), self.opening_key()].map(|key| public_key(&key).to_hex());
        Ok([keys.verification, keys.encryption] == own)
    }

    fn place(&self, certificates: &Certificates) -> Result<usize, CeremonyError> {
        let own = EdwardsPoint::mul_base(&self.signing_key());
        let encryption = public_key(&self.opening_key());
        let mut keys = certificates.keys.iter();
        keys.position(|keys| keys.verification == own && keys.encryption == encryption)
            .ok_or(CeremonyError::NotAmongThem)
    }

    fn require_own_polynomial(
        &self,
        certificates: &Certificates,
        index: usize,
        sealed: &str,
        points: &[EdwardsPoint],
    ) -> Result<(), CeremonyError> {
        let text = self.receive(&certificates.keys[index], sealed, index + 1)?;
        let kept: RawPolynomialSecret = canonical::read(text.as_bytes())?;
        let same = |(text, point): (&String, &EdwardsPoint)| {
            group::parse_scalar(text).is_ok_and(|scalar| EdwardsPoint::mul_base(&scalar) == *point)
        };
        let all =
            kept.polynomial.len() == points.len() && kept.polynomial.iter().zip(points).all(same);
        if all { Ok(()) } else { Err(CeremonyError::OwnPolynomial) }
    }

    /// Opens a message, and sees that its sender meant it for this holder.
    fn receive(
        &self,
        sender: &CertificateKeys,
        sealed: &str,
        holder: usize,
    ) -> Result<Zeroizing<String>, CeremonyError> {
        let refused = || CeremonyError::Sealed { holder };
        let opened = channel::open(sealed.as_bytes(), &self.opening_key())?;
        let opened = opened.ok_or_else(refused)?;
        let mut signed: SignedMessage = canonical::read(&opened)?;
        require_signature(&signed.message, &signed.signature, &sender.verification, holder)
            .map_err(|_| refused())?;
        let channel: ChannelMessage = canonical::read(signed.message.as_bytes())?;
        signed.message.zeroize();
        if channel.recipient != public_key(&self.opening_key()).to_hex() {
            return Err(refused());
        }
        Ok(Zeroizing::new(channel.message.clone()))
    }
}

/// Step 2: the certificates of all holders, checked, in the order of their places.
#[derive(Debug, Clone)]
pub struct Certificates {
    raw: Vec<SignedMessage>,
    keys: Vec<CertificateKeys>,
    threshold: u32,
}

impl Certificates {
    /// Reads the certificates, one JSON structure each; final line breaks are allowed.
    pub fn parse(certificates: &[impl AsRef<[u8]>]) -> Result<Self, CeremonyError> {
        let read = |bytes: &[u8]| canonical::read::<SignedMessage>(bytes.trim_ascii_end());
        let raw = certificates.iter().map(|bytes| read(bytes.as_ref()));
        let raw = raw.collect::<Result<Vec<_>, _>>()?;
        let first = raw.first().ok_or(CeremonyError::Place)?;
        let first: RawCertKeys = canonical::read(first.message.as_bytes())?;
        let threshold = first.context.threshold;
        if raw.len() > MAX_KEY_HOLDERS || !(1..=raw.len()).contains(&(threshold as usize)) {
            return Err(CeremonyError::Place);
        }
        let keys = check_certificates(&raw, threshold)?;
        Ok(Self { raw, keys, threshold })
    }

    /// Checks one certificate by itself: the place it is for, and its signature.
    pub fn check_one(certificate: &[u8], place: CeremonyPlace) -> Result<(), CeremonyError> {
        let CeremonyPlace { number, threshold, size } = place;
        let signed: SignedMessage = canonical::read(certificate.trim_ascii_end())?;
        check_certificate(&signed, threshold, size, number as usize)?;
        Ok(())
    }

    /// Checks the polynomial of one holder, by number from 1, as far as somebody without a secret
    /// can.
    pub fn check_polynomial(&self, number: u32, polynomial: &[u8]) -> Result<(), CeremonyError> {
        let index = (number as usize).checked_sub(1).ok_or(CeremonyError::Place)?;
        let key = &self.keys.get(index).ok_or(CeremonyError::Place)?.verification;
        let sent: RawPolynomial = canonical::read(polynomial.trim_ascii_end())?;
        if sent.secrets.len() != self.keys.len() {
            return Err(ThresholdError::Size.into());
        }
        check_coefexps(&sent.coefexps, key, self.threshold, index + 1)?;
        check_agreement(&self.raw, &sent.coefexps, &sent.signature, key, index + 1)?;
        Ok(())
    }

    /// How many holders open a box.
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Checks what all holders published in step 3; the coefficients in the exponent.
    fn check(
        &self,
        coefexps: &[SignedMessage],
        signatures: &[RawProof],
    ) -> Result<Vec<Vec<EdwardsPoint>>, ThresholdError> {
        if coefexps.len() != self.keys.len() || signatures.len() != self.keys.len() {
            return Err(ThresholdError::Size);
        }
        let check = |(index, (coefexps, signature)): (usize, (&SignedMessage, &RawProof))| {
            let (key, holder) = (&self.keys[index].verification, index + 1);
            let points = check_coefexps(coefexps, key, self.threshold, holder)?;
            check_agreement(&self.raw, coefexps, signature, key, holder)?;
            Ok(points)
        };
        coefexps.iter().zip(signatures).enumerate().map(check).collect()
    }
}

/// Step 4: the polynomials of all holders, checked as far as somebody without a secret can.
#[derive(Debug, Clone)]
pub struct Polynomials {
    certificates: Certificates,
    raw: Vec<RawPolynomial>,
    points: Vec<Vec<EdwardsPoint>>,
}

/// What comes out of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// The threshold parameters, canonical JSON.
    pub parameters: Vec<u8>,
    /// The private key of each holder, sealed for that holder: public, and useless without the
    /// holder's [`CeremonySecret`].
    pub sealed_keys: Vec<String>,
}

impl Polynomials {
    /// Reads the polynomials in the order of the certificates.
    pub fn parse(
        certificates: Certificates,
        polynomials: &[impl AsRef<[u8]>],
    ) -> Result<Self, CeremonyError> {
        let read = |bytes: &[u8]| canonical::read::<RawPolynomial>(bytes.trim_ascii_end());
        let raw = polynomials.iter().map(|bytes| read(bytes.as_ref()));
        let raw = raw.collect::<Result<Vec<_>, _>>()?;
        if raw.iter().any(|polynomial| polynomial.secrets.len() != certificates.keys.len()) {
            return Err(ThresholdError::Size.into());
        }
        let (coefexps, signatures) = published(&raw);
        let points = certificates.check(&coefexps, &signatures)?;
        Ok(Self { certificates, raw, points })
    }

    /// What the holder with this number, from 1, needs for step 5.
    pub fn input(&self, number: u32) -> Result<Vec<u8>, CeremonyError> {
        let index = (number as usize).checked_sub(1).ok_or(CeremonyError::Place)?;
        let own = self.raw.get(index).ok_or(CeremonyError::Place)?;
        let (coefexps, signatures) = published(&self.raw);
        Ok(canonical::write(&RawInput {
            polynomial: own.polynomial.clone(),
            secrets: self.raw.iter().map(|sent| sent.secrets[index].clone()).collect(),
            coefexps,
            signatures,
        }))
    }

    /// Sees whether the outcome of one holder, by number from 1, follows from the polynomials.
    pub fn check_output(&self, number: u32, output: &[u8]) -> Result<(), CeremonyError> {
        self.read_output(number as usize, output).map(|_| ())
    }

    fn read_output(&self, holder: usize, output: &[u8]) -> Result<RawOutput, CeremonyError> {
        let index = holder.checked_sub(1).ok_or(CeremonyError::Place)?;
        let keys = self.certificates.keys.get(index).ok_or(CeremonyError::Place)?;
        let output: RawOutput = canonical::read(output.trim_ascii_end())?;
        check_verification_key(&output.public_key, &keys.verification, &self.points, holder)?;
        Ok(output)
    }

    /// Step 6: the outcome of all holders in order.
    pub fn conclude(&self, outputs: &[impl AsRef<[u8]>]) -> Result<Conclusion, CeremonyError> {
        if outputs.len() != self.raw.len() {
            return Err(ThresholdError::Size.into());
        }
        let read = |(index, output): (usize, &_)| {
            self.read_output(index + 1, AsRef::<[u8]>::as_ref(output))
        };
        let outputs = outputs.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let (coefexps, signatures) = published(&self.raw);
        let (sealed_keys, verification_keys) =
            outputs.into_iter().map(|output| (output.private_key, output.public_key)).unzip();
        let raw = RawThreshold {
            threshold: self.certificates.threshold,
            certs: self.certificates.raw.clone(),
            coefexps,
            signatures,
            verification_keys,
        };
        ThresholdHolders::check(&raw)?;
        Ok(Conclusion { parameters: canonical::write(&raw), sealed_keys })
    }
}

fn published(raw: &[RawPolynomial]) -> (Vec<SignedMessage>, Vec<RawProof>) {
    raw.iter().map(|sent| (sent.coefexps.clone(), sent.signature.clone())).unzip()
}

fn public_key(secret: &Scalar) -> Element {
    Element::encode(&EdwardsPoint::mul_base(secret))
}

fn evaluate(coefficients: &[Scalar], x: usize) -> Scalar {
    let x = Scalar::from(x as u64);
    coefficients.iter().rev().fold(Scalar::ZERO, |sum, coefficient| sum * x + coefficient)
}

fn text_of<T: Serialize>(value: &T) -> Zeroizing<String> {
    // The writer gives UTF-8.
    Zeroizing::new(String::from_utf8(canonical::write(value)).unwrap_or_default())
}

fn sign<R: CryptoRng + ?Sized>(key: &Scalar, message: &str, rng: &mut R) -> SignedMessage {
    SignedMessage { signature: sign_message(key, message, rng), message: message.to_owned() }
}

/// Signs a message and seals it for one recipient (section 4.5, channels).
fn send<R: CryptoRng + ?Sized>(
    key: &Scalar,
    recipient: Element,
    message: &str,
    rng: &mut R,
) -> Result<String, CeremonyError> {
    let channel = ChannelMessage { recipient: recipient.to_hex(), message: message.to_owned() };
    let mut signed = sign(key, &text_of(&channel), rng);
    let text = text_of(&signed);
    signed.message.zeroize();
    let point = recipient
        .decode_public_key()
        .map_err(|source| ThresholdError::Element { holder: 0, source })?;
    let sealed = channel::seal(text.as_bytes(), &point, rng).ok_or(CeremonyError::Place)?;
    // The writer gives UTF-8.
    Ok(String::from_utf8(sealed).unwrap_or_default())
}
