/** What the pages compute beside the cryptography: sheets, code lists, shares, and their sizes. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseElection, sealBallot } from "../src/ballot.ts";
import { findSlip, makeCodes, readSecretTable, replaceSlip, secretTable } from "../src/codes.ts";
import { derivePublic } from "../src/credential.ts";
import { parseElement } from "../src/element.ts";
import { systemRandom } from "../src/group.ts";
import { Answers, parseSheet, preparations, sealSheet, sheetMessage } from "../src/sheet.ts";
import { readCode } from "../src/slip.ts";
import { partialDecryption, publicKeyOf } from "../src/trustee.ts";
import { generateKeyPair, privateKeyIn } from "./key-pair.ts";

const WEB = resolve(import.meta.dirname, "../..");
const CREDENTIAL = "2uWq6-sRcR5f-R4EXm-W8Ay8G";
const GRADES = ["优秀", "满意", "基本满意", "不满意"];
const KEYS = generateKeyPair(systemRandom);

function election(uuid: string, items = 2, blank = false): string {
  const questions = Array.from({ length: items }, (_, i) => ({
    answers: GRADES,
    ...(blank ? { blank } : {}),
    min: 0,
    max: 1,
    question: `${i}`,
  }));
  const { public_key } = JSON.parse(KEYS.publicKey) as { public_key: string };
  const head = { version: 1, description: "", name: "", group: "Ed25519", public_key };
  return JSON.stringify({ ...head, questions, uuid });
}

function sheetJson(blank = false): Record<string, unknown> {
  const grades: Record<string, unknown>[] = GRADES.map((text, i) => ({ id: `g${i}`, text }));
  if (blank) grades.push({ id: "unknown", text: "不了解", blank: true });
  return {
    sheet: "07",
    group: "服务对象",
    items: [
      { id: "B1", text: "一" },
      { id: "B2", text: "二" },
    ],
    grades,
    boxes: ["A", "B"].map((id) => ({
      id,
      unitName: id,
      election: election(`Gongping1Test2${id}`, 2, blank),
    })),
  };
}

describe("a sheet", () => {
  test("is sealed box by box, reports each question and is sent as one message", async () => {
    const sheet = parseSheet(sheetJson());
    const answers = new Answers(sheet);
    answers.set(0, 0, 3);
    assert.equal(answers.openCount(), 3);
    const steps: number[] = [];
    const sealed = await sealSheet(
      sheet,
      answers,
      CREDENTIAL,
      systemRandom,
      async (n) => void steps.push(n),
    );
    assert.deepEqual(steps, [1, 2, 3, 4]);
    const message = JSON.parse(sheetMessage(sheet, sealed)) as {
      sheet: string;
      ballots: { box: string; ballot: string }[];
    };
    assert.equal(message.sheet, "07");
    assert.deepEqual(
      message.ballots.map(({ box }) => box),
      ["A", "B"],
    );
    assert.equal(typeof message.ballots[0]?.ballot, "string");
    assert.equal(new Set(sealed.map(({ tracker }) => tracker)).size, 2);
  });

  test("has the same length whatever was answered, so that its size tells nothing", async () => {
    const sheet = parseSheet(sheetJson());
    const length = async (fill: (answers: Answers) => void): Promise<number> => {
      const answers = new Answers(sheet);
      fill(answers);
      const sealed = await sealSheet(
        sheet,
        answers,
        CREDENTIAL,
        systemRandom,
        async () => undefined,
      );
      // Numbers vary by a digit or two with the dice; count the structure without them.
      return sealed
        .map(({ ballot }) => ballot.replace(/"\d+"/g, '""').length)
        .reduce((a, b) => a + b);
    };
    assert.equal(await length(() => undefined), await length((answers) => answers.set(1, 1, 2)));
  });

  test("can be prepared in idle moments, and says of a damaged key what sealing would say", () => {
    const sheet = parseSheet(sheetJson());
    const work = preparations(sheet, systemRandom);
    // Two boxes share one key: the generator, the key, and the answer thrown away.
    assert.equal(work.length, 3);
    for (const piece of work) piece();
    const [box] = sheet.boxes;
    assert.ok(box);
    const damaged = {
      ...sheet,
      boxes: [{ ...box, election: { ...box.election, publicKey: "00" } }],
    };
    assert.throws(() => preparations(damaged, systemRandom)[1]?.(), { what: "element" });
  });

  test("maps a grade that is counted as blank to a blank vote and numbers the others without it", () => {
    const sheet = parseSheet(sheetJson(true));
    const answers = new Answers(sheet);
    answers.set(0, 0, 4);
    answers.set(0, 1, 3);
    assert.deepEqual(answers.choices(0), ["blank", [3]]);
  });

  test("forgets its answers when told to", () => {
    const answers = new Answers(parseSheet(sheetJson()));
    answers.set(0, 0, 1);
    answers.clear();
    assert.equal(answers.openCount(), answers.count());
  });

  const broken: Record<string, (json: Record<string, unknown>) => void> = {
    "no boxes": (json) => (json["boxes"] = []),
    "an item more than the election asks": (json) =>
      (json["items"] as unknown[]).push({ id: "x", text: "x" }),
    "a grade less than the election has": (json) => (json["grades"] as unknown[]).pop(),
    "an election of another group": (json) => {
      const box = (json["boxes"] as { election: string }[])[0];
      if (box) box.election = box.election.replace("Ed25519", "RFC-3526-2048");
    },
    "an election that is not JSON": (json) => {
      const box = (json["boxes"] as { election: string }[])[0];
      if (box) box.election = "<html>";
    },
  };
  for (const [what, damage] of Object.entries(broken)) {
    test(`with ${what} is refused`, () => {
      const json = sheetJson();
      damage(json);
      assert.throws(() => parseSheet(json), { name: "MalformedError" });
    });
  }
});

describe("sealing", () => {
  test("refuses two grades for one item and grades that do not exist", () => {
    const read = parseElection(election("Gongping1Test2A", 1));
    assert.throws(() => sealBallot(read, CREDENTIAL, [[0, 1]], systemRandom), RangeError);
    assert.throws(() => sealBallot(read, CREDENTIAL, [[4]], systemRandom), RangeError);
    assert.throws(() => sealBallot(read, CREDENTIAL, ["blank"], systemRandom), RangeError);
    assert.throws(() => sealBallot(read, CREDENTIAL, [], systemRandom), RangeError);
  });

  test("never repeats a ciphertext, nor a whole ballot", () => {
    const read = parseElection(election("Gongping1Test2A", 2));
    const seal = (): string => sealBallot(read, CREDENTIAL, [[0], [0]], systemRandom);
    const alphas = [seal(), seal()].flatMap((ballot) => ballot.match(/"alpha":"\w+"/g) ?? []);
    assert.equal(alphas.length, 16);
    assert.equal(new Set(alphas).size, 16);
  });
});

describe("code lists", () => {
  const work = [
    {
      sheet: "07",
      count: 3,
      boxes: [
        { id: "A", uuid: "Gongping1Test2A" },
        { id: "B", uuid: "Gongping1Test2B" },
      ],
    },
    { sheet: "08", count: 60, boxes: [{ id: "C", uuid: "Gongping1Test2C" }] },
  ];

  test("have a public key for each code in each box, sorted, and no secret in the public part", async () => {
    const steps: number[] = [];
    const lists = await makeCodes(work, systemRandom, async (n) => void steps.push(n));
    assert.equal(steps.at(-1), 66);
    assert.deepEqual(
      lists.public.boxes.map((b) => [b.id, b.publicCredentials.length]),
      [
        ["A", 3],
        ["B", 3],
        ["C", 60],
      ],
    );
    const text = JSON.stringify(lists.public);
    for (const { sheet, code } of lists.secret) {
      const reading = readCode(code);
      assert.ok("code" in reading && reading.code.sheet === sheet);
      assert.ok(!text.includes(reading.code.credential));
      if (sheet === "08") {
        const publicKey = derivePublic("Gongping1Test2C", reading.code.credential);
        assert.ok(lists.public.boxes[2]?.publicCredentials.includes(publicKey));
      }
    }
    for (const { publicCredentials } of lists.public.boxes) {
      assert.deepEqual(publicCredentials, [...publicCredentials].sort());
    }
  });

  const CODE = "07-0FDRS9P-32YB116-EMS340D-HDX3XZZ";

  test("open in a spreadsheet: mark at the front, one line a code", () => {
    const table = secretTable(
      ["测评表", "序号", "邀请码", "链接"],
      [{ sheet: "07", number: 1, code: CODE }],
      "https://a.example/vote",
    );
    const row = `07,1,${CODE},https://a.example/vote#${CODE}`;
    assert.equal(table, `\ufeff测评表,序号,邀请码,链接\r\n${row}\r\n`);
  });

  test("are read again, also after a spreadsheet saved them", async () => {
    const { secret } = await makeCodes(work, systemRandom, async () => {});
    const table = secretTable(["a", "b", "c", "d"], secret, "https://a.example/vote");
    assert.deepEqual(readSecretTable(table), secret);
    const saved = table.replace("\ufeff", "").replace(/\r\n/g, "\n").replace(/^0/gm, "");
    assert.deepEqual(readSecretTable(saved), secret);
    const [first = ""] = table.split("\r\n").slice(1);
    for (const bad of ["", "x", `a\n${first}\n${first}\n`, table.replace(/,1,0/, ",1,U")]) {
      if (bad !== table) assert.equal(readSecretTable(bad), null, bad.slice(0, 40));
    }
  });

  test("are replaced in every box of the sheet, and in no other", async () => {
    const { secret, public: before } = await makeCodes(work, systemRandom, async () => {});
    const lost = findSlip(secret, " 07 - 2 ");
    assert.ok(lost !== null && lost.sheet === "07" && lost.number === 2);
    assert.equal(findSlip(secret, lost.code.toLowerCase()), lost);
    assert.equal(findSlip(secret, "07-99"), null);
    assert.equal(findSlip(secret, CODE), null);
    const outcome = replaceSlip(work, secret, lost, systemRandom);
    assert.ok(outcome !== null);
    assert.equal(outcome.added.number, 4, "no serial number comes twice");
    assert.equal(outcome.lines.length, secret.length);
    assert.ok(!outcome.lines.some(({ code }) => code === lost.code));
    assert.deepEqual(
      outcome.replacement.boxes.map(({ id }) => id),
      ["A", "B"],
    );
    for (const { id, struck, added } of outcome.replacement.boxes) {
      const list = before.boxes.find((box) => box.id === id)?.publicCredentials ?? [];
      assert.ok(struck.length === 1 && list.includes(struck[0] ?? ""));
      assert.ok(added.length === 1 && !list.includes(added[0] ?? ""));
    }
  });
});

describe("a key holder", () => {
  const x = privateKeyIn(KEYS.privateKey);

  test("has the public key that its certificate says", () => {
    assert.equal(publicKeyOf(x), (JSON.parse(KEYS.publicKey) as { public_key: string }).public_key);
  });

  test("never applies the key to a point outside the prime-order group", () => {
    const small = `${"0".repeat(64)}`;
    const tally = JSON.stringify([[{ alpha: small, beta: small }]]);
    assert.throws(() => partialDecryption(election("Gongping1Test2A"), tally, x, systemRandom), {
      what: "element",
    });
  });

  test("refuses elements that are off the curve or not canonical", () => {
    // p itself is another way to write 0, p + 1 another way to write the neutral element.
    const p = 2n ** 255n - 19n;
    for (const number of [2n, p, p + 1n]) {
      assert.throws(() => parseElement(number.toString(16).padStart(64, "0")), { what: "element" });
    }
    assert.throws(() => parseElement("AB".repeat(32)), { what: "element" });
  });
});

describe("the built pages", () => {
  const dist = join(WEB, "dist");
  const packed = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;
  const built = existsSync(join(dist, "ballot.js"));
  const skip = built || process.env["CI"] ? false : "run npm run build first";

  test(
    "ballot page: script ≤ 35 kB, sheet ≤ 20 kB, all together ≤ 100 kB compressed",
    { skip },
    () => {
      const script = packed(join(dist, "ballot.js"));
      const sheet = packed(join(dist, "public.css"));
      const rest = ["logo.svg", "favicon.svg", "icons.svg"].map((name) => packed(join(dist, name)));
      const html = packed(join(WEB, "styles/sample-ballot.html"));
      assert.ok(script <= 35_000, `script ${script}`);
      assert.ok(sheet <= 20_000, `sheet ${sheet}`);
      const all = [script, sheet, html, ...rest].reduce((a, b) => a + b);
      assert.ok(all <= 100_000, `all ${all}`);
    },
  );

  test(
    "nothing of the ballot script stores, logs or speaks a language of its own",
    { skip },
    () => {
      const script = readFileSync(join(dist, "ballot.js"), "utf8");
      for (const word of [
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "console.log",
        "pushState",
      ]) {
        assert.ok(!script.includes(word), word);
      }
      assert.doesNotMatch(script.replace("ー一", ""), /[\u4e00-\u9fff]/);
    },
  );

  test("the sample ballot page has every message, slot and piece that the script asks for", () => {
    const html = readFileSync(join(WEB, "styles/sample-ballot.html"), "utf8");
    const source = readFileSync(join(WEB, "island/src/ballot-page.ts"), "utf8");
    const all = (pattern: RegExp): string[] =>
      [...source.matchAll(pattern)].map((m) => m[1] as string);
    for (const slot of [...all(/\.slot\("([\w-]+)"/g), ...all(/say\("([\w-]+)"/g)]) {
      assert.ok(html.includes(`data-slot="${slot}"`), `slot ${slot}`);
    }
    for (const piece of all(/piece\("([\w-]+)"\)/g)) {
      assert.ok(html.includes(`data-template="${piece}"`), `template ${piece}`);
    }
    const said = [
      ...all(/say\("[\w-]+", "([\w-]+)"/g),
      ...all(/message\("([\w-]+)"/g),
      ...all(/codeMistake\("([\w-]+)"/g),
    ];
    const chosen = [
      "code-empty",
      "code-no-sheet",
      "code-too-short",
      "code-too-long",
      "code-wrong-character",
      "progress-question",
      "progress-unit",
      "summary-full",
      "summary-open",
      "sheet-damaged",
      "sheet-network",
      "network",
      "busy",
      "refused",
      "closed",
      "not-open",
      "unknown-code",
      "struck-off-code",
      "sealing-failed",
    ];
    for (const name of [...said, ...chosen]) {
      assert.ok(html.includes(`data-message="${name}"`), `message ${name}`);
    }
  });

  test("no sample page has inline script or style", () => {
    for (const name of ["public", "staff", "ballot", "ceremonies"]) {
      const html = readFileSync(join(WEB, `styles/sample-${name}.html`), "utf8");
      assert.doesNotMatch(html, /\sstyle=|<style|<script>|\son\w+=/);
    }
  });
});
