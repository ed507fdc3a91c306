/**
 * Powers of the generator and of election keys: all that sealing computes with the group. One table
 * for each base makes a power 64 additions; each reads all entries of its row, so that neither time
 * nor memory access depends on the exponent.
 */
import {
  LIMBS,
  type Limbs,
  MODULUS,
  ONE,
  add,
  fromNumber,
  invert,
  limbs,
  multiply,
  subtract,
  toNumber,
} from "./field.ts";
import { MalformedError, ORDER } from "./group.ts";

/** Exponents have 64 digits from −8 to 7, and a row of the table the multiples 1 to 8. */
const DIGITS = 64;
const ENTRIES = 8;

/** An entry has three coordinates: y + x, y − x and 2dxy. */
const ENTRY_LIMBS = 3 * LIMBS;

/** The d of the curve −x² + y² = 1 + dx²y². */
const D = -121665n * powerModulo(121666n, MODULUS - 2n);
const TWICE_D = fromNumber(remainder(2n * D));

/** The y of the generator is 4/5, its x is even. */
const GENERATOR_HEX = elementText(false, remainder(4n * powerModulo(5n, MODULUS - 2n)));

function remainder(value: bigint): bigint {
  return ((value % MODULUS) + MODULUS) % MODULUS;
}

/** A public number to a public power modulo p. */
function powerModulo(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % MODULUS;
    base = (base * base) % MODULUS;
  }
  return result;
}

/** An element as it is written: y and, in the highest bit, whether x is odd. */
function elementText(odd: boolean, y: bigint): string {
  return (y + (odd ? 1n << 255n : 0n)).toString(16).padStart(64, "0");
}

/** A point x = X/Z, y = Y/Z, xy = T/Z; all coordinates are tight. */
export class Point {
  private constructor(
    readonly x: Limbs,
    readonly y: Limbs,
    readonly z: Limbs,
    readonly t: Limbs,
  ) {}

  /** The neutral element. */
  static neutral(): Point {
    const point = new Point(limbs(), limbs(), limbs(), limbs());
    point.y[0] = point.z[0] = 1;
    return point;
  }

  /** The point with these coordinates, below p. */
  static at(x: bigint, y: bigint): Point {
    return new Point(fromNumber(x), fromNumber(y), ONE, fromNumber((x * y) % MODULUS));
  }

  /** The sum with a point. */
  plus(other: Point): Point {
    const [sum, difference, product] = [limbs(), limbs(), limbs()];
    add(sum, other.y, other.x);
    subtract(difference, other.y, other.x);
    multiply(product, other.t, TWICE_D);
    const result = this.copy();
    result.addEntry(sum, difference, product, other.z);
    return result;
  }

  copy(): Point {
    const copied = ({ x, y, z, t }: Point): Limbs[] => [x, y, z, t].map((a) => a.slice() as Limbs);
    return new Point(...(copied(this) as [Limbs, Limbs, Limbs, Limbs]));
  }

  /**
   * Adds in place the point whose y + x, y − x and 2dxy are given, each over `z` or over 1. The
   * formulas hold for all points (Hisil, Wong, Carter, Dawson 2008, section 3.1 for a = −1).
   */
  addEntry(sum: Limbs, difference: Limbs, product: Limbs, z?: Limbs): void {
    const { x, y, z: ownZ, t } = this;
    subtract(SCRATCH_A, y, x);
    multiply(SCRATCH_A, SCRATCH_A, difference);
    add(SCRATCH_B, y, x);
    multiply(SCRATCH_B, SCRATCH_B, sum);
    multiply(SCRATCH_C, t, product);
    if (z !== undefined) multiply(ownZ, ownZ, z);
    add(SCRATCH_D, ownZ, ownZ);
    subtract(x, SCRATCH_B, SCRATCH_A);
    add(y, SCRATCH_B, SCRATCH_A);
    subtract(ownZ, SCRATCH_D, SCRATCH_C);
    add(t, SCRATCH_D, SCRATCH_C);
    // x, y, z, t are now E, H, F, G of the formulas.
    multiply(SCRATCH_A, x, ownZ);
    multiply(SCRATCH_B, t, y);
    multiply(SCRATCH_C, x, y);
    multiply(ownZ, ownZ, t);
    x.set(SCRATCH_A);
    y.set(SCRATCH_B);
    t.set(SCRATCH_C);
  }
}

