/**
 * What a key holder computes in the ceremony in which n key holders make one key that any k of
 * them can use (specification 3.1.1 and 4.5). The server routes the messages and concludes; it can
 * stop the ceremony, but neither read a piece nor exchange anything unnoticed.
 *
 * All texts are the compact JSON of the specification, byte for byte: signatures are over them.
 */
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  type Element,
  GENERATOR,
  elementToHex,
  elementsToHex,
  generatorPower,
  parseElement,
  power,
} from "./element.ts";
import {
  GROUP_NAME,
  MalformedError,
  type RandomSource,
  hashToScalar,
  parseScalar,
  randomScalar,
  reduce,
  sha256Hex,
  systemRandom,
} from "./group.ts";
import { generateSeed, isSeed } from "./seed.ts";
import { certifyKey } from "./trustee.ts";

/** Most key holders who share one key. */
export const MAX_KEY_HOLDERS = 100;

const ALGORITHM = "AES-GCM";

/** A place in a ceremony. */
export interface CeremonyPlace {
  /** Number of the key holder, from 1. */
  readonly number: number;
  /** How many open a box. */
  readonly threshold: number;
  /** How many there are. */
  readonly size: number;
}

/** Why a step of the ceremony is refused; a stable word for each. */
export type CeremonyRefusal =
  /** The number, the threshold or the size cannot be. */
  | "place"
  /** Not 22 characters of the Base58 alphabet. */
  | "secret"
  /** None of the certificates was made with this secret. */
  | "not-among-them"
  /** A text is not the structure it should be, in its one canonical form. */
  | "malformed"
  /** Lists have other lengths than there are holders or coefficients. */
  | "size"
  /** A certificate was made for another ceremony or place. */
  | "context"
  /** A signature does not hold. */
  | "signature"
  /** The holder signed other certificates or other coefficients. */
  | "agreement"
  /** A sealed message cannot be opened, or was not meant for this holder by its sender. */
  | "sealed"
  /** A piece does not follow from what its sender published. */
  | "piece"
  /** The own polynomial came back changed. */
  | "own-polynomial"
  /** The key at the end is zero. */
  | "key";

/** A refused message; `holder` is the number, from 1, of the key holder it came from. */
export class CeremonyError extends Error {
  /**
   * @param reason why
   * @param holder whose message it was; undefined when it was nobody's in particular
   */
  constructor(
    readonly reason: CeremonyRefusal,
    readonly holder?: number,
  ) {
    super(holder === undefined ? reason : `${reason}: key holder ${holder}`);
    this.name = "CeremonyError";
  }
}

interface Proof {
  readonly challenge: string;
  readonly response: string;
}

interface SignedMessage {
  readonly message: string;
  readonly signature: Proof;
}

/** The two public keys of one certificate. */
interface Keys {
  readonly verification: Element;
  readonly encryption: string;
  readonly encryptionPoint: Element;
}

/** All certificates, checked, in the order of their places. */
interface Certificates {
  readonly raw: readonly SignedMessage[];
  readonly keys: readonly Keys[];
  readonly threshold: number;
}

/** A fresh secret: 22 uniform Base58 characters, 128.9 bits. Everything else derives from it. */
export function newSecret(random: RandomSource = systemRandom): string {
  return generateSeed(random);
}

/** Whether a text can be a ceremony secret. */
export function isSecret(text: string): boolean {
  return isSeed(text);
}

/**
 * Step 1: the certificate with which a holder takes a place.
 *
 * @returns the structure `cert`, to be handed in
 * @throws CeremonyError `secret` or `place`
 */
export function certify(
  secret: string,
  place: CeremonyPlace,
  random: RandomSource = systemRandom,
): string {
  const { number, threshold, size } = place;
  const among = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= size;
  if (!(size <= MAX_KEY_HOLDERS) || !among(threshold) || !among(number)) {
    throw new CeremonyError("place");
  }
  const own = ownKeys(secret);
  const message = JSON.stringify({
    context: { group: GROUP_NAME, size, threshold, index: number },
    verification: elementToHex(own.verification),
    encryption: own.encryption,
  });
  return JSON.stringify(sign(own.signing, message, random));
}

/**
 * The number, from 1, of the certificate that was made with this secret, if there is one.
 *
 * @throws CeremonyError when a certificate does not hold
 */
export function ownPlace(secret: string, certificates: readonly string[]): number | undefined {
  const index = indexOf(ownKeys(secret), readCertificates(certificates));
  return index < 0 ? undefined : index + 1;
}

/**
 * Step 3: the polynomial, with a piece for every holder, sealed for that holder alone.
 *
 * @param certificates those of all holders in order
 * @returns the structure `polynomial`, to be handed in
 * @throws CeremonyError when a certificate does not hold or none is one's own
 */
