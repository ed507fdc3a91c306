import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { derivePublic, generateCredential, readCode, writeCode } from "../src/credential.ts";
import { type RandomSource, systemRandom } from "../src/group.ts";

const CREDENTIAL = "2uWq6-sRcR5f-R4EXm-W8Ay8G";
const CODE = { sheet: "07", credential: CREDENTIAL };

/** A short cycle of bytes: the same on each run, and long enough to spread over the alphabet. */
function counting(): RandomSource {
  let next = 0;
  return (bytes) => bytes.forEach((_, i) => (bytes[i] = next = (next * 5 + 17) % 256));
}

describe("a typed code", () => {
  const readable: Record<string, string> = {
    "as printed": `07-${CREDENTIAL}`,
    "with spaces around and instead of dashes": ` 07 ${CREDENTIAL.replaceAll("-", " ")} `,
    "without any dash": `07${CREDENTIAL.replaceAll("-", "")}`,
    "with full-width characters": `07－${CREDENTIAL}`.replace(/[!-~]/g, (c) =>
      String.fromCharCode(c.charCodeAt(0) + 0xfee0),
    ),
    "with long dashes": `07—${CREDENTIAL.replaceAll("-", "——")}`,
    "with a Chinese one for a dash": `07一${CREDENTIAL.replaceAll("-", "一")}`,
    "over two lines": `07-${CREDENTIAL.slice(0, 12)}\n${CREDENTIAL.slice(12)}`,
    "with the sheet's nought left out": `7-${CREDENTIAL}`,
  };
  for (const [how, typed] of Object.entries(readable)) {
    test(`is read ${how}`, () => assert.deepEqual(readCode(typed), { code: CODE }));
  }

  test("keeps the case of letters, which carries meaning", () => {
    const upper = readCode(`07-${CREDENTIAL.toUpperCase()}`);
    assert.notDeepEqual(upper, { code: CODE });
  });

  test("takes characters that no code contains for the ones they look like", () => {
    assert.deepEqual(
      readCode("12-o1o1o-sRcR5f-R4EXm-W8Ay8G"),
      readCode("12-0lOIo-sRcR5f-R4EXm-W8Ay8G"),
    );
  });

  const mistakes: [string, string][] = [
    ["", "empty"],
    ["  - ", "empty"],
    [CREDENTIAL, "no-sheet"],
    [`x7-${CREDENTIAL}`, "no-sheet"],
    [`07-${CREDENTIAL.slice(0, -1)}`, "too-short"],
    ["07-", "too-short"],
    [`07-${CREDENTIAL}a`, "too-long"],
    [`07-${CREDENTIAL.replace("u", "优")}`, "wrong-character"],
  ];
  for (const [typed, mistake] of mistakes) {
    test(`"${typed}" is refused as ${mistake}`, () => {
      assert.deepEqual(readCode(typed), { mistake });
    });
  }
});

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
