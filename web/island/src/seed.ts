/** Secrets of 22 characters: credentials, and those of the key ceremony. */
import type { RandomSource } from "./group.ts";

/** The alphabet: without 0, O, I and l. */
export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Characters of a secret: 22 × log₂ 58 = 128.9 bits. */
export const SEED_LENGTH = 22;

/** 22 uniform characters of the Base58 alphabet (rejection, no remainder). */
export function generateSeed(random: RandomSource): string {
  let characters = "";
  const bytes = new Uint8Array(32);
  while (characters.length < SEED_LENGTH) {
    random(bytes);
    for (const byte of bytes) {
      // 232 = 4 × 58; larger bytes would favour the first characters.
      if (byte < 232 && characters.length < SEED_LENGTH) characters += BASE58[byte % 58];
    }
  }
  bytes.fill(0);
  return characters;
}

/** Whether a text is 22 characters of the Base58 alphabet. */
export function isSeed(text: string): boolean {
  return /^[1-9A-HJ-NP-Za-km-z]{22}$/.test(text);
}
