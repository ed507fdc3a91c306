import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { Encrypter, armor } from "age-encryption";
import { newSecret } from "../src/ceremony.ts";
import {
  KeyFileError,
  isStrongPassphrase,
  keyFileName,
  openKeyFile,
  sealKeyFile,
  suggestPassphrase,
} from "../src/key-file.ts";

/** Enough to go through all steps. */
const QUICK = 8;
const PLAIN = { appraisal: "2026-360000-LSB", seat: "conduct", secret: newSecret() };
const PASSPHRASE = "correct horse battery";

function refused(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof KeyFileError && error.reason === reason;
}

/** A file under the passphrase that says something else. */
async function fileOf(text: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(QUICK);
  encrypter.setPassphrase(PASSPHRASE);
  return encrypter.encrypt(text);
}

describe("a key file", () => {
  test("is opened with its passphrase, armored or not", async () => {
    const bytes = await sealKeyFile(PLAIN, PASSPHRASE, QUICK);
    assert.deepEqual(await openKeyFile(bytes, ` ${PASSPHRASE}\n`), PLAIN);
    const text = Buffer.from(`\n${armor.encode(bytes)}`);
    assert.deepEqual(await openKeyFile(text, PASSPHRASE, PLAIN), PLAIN);
    assert.notDeepEqual(await sealKeyFile(PLAIN, PASSPHRASE, QUICK), bytes);
    assert.equal(keyFileName("conduct"), "gongping-key-conduct.age");
    assert.ok(!Buffer.from(bytes).includes(PLAIN.secret));
  });

  test("is refused with the reason", async () => {
    const bytes = await sealKeyFile(PLAIN, PASSPHRASE, QUICK);
    const flipped = Uint8Array.from(bytes);
    flipped[bytes.length - 1] = (flipped[bytes.length - 1] as number) ^ 1;
    const { appraisal, seat, secret } = PLAIN;
    const good = { gongping: "key-holder", version: 1, appraisal, seat, secret };
    const damaged: [Uint8Array, string][] = [
      [flipped, "a bit changed"],
      [bytes.slice(0, 100), "cut off"],
      [bytes.slice(0, -1), "cut off at the end"],
      [new Uint8Array(), "nothing"],
      [new Uint8Array(5000), "too much"],
      [Buffer.from("-----BEGIN AGE ENCRYPTED FILE-----\n!"), "armor without contents"],
      [await fileOf("{}"), "nothing in it"],
      [await fileOf("null"), "nothing at all in it"],
      [await fileOf("no json"), "no JSON"],
      [await fileOf(JSON.stringify({ ...good, version: 2 })), "another version"],
      [await fileOf(JSON.stringify({ ...good, gongping: "x" })), "another kind"],
      [await fileOf(JSON.stringify({ ...good, secret: "short" })), "no secret"],
      [await fileOf(JSON.stringify({ ...good, seat: 1 })), "no seat"],
    ];
    for (const [file, what] of damaged) {
      await assert.rejects(openKeyFile(file, PASSPHRASE), refused("not-a-key-file"), what);
    }
    await assert.rejects(openKeyFile(bytes, "another passphrase"), refused("passphrase"));
    const other = { appraisal: "2025-360000-LSB" };
    await assert.rejects(openKeyFile(bytes, PASSPHRASE, other), refused("other-appraisal"));
    const office = { seat: "office" };
    await assert.rejects(openKeyFile(bytes, PASSPHRASE, office), refused("other-seat"));
    await assert.rejects(sealKeyFile(PLAIN, "eleven char", QUICK), refused("weak-passphrase"));
  });

  test("takes a drawn passphrase in any case and groups", async () => {
    const drawn = suggestPassphrase();
    assert.match(drawn, /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.notEqual(suggestPassphrase(), drawn);
    const bytes = await sealKeyFile(PLAIN, drawn, QUICK);
    for (const typed of [drawn, drawn.toLowerCase(), drawn.replaceAll("-", " ")]) {
      assert.deepEqual(await openKeyFile(bytes, typed), PLAIN);
    }
    // One of its 120 bits is not enough to know.
    const last = drawn.endsWith("0") ? "1" : "0";
    await assert.rejects(openKeyFile(bytes, drawn.slice(0, -1) + last), refused("passphrase"));
  });

  test("wants twelve characters, whichever they are", () => {
    assert.equal(isStrongPassphrase("eleven char"), false);
    assert.equal(isStrongPassphrase("   eleven char   "), false);
    assert.equal(isStrongPassphrase("twelve chars"), true);
    assert.equal(isStrongPassphrase("民主评议政风行风公评公评"), true);
    assert.equal(isStrongPassphrase("𠀀𠀀𠀀𠀀𠀀𠀀"), false);
  });

  test("of the crate is opened here", async () => {
    const folder = resolve(import.meta.dirname, "../../../testdata/key-file");
    for (const name of ["browser.age", "crate.age"]) {
      const file = await openKeyFile(readFileSync(join(folder, name)), PASSPHRASE);
      assert.deepEqual(file, {
        appraisal: "2026-360000-LSB",
        seat: "conduct",
        secret: "2uWq6sRcR5fR4EXmW8Ay8G",
      });
    }
  });
});
