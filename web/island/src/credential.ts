/** Private and public credentials (specification, "Credentials") and the codes printed on slips. */
import { FixedBase, pointsToHex } from "./fixed-base.ts";
import { MalformedError, type RandomSource, reduce, sha256Hex } from "./group.ts";
import { SEED_LENGTH, generateSeed } from "./seed.ts";

/** Lengths of the groups between the dashes. */
const GROUP_LENGTHS = [5, 6, 5, 6] as const;

/** What a person typed, taken apart. */
export interface InvitationCode {
  /** The sheet number as printed, at least two digits. */
  readonly sheet: string;
  /** The private credential in its written form, with dashes. */
  readonly credential: string;
}

/** Why a typed code cannot be one. Each has its own message on the page. */
export type CodeMistake = "empty" | "no-sheet" | "too-short" | "too-long" | "wrong-character";

/** The outcome of reading a typed code. */
export type CodeReading = { readonly code: InvitationCode } | { readonly mistake: CodeMistake };

/** Puts the dashes into 22 characters. */
function withDashes(characters: string): string {
  let start = 0;
  return GROUP_LENGTHS.map((length) => {
    const group = characters.slice(start, start + length);
    start += length;
    return group;
  }).join("-");
}

/**
 * Reads a code as people type it: spaces, dashes of every kind, full-width characters.
 *
 * Case carries meaning and is kept. Four characters never occur in a code, so each stands for
 * the one it is mistaken for: `0` and `O` for `o`, `I` and `l` for `1`.
 */
export function readCode(typed: string): CodeReading {
  const text = typed.normalize("NFKC").trim();
  const separated = SHEET_AND_REST.exec(text);
  if (separated !== null) return readParts(separated[1] ?? "", strip(separated[2] ?? ""));
  const plain = strip(text);
  if (plain === "") return { mistake: "empty" };
  const sheetLength = plain.length - SEED_LENGTH;
  if (sheetLength < 0) return { mistake: "too-short" };
  const sheet = plain.slice(0, sheetLength);
  if (!/^[0-9]+$/.test(sheet)) return { mistake: "no-sheet" };
  return readParts(sheet, plain.slice(sheetLength));
}

/** What may stand between the parts of a code: spaces and dashes, and what keyboards make of them. */
const SEPARATORS = "[\\s\\u200b\\ufeff\\p{Pd}\\u2212_.·ー一]";
const SHEET_AND_REST = new RegExp(`^([0-9]+)${SEPARATORS}+(.*)$`, "su");
const EVERY_SEPARATOR = new RegExp(SEPARATORS, "gu");

function strip(text: string): string {
  return text.replace(EVERY_SEPARATOR, "");
}

function readParts(sheet: string, rest: string): CodeReading {
  if (/[^0-9A-Za-z]/.test(rest)) return { mistake: "wrong-character" };
  if (rest.length < SEED_LENGTH) return { mistake: "too-short" };
  if (rest.length > SEED_LENGTH) return { mistake: "too-long" };
  const characters = rest.replace(/[0O]/g, "o").replace(/[Il]/g, "1");
  return { code: { sheet: sheet.padStart(2, "0"), credential: withDashes(characters) } };
}

/** Writes a code as it is printed. */
export function writeCode(code: InvitationCode): string {
  return `${code.sheet}-${code.credential}`;
}

/** Makes a private credential. */
export function generateCredential(random: RandomSource): string {
  return withDashes(generateSeed(random));
}

/** The secret exponent of a credential in one election. */
export function deriveSecret(uuid: string, credential: string): bigint {
  if (!/^[1-9A-HJ-NP-Za-km-z]{5}-.{6}-.{5}-.{6}$/.test(credential)) {
    throw new MalformedError("credential");
  }
  const halves = [0, 1].map((i) => sha256Hex(`derive_credential|${uuid}|${i}|${credential}`));
  return reduce(BigInt(`0x${halves.join("")}`));
}

/** The public credential of a private one in one election. */
export function derivePublic(uuid: string, credential: string): string {
  return derivePublicMany(uuid, [credential])[0] as string;
}

/** The public credentials of many private ones, in the order given. */
export function derivePublicMany(uuid: string, credentials: readonly string[]): string[] {
  const base = FixedBase.generator();
  return pointsToHex(credentials.map((credential) => base.power(deriveSecret(uuid, credential))));
}
