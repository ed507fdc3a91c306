/**
 * A secret of 22 Base58 characters as people type it: the same number in Crockford's Base32, which
 * has digits and capital letters without I, L, O and U: 26 characters, since 58²² < 2¹³⁰, and two
 * for checking, in four groups of seven.
 *
 * The check is an extended Reed–Solomon code over GF(32): any one or two wrong characters, and so
 * any two that changed places, are always noticed, and of a single one it is known where it is. It
 * may cover a number that is written elsewhere, too. What it promises is proved in the module `slip`
 * of `gongping-seal`.
 */
import { BASE58, SEED_LENGTH, isSeed } from "./seed.ts";

/** The letters, by value. */
export const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Letters of the number. */
const DATA = 26;

/** Letters with the two for checking. */
export const LETTERS = DATA + 2;

const GROUP = 7;

/** A covered number as four digits to the base of 32. */
const COVERED = 4;

/** What may stand between letters: spaces and dashes, and what keyboards make of them. */
export const SEPARATORS = "[\\s\\u200b\\ufeff\\p{Pd}\\u2212_.·ー一]";
const EVERY_SEPARATOR = new RegExp(SEPARATORS, "gu");

/** Why letters cannot be read. Each has its own message on a page. */
export type LettersMistake = "empty" | "too-short" | "too-long" | "wrong-character" | "mistyped";

/**
 * The outcome of reading letters. When they are mistyped, `group` is the group of seven to look at
 * first, from 1, or 0 for the covered number, if that can be told: certain if one letter is wrong, a
 * guess if more are.
 */
export type LettersReading =
  | { readonly secret: string }
  | { readonly mistake: LettersMistake; readonly group?: number };

/**
 * Writes a secret in four groups: `0FDRS9P-32YB116-EMS340D-HDX3XRB`.
 *
 * @param covered a number below 2²⁰ that the check covers
 */
export function toLetters(secret: string, covered?: number): string {
  if (!isSeed(secret)) throw new RangeError("not a secret of 22 characters");
  let number = 0n;
  for (const character of secret) number = number * 58n + BigInt(BASE58.indexOf(character));
  const digits = Array.from({ length: DATA }, (_, place) =>
    Number((number >> BigInt(5 * (DATA - 1 - place))) & 31n),
  );
  const letters = [...digits, ...checks(digits, covered)].map((digit) => BASE32[digit]).join("");
  return (letters.match(/.{7}/g) ?? []).join("-");
}

/**
 * Reads letters as people type them: with spaces, dashes of every kind or none, in full-width
 * characters, in capitals or not; I and L stand for 1, and O for 0.
 *
 * @param covered the number that the check covers, where it covers one
 */
export function fromLetters(typed: string, covered?: number): LettersReading {
  const plain = withoutSeparators(typed);
  if (plain === "") return { mistake: "empty" };
  if (/[^0-9A-Za-z]/.test(plain)) return { mistake: "wrong-character" };
  if (plain.length < LETTERS) return { mistake: "too-short" };
  if (plain.length > LETTERS) return { mistake: "too-long" };
  const letters = plain.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const digits = [...letters].map((letter) => BASE32.indexOf(letter));
  if (digits.includes(-1)) return { mistake: "wrong-character" };
  const [sum, weighted] = checks(digits.slice(0, DATA), covered);
  const first = sum ^ (digits[DATA] ?? 0);
  const second = weighted ^ (digits[DATA + 1] ?? 0);
  if (first !== 0 || second !== 0) {
    const group = groupOfMistake(first, second, covered === undefined ? 0 : COVERED);
    return group === undefined ? { mistake: "mistyped" } : { mistake: "mistyped", group };
  }
  let number = digits.slice(0, DATA).reduce((value, digit) => value * 32n + BigInt(digit), 0n);
  let secret = "";
  for (let i = 0; i < SEED_LENGTH; i++) {
    secret = (BASE58[Number(number % 58n)] ?? "") + secret;
    number /= 58n;
  }
  // Letters of a larger number than any secret have.
  return number === 0n ? { secret } : { mistake: "mistyped" };
}

/** A typed text without spaces and dashes, its full-width characters as usual ones. */
export function withoutSeparators(typed: string): string {
  return typed.normalize("NFKC").replace(EVERY_SEPARATOR, "");
}

/** Multiplies with x in GF(32), of which x⁵ + x² + 1 is the modulus and x a generator. */
function timesX(value: number): number {
  return value & 16 ? (value << 1) ^ 0b100101 : value << 1;
}

/** The two check digits: the sum of all digits, and their sum with the weights x³⁰ … x¹. */
function checks(data: readonly number[], covered = 0): [number, number] {
  let sum = 0;
  let weighted = 0;
  const first = [covered >> 15, (covered >> 10) & 31, (covered >> 5) & 31, covered & 31];
  for (const digit of [...first, ...data]) {
    sum ^= digit;
    weighted = timesX(weighted ^ digit);
  }
  return [sum, weighted];
}

/** Where a single wrong digit is, from what the two check digits are off by. */
function groupOfMistake(first: number, second: number, before: number): number | undefined {
  if (second === 0) return LETTERS / GROUP;
  let weighted = first;
  for (let place = DATA - 1; place >= -before; place--) {
    weighted = timesX(weighted);
    if (weighted === second) return place < 0 ? 0 : Math.floor(place / GROUP) + 1;
  }
  // Either the second check digit is wrong, or two digits changed places.
  return undefined;
}
