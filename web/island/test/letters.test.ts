import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newSecret } from "../src/ceremony.ts";
import { BASE32, LETTERS, type LettersReading, fromLetters, toLetters } from "../src/letters.ts";

const SECRET = "2uWq6sRcR5fR4EXmW8Ay8G";
const PRINTED = "0FDRS9P-32YB116-EMS340D-HDX3XRB";

const isMistyped = (reading: LettersReading): boolean =>
  "mistake" in reading && reading.mistake === "mistyped";

describe("a secret in letters", () => {
  test("is written in four groups of seven and read back", () => {
    assert.equal(toLetters(SECRET), PRINTED);
    const drawn = Array.from({ length: 50 }, () => newSecret());
    for (const secret of [SECRET, "1".repeat(22), "z".repeat(22), ...drawn]) {
      assert.deepEqual(fromLetters(toLetters(secret)), { secret });
    }
    assert.throws(() => toLetters("short"), RangeError);
  });

  test("is read as people type it", () => {
    const printed = toLetters(SECRET);
    const typed = [
      printed.toLowerCase(),
      printed.replaceAll("-", ""),
      ` ${printed.replaceAll("-", " — ")}\n`,
      printed.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
      printed.replaceAll("0", "O").replaceAll("1", "l"),
      printed.replaceAll("1", "I"),
    ];
    for (const text of typed) assert.deepEqual(fromLetters(text), { secret: SECRET }, text);
  });

  test("says what is wrong with it", () => {
    const letters = toLetters(SECRET);
    const cases: [string, string][] = [
      [" - ", "empty"],
      [letters.slice(0, -1), "too-short"],
      [`${letters}0`, "too-long"],
      [letters.replace(/^./, "U"), "wrong-character"],
      [letters.replace(/^./, "优"), "wrong-character"],
    ];
    for (const [text, mistake] of cases) assert.deepEqual(fromLetters(text), { mistake }, text);
  });

  test("with one wrong letter names its group; two are noticed", () => {
    const letters = toLetters(SECRET).replaceAll("-", "");
    for (let place = 0; place < LETTERS; place++) {
      for (const other of BASE32) {
        if (other === letters[place]) continue;
        const wrong = letters.slice(0, place) + other + letters.slice(place + 1);
        const reading = fromLetters(wrong);
        assert.ok(isMistyped(reading), wrong);
        // Of the last letter it cannot be told from two that changed places.
        const group = place === LETTERS - 1 ? undefined : Math.floor(place / 7) + 1;
        assert.equal("group" in reading ? reading.group : undefined, group, wrong);
      }
      for (let second = place + 1; second < LETTERS; second++) {
        const wrong = [...letters];
        [wrong[place], wrong[second]] = [wrong[second] as string, wrong[place] as string];
        const same = wrong.join("") === letters;
        assert.equal(isMistyped(fromLetters(wrong.join(""))), !same, wrong.join(""));
      }
    }
  });

  test("may cover a number, of which a mistake is found as well", () => {
    const letters = toLetters(SECRET, 7);
    assert.equal(letters, PRINTED.replace(/RB$/, "ZZ"));
    assert.deepEqual(fromLetters(letters, 7), { secret: SECRET });
    assert.deepEqual(fromLetters(letters, 8), { mistake: "mistyped", group: 0 });
    assert.ok(isMistyped(fromLetters(letters)));
    assert.equal(toLetters(SECRET, 0), toLetters(SECRET));
  });

  test("of a number that no secret has are refused", () => {
    // All ones in the number; the check letters of any such row are right for one pair.
    const readings = [...BASE32].flatMap((a) =>
      [...BASE32].map((b) => fromLetters(`${"Z".repeat(26)}${a}${b}`)),
    );
    assert.ok(readings.every((reading) => isMistyped(reading)));
  });
});
