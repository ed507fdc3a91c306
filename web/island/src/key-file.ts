/**
 * A key holder's file: the secret of the key ceremony in the standard age format under a passphrase
 * (age-encryption.org/v1, recipient `scrypt`), so that other programs than this one open it too.
 */
import { isSecret } from "./ceremony.ts";
import {
  MAX_KEY_FILE_BYTES,
  isStrongPassphrase,
  latin,
  openUnderPassphrase,
  sealUnderPassphrase,
} from "./passphrase.ts";

export {
  MAX_KEY_FILE_BYTES,
  MIN_PASSPHRASE_LENGTH,
  isStrongPassphrase,
  suggestPassphrase,
} from "./passphrase.ts";

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

const KIND = "key-holder";
const VERSION = 1;

/** The name under which a seat's file is saved. */
export function keyFileName(seat: string): string {
  return `gongping-key-${seat}.age`;
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
  workFactor?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isStrongPassphrase(passphrase)) throw new KeyFileError("weak-passphrase");
  const { appraisal, seat, secret } = plain;
  const text = JSON.stringify({ gongping: KIND, version: VERSION, appraisal, seat, secret });
  return sealUnderPassphrase(text, passphrase, workFactor);
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
  const opened = await openUnderPassphrase(bytes, passphrase);
  if ("refused" in opened) {
    throw new KeyFileError(opened.refused === "passphrase" ? "passphrase" : "not-a-key-file");
  }
  const file = parse(opened.text);
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