const SCRATCH_A = limbs();
const SCRATCH_B = limbs();
const SCRATCH_C = limbs();
const SCRATCH_D = limbs();

/** x and y of many points, with one inversion for all. */
function affine(points: readonly Point[]): [Limbs, Limbs][] {
  let product = ONE;
  const before = points.map(({ z }) => {
    const sofar = product;
    product = limbs();
    multiply(product, sofar, z);
    return sofar;
  });
  const inverse = invert(product);
  const result: [Limbs, Limbs][] = [];
  for (let i = points.length - 1; i >= 0; i--) {
    const { x, y, z } = points[i] as Point;
    const [own, atX, atY] = [limbs(), limbs(), limbs()];
    multiply(own, inverse, before[i] as Limbs);
    multiply(inverse, inverse, z);
    multiply(atX, x, own);
    multiply(atY, y, own);
    result[i] = [atX, atY];
  }
  return result;
}

/** Writes elements. */
export function pointsToHex(points: readonly Point[]): string[] {
  return affine(points).map(([x, y]) => elementText((toNumber(x) & 1n) === 1n, toNumber(y)));
}

/** Reads a point of the curve, of whichever order; refuses other texts than the canonical one. */
function parsePoint(text: string): Point {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new MalformedError("element");
  const number = BigInt(`0x${text}`);
  const odd = number >> 255n === 1n;
  const y = BigInt.asUintN(255, number);
  const square = (y * y) % MODULUS;
  const inverse = powerModulo(remainder(D * square + 1n), MODULUS - 2n);
  const xSquare = remainder((square - 1n) * inverse);
  let x = powerModulo(xSquare, (MODULUS + 3n) / 8n);
  // A root of the number or of its negative; in the latter case a root of −1 makes it right.
  if ((x * x) % MODULUS !== xSquare) x = (x * powerModulo(2n, (MODULUS - 1n) / 4n)) % MODULUS;
  const isRoot = (x * x) % MODULUS === xSquare;
  if (y >= MODULUS || !isRoot || (x === 0n && odd)) throw new MalformedError("element");
  if (((x & 1n) === 1n) !== odd) x = MODULUS - x;
  return Point.at(x, y);
}

/** A base with a table of its multiples. */
export class FixedBase {
  private static readonly known = new Map<string, FixedBase>();

  /** Entry m of row i is the base times m · 16ⁱ; the entries of a row lie limb by limb. */
  private readonly table = new Float64Array(DIGITS * ENTRY_LIMBS * ENTRIES);

  private constructor(point: Point) {
    const multiples: Point[] = [];
    let first = point;
    for (let row = 0; row < DIGITS; row++) {
      let multiple = first;
      multiples.push(multiple);
      for (let entry = 1; entry < ENTRIES; entry++) {
        multiple = multiple.plus(first);
        multiples.push(multiple);
      }
      first = multiple.plus(multiple);
    }
    affine(multiples).forEach(([x, y], index) => {
      const start = Math.floor(index / ENTRIES) * ENTRY_LIMBS * ENTRIES + (index % ENTRIES);
      const [sum, difference, product] = [limbs(), limbs(), limbs()];
      add(sum, y, x);
      subtract(difference, y, x);
      multiply(product, x, y);
      multiply(product, product, TWICE_D);
      [sum, difference, product].forEach((coordinate, place) => {
        // Tight entries cost nothing here and leave room in the sums of an addition.
        multiply(coordinate, coordinate, ONE);
        for (let i = 0; i < LIMBS; i++) {
          this.table[start + (place * LIMBS + i) * ENTRIES] = coordinate[i] as number;
        }
      });
    });
  }

