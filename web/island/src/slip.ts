/**
 * An invitation code as it is printed on a slip and typed by hand.
 *
 * After the sheet's number stands the private credential as a number in Crockford's Base32, 26
 * characters and two for checking, in groups of seven: `07-0FDRS9P-32YB116-EMS340D-HDX3XZZ`. The
 * check is an extended Reed–Solomon code over GF(32) that also covers the sheet's number. What it
 * promises is said in the module `slip` of `gongping-seal`; both are tested by the same examples.
 */
import { BASE58, CREDENTIAL_LENGTH, withDashes } from "./credential.ts";

/** Crockford's Base32. */
export const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Characters of the number. */
const DATA = 26;
/** With the two for checking. */
const PRINTED = DATA + 2;
const GROUP = 7;
/** A sheet's number as four digits to the base of 32. */
const SHEET_DIGITS = 4;
/** The longest number of a sheet, in decimal digits. */
const SHEET_LENGTH = 5;
const MOST_SHEETS = 65_535;

/** What a person typed, taken apart. */
export interface InvitationCode {
  /** The sheet number as printed, at least two digits. */
  readonly sheet: string;
  /** The private credential as the protocol writes it, with dashes. */
  readonly credential: string;
}

/** Why a typed code cannot be one. Each has its own message on the page. */
export type CodeMistake =
  "empty" | "no-sheet" | "too-short" | "too-long" | "wrong-character" | "mistyped";

/**
 * The outcome of reading a typed code. When it is mistyped, `group` is the group of seven to look
 * at first, from 1, or 0 for the sheet's number, if that can be told.
 */
export type CodeReading =
  { readonly code: InvitationCode } | { readonly mistake: CodeMistake; readonly group?: number };

/** What may stand between the parts of a code: spaces and dashes, and what keyboards make of them. */
const SEPARATORS = "[\\s\\u200b\\ufeff\\p{Pd}\\u2212_.·ー一]";
const SHEET_AND_REST = new RegExp(`^([0-9]{1,${SHEET_LENGTH}})(?=${SEPARATORS})(.*)$`, "su");
const EVERY_SEPARATOR = new RegExp(SEPARATORS, "gu");

/**
 * Reads a code as people type it: with spaces, dashes of every kind or none, in full-width
 * characters, in capitals or not; I and L stand for 1, and O for 0. The protocol's own form after
 * the sheet's number is read as well; there case carries meaning.
 */
export function readCode(typed: string): CodeReading {
  const text = typed.normalize("NFKC").trim();
  const separated = SHEET_AND_REST.exec(text);
  if (separated !== null) return readParts(separated[1] ?? "", strip(separated[2] ?? ""));
  const plain = strip(text);
  const length = [...plain].length;
  if (length === 0) return { mistake: "empty" };
  if (length === CREDENTIAL_LENGTH || length === PRINTED) return { mistake: "no-sheet" };
  if (length < CREDENTIAL_LENGTH) return { mistake: "too-short" };
  if (length > PRINTED + SHEET_LENGTH) return { mistake: "too-long" };
  const sheetLength = length - (length > PRINTED ? PRINTED : CREDENTIAL_LENGTH);
  const leading = /^[0-9]*/.exec(plain)?.[0].length ?? 0;
  if (leading >= sheetLength) {
    return readParts(plain.slice(0, sheetLength), plain.slice(sheetLength));
  }
  return { mistake: leading > 0 && length < PRINTED ? "too-short" : "no-sheet" };
}

function strip(text: string): string {
  return text.replace(EVERY_SEPARATOR, "");
}

function readParts(sheet: string, rest: string): CodeReading {
  if (Number(sheet) > MOST_SHEETS) return { mistake: "no-sheet" };
  if (/[^0-9A-Za-z]/.test(rest)) return { mistake: "wrong-character" };
  const printedSheet = String(Number(sheet)).padStart(2, "0");
  if (rest.length === CREDENTIAL_LENGTH) {
    // Four characters never occur in this form, so each stands for the one it looks like.
    const characters = rest.replace(/[0O]/g, "o").replace(/[Il]/g, "1");
    return { code: { sheet: printedSheet, credential: withDashes(characters) } };
  }
  if (rest.length < PRINTED) return { mistake: "too-short" };
  if (rest.length > PRINTED) return { mistake: "too-long" };
  const letters = rest.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const digits = [...letters].map((letter) => BASE32.indexOf(letter));
  if (digits.includes(-1)) return { mistake: "wrong-character" };
  const expected = checks(Number(sheet), digits.slice(0, DATA));
  const first = expected[0] ^ (digits[DATA] ?? 0);
  const second = expected[1] ^ (digits[DATA + 1] ?? 0);
  if (first !== 0 || second !== 0) return mistyped(groupOfMistake(first, second));
  const credential = fromDigits(digits.slice(0, DATA));
  if (credential === null) return mistyped(null);
  return { code: { sheet: printedSheet, credential } };
}

function mistyped(group: number | null): CodeReading {
  return group === null ? { mistake: "mistyped" } : { mistake: "mistyped", group };
}

/** Writes a code as it is printed. */
export function writeCode({ sheet, credential }: InvitationCode): string {
  let number = 0n;
  for (const character of credential.replace(/-/g, "")) {
    number = number * 58n + BigInt(BASE58.indexOf(character));
  }
  const digits = Array.from({ length: DATA }, (_, place) =>
    Number((number >> BigInt(5 * (DATA - 1 - place))) & 31n),
  );
  const letters = [...digits, ...checks(Number(sheet), digits)].map((digit) => BASE32[digit]);
  const groups = [0, 1, 2, 3].map((group) =>
    letters.slice(group * GROUP, (group + 1) * GROUP).join(""),
  );
  return [sheet.padStart(2, "0"), ...groups].join("-");
}

/** Multiplies with x in GF(32), of which x⁵ + x² + 1 is the modulus and x a generator. */
function timesX(value: number): number {
  return value & 16 ? (value << 1) ^ 0b100101 : value << 1;
}

/** The two check digits: the sum of all digits, and their sum with the weights x³⁰ … x¹. */
function checks(sheet: number, data: readonly number[]): [number, number] {
  let sum = 0;
  let weighted = 0;
  for (const digit of [sheet >> 15, (sheet >> 10) & 31, (sheet >> 5) & 31, sheet & 31, ...data]) {
    sum ^= digit;
    weighted = timesX(weighted ^ digit);
  }
  return [sum, weighted];
}

/** Where a single wrong digit is, from what the two check digits are off by. */
function groupOfMistake(first: number, second: number): number | null {
  if (second === 0) return PRINTED / GROUP;
  let weighted = first;
  for (let place = SHEET_DIGITS + DATA - 1; place >= 0; place--) {
    weighted = timesX(weighted);
    if (weighted === second) {
      return place < SHEET_DIGITS ? 0 : Math.floor((place - SHEET_DIGITS) / GROUP) + 1;
    }
  }
  // Either the second check digit is wrong, or two digits changed places.
  return null;
}

/** The credential with this number, or `null` if none has it. */
function fromDigits(digits: readonly number[]): string | null {
  let number = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n);
  let characters = "";
  for (let i = 0; i < CREDENTIAL_LENGTH; i++) {
    characters = (BASE58[Number(number % 58n)] ?? "") + characters;
    number /= 58n;
  }
  return number === 0n ? withDashes(characters) : null;
}
