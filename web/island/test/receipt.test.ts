/** Receipt numbers, by the examples that the Rust implementation is tested by too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { receiptNumber } from "../src/receipt.ts";

const FILE = new URL("../../../testdata/receipt-numbers.json", import.meta.url);
const EXAMPLES = JSON.parse(readFileSync(FILE, "utf8")) as { trackers: string[]; number: string }[];

describe("a receipt number", () => {
  for (const { trackers, number } of EXAMPLES) {
    test(`of ${trackers.length} ballots is ${number}`, () => {
      const inOrder = trackers.map((tracker, i) => ({ box: `box ${String(i).padStart(2, "0")}`, tracker }));
      assert.equal(receiptNumber(inOrder), number);
      assert.equal(receiptNumber([...inOrder].reverse()), number, "whatever order they come in");
    });
  }
});
