/**
 * Elements of the group for key holders, who need powers of arbitrary elements.
 *
 * An element is written as the big-endian hexadecimal of the compressed number, 64 digits: the
 * reverse of the byte order that Ed25519 libraries use.
 */
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { MalformedError } from "./group.ts";

/** A point of the curve; every one that leaves this module lies in the prime-order subgroup. */
export type Element = typeof ed25519.Point.BASE;

/** The generator g. */
export const GENERATOR: Element = ed25519.Point.BASE;

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

/** An element to the power of a secret scalar below q, in constant time as far as a browser can. */
export function power(point: Element, scalar: bigint): Element {
  if (scalar === 0n || point.is0()) return ed25519.Point.ZERO;
  return point.multiply(scalar);
}

/** g to the power of a secret scalar below q. */
export function generatorPower(scalar: bigint): Element {
  return power(GENERATOR, scalar);
}
