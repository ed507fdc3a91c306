/**
 * The receipt code of an opinion: eight words of a list of 2,048 (BIP 39), that is 80 random bits and
 * 8 for checking. What the server finds the opinion by, and the key to which answers are sealed, are
 * derived from it; the code itself never leaves the device.
 */
import { bech32 } from "@scure/base";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as chinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { identityToRecipient } from "age-encryption";
import { type RandomSource, systemRandom } from "./group.ts";

const WORDS = 8;
const RANDOM_BYTES = 10;
const BITS_PER_WORD = 11n;
const DOMAIN = "gongping-opinion-code-v1";

/** 2¹⁴ blocks of 1 kB: some 100 ms on a desk, a second on an old telephone, and 14 bits more to guess. */
const SCRYPT = { N: 2 ** 14, r: 8, p: 1, dkLen: 64 };

/** Why what was typed is no code. Each has its own message on the page. */
export type CodeMistake =
  | { readonly mistake: "count"; readonly count: number }
  | { readonly mistake: "word"; readonly word: string; readonly position: number }
  | { readonly mistake: "check" };

/** What a code gives access to. */
export interface CodeKeys {
  /** What the server finds the opinion by, hexadecimal: sent only on coming back. */
  readonly lookup: string;
  /** SHA-256 of it: what is filed. */
  readonly lookupHash: string;
  /** An age identity that opens answers. */
  readonly identity: string;
  /** Its public half. */
  readonly recipient: string;
}

/** Draws a code: the ten random bytes behind it. */
export function drawCode(random: RandomSource = systemRandom): Uint8Array {
  const bytes = new Uint8Array(RANDOM_BYTES);
  random(bytes);
  return bytes;
}

/** The code in words: Chinese characters, or English words. */
export function codeWords(bytes: Uint8Array, language: string): string[] {
  const list = language.startsWith("zh") ? chinese : english;
  return indices(bytes).map((index) => list[index] ?? "");
}

/** The same as eight numbers of four digits, for reading out over the telephone. */
export function codeNumbers(bytes: Uint8Array): string[] {
  return indices(bytes).map((index) => String(index + 1).padStart(4, "0"));
}

/** Reads a code in Chinese characters, English words or numbers, with any spaces and stops. */
export function readCode(typed: string): Uint8Array | CodeMistake {
  const text = typed.normalize("NFKC").toLowerCase();
  const words = text.match(/\p{Script=Han}|[a-z]+|\d{4}/gu) ?? [];
  if (words.length !== WORDS) return { mistake: "count", count: words.length };
  let bits = 0n;
  for (const [at, word] of words.entries()) {
    const index = /^\d/.test(word) ? Number(word) - 1 : indexOf(word);
    if (index < 0 || index >= 2048) return { mistake: "word", word, position: at + 1 };
    bits = (bits << BITS_PER_WORD) | BigInt(index);
  }
  const all = new Uint8Array(RANDOM_BYTES + 1);
  for (let at = all.length - 1; at >= 0; at--) {
    all[at] = Number(bits & 255n);
    bits >>= 8n;
  }
  const bytes = all.slice(0, RANDOM_BYTES);
  return all[RANDOM_BYTES] === check(bytes) ? bytes : { mistake: "check" };
}

/** Derives what a code gives access to, within one appraisal. */
export async function codeKeys(bytes: Uint8Array, appraisal: string): Promise<CodeKeys> {
  const salt = utf8ToBytes(`${DOMAIN}:${appraisal}`);
  const derived = await scryptAsync(bytes, salt, SCRYPT);
  const lookup = derived.slice(0, 32);
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", derived.slice(32)).toUpperCase();
  return {
    lookup: bytesToHex(lookup),
    lookupHash: bytesToHex(sha256(lookup)),
    identity,
    recipient: await identityToRecipient(identity),
  };
}

function check(bytes: Uint8Array): number {
  return sha256(new Uint8Array([...utf8ToBytes(DOMAIN), ...bytes]))[0] ?? 0;
}

function indices(bytes: Uint8Array): number[] {
  const bits = [...bytes, check(bytes)].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const last = BigInt(WORDS - 1);
  return Array.from({ length: WORDS }, (_, at) =>
    Number((bits >> ((last - BigInt(at)) * BITS_PER_WORD)) & 2047n),
  );
}

/** Four letters tell English words apart, so a slip at the end of a word does no harm. */
function indexOf(word: string): number {
  const exact = Math.max(chinese.indexOf(word), english.indexOf(word));
  if (exact >= 0 || word.length < 4) return exact;
  return english.findIndex((known) => known.startsWith(word.slice(0, 4)));
}
