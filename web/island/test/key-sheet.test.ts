import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import jsQR from "jsqr";
import { newSecret } from "../src/ceremony.ts";
import {
  canReadPictures,
  keySheetCode,
  qrPath,
  readKeySheet,
  readPicture,
} from "../src/key-sheet.ts";
import { toLetters } from "../src/letters.ts";

const KEY = { appraisal: "2026-360000-LSB", seat: "conduct", secret: "2uWq6sRcR5fR4EXmW8Ay8G" };
const CODE = "gongping-key:1:2026-360000-LSB:conduct:0FDRS9P-32YB116-EMS340D-HDX3XRB";

/** What a camera would see: the path's modules, four pixels each. */
function pixels({ size, path }: { size: number; path: string }): [Uint8ClampedArray, number] {
  const scale = 4;
  const side = size * scale;
  const image = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < scale; row++) {
      for (let column = 0; column < scale; column++) {
        const at = ((Number(y) * scale + row) * side + Number(x) * scale + column) * 4;
        image.fill(0, at, at + 3);
      }
    }
  }
  return [image, side];
}

describe("a key sheet", () => {
  test("has a QR code that a reader of others reads", () => {
    assert.equal(keySheetCode(KEY), CODE);
    const keys = [KEY, { appraisal: "民主评议:2026", seat: "纠风办", secret: newSecret() }];
    for (const key of keys) {
      const [image, side] = pixels(qrPath(keySheetCode(key)));
      const text = jsQR(image, side, side)?.data;
      assert.equal(text, keySheetCode(key));
      assert.deepEqual(readKeySheet(text), key);
    }
  });

  test("is read from its letters alone", () => {
    const { secret } = KEY;
    assert.deepEqual(readKeySheet(` ${toLetters(secret).toLowerCase()}\n`), { secret });
    assert.deepEqual(readKeySheet(""), { mistake: "empty" });
    const wrong = toLetters(secret).replace("0FDR", "0FDS");
    assert.deepEqual(readKeySheet(wrong), { mistake: "mistyped", group: 1 });
    assert.deepEqual(readKeySheet(CODE.replace("0FDR", "0FDS")), { mistake: "mistyped", group: 1 });
  });

  const others = [
    "https://example.com/",
    CODE.replace(":1:", ":2:"),
    `${CODE}:more`,
    "gongping-key:1:2026-360000-LSB:conduct",
    CODE.replace("conduct", "%"),
  ];
  for (const text of others) {
    test(`is not "${text}"`, () => assert.deepEqual(readKeySheet(text), { mistake: "other-code" }));
  }
});

describe("a picture of a key sheet", () => {
  const world = globalThis as Record<string, unknown>;
  const picture = new Blob(["picture"]);
  afterEach(() => {
    delete world["BarcodeDetector"];
    delete world["createImageBitmap"];
  });

  /** A browser that finds these texts in every picture. */
  function browserThatFinds(texts: string[], formats = ["qr_code"]): void {
    world["createImageBitmap"] = async () => ({ close: () => undefined });
    world["BarcodeDetector"] = class {
      static getSupportedFormats = async (): Promise<string[]> => formats;
      detect = async (): Promise<{ rawValue: string }[]> => texts.map((rawValue) => ({ rawValue }));
    };
  }

  test("is read where the browser reads QR codes", async () => {
    browserThatFinds(["https://example.com/", CODE]);
    assert.equal(await canReadPictures(), true);
    assert.deepEqual(await readPicture(picture), KEY);
  });

  test("may show nothing, or another code", async () => {
    browserThatFinds([]);
    assert.equal(await readPicture(picture), null);
    browserThatFinds(["https://example.com/"]);
    assert.deepEqual(await readPicture(picture), { mistake: "other-code" });
    world["createImageBitmap"] = () => Promise.reject(new Error("no picture"));
    assert.equal(await readPicture(picture), null);
  });

  test("is not asked for where the browser cannot read it", async () => {
    assert.equal(await canReadPictures(), false);
    assert.equal(await readPicture(picture), null);
    browserThatFinds([CODE], ["ean_13"]);
    assert.equal(await canReadPictures(), false);
  });
});
