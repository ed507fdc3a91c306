/** Codes on slips, by the examples that the Rust implementation is tested by too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readCode, writeCode } from "../src/slip.ts";

interface Examples {
  readonly codes: readonly { sheet: number; credential: string; printed: string }[];
  readonly read_as_the_first: readonly string[];
  readonly mistakes: readonly { typed: string; mistake: string; group: number | null }[];
}

const FILE = new URL("../../../testdata/slip-codes.json", import.meta.url);
const EXAMPLES = JSON.parse(readFileSync(FILE, "utf8")) as Examples;

describe("a code on a slip", () => {
  for (const { sheet, credential, printed } of EXAMPLES.codes) {
    test(`${printed} is printed and read as elsewhere`, () => {
      const code = { sheet: String(sheet).padStart(2, "0"), credential };
      assert.equal(writeCode(code), printed);
      assert.deepEqual(readCode(printed), { code });
      assert.deepEqual(readCode(`${sheet}-${credential}`), { code });
    });
  }

  const first = readCode(EXAMPLES.codes[0]?.printed ?? "");
  for (const typed of EXAMPLES.read_as_the_first) {
    test(`is read from ${JSON.stringify(typed)}`, () => assert.deepEqual(readCode(typed), first));
  }

  for (const { typed, mistake, group } of EXAMPLES.mistakes) {
    const where = group === null ? "" : ` in group ${group}`;
    test(`${JSON.stringify(typed)} is refused as ${mistake}${where}`, () => {
      assert.deepEqual(readCode(typed), group === null ? { mistake } : { mistake, group });
    });
  }
});
