/**
 * A key holder's file: the secret of the key ceremony in the standard age format under a passphrase
 * (age-encryption.org/v1, recipient `scrypt`), so that other programs than this one open it too.
 */
import { Decrypter, Encrypter, armor } from "age-encryption";
import { isSecret } from "./ceremony.ts";
import { type RandomSource, systemRandom } from "./group.ts";
import { BASE32 } from "./letters.ts";

/** What a key file says. */
export interface KeyFile {
  /** The appraisal whose boxes the key opens. */
  readonly appraisal: string;
  /** The seat of its holder. */
  readonly seat: string;
  /** The 22 characters from which the holder's keys derive. */
  readonly secret: string;
}

/** Whose key a file must hold, where that is known. */
interface Expected {
  readonly appraisal?: string;
  readonly seat?: string;
}

/** Why a key file is not written or not read. Each has its own message on a page. */
export type KeyFileRefusal =
  /** Fewer than 12 characters. */
  | "weak-passphrase"
  /** The passphrase is another one. */
  | "passphrase"
  /** Not a key file under a passphrase, or damaged. */
  | "not-a-key-file"
  /** The key of another appraisal. */
  | "other-appraisal"
  /** The key of another seat. */
  | "other-seat";

/** A key file that is not written or not read. */
export class KeyFileError extends Error {
  /** @param reason why */
  constructor(readonly reason: KeyFileRefusal) {
    super(reason);
    this.name = "KeyFileError";
  }
}

/** Fewest characters of a passphrase that a person thinks up. */
export const MIN_PASSPHRASE_LENGTH = 12;

/** A key file has about 350 bytes; anything much larger is another file. */
export const MAX_KEY_FILE_BYTES = 4096;

/** 2¹⁷ blocks of 1 kB: 128 MB and about a second, for each guess too. */
const WORK_FACTOR = 17;

const GROUPS = 6;
const GROUP_LENGTH = 4;
const KIND = "key-holder";
const VERSION = 1;
const HEADER = "age-encryption.org/v1\n-> scrypt ";
const ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";

/** The name under which a seat's file is saved. */
export function keyFileName(seat: string): string {
  return `gongping-key-${seat}.age`;
}

/** A passphrase drawn for a person: 24 letters that nobody confuses, 120 bits. */
export function suggestPassphrase(random: RandomSource = systemRandom): string {
  const bytes = new Uint8Array(GROUPS * GROUP_LENGTH);
  random(bytes);
  const letters = [...bytes].map((byte) => BASE32[byte & 31]).join("");
  bytes.fill(0);
  return inGroups(letters);
}

/** Whether a passphrase is long enough to be used. */
export function isStrongPassphrase(passphrase: string): boolean {
  return [...asUsed(passphrase)].length >= MIN_PASSPHRASE_LENGTH;
}

/**
 * Writes a key file; takes about a second, during which the page stands still.
 *
 * @param workFactor the binary logarithm of the cost; less only in tests
 * @throws KeyFileError `weak-passphrase`
 */
export async function sealKeyFile(
  plain: KeyFile,
  passphrase: string,
  workFactor: number = WORK_FACTOR,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isStrongPassphrase(passphrase)) throw new KeyFileError("weak-passphrase");
  const { appraisal, seat, secret } = plain;
  const text = JSON.stringify({ gongping: KIND, version: VERSION, appraisal, seat, secret });
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(workFactor);
  encrypter.setPassphrase(asUsed(passphrase));
  return new Uint8Array(await encrypter.encrypt(text));
}

/**
 * Reads a key file, armored or not; takes as long as writing it.
 *
 * @param expected whose key it must be, where that is known
 * @throws KeyFileError
 */
export async function openKeyFile(
  bytes: Uint8Array,
  passphrase: string,
  expected: Expected = {},
): Promise<KeyFile> {
  const binary = withoutArmor(bytes);
  if (binary === null || !latin(binary).startsWith(HEADER)) {
    throw new KeyFileError("not-a-key-file");
  }
  const decrypter = new Decrypter();
  decrypter.addPassphrase(asUsed(passphrase));
  let text: string;
  try {
    text = await decrypter.decrypt(binary, "text");
  } catch (error) {
    const other = error instanceof Error && error.message.startsWith("no identity matched");
    throw new KeyFileError(other ? "passphrase" : "not-a-key-file");
  }
  const file = parse(text);
  if (file === null) throw new KeyFileError("not-a-key-file");
  return expect(file, expected);
}

/**
 * Reads the contents of a file that no passphrase protects, as the practice province has them.
 *
 * @returns `null` when it is not one
 * @throws KeyFileError `other-appraisal` or `other-seat`
 */
export function readPlainKeyFile(bytes: Uint8Array, expected: Expected = {}): KeyFile | null {
  const file = bytes.length > MAX_KEY_FILE_BYTES ? null : parse(latin(bytes));
  return file === null ? null : expect(file, expected);
}

function expect(file: KeyFile, expected: Expected): KeyFile {
  const { appraisal = file.appraisal, seat = file.seat } = expected;
  if (file.appraisal !== appraisal) throw new KeyFileError("other-appraisal");
  if (file.seat !== seat) throw new KeyFileError("other-seat");
  return file;
}

function inGroups(letters: string): string {
  return (letters.match(/.{4}/g) ?? []).join("-");
}

/** Spaces around do not count, and a drawn passphrase may be typed in any groups and any case. */
function asUsed(passphrase: string): string {
  const trimmed = passphrase.trim();
  const letters = trimmed.replace(/[ -]/g, "").toUpperCase();
  const isDrawn =
    letters.length === GROUPS * GROUP_LENGTH &&
    [...letters].every((letter) => BASE32.includes(letter));
  return isDrawn ? inGroups(letters) : trimmed;
}

function withoutArmor(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length > MAX_KEY_FILE_BYTES) return null;
  const text = latin(bytes).trim();
  if (!text.startsWith(ARMOR)) return bytes;
  try {
    return armor.decode(text);
  } catch {
    return null;
  }
}

/** Bytes as characters of the same number. */
function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function parse(text: string): KeyFile | null {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return null;
  }
  const { gongping, version, appraisal, seat, secret } = value ?? {};
  const understood =
    gongping === KIND &&
    version === VERSION &&
    typeof appraisal === "string" &&
    typeof seat === "string" &&
    typeof secret === "string" &&
    isSecret(secret);
  return understood ? { appraisal, seat, secret } : null;
}
