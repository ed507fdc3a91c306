import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { derivePublic, generateCredential } from "../src/credential.ts";
import { type RandomSource, systemRandom } from "../src/group.ts";
import { readCode, writeCode } from "../src/slip.ts";

const CREDENTIAL = "2uWq6-sRcR5f-R4EXm-W8Ay8G";

/** A short cycle of bytes: the same on each run, and long enough to spread over the alphabet. */
function counting(): RandomSource {
  let next = 0;
  return (bytes) => bytes.forEach((_, i) => (bytes[i] = next = (next * 5 + 17) % 256));
}

describe("a credential", () => {
  test("has the form of the specification and survives being printed", () => {
    for (let i = 0; i < 50; i++) {
      const credential = generateCredential(systemRandom);
      assert.match(credential, /^[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-.{5}-.{6}$/);
      const code = { sheet: "12", credential };
      assert.deepEqual(readCode(writeCode(code)), { code });
    }
  });

  test("depends on nothing but the randomness given", () => {
    assert.equal(generateCredential(counting()), generateCredential(counting()));
  });

  test("has another public key in every box, so that public lists cannot be joined", () => {
    assert.notEqual(
      derivePublic("Gongping1Test2A", CREDENTIAL),
      derivePublic("Gongping1Test2B", CREDENTIAL),
    );
  });

  test("that is malformed is not derived from", () => {
    assert.throws(() => derivePublic("Gongping1Test2A", "2uWq6"), { what: "credential" });
  });
});
