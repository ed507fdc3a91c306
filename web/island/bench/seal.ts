/** How long sealing takes: `npm run bench`. The reference is one ballot of 8 items × 4 grades. */
import { parseElection, sealBallot } from "../src/ballot.ts";
import { derivePublicMany, generateCredential } from "../src/credential.ts";
import { systemRandom } from "../src/group.ts";
import { generateKeyPair } from "../test/key-pair.ts";

const ROUNDS = 30;

function election(): string {
  const { publicKey } = generateKeyPair(systemRandom);
  const { public_key: key } = JSON.parse(publicKey) as { public_key: string };
  const questions = Array.from({ length: 8 }, (_, i) => ({
    answers: ["优秀", "满意", "基本满意", "不满意"],
    min: 0,
    max: 1,
    question: `评议内容 ${i + 1}`,
  }));
  const head = { version: 1, description: "", name: "", group: "Ed25519", public_key: key };
  return JSON.stringify({ ...head, questions, uuid: "Benchmark1Uuid" });
}

function time(what: () => void): number {
  const start = performance.now();
  what();
  return performance.now() - start;
}

const choices = Array.from({ length: 8 }, (_, i) => [i % 4]);
const credential = generateCredential(systemRandom);
const seal = (text: string): void => {
  sealBallot(parseElection(text), credential, choices, systemRandom);
};

const cold = time(() => seal(election()));
const fresh = Array.from({ length: ROUNDS }, () => {
  const text = election();
  return time(() => seal(text));
}).sort((a, b) => a - b);
const shared = election();
seal(shared);
const warm = Array.from({ length: ROUNDS }, () => time(() => seal(shared))).sort((a, b) => a - b);
const credentials = Array.from({ length: 500 }, () => generateCredential(systemRandom));
const derived = time(() => derivePublicMany("Benchmark1Uuid", credentials)) / credentials.length;

const middle = ROUNDS / 2;
console.log(`seal 8 × 4, first in the process:     ${cold.toFixed(1)} ms`);
console.log(`seal 8 × 4, new key, median of ${ROUNDS}:   ${fresh[middle]?.toFixed(1)} ms`);
console.log(`seal 8 × 4, same key, median of ${ROUNDS}:  ${warm[middle]?.toFixed(1)} ms`);
console.log(`derive one public credential:         ${derived.toFixed(3)} ms`);
