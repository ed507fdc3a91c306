/**
 * Numbers modulo p = 2²⁵⁵ − 19 for sealing, in the machine's floating-point numbers: exact, much
 * faster than `bigint` in a browser, and without any branch or index that depends on a number.
 *
 * A number is the plain sum of twelve limbs, as in Bernstein, "Curve25519: new Diffie-Hellman speed
 * records", section 4. Limb i is a multiple of 2^⌈21.25 i⌉, so a product of two limbs has its
 * weight by itself, and what is a multiple of 2²⁵⁵ comes back times 19 · 2⁻²⁵⁵. After a
 * multiplication each limb is at most half of the next one's unit ("tight"; up to 2 % more for two
 * of them). Sums and differences are not carried: a sum of m tight numbers may be multiplied with
 * one of n as long as m · n ≤ 15, because then no sum of products exceeds the 53 bits of precision.
 */

/** Twelve limbs. */
export type Limbs = Float64Array & Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11, number>;

/** Number of limbs. */
export const LIMBS = 12;

/** p. */
export const MODULUS = 2n ** 255n - 19n;

/** 2²⁵⁵ is 19 modulo p. */
const WRAP = 19 * 2 ** -255;

// Adding and taking away one of these rounds a limb to a multiple of the next one's unit.
const CARRY_0 = 3 * 2 ** 73;
const CARRY_1 = 3 * 2 ** 94;
const CARRY_2 = 3 * 2 ** 115;
const CARRY_3 = 3 * 2 ** 136;
const CARRY_4 = 3 * 2 ** 158;
const CARRY_5 = 3 * 2 ** 179;
const CARRY_6 = 3 * 2 ** 200;
const CARRY_7 = 3 * 2 ** 221;
const CARRY_8 = 3 * 2 ** 243;
const CARRY_9 = 3 * 2 ** 264;
const CARRY_10 = 3 * 2 ** 285;
const CARRY_11 = 3 * 2 ** 306;

/** Twelve limbs of zero. */
export function limbs(): Limbs {
  return new Float64Array(LIMBS) as Limbs;
}

/** One. */
export const ONE = limbs();
ONE[0] = 1;

/** The product, tight; `out` may be one of the factors. */
export function multiply(out: Limbs, a: Limbs, b: Limbs): void {
  const a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
  const a6 = a[6], a7 = a[7], a8 = a[8], a9 = a[9], a10 = a[10], a11 = a[11];
  const b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], b4 = b[4], b5 = b[5];
  const b6 = b[6], b7 = b[7], b8 = b[8], b9 = b[9], b10 = b[10], b11 = b[11];
  let r0 =
    a0 * b0 +
    WRAP *
      (a1 * b11 + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 +
        a9 * b3 + a10 * b2 + a11 * b1);
  let r1 =
    a0 * b1 + a1 * b0 +
    WRAP *
      (a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 +
        a10 * b3 + a11 * b2);
  let r2 =
    a0 * b2 + a1 * b1 + a2 * b0 +
    WRAP *
      (a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4 +
        a11 * b3);
  let r3 =
    a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 +
    WRAP * (a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5 + a11 * b4);
  let r4 =
    a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 +
    WRAP * (a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 + a11 * b5);
  let r5 =
    a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 +
    WRAP * (a6 * b11 + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6);
  let r6 =
    a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 +
    WRAP * (a7 * b11 + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7);
  let r7 =
    a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 +
    WRAP * (a8 * b11 + a9 * b10 + a10 * b9 + a11 * b8);
  let r8 =
    a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 +
    WRAP * (a9 * b11 + a10 * b10 + a11 * b9);
  let r9 =
    a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 +
    a9 * b0 +
    WRAP * (a10 * b11 + a11 * b10);
  let r10 =
    a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 +
    a9 * b1 + a10 * b0 +
    WRAP * a11 * b11;
  let r11 =
    a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 +
    a9 * b2 + a10 * b1 + a11 * b0;
  // Two chains in turns, so that the processor need not wait for either.
  let c: number;
  c = r0 + CARRY_0 - CARRY_0;
  r0 -= c;
  r1 += c;
  c = r6 + CARRY_6 - CARRY_6;
  r6 -= c;
  r7 += c;
  c = r1 + CARRY_1 - CARRY_1;
  r1 -= c;
  r2 += c;
  c = r7 + CARRY_7 - CARRY_7;
  r7 -= c;
  r8 += c;
  c = r2 + CARRY_2 - CARRY_2;
  r2 -= c;
  r3 += c;
  c = r8 + CARRY_8 - CARRY_8;
  r8 -= c;
  r9 += c;
  c = r3 + CARRY_3 - CARRY_3;
  r3 -= c;
  r4 += c;
  c = r9 + CARRY_9 - CARRY_9;
  r9 -= c;
  r10 += c;
  c = r4 + CARRY_4 - CARRY_4;
  r4 -= c;
  r5 += c;
  c = r10 + CARRY_10 - CARRY_10;
  r10 -= c;
  r11 += c;
  c = r5 + CARRY_5 - CARRY_5;
  r5 -= c;
  r6 += c;
  c = r11 + CARRY_11 - CARRY_11;
  r11 -= c;
  r0 += WRAP * c;
  c = r6 + CARRY_6 - CARRY_6;
  r6 -= c;
  r7 += c;
  c = r0 + CARRY_0 - CARRY_0;
  r0 -= c;
  r1 += c;
  out[0] = r0;
  out[1] = r1;
  out[2] = r2;
  out[3] = r3;
  out[4] = r4;
  out[5] = r5;
  out[6] = r6;
  out[7] = r7;
  out[8] = r8;
  out[9] = r9;
  out[10] = r10;
  out[11] = r11;
}

/** The sum of two numbers, not carried. */
export function add(out: Limbs, a: Limbs, b: Limbs): void {
  for (let i = 0; i < LIMBS; i++) out[i] = (a[i] as number) + (b[i] as number);
}

/** The difference of two numbers, not carried. */
export function subtract(out: Limbs, a: Limbs, b: Limbs): void {
  for (let i = 0; i < LIMBS; i++) out[i] = (a[i] as number) - (b[i] as number);
}

/** The inverse: the power of p − 2 = 2²⁵⁵ − 21. That of 0 is 0. */
export function invert(a: Limbs): Limbs {
  const out = ONE.slice() as Limbs;
  for (let bit = 254; bit >= 0; bit--) {
    multiply(out, out, out);
    // All bits but two are set.
    if (bit !== 2 && bit !== 4) multiply(out, out, a);
  }
  return out;
}

/** The tight limbs of a number from 0 to p − 1. */
export function fromNumber(value: bigint): Limbs {
  const out = limbs();
  for (let i = LIMBS - 1; i >= 0; i--) {
    const start = startOf(i);
    out[i] = Number((value >> start) << start);
    value = BigInt.asUintN(Number(start), value);
  }
  multiply(out, out, ONE);
  return out;
}

/** The number from 0 to p − 1 that tight limbs stand for. */
export function toNumber(a: Limbs): bigint {
  let sum = 0n;
  for (let i = 0; i < LIMBS; i += 2) {
    // Two neighbours together fit into 53 bits.
    const start = startOf(i);
    const pair = ((a[i] as number) + (a[i + 1] as number)) * 2 ** -Number(start);
    sum += BigInt(pair) << start;
  }
  const rest = sum % MODULUS;
  return rest < 0n ? rest + MODULUS : rest;
}

/** The exponent of a limb's unit. */
function startOf(limb: number): bigint {
  return BigInt(Math.ceil(21.25 * limb));
}
