/**
 * The group of the ballot protocol: Ed25519, protocol version 1 (specification, "Elliptic curves").
 *
 * An element is written as the big-endian hexadecimal of the compressed number, 64 digits: the
 * reverse of the byte order that Ed25519 libraries use.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** A point of the curve; every one that leaves this module lies in the prime-order subgroup. */
export type Element = typeof ed25519.Point.BASE;

/** Fills an array with random bytes; a parameter so that tests can repeat a run. */
export type RandomSource = (bytes: Uint8Array<ArrayBuffer>) => void;

/** The name of the group in election files and in hashed strings. */
export const GROUP_NAME = "Ed25519";

/** Order of the group, q. */
export const ORDER: bigint = ed25519.Point.Fn.ORDER;

/** The generator g. */
export const GENERATOR: Element = ed25519.Point.BASE;

/**
 * Width in bits of the windows of a key's table: 8 is faster from the second ballot on, but its
 * table costs an old telephone as much time and four times the memory before the first one.
 */
const KEY_TABLE_WINDOW_BITS = 6;

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

/** Reads an element; refuses points off the curve, non-canonical ones and other subgroups. */
export function parseElement(text: unknown): Element {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text)) throw new MalformedError("element");
  let point: Element;
  try {
    point = ed25519.Point.fromBytes(hexToBytes(text).reverse(), false);
  } catch {
    throw new MalformedError("element");
  }
  if (!point.isTorsionFree() || elementToHex(point) !== text) throw new MalformedError("element");
  return point;
}

/** Writes an element. */
export function elementToHex(point: Element): string {
  return bytesToHex(point.toBytes().reverse());
}

/** Writes many elements with one field inversion instead of one for each. */
export function elementsToHex(points: readonly Element[]): string[] {
  return normalizeZ(ed25519.Point, [...points]).map(elementToHex);
}

/** A base with a table of its multiples, for the many products of one ballot. */
export class FixedBase {
  private constructor(private readonly point: Element) {}

  /** g; its table is built once and shared. */
  static readonly generator = new FixedBase(GENERATOR);

  private static readonly known = new Map<string, FixedBase>();

  /** The table for an election's public key; boxes of one sheet usually share the key. */
  static forKey(hex: string): FixedBase {
    let base = FixedBase.known.get(hex);
    if (base === undefined) {
      base = new FixedBase(parseElement(hex).precompute(KEY_TABLE_WINDOW_BITS, false));
      FixedBase.known.set(hex, base);
    }
    return base;
  }

  /** The base to the power of a scalar below q. */
  power(scalar: bigint): Element {
    return scalar === 0n ? ed25519.Point.ZERO : this.point.multiply(scalar);
  }
}

/** An element to the power of a secret scalar below q, in constant time as far as a browser can. */
export function power(point: Element, scalar: bigint): Element {
  if (scalar === 0n || point.is0()) return ed25519.Point.ZERO;
  return point.multiply(scalar);
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
