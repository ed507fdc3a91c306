/** The independent tool accepts what the browser makes, and the other way round. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { type Choice, parseElection, sealBallot, tracker } from "../src/ballot.ts";
import { derivePublic, derivePublicMany, generateCredential } from "../src/credential.ts";
import { systemRandom } from "../src/group.ts";
import { partialDecryption, publicKeyOf } from "../src/trustee.ts";
import { type TemplateQuestion, ToolBox, belenios, owned, skipReason } from "./belenios.ts";
import { generateKeyPair, privateKeyIn } from "./key-pair.ts";

const GRADES = ["优秀", "满意", "基本满意", "不满意"];

function items(count: number, extra: Partial<TemplateQuestion> = {}): TemplateQuestion[] {
  return Array.from({ length: count }, (_, i) => ({
    answers: GRADES,
    ...extra,
    min: 0,
    max: 1,
    question: `评议内容 ${i + 1}`,
  }));
}

describe("a box of the independent tool", { skip: skipReason }, () => {
  const ours = skipReason === false ? generateKeyPair(systemRandom) : null;
  let box: ToolBox;

  before(() => {
    box = new ToolBox("Gongping1Test2A", items(8), {
      count: 6,
      trustees: 1,
      publicKeys: [ours?.publicKey ?? ""],
    });
  });
  after(() => box.remove());

  test("public credentials are derived like the tool derives them", () => {
    const credential = generateCredential(systemRandom);
    const args = ["--group", "Ed25519", "--uuid", box.uuid, "--derive", credential];
    const theirs = belenios(["setup", "generate-credentials", ...args]).trim();
    assert.equal(derivePublic(box.uuid, credential), theirs.split(",")[0]);
  });

  test("every grade of every item can be sent and moves the count, and the last ballot counts", () => {
    const election = parseElection(box.electionText);
    const send = (voter: number, choices: Choice[]): string => {
      const credential = box.privateCredentials[voter] as string;
      const ballot = sealBallot(election, credential, choices, systemRandom);
      box.addBallot(ballot);
      return ballot;
    };
    const all = (grade: number): Choice[] => Array.from({ length: 8 }, () => [grade]);
    // One voter for each grade, one who answers nothing, one who answers twice.
    for (const grade of [0, 1, 2, 3]) send(grade, all(grade));
    send(
      4,
      Array.from({ length: 8 }, () => []),
    );
    const replaced = send(5, all(0));
    const last = send(
      5,
      Array.from({ length: 8 }, (_, i) => [i % 4]),
    );
    assert.notEqual(tracker(replaced), tracker(last));
    assert.match(box.verify(), /all checks passed/i);

    const tally = box.close();
    const mine = partialDecryption(
      box.electionText,
      tally,
      privateKeyIn(ours?.privateKey ?? ""),
      systemRandom,
    );
    box.addEvent("PartialDecryption", ...owned(1, mine));
    box.addEvent("PartialDecryption", ...box.toolDecrypts(box.keyFiles()[0] as string, 2));
    const counts = box.result();
    const expected = Array.from({ length: 8 }, (_, i) =>
      GRADES.map((_, grade) => 1 + (i % 4 === grade ? 1 : 0)),
    );
    assert.deepEqual(counts, expected);
    assert.match(box.verify(), /all checks passed/i);
  });

  test("a ballot with one changed digit is refused by the tool", () => {
    const other = new ToolBox("Gongping1Test2B", items(1), { count: 1 });
    try {
      const election = parseElection(other.electionText);
      const credential = other.privateCredentials[0] as string;
      const ballot = sealBallot(election, credential, [[2]], systemRandom);
      const changed = ballot.replace(
        /"response":"(\d)/,
        (_, d) => `"response":"${(Number(d) % 9) + 1}`,
      );
      assert.notEqual(changed, ballot);
      assert.throws(() => other.addBallot(changed));
      other.addBallot(ballot);
    } finally {
      other.remove();
    }
  });

  test("a private key file of the tool is read and belongs to its public key", () => {
    const [file] = box.keyFiles() as [string];
    const theirs = JSON.parse(readFileSync(file.replace("privkey", "pubkey"), "utf8")) as {
      public_key: string;
    };
    assert.equal(publicKeyOf(privateKeyIn(readFileSync(file, "utf8"))), theirs.public_key);
  });
});

describe("codes made in the browser", { skip: skipReason }, () => {
  test("open a box whose public list came from the browser", () => {
    const uuid = "Gongping1Test2C";
    const credentials = Array.from({ length: 3 }, () => generateCredential(systemRandom));
    const publicCredentials = derivePublicMany(uuid, credentials).sort();
    const box = new ToolBox(uuid, items(2), { count: 0, publicCredentials });
    try {
      const election = parseElection(box.electionText);
      for (const credential of credentials) {
        box.addBallot(sealBallot(election, credential, [[3], [0]], systemRandom));
      }
      assert.match(box.verify(), /all checks passed/i);
      box.close();
      box.addEvent("PartialDecryption", ...box.toolDecrypts(box.keyFiles()[0] as string, 1));
      assert.deepEqual(box.result(), [
        [0, 0, 0, 3],
        [3, 0, 0, 0],
      ]);
      assert.match(box.verify(), /all checks passed/i);
    } finally {
      box.remove();
    }
  });
});

describe("questions beyond one of several", { skip: skipReason }, () => {
  test("several of many and counted blanks are accepted by the tool", () => {
    const questions: TemplateQuestion[] = [
      { answers: GRADES, min: 1, max: 3, question: "several" },
      { answers: GRADES, blank: true, min: 1, max: 1, question: "with blank" },
      { answers: GRADES, blank: true, min: 0, max: 2, question: "with blank or nothing" },
    ];
    const box = new ToolBox("Gongping1Test2D", questions, { count: 3 });
    try {
      const election = parseElection(box.electionText);
      const sheets: Choice[][] = [
        [[0], "blank", []],
        [[0, 2, 3], [1], "blank"],
        [[1, 2], [3], [0, 1]],
      ];
      sheets.forEach((choices, i) => {
        const credential = box.privateCredentials[i] as string;
        box.addBallot(sealBallot(election, credential, choices, systemRandom));
      });
      assert.match(box.verify(), /all checks passed/i);
      box.close();
      box.addEvent("PartialDecryption", ...box.toolDecrypts(box.keyFiles()[0] as string, 1));
      assert.deepEqual(box.result(), [
        [2, 1, 2, 1],
        [1, 0, 1, 0, 1],
        [1, 1, 1, 0, 0],
      ]);
      assert.match(box.verify(), /all checks passed/i);
    } finally {
      box.remove();
    }
  });
});
