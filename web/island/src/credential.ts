/** Private and public credentials (specification, "Credentials") and the codes printed on slips. */
import {
  FixedBase,
  MalformedError,
  type RandomSource,
  elementToHex,
  elementsToHex,
  reduce,
  sha256Hex,
} from "./group.ts";

/** The alphabet of credentials and ceremony secrets. */
export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Characters of a private credential without its dashes: 22 × log₂ 58 = 128.9 bits. */
const CREDENTIAL_LENGTH = 22;

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
  const sheetLength = plain.length - CREDENTIAL_LENGTH;
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
  if (rest.length < CREDENTIAL_LENGTH) return { mistake: "too-short" };
  if (rest.length > CREDENTIAL_LENGTH) return { mistake: "too-long" };
  const characters = rest.replace(/[0O]/g, "o").replace(/[Il]/g, "1");
  return { code: { sheet: sheet.padStart(2, "0"), credential: withDashes(characters) } };
}

/** Writes a code as it is printed. */
export function writeCode(code: InvitationCode): string {
  return `${code.sheet}-${code.credential}`;
}

/** 22 uniform characters of the Base58 alphabet (rejection, no remainder). */
export function generateSeed(random: RandomSource): string {
  let characters = "";
  const bytes = new Uint8Array(32);
  while (characters.length < CREDENTIAL_LENGTH) {
    random(bytes);
    for (const byte of bytes) {
      // 232 = 4 × 58; larger bytes would favour the first characters.
      if (byte < 232 && characters.length < CREDENTIAL_LENGTH) characters += BASE58[byte % 58];
    }
  }
  bytes.fill(0);
  return characters;
}

/** Whether a text is 22 characters of the Base58 alphabet. */
export function isSeed(text: string): boolean {
  return /^[1-9A-HJ-NP-Za-km-z]{22}$/.test(text);
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
  return elementToHex(FixedBase.generator.power(deriveSecret(uuid, credential)));
}

/** The public credentials of many private ones, in the order given. */
export function derivePublicMany(uuid: string, credentials: readonly string[]): string[] {
  return elementsToHex(
    credentials.map((credential) => FixedBase.generator.power(deriveSecret(uuid, credential))),
  );
}
