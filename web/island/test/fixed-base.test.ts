/** The arithmetic of sealing, held against exact integers and against the library of the key holders. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { GENERATOR, elementToHex, parseElement } from "../src/element.ts";
import {
  LIMBS,
  type Limbs,
  MODULUS,
  fromNumber,
  invert,
  limbs,
  multiply,
  toNumber,
} from "../src/field.ts";
import { FixedBase, Point, pointsToHex } from "../src/fixed-base.ts";
import { ORDER, randomScalar, systemRandom } from "../src/group.ts";

const modulo = (value: bigint): bigint => ((value % MODULUS) + MODULUS) % MODULUS;
const exact = (a: Limbs): bigint => a.reduce((sum, limb) => sum + BigInt(limb), 0n);

function product(a: Limbs, b: Limbs): Limbs {
  const out = limbs();
  multiply(out, a, b);
  return out;
}

describe("numbers in floating point", () => {
  const edges = [0n, 1n, 2n, 19n, MODULUS - 1n, MODULUS - 19n, 2n ** 254n, 2n ** 22n - 1n];
  const numbers = [
    ...edges,
    ...Array.from({ length: 200 }, () => (randomScalar(systemRandom) * 8n) % MODULUS),
  ];

  test("keep their value", () => {
    for (const value of numbers) assert.equal(toNumber(fromNumber(value)), value);
  });

  test("multiply and invert like integers", () => {
    numbers.forEach((value, i) => {
      const other = numbers[(i * 7 + 3) % numbers.length] as bigint;
      const result = product(fromNumber(value), fromNumber(other));
      assert.equal(toNumber(result), (value * other) % MODULUS);
    });
    for (const value of numbers.slice(0, 20)) {
      const one = product(invert(fromNumber(value)), fromNumber(value));
      assert.equal(toNumber(one), value === 0n ? 0n : 1n);
    }
  });

  test("are exact for the largest sums that may be multiplied, and tight afterwards", () => {
    const starts = Array.from({ length: LIMBS + 1 }, (_, i) => Math.ceil(21.25 * i));
    for (let pattern = 0; pattern < 4096; pattern += 7) {
      const [a, b] = [limbs(), limbs()];
      for (let i = 0; i < LIMBS; i++) {
        // Half of the next unit and 2 % more, in units of the limb, times 5 and times 3.
        const largest = Math.floor(
          1.02 * 2 ** ((starts[i + 1] as number) - (starts[i] as number) - 1),
        );
        const unit = 2 ** (starts[i] as number);
        const sign = (pattern >> i) & 1 ? 1 : -1;
        a[i] = 5 * largest * unit * sign;
        b[i] = 3 * largest * unit * (pattern % 2 === 0 ? sign : 1);
      }
      const result = product(a, b);
      assert.equal(modulo(exact(result)), modulo(exact(a) * exact(b)));
      assert.equal(toNumber(result), modulo(exact(result)));
      result.forEach((limb, i) => {
        assert.ok(Math.abs(limb) <= 1.02 * 2 ** ((starts[i + 1] as number) - 1), `limb ${i}`);
      });
    }
  });
});

describe("powers of a fixed base", () => {
  const scalars = [
    ...[
      0n,
      1n,
      2n,
      7n,
      8n,
      9n,
      15n,
      16n,
      0x88n,
      ORDER - 1n,
      ORDER / 2n,
      2n ** 252n,
      2n ** 248n - 1n,
    ],
    ...Array.from({ length: 40 }, () => randomScalar(systemRandom)),
  ];
  const expected = (base: typeof GENERATOR, scalar: bigint): string =>
    elementToHex(base.multiplyUnsafe(scalar));

  test("are those of the library, for the generator and for a key", () => {
    const key = GENERATOR.multiply(randomScalar(systemRandom));
    const bases = [
      [GENERATOR, FixedBase.generator()],
      [key, FixedBase.of(elementToHex(key))],
    ] as const;
    for (const [theirs, ours] of bases) {
      const powers = pointsToHex(scalars.map((scalar) => ours.power(scalar)));
      assert.deepEqual(
        powers,
        scalars.map((scalar) => expected(theirs, scalar)),
      );
    }
    const [one, other] = bases;
    const [first, second] = [scalars.at(-1) as bigint, scalars.at(-2) as bigint];
    const sum = one[0].multiply(first).add(other[0].multiply(second));
    const together = one[1].power(first, other[1].power(second));
    const added = one[1].power(first).plus(other[1].power(second));
    assert.deepEqual(pointsToHex([together, added]), [elementToHex(sum), elementToHex(sum)]);
  });

  test("of small numbers are one addition", () => {
    for (let number = 0; number <= 8; number++) {
      const start = FixedBase.generator().power(5n);
      const [power] = pointsToHex([FixedBase.generator().smallPower(number, start)]);
      assert.equal(power, expected(GENERATOR, BigInt(5 + number)));
    }
  });

  test("the order is the library's, and no points need no inversion", () => {
    assert.equal(ORDER, ed25519.Point.Fn.ORDER);
    assert.deepEqual(pointsToHex([]), []);
    assert.deepEqual(pointsToHex([Point.neutral()]), [expected(GENERATOR, 0n)]);
  });

  test("exist for elements of the group alone, exactly as the library sees it", () => {
    const text = (value: bigint): string => value.toString(16).padStart(64, "0");
    const torsion = ed25519.Point.fromBytes(
      Uint8Array.from(
        Buffer.from("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "hex"),
      ),
    );
    const refused = [
      "",
      "zz".repeat(32),
      "AB".repeat(32),
      // y and its sign bit: neutral, of order 2 and 4, not below p, no point of the curve.
      ...[1n, MODULUS - 1n, 0n, 2n ** 255n, 2n ** 255n + 1n, MODULUS, MODULUS + 1n, 2n, 7n].map(
        text,
      ),
      elementToHex(torsion),
      elementToHex(GENERATOR.multiply(5n).add(torsion)),
    ];
    for (const hex of refused) {
      assert.throws(() => FixedBase.of(hex), { what: "element" }, hex);
      if (hex !== text(1n)) assert.throws(() => parseElement(hex), { what: "element" }, hex);
    }
  });
});
