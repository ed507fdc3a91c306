/** The ceremony of the keys: together with the independent tool, with fixtures of the crate, and with cheats. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { parseElection, sealBallot } from "../src/ballot.ts";
import {
  CeremonyError,
  certify,
  conclude,
  isSecret,
  newSecret,
  openKey,
  ownPlace,
  polynomial,
} from "../src/ceremony.ts";
import { systemRandom } from "../src/group.ts";
import { partialDecryption, publicKeyOf } from "../src/trustee.ts";
import { ToolBox, belenios, owned, skipReason } from "./belenios.ts";

const PLACE = { threshold: 2, size: 3 };

interface Signed {
  message: string;
  signature: { challenge: string; response: string };
}
interface Polynomial {
  polynomial: string;
  secrets: string[];
  coefexps: Signed;
  signature: Signed["signature"];
}
interface Input {
  polynomial: string;
  secrets: string[];
  coefexps: Signed[];
  signatures: Signed["signature"][];
}
interface Output {
  private_key: string;
  public_key: { public_key: string };
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
const parsed = <T>(text: string): T => JSON.parse(text) as T;

/** Step 4: what the server sends to each holder. */
function route(polynomials: readonly string[]): string[] {
  const all = polynomials.map((text) => parsed<Polynomial>(text));
  return all.map((own, index) =>
    JSON.stringify({
      polynomial: own.polynomial,
      secrets: all.map(({ secrets }) => secrets[index]),
      coefexps: all.map(({ coefexps }) => coefexps),
      signatures: all.map(({ signature }) => signature),
    }),
  );
}

function refusal(reason: string, holder?: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CeremonyError, String(error));
    assert.deepEqual({ reason: error.reason, holder: error.holder }, { reason, holder });
    return true;
  };
}

