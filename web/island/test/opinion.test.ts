import assert from "node:assert/strict";
import { test } from "node:test";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import {
  type CodeMistake,
  codeKeys,
  codeNumbers,
  codeWords,
  drawCode,
  readCode,
} from "../src/opinion-code.ts";
import { pictureKind } from "../src/opinion-files.ts";
import {
  NotForThisKey,
  open,
  openLayer,
  peelIdentity,
  readIdentity,
  seal,
  sealIdentity,
} from "../src/opinion-seal.ts";
import { base64 } from "@scure/base";

const APPRAISAL = "2026-360000-LSB";

async function keyPair(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

test("a code is read back from characters, words and numbers, however they are spaced", () => {
  for (let round = 0; round < 50; round++) {
    const bytes = drawCode();
    const chinese = codeWords(bytes, "zh-Hans");
    const english = codeWords(bytes, "en");
    const numbers = codeNumbers(bytes);
    assert.equal(chinese.length, 8);
    const typed = [
      chinese.join(""),
      chinese.join(" "),
      chinese.join("、"),
      english.join(" "),
      english.join("-").toUpperCase(),
      numbers.join(" "),
      numbers.join(""),
    ];
    for (const text of typed) assert.deepEqual(readCode(text), bytes, text);
  }
});

test("a code that was copied wrongly is refused with the place", () => {
  const bytes = new Uint8Array(10).fill(7);
  const words = codeWords(bytes, "zh-Hans");
  const mistake = (typed: string): CodeMistake => readCode(typed) as CodeMistake;
  assert.deepEqual(mistake(words.slice(1).join("")), { mistake: "count", count: 7 });
  assert.deepEqual(mistake(["龘", ...words.slice(1)].join("")), {
    mistake: "word",
    word: "龘",
    position: 1,
  });
  // One word for another is found by the check in 255 of 256 cases.
  let found = 0;
  for (let other = 1; other <= 256; other++) {
    const numbers = codeNumbers(bytes);
    numbers[3] = String(other).padStart(4, "0");
    if ("mistake" in readCode(numbers.join(" "))) found++;
  }
  assert.ok(found >= 250, String(found));
});

test("the same code gives other keys in another appraisal, and its key opens answers", async () => {
  const bytes = drawCode();
  const keys = await codeKeys(bytes, APPRAISAL);
  assert.deepEqual(await codeKeys(bytes, APPRAISAL), keys);
  const elsewhere = await codeKeys(bytes, "2027-360000-LSB");
  assert.notEqual(elsewhere.lookup, keys.lookup);
  assert.notEqual(elsewhere.recipient, keys.recipient);
  const answer = await seal("已核实", [keys.recipient]);
  assert.equal(await open(answer, keys.identity), "已核实");
  await assert.rejects(open(answer, elsewhere.identity), NotForThisKey);
});

test("one key does not open an identity, whichever of the two it is", async () => {
  const [handler, other, second] = await Promise.all([keyPair(), keyPair(), keyPair()]);
  const filer = { name: "王小明", contact: "13800138000" };
  const handlers = { h: handler.recipient, o: other.recipient };
  const sealed = await sealIdentity(filer, handlers, { s: second.recipient });
  // A handler alone does not get through the outer layer.
  await assert.rejects(openLayer(sealed, handler.identity), NotForThisKey);
  // A second person alone gets an age file, and cannot open that.
  const inner = await peelIdentity(sealed, second.identity);
  const seen = new TextDecoder("latin1").decode(base64.decode(inner));
  assert.ok(seen.startsWith("age-encryption.org/v1\n"));
  assert.ok(!seen.includes(filer.contact));
  await assert.rejects(openLayer(inner, second.identity), NotForThisKey);
  // Both together do, and so does the other handler with the second person.
  for (const key of [handler, other]) {
    assert.deepEqual(readIdentity(await open(inner, key.identity)), filer);
  }
});

test("kinds of pictures are told by their bytes", () => {
  assert.equal(pictureKind(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])), "image/jpeg");
  assert.equal(pictureKind(new Uint8Array([0x89, 0x50, 0x4e, 0x47])), "image/png");
  assert.equal(pictureKind(new TextEncoder().encode("%PDF-1.7")), null);
});
