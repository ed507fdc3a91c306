/**
 * The group of the ballot protocol: Ed25519, protocol version 1 (specification, "Elliptic curves").
 * Here are its numbers and hashes; `element.ts` has its elements, `fixed-base.ts` fast powers.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Fills an array with random bytes; a parameter so that tests can repeat a run. */
export type RandomSource = (bytes: Uint8Array<ArrayBuffer>) => void;

/** The name of the group in election files and in hashed strings. */
export const GROUP_NAME = "Ed25519";

/** Order of the group, q. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A written group element or number that is not one. */
export class MalformedError extends Error {
  /** @param what which kind of value was malformed, a stable word for tests and logs */
  constructor(readonly what: "element" | "scalar" | "election" | "tally" | "key" | "credential") {
    super(`malformed ${what}`);
    this.name = "MalformedError";
  }
}

/** Randomness of the platform. */
export const systemRandom: RandomSource = (bytes) => {
  crypto.getRandomValues(bytes);
};

/** The non-negative remainder of a number modulo q. */
export function reduce(value: bigint): bigint {
  const remainder = value % ORDER;
  return remainder < 0n ? remainder + ORDER : remainder;
}

/** A uniform number modulo q; 64 bytes reduced, so the bias is below 2⁻²⁵⁶. */
export function randomScalar(random: RandomSource): bigint {
  const bytes = new Uint8Array(64);
  random(bytes);
  const scalar = reduce(BigInt(`0x${bytesToHex(bytes)}`));
  bytes.fill(0);
  return scalar;
}

/** Reads a number written in base 10 and refuses anything not canonical or not below q. */
export function parseScalar(text: unknown): bigint {
  if (typeof text !== "string" || !/^(0|[1-9][0-9]{0,76})$/.test(text)) {
    throw new MalformedError("scalar");
  }
  const scalar = BigInt(text);
  if (scalar >= ORDER) throw new MalformedError("scalar");
  return scalar;
}

/** SHA-256 of a text, hexadecimal. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of a text as a 256-bit big-endian number modulo q: how challenges are made. */
export function hashToScalar(text: string): bigint {
  return reduce(BigInt(`0x${sha256Hex(text)}`));
}

/** SHA-256 of a text in Base64 without padding: fingerprints and trackers. */
export function sha256Base64(text: string): string {
  let binary = "";
  for (const byte of sha256(utf8ToBytes(text))) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/=+$/, "");
}