describe("a ceremony with the independent tool", { skip: skipReason }, () => {
  const step = ["setup", "generate-trustee-key-threshold", "--group", "Ed25519"];
  let dir: string;

  before(() => {
    dir = mkdtempSync(join(tmpdir(), "gongping-ceremony-"));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  test("two holders here and one there make a key; any two of them open a box", async () => {
    const file = (name: string): string => join(dir, name);
    const secrets = [newSecret(), newSecret()];
    belenios([...step, "--step", "1", "--threshold-context", "3/2/3"], "", dir);
    const key = readdirSync(dir).find((name) => name.endsWith(".key")) as string;
    const theirs = readFileSync(file(key), "utf8").trim();
    secrets.push(theirs);
    const certificates = [
      ...secrets.slice(0, 2).map((secret, i) => certify(secret, { ...PLACE, number: i + 1 })),
      readFileSync(file(key.replace(".key", ".cert")), "utf8").trim(),
    ];
    writeFileSync(file("certs"), lines(certificates));
    const tool = (number: number, input = "", ...more: string[]): string[] => {
      const args = [...step, "--certs", "certs", "--step", String(number), ...more];
      return belenios(args, input, dir).trim().split("\n");
    };
    tool(2);
    const polynomials = [
      await polynomial(secrets[0] as string, certificates),
      await polynomial(secrets[1] as string, certificates),
      ...tool(3, "", "--key", key),
    ];
    writeFileSync(file("polynomials"), lines(polynomials));
    // The tool writes the input of each holder into a file named by its verification key's hash.
    tool(4, "", "--polynomials", "polynomials");
    const written = readdirSync(dir).filter((name) => name.endsWith(".vinput"));
    const inputs = route(polynomials);
    assert.deepEqual(
      written.map((name) => readFileSync(file(name), "utf8").trim()).sort(),
      [...inputs].sort(),
    );
    const outputs = [
      await conclude(secrets[0] as string, certificates, inputs[0] as string),
      await conclude(secrets[1] as string, certificates, inputs[1] as string),
      ...tool(5, `${inputs[2]}\n`, "--key", key),
    ];
    const [parameters] = tool(6, lines(outputs), "--polynomials", "polynomials");

    // The private key of the tool's holder opens here too; each belongs to the published key.
    const keys: bigint[] = [];
    for (const [i, output] of outputs.entries()) {
      const { private_key: sealed, public_key: published } = parsed<Output>(output);
      const opened = await openKey(secrets[i] as string, sealed);
      assert.equal(publicKeyOf(opened), published.public_key);
      keys.push(opened);
      assert.equal(ownPlace(secrets[i] as string, certificates), i + 1);
    }
    // The same number follows from the same pieces there and here.
    const again = await conclude(theirs, certificates, inputs[2] as string);
    const [ours, tools] = [again, outputs[2] as string].map((text) => parsed<Output>(text));
    assert.equal(ours?.public_key.public_key, tools?.public_key.public_key);

    for (const chosen of [
      [0, 1],
      [1, 2],
      [0, 2],
    ]) {
      const question = { answers: ["a", "b"], min: 0, max: 1, question: "?" };
      const box = new ToolBox(`Gongping1Test3${chosen.map((i) => "ABC"[i]).join("")}`, [question], {
        count: 2,
        trustees: 0,
        thresholds: [parameters as string],
      });
      try {
        const election = parseElection(box.electionText);
        for (const [voter, choice] of [[1], [0]].entries()) {
          const code = box.privateCredentials[voter] as string;
          box.addBallot(sealBallot(election, code, [choice], systemRandom));
        }
        const tally = box.close();
        for (const index of chosen) {
          const x = keys[index] as bigint;
          const share = partialDecryption(box.electionText, tally, x, systemRandom);
          box.addEvent("PartialDecryption", ...owned(index + 1, share));
        }
        assert.deepEqual(box.result(), [[1, 1]]);
        assert.match(box.verify(), /all checks passed/i);
      } finally {
        box.remove();
      }
    }
  });
});

describe("a ceremony among browsers", () => {
  let secrets: string[];
  let certificates: string[];
  let polynomials: string[];

  before(async () => {
    secrets = [1, 2, 3].map(() => newSecret());
    certificates = secrets.map((secret, i) => certify(secret, { ...PLACE, number: i + 1 }));
    polynomials = [];
    for (const secret of secrets) polynomials.push(await polynomial(secret, certificates));
  });

  /** What holder 2 says to changed input. */
  async function second(change: (input: Input) => void): Promise<string> {
    const input = parsed<Input>(route(polynomials)[1] as string);
    change(input);
    return conclude(secrets[1] as string, certificates, JSON.stringify(input));
  }

  test("goes through when nobody cheats", async () => {
    const output = parsed<Output>(await second(() => undefined));
    const x = await openKey(secrets[1] as string, output.private_key);
    assert.equal(publicKeyOf(x), output.public_key.public_key);
    await assert.rejects(openKey(secrets[0] as string, output.private_key), refusal("sealed"));
  });

  test("names the holder of a certificate that does not hold", async () => {
    const [one, two, three] = certificates as [string, string, string];
    const other = certify(newSecret(), { ...PLACE, number: 2 });
    const foreign = { ...parsed<Signed>(two), signature: parsed<Signed>(other).signature };
    const cases: [string[], string, number | undefined][] = [
      [[one, three, two], "context", 2],
      [[one, two], "context", 1],
      [[one, two.replace('"response":"', '"response":"0'), three], "malformed", 2],
      [[one, JSON.stringify(foreign), three], "signature", 2],
      [[one, ` ${two}`, three], "malformed", 2],
      [[one, two, three.replace('"message"', '"massage"')], "malformed", 3],
      [[], "place", undefined],
    ];
    for (const [changed, reason, holder] of cases) {
      assert.throws(() => ownPlace(secrets[0] as string, changed), refusal(reason, holder));
    }
    // Somebody else's certificate in the place of holder 2: sound in itself, so 2 must notice.
    assert.equal(ownPlace(secrets[1] as string, [one, other, three]), undefined);
    await assert.rejects(
      polynomial(secrets[1] as string, [one, other, three]),
      refusal("not-among-them"),
    );
  });

  test("names the holder whose message was exchanged on the way", async () => {
    const again = parsed<Polynomial>(await polynomial(secrets[2] as string, certificates));
    const shown = [certify(newSecret(), { ...PLACE, number: 1 }), ...certificates.slice(1)];
    const astray = parsed<Polynomial>(await polynomial(secrets[2] as string, shown));
    const mine = parsed<Polynomial>(await polynomial(secrets[1] as string, certificates));
    const flip = (text: string): string => {
      const sealed = parsed<{ data: string }>(text);
      const first = sealed.data.startsWith("0") ? "1" : "0";
      return JSON.stringify({ ...sealed, data: first + sealed.data.slice(1) });
    };
    const cases: [string, number | undefined, (input: Input) => void][] = [
      ["signature", 1, ({ coefexps }) => void coefexps.reverse()],
      ["agreement", 1, ({ signatures }) => void signatures.reverse()],
      ["agreement", 3, (input) => void (input.coefexps[2] = again.coefexps)],
      [
        "agreement",
        3,
        (input) => {
          input.coefexps[2] = astray.coefexps;
          input.signatures[2] = astray.signature;
        },
      ],
      ["piece", 3, ({ secrets: pieces }) => void (pieces[2] = again.secrets[1] as string)],
      ["sealed", 3, ({ secrets: pieces }) => void (pieces[2] = again.secrets[0] as string)],
      ["sealed", 1, ({ secrets: pieces }) => void pieces.reverse()],
      ["sealed", 1, ({ secrets: pieces }) => void (pieces[0] = flip(pieces[0] as string))],
      ["malformed", 1, ({ secrets: pieces }) => void (pieces[0] = "{}")],
      ["own-polynomial", undefined, (input) => void (input.polynomial = mine.polynomial)],
      ["sealed", 2, (input) => void (input.polynomial = again.polynomial)],
      ["size", undefined, ({ secrets: pieces }) => void pieces.pop()],
      ["size", undefined, ({ coefexps }) => void coefexps.pop()],
      ["size", undefined, ({ signatures }) => void signatures.pop()],
    ];
    for (const [reason, holder, change] of cases) {
      await assert.rejects(second(change), refusal(reason, holder), reason);
    }
  });

  test("refuses places and secrets that cannot be", () => {
    const secret = newSecret();
    const places = [
      [0, 2, 3],
      [4, 2, 3],
      [1, 0, 3],
      [1, 4, 3],
      [1, 1, 101],
      [1, 1.5, 3],
    ] as const;
    for (const [number, threshold, size] of places) {
      assert.throws(() => certify(secret, { number, threshold, size }), refusal("place"));
    }
    for (const text of ["", "short", "0234567890123456789012", `${secret}1`, `${secret}\n`]) {
      assert.equal(isSecret(text), false, text);
      assert.throws(() => certify(text, { ...PLACE, number: 1 }), refusal("secret"));
    }
    assert.equal(isSecret(secret), true);
    assert.notEqual(newSecret(), secret);
  });
});

describe("a ceremony of the crate, the tool and the browser", () => {
  const folder = resolve(import.meta.dirname, "../../../testdata/ceremony");
  const fixture = (name: string): string => readFileSync(join(folder, name), "utf8").trim();
  const list = (name: string): string[] => fixture(name).split("\n");

  test("is understood here: every holder comes to the key that was published", async () => {
    const [secrets, certificates] = [list("secrets.txt"), list("certificates.jsons")];
    const inputs = route(list("polynomials.jsons"));
    for (const [i, output] of list("outputs.jsons").entries()) {
      const secret = secrets[i] as string;
      const own = await conclude(secret, certificates, inputs[i] as string);
      const published = parsed<Output>(output);
      assert.deepEqual(parsed<Output>(own).public_key.public_key, published.public_key.public_key);
      const x = await openKey(secret, published.private_key);
      assert.equal(publicKeyOf(x), published.public_key.public_key);
    }
  });
});