export async function polynomial(
  secret: string,
  certificates: readonly string[],
  random: RandomSource = systemRandom,
): Promise<string> {
  const all = readCertificates(certificates);
  const own = ownKeys(secret);
  const place = all.keys[requirePlace(own, all)] as Keys;
  const coefficients = Array.from({ length: all.threshold }, () => randomScalar(random));
  const coefexps = elementsToHex(coefficients.map((value) => generatorPower(value)));
  const kept = JSON.stringify({ polynomial: coefficients.map(String) });
  const secrets: string[] = [];
  for (const [index, recipient] of all.keys.entries()) {
    const piece = JSON.stringify({ secret: evaluate(coefficients, index + 1).toString() });
    secrets.push(await send(own.signing, recipient, piece, random));
  }
  return JSON.stringify({
    polynomial: await send(own.signing, place, kept, random),
    secrets,
    coefexps: sign(own.signing, JSON.stringify({ coefexps }), random),
    signature: signature(own.signing, agreement(all.raw, coefexps), random),
  });
}

/**
 * Step 5: checks what all others sent, and makes the verification key and the sealed private key
 * that follow.
 *
 * @param certificates those of all holders in order
 * @param input the structure `vinput` for this holder
 * @returns the structure `voutput`, to be handed in
 * @throws CeremonyError with the number of the holder whose message does not hold
 */
export async function conclude(
  secret: string,
  certificates: readonly string[],
  input: string,
  random: RandomSource = systemRandom,
): Promise<string> {
  const all = readCertificates(certificates);
  const own = ownKeys(secret);
  const index = requirePlace(own, all);
  const place = all.keys[index] as Keys;
  const raw = read(input, ["polynomial", "secrets", "coefexps", "signatures"]);
  const [secrets, coefexps, signatures] = [raw["secrets"], raw["coefexps"], raw["signatures"]];
  if (!Array.isArray(secrets) || !Array.isArray(coefexps) || !Array.isArray(signatures)) {
    throw new CeremonyError("malformed");
  }
  const lengths = [secrets.length, coefexps.length, signatures.length];
  if (lengths.some((length) => length !== all.keys.length)) throw new CeremonyError("size");
  const points = all.keys.map(({ verification }, i) =>
    publishedPoints(all, verification, coefexps[i], signatures[i], i + 1),
  );
  const kept = await receive(own, place.verification, raw["polynomial"], index + 1);
  requireOwnPolynomial(kept, points[index] as Element[]);

  let key = 0n;
  for (const [sender, { verification }] of all.keys.entries()) {
    const holder = sender + 1;
    const text = await receive(own, verification, secrets[sender], holder);
    const piece = attempt("piece", holder, () => parseScalar(read(text, ["secret"])["secret"]));
    const expected = evaluateInExponent(points[sender] as Element[], index + 1);
    if (!generatorPower(piece).equals(expected)) {
      throw new CeremonyError("piece", holder);
    }
    key = reduce(key + piece);
  }
  if (key === 0n) throw new CeremonyError("key");
  const { pok, publicKey } = certifyKey(key, random);
  const sealed = JSON.stringify({ decryption_key: key.toString() });
  return JSON.stringify({
    private_key: await send(own.signing, place, sealed, random),
    public_key: {
      pok,
      public_key: publicKey,
      signature: signature(own.signing, publicKey, random),
    },
  });
}

/**
 * The private key with which this holder opens boxes, out of its sealed form.
 *
 * @param sealedKey `private_key` of the holder's own `voutput`
 * @throws CeremonyError `sealed` when it is not this holder's, `malformed` when it is no message
 */
export async function openKey(secret: string, sealedKey: string): Promise<bigint> {
  const own = ownKeys(secret);
  const text = await receive(own, own.verification, sealedKey.trimEnd());
  const key = attempt("malformed", undefined, () =>
    parseScalar(read(text, ["decryption_key"])["decryption_key"]),
  );
  if (key === 0n) throw new CeremonyError("key");
  return key;
}

interface OwnKeys extends Keys {
  readonly signing: bigint;
  readonly opening: bigint;
}

function ownKeys(secret: string): OwnKeys {
  if (!isSeed(secret)) throw new CeremonyError("secret");
  const signing = hashToScalar(`sk|${secret}`);
  const opening = hashToScalar(`dk|${secret}`);
  const encryptionPoint = generatorPower(opening);
  return {
    signing,
    opening,
    verification: generatorPower(signing),
    encryption: elementToHex(encryptionPoint),
    encryptionPoint,
  };
}

function indexOf(own: OwnKeys, all: Certificates): number {
  return all.keys.findIndex(
    ({ verification, encryption }) =>
      encryption === own.encryption && verification.equals(own.verification),
  );
}