  /** g; its table is built at its first use. */
  static generator(): FixedBase {
    return FixedBase.of(GENERATOR_HEX);
  }

  /**
   * An election's public key; boxes of one sheet usually share it.
   *
   * @throws MalformedError for a text that is no element of the group, or its neutral one
   */
  static of(hex: string): FixedBase {
    let base = FixedBase.known.get(hex);
    if (base === undefined) {
      const point = parsePoint(hex);
      base = new FixedBase(point);
      const [neutral, own] = pointsToHex([base.power(ORDER), point]);
      const isNeutral = (text: string | undefined): boolean => text === elementText(false, 1n);
      if (!isNeutral(neutral) || isNeutral(own)) throw new MalformedError("element");
      FixedBase.known.set(hex, base);
    }
    return base;
  }

  /** The base to the power of a number from 0 to q, times another element. */
  power(scalar: bigint, times: Point = Point.neutral()): Point {
    const result = times.copy();
    const text = scalar.toString(16).padStart(DIGITS, "0");
    let carry = 0;
    for (let row = 0; row < DIGITS; row++) {
      const code = text.charCodeAt(DIGITS - 1 - row);
      // "0" to "9" and "a" to "f", without asking which.
      let digit = (code & 15) + 9 * (code >> 6) + carry;
      carry = (digit + 8) >> 4;
      digit -= carry << 4;
      this.addRow(result, row, digit);
    }
    return result;
  }

  /** The base to the power of a number from 0 to 8, times another element. */
  smallPower(number: number, times: Point): Point {
    const result = times.copy();
    this.addRow(result, 0, number);
    return result;
  }

  /** Adds the multiple of a row, from −8 to 8. */
  private addRow(point: Point, row: number, digit: number): void {
    const negative = (digit >> 31) & 1;
    const size = (digit ^ -negative) + negative;
    const is = (entry: number): number => ((size ^ entry) - 1) >>> 31;
    const [m1, m2, m3, m4] = [is(1), is(2), is(3), is(4)] as const;
    const [m5, m6, m7, m8] = [is(5), is(6), is(7), is(8)] as const;
    const { table } = this;
    let at = row * ENTRY_LIMBS * ENTRIES;
    for (let i = 0; i < ENTRY_LIMBS; i++) {
      CHOSEN[i] =
        m1 * (table[at] as number) +
        m2 * (table[at + 1] as number) +
        m3 * (table[at + 2] as number) +
        m4 * (table[at + 3] as number) +
        m5 * (table[at + 4] as number) +
        m6 * (table[at + 5] as number) +
        m7 * (table[at + 6] as number) +
        m8 * (table[at + 7] as number);
      at += ENTRIES;
    }
    // The neutral element is 1, 1, 0; the inverse of a point exchanges the first two.
    CHOSEN_SUM[0] += is(0);
    CHOSEN_DIFFERENCE[0] += is(0);
    for (let i = 0; i < LIMBS; i++) {
      const sum = CHOSEN_SUM[i] as number;
      const difference = CHOSEN_DIFFERENCE[i] as number;
      const exchange = negative * (difference - sum);
      CHOSEN_SUM[i] = sum + exchange;
      CHOSEN_DIFFERENCE[i] = difference - exchange;
      CHOSEN_PRODUCT[i] = (CHOSEN_PRODUCT[i] as number) * (1 - 2 * negative);
    }
    point.addEntry(CHOSEN_SUM, CHOSEN_DIFFERENCE, CHOSEN_PRODUCT);
  }
}

const CHOSEN = new Float64Array(ENTRY_LIMBS);
const [CHOSEN_SUM, CHOSEN_DIFFERENCE, CHOSEN_PRODUCT] = [0, 1, 2].map((place) =>
  CHOSEN.subarray(place * LIMBS, (place + 1) * LIMBS),
) as [Limbs, Limbs, Limbs];
