/**
 * An invitation code as it is printed on a slip and typed by hand.
 *
 * After the sheet's number stands the private credential in letters, whose check covers the sheet's
 * number too: `07-0FDRS9P-32YB116-EMS340D-HDX3XZZ`. The module `slip` of `gongping-seal` does the
 * same; both are tested by the same examples.
 */
import { withDashes } from "./credential.ts";
import {
  LETTERS,
  type LettersMistake,
  SEPARATORS,
  fromLetters,
  toLetters,
  withoutSeparators,
} from "./letters.ts";
import { SEED_LENGTH } from "./seed.ts";

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
export type CodeMistake = LettersMistake | "no-sheet";

/**
 * The outcome of reading a typed code. When it is mistyped, `group` is the group of seven to look
 * at first, from 1, or 0 for the sheet's number, if that can be told.
 */
export type CodeReading =
  | { readonly code: InvitationCode }
  | { readonly mistake: CodeMistake; readonly group?: number };

const SHEET_AND_REST = new RegExp(`^([0-9]{1,${SHEET_LENGTH}})(?=${SEPARATORS})(.*)$`, "su");

/**
 * Reads a code as people type it: with spaces, dashes of every kind or none, in full-width
 * characters, in capitals or not; I and L stand for 1, and O for 0. The protocol's own form after
 * the sheet's number is read as well; there case carries meaning.
 */
export function readCode(typed: string): CodeReading {
  const text = typed.normalize("NFKC").trim();
  const separated = SHEET_AND_REST.exec(text);
  if (separated !== null) {
    return readParts(separated[1] ?? "", withoutSeparators(separated[2] ?? ""));
  }
  const plain = withoutSeparators(text);
  const length = [...plain].length;
  if (length === 0) return { mistake: "empty" };
  if (length === SEED_LENGTH || length === LETTERS) return { mistake: "no-sheet" };
  if (length < SEED_LENGTH) return { mistake: "too-short" };
  if (length > LETTERS + SHEET_LENGTH) return { mistake: "too-long" };
  const sheetLength = length - (length > LETTERS ? LETTERS : SEED_LENGTH);
  const leading = /^[0-9]*/.exec(plain)?.[0].length ?? 0;
  if (leading >= sheetLength) {
    return readParts(plain.slice(0, sheetLength), plain.slice(sheetLength));
  }
  return { mistake: leading > 0 && length < LETTERS ? "too-short" : "no-sheet" };
}

function readParts(sheet: string, rest: string): CodeReading {
  if (Number(sheet) > MOST_SHEETS) return { mistake: "no-sheet" };
  const printedSheet = String(Number(sheet)).padStart(2, "0");
  if (rest.length === SEED_LENGTH && /^[0-9A-Za-z]*$/.test(rest)) {
    // Four characters never occur in this form, so each stands for the one it looks like.
    const characters = rest.replace(/[0O]/g, "o").replace(/[Il]/g, "1");
    return { code: { sheet: printedSheet, credential: withDashes(characters) } };
  }
  const reading = fromLetters(rest, Number(sheet));
  if (!("mistake" in reading)) {
    return { code: { sheet: printedSheet, credential: withDashes(reading.secret) } };
  }
  // After the number of a sheet, nothing is too little rather than no code.
  return reading.mistake === "empty" ? { mistake: "too-short" } : reading;
}

/** Writes a code as it is printed. */
export function writeCode({ sheet, credential }: InvitationCode): string {
  return `${sheet.padStart(2, "0")}-${toLetters(credential.replace(/-/g, ""), Number(sheet))}`;
}