function requirePlace(own: OwnKeys, all: Certificates): number {
  const index = indexOf(own, all);
  if (index < 0) throw new CeremonyError("not-among-them");
  return index;
}

/**
 * Reads certificates and checks that each was made for its place in a ceremony of this size and
 * threshold and was signed with the key that it names.
 */
function readCertificates(texts: readonly string[]): Certificates {
  if (texts.length < 1 || texts.length > MAX_KEY_HOLDERS) throw new CeremonyError("place");
  let threshold: unknown;
  const raw: SignedMessage[] = [];
  const keys = texts.map((text, index): Keys => {
    const holder = index + 1;
    const signed = signedMessage(read(text, ["message", "signature"], holder), holder);
    raw.push(signed);
    const cert = read(signed.message, ["context", "verification", "encryption"], holder);
    threshold ??= (cert["context"] as { threshold?: unknown } | null)?.threshold;
    const context = { group: GROUP_NAME, size: texts.length, threshold, index: holder };
    if (JSON.stringify(cert["context"]) !== JSON.stringify(context)) {
      throw new CeremonyError("context", holder);
    }
    const verification = publicKey(cert["verification"], holder);
    const encryptionPoint = publicKey(cert["encryption"], holder);
    requireSignature(signed.message, signed.signature, verification, holder);
    return { verification, encryptionPoint, encryption: String(cert["encryption"]) };
  });
  if (typeof threshold !== "number" || !Number.isInteger(threshold)) {
    throw new CeremonyError("place");
  }
  if (threshold < 1 || threshold > texts.length) throw new CeremonyError("place");
  return { raw, keys, threshold };
}

/** Checks what one holder published in step 3; g to the coefficients. */
function publishedPoints(
  all: Certificates,
  verification: Element,
  coefexps: unknown,
  agreed: unknown,
  holder: number,
): Element[] {
  const signed = signedMessage(coefexps, holder);
  requireSignature(signed.message, signed.signature, verification, holder);
  const texts = read(signed.message, ["coefexps"], holder)["coefexps"];
  if (!Array.isArray(texts)) throw new CeremonyError("malformed", holder);
  if (texts.length !== all.threshold) throw new CeremonyError("size", holder);
  const points = texts.map((text) => attempt("malformed", holder, () => parseElement(text)));
  if (!holds(agreement(all.raw, texts), asProof(agreed, holder), verification, holder)) {
    throw new CeremonyError("agreement", holder);
  }
  return points;
}

function requireOwnPolynomial(text: string, points: readonly Element[]): void {
  const values = read(text, ["polynomial"])["polynomial"];
  const same =
    Array.isArray(values) &&
    values.length === points.length &&
    points.every((point, i) => {
      const value = attempt("own-polynomial", undefined, () => parseScalar(values[i]));
      return generatorPower(value).equals(point);
    });
  if (!same) throw new CeremonyError("own-polynomial");
}

/** The text that every holder signs to agree to the certificates and the own coefficients. */
function agreement(certs: readonly SignedMessage[], coefexps: readonly string[]): string {
  return `certs_sig|${JSON.stringify({ certs, coefexps })}`;
}

/** The value of a polynomial, by Horner's rule. */
function evaluate(coefficients: readonly bigint[], x: number): bigint {
  return coefficients.reduceRight((sum, value) => reduce(sum * BigInt(x) + value), 0n);
}

/** g to the value of a polynomial, from g to its coefficients. */
function evaluateInExponent(points: readonly Element[], x: number): Element {
  const start = GENERATOR.multiplyUnsafe(0n);
  return points.reduceRight((sum, point) => sum.multiplyUnsafe(BigInt(x)).add(point), start);
}

/** A Schnorr signature over a text. */
function signature(key: bigint, message: string, random: RandomSource): Proof {
  const w = randomScalar(random);
  const challenge = signatureChallenge(message, generatorPower(w));
  const response = reduce(w - key * challenge);
  return { challenge: challenge.toString(), response: response.toString() };
}

function sign(key: bigint, message: string, random: RandomSource): SignedMessage {
  return { message, signature: signature(key, message, random) };
}

function signatureChallenge(message: string, commitment: Element): bigint {
  return hashToScalar(`sigmsg|${message}|${elementToHex(commitment)}`);
}

function holds(message: string, proof: Proof, key: Element, holder: number | undefined): boolean {
  const [challenge, response] = attempt("malformed", holder, () => [
    parseScalar(proof.challenge),
    parseScalar(proof.response),
  ]) as [bigint, bigint];
  const commitment = GENERATOR.multiplyUnsafe(response).add(key.multiplyUnsafe(challenge));
  return signatureChallenge(message, commitment) === challenge;
}

function requireSignature(message: string, proof: Proof, key: Element, holder: number): void {
  if (!holds(message, proof, key, holder)) throw new CeremonyError("signature", holder);
}

/** Signs a message and seals it for one recipient (section 4.5, channels). */
async function send(
  key: bigint,
  recipient: Keys,
  message: string,
  random: RandomSource,
): Promise<string> {
  const channel = JSON.stringify({ recipient: recipient.encryption, message });
  const text = JSON.stringify(sign(key, channel, random));
  const r = randomScalar(random);
  const shared = generatorPower(randomScalar(random));
  const beta = power(recipient.encryptionPoint, r).add(shared);
  const [alphaText, betaText] = elementsToHex([generatorPower(r), beta]);
  const { cipher, settings } = await cipherOf(shared, alphaText as string, "encrypt");
  const data = await crypto.subtle.encrypt(settings, cipher, ownBytes(utf8ToBytes(text)));
  return JSON.stringify({
    algorithm: ALGORITHM,
    alpha: alphaText,
    beta: betaText,
    data: bytesToHex(new Uint8Array(data)),
  });
}

/** Opens a message, and sees that its sender meant it for this holder. */
async function receive(
  own: OwnKeys,
  sender: Element,
  sealed: unknown,
  holder?: number,
): Promise<string> {
  const fields = read(sealed, ["algorithm", "alpha", "beta", "data"], holder);
  const { alpha, beta, data } = attempt("sealed", holder, () => ({
    alpha: parseElement(fields["alpha"]),
    beta: parseElement(fields["beta"]),
    data: parseHex(fields["data"]),
  }));
  if (fields["algorithm"] !== ALGORITHM) throw new CeremonyError("sealed", holder);
  const shared = beta.subtract(power(alpha, own.opening));
  const { cipher, settings } = await cipherOf(shared, String(fields["alpha"]), "decrypt");
  let text: string;
  try {
    const opened = await crypto.subtle.decrypt(settings, cipher, data);
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(opened);
  } catch {
    throw new CeremonyError("sealed", holder);
  }
  const signed = signedMessage(read(text, ["message", "signature"], holder), holder);
  if (!holds(signed.message, signed.signature, sender, holder)) {
    throw new CeremonyError("sealed", holder);
  }
  const { recipient, message } = read(signed.message, ["recipient", "message"], holder);
  if (recipient !== own.encryption || typeof message !== "string") {
    throw new CeremonyError("sealed", holder);
  }
  return message;
}

/** The cipher of one message; the specification wants an initialization vector of 32 bytes. */
async function cipherOf(
  shared: Element,
  alpha: string,
  usage: "encrypt" | "decrypt",
): Promise<{ cipher: CryptoKey; settings: AesGcmParams }> {
  const key = hexToBytes(sha256Hex(`key|${elementToHex(shared)}`));
  const iv = ownBytes(hexToBytes(sha256Hex(`iv|${alpha}`)));
  const cipher = await crypto.subtle.importKey("raw", ownBytes(key), ALGORITHM, false, [usage]);
  return { cipher, settings: { name: ALGORITHM, iv, tagLength: 128 } };
}

function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function parseHex(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new MalformedError("key");
  return ownBytes(hexToBytes(text));
}

function publicKey(text: unknown, holder: number): Element {
  const point = attempt("malformed", holder, () => parseElement(text));
  if (point.is0()) throw new CeremonyError("malformed", holder);
  return point;
}

/** Reads a structure; refuses other fields and everything but its one canonical form. */
function read(text: unknown, fields: readonly string[], holder?: number): Record<string, unknown> {
  if (typeof text !== "string") throw new CeremonyError("malformed", holder);
  const exact = text.trimEnd();
  const value = attempt("malformed", holder, () => JSON.parse(exact) as unknown);
  if (!hasFields(value, fields) || JSON.stringify(value) !== exact) {
    throw new CeremonyError("malformed", holder);
  }
  return value;
}

function hasFields(value: unknown, fields: readonly string[]): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.keys(value).join() === fields.join();
}

function signedMessage(value: unknown, holder: number | undefined): SignedMessage {
  if (!hasFields(value, ["message", "signature"]) || typeof value["message"] !== "string") {
    throw new CeremonyError("malformed", holder);
  }
  return { message: value["message"], signature: asProof(value["signature"], holder) };
}

function asProof(value: unknown, holder: number | undefined): Proof {
  if (!hasFields(value, ["challenge", "response"])) throw new CeremonyError("malformed", holder);
  // Their contents are read where the proof is checked.
  return value as unknown as Proof;
}

/** Runs a reader and gives its refusal the name of a holder. */
function attempt<T>(reason: CeremonyRefusal, holder: number | undefined, run: () => T): T {
  try {
    return run();
  } catch {
    throw new CeremonyError(reason, holder);
  }
}
