/** Sealing a ballot (specification, "Encrypted answers" to "Ballots"). */
import { deriveSecret } from "./credential.ts";
import { FixedBase, Point, pointsToHex } from "./fixed-base.ts";
import {
  GROUP_NAME,
  MalformedError,
  type RandomSource,
  hashToScalar,
  randomScalar,
  reduce,
  sha256Base64,
} from "./group.ts";

/** A homomorphic question of an election. */
export interface Question {
  readonly answers: readonly string[];
  readonly blank?: boolean;
  readonly min: number;
  readonly max: number;
  readonly question: string;
}

/** An election as far as sealing needs it. */
export interface Election {
  /** Its fingerprint φ, over the exact text. */
  readonly fingerprint: string;
  readonly uuid: string;
  /** The public key y, hexadecimal. */
  readonly publicKey: string;
  readonly questions: readonly Question[];
}

/** Indices of the chosen answers of one question, 0-based; empty: nothing; `"blank"`: a counted blank. */
export type Choice = readonly number[] | "blank";

interface Proof {
  readonly challenge: string;
  readonly response: string;
}

/** A ciphertext with what its maker knows about it: (gʳ, yʳgᵐ). */
interface Known {
  readonly r: bigint;
  readonly m: number;
  readonly alpha: Point;
  readonly beta: Point;
}

/** One branch of a proof. All are made by the same steps, whichever is the true one. */
interface Branch {
  readonly a: Point;
  readonly b: Point;
  readonly isTrue: boolean;
  /** Drawn; 0 for the true branch, whose challenge follows from the hash. */
  readonly challenge: bigint;
  /** Drawn; for the true branch it is the nonce. */
  readonly response: bigint;
  /** The r whose knowledge the true branch shows. */
  readonly r: bigint;
}

/** Reads an election file; refuses groups, versions and kinds of question that it cannot seal. */
export function parseElection(text: string): Election {
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new MalformedError("election");
  }
  const { version, group, uuid, public_key: publicKey, questions } = raw;
  const understood =
    version === 1 &&
    group === GROUP_NAME &&
    typeof uuid === "string" &&
    typeof publicKey === "string" &&
    Array.isArray(questions) &&
    questions.every(isQuestion);
  if (!understood) throw new MalformedError("election");
  return { fingerprint: sha256Base64(text), uuid, publicKey, questions };
}

function isQuestion(value: unknown): value is Question {
  const question = value as Partial<Question> | null;
  return (
    Array.isArray(question?.answers) &&
    Number.isInteger(question.min) &&
    Number.isInteger(question.max)
  );
}

/** Seals one ballot at a time; holds the tables and the secret of one credential in one election. */
export class Sealer {
  private readonly secret: bigint;
  private readonly credential: string;
  private readonly prefix: string;
  private readonly key: FixedBase;
  private readonly generator = FixedBase.generator();

  constructor(
    private readonly election: Election,
    privateCredential: string,
    private readonly random: RandomSource,
  ) {
    this.secret = deriveSecret(election.uuid, privateCredential);
    this.credential = this.powerText(this.secret);
    this.prefix = `${election.fingerprint}|${this.credential}`;
    this.key = FixedBase.of(election.publicKey);
  }

  /** Seals the answer to one question; the result goes into {@link finish} in question order. */
  sealAnswer(question: Question, choice: Choice): unknown {
    const values = plaintext(question, choice);
    const known = values.map((m) => this.encrypt(m));
    const single = known.map((cipher) => this.branchesOf(cipher, [0, 1]));
    const rest = question.blank === true ? known.slice(1) : known;
    const sum = this.sum(rest);
    const range = integers(question.min, question.max);
    const closing =
      question.blank === true
        ? this.blankBranches(known[0] as Known, sum, range)
        : [this.branchesOf(sum, range)];

    const points = [
      ...known.flatMap(({ alpha, beta }) => [alpha, beta]),
      ...[...single, ...closing].flat().flatMap(({ a, b }) => [a, b]),
      ...(question.blank === true ? [] : [sum.alpha, sum.beta]),
    ];
    const texts = pointsToHex(points);
    let next = 0;
    const pair = (): string => `${texts[next++]},${texts[next++]}`;
    const pairs = (count: number): string => Array.from({ length: count }, pair).join(",");

    const ciphers = known.map(pair);
    const whole = `${this.prefix}|${ciphers.join(",")}`;
    const individual = single.map((branches, i) =>
      complete(branches, `prove|${this.prefix}|${ciphers[i]}|${pairs(branches.length)}`),
    );
    const answer: Record<string, unknown> = {
      choices: ciphers.map((text) => {
        const [alpha, beta] = text.split(",");
        return { alpha, beta };
      }),
      individual_proofs: individual,
    };
    if (question.blank === true) {
      const [blank, overall] = closing as [Branch[], Branch[]];
      const blankProof = complete(blank, `bproof0|${whole}|${pairs(blank.length)}`);
      answer["overall_proof"] = complete(overall, `bproof1|${whole}|${pairs(overall.length)}`);
      answer["blank_proof"] = blankProof;
    } else {
      const overall = closing[0] as Branch[];
      const commitments = pairs(overall.length);
      answer["overall_proof"] = complete(overall, `prove|${whole}|${pair()}|${commitments}`);
    }
    return answer;
  }

  /** Signs the sealed answers and gives the ballot's exact text. */
  finish(answers: readonly unknown[]): string {
    const body = {
      election_uuid: this.election.uuid,
      election_hash: this.election.fingerprint,
      credential: this.credential,
      answers,
    };
    const hash = sha256Base64(JSON.stringify(body));
    const w = randomScalar(this.random);
    const commitment = this.powerText(w);
    const challenge = hashToScalar(`sig|${hash}|${commitment}`);
    const proof = written(challenge, reduce(w - this.secret * challenge));
    return JSON.stringify({ ...body, signature: { hash, proof } });
  }

  private powerText(scalar: bigint): string {
    return pointsToHex([this.generator.power(scalar)])[0] as string;
  }

  /** The ciphertext of 0 or 1. */
  private encrypt(m: number): Known {
    const r = randomScalar(this.random);
    const beta = this.generator.smallPower(m, this.key.power(r));
    return { r, m, alpha: this.generator.power(r), beta };
  }

  /** The product of ciphertexts encrypts the sum of their values with the sum of their r. */
  private sum(ciphers: readonly Known[]): Known {
    const none: Known = { r: 0n, m: 0, alpha: Point.neutral(), beta: Point.neutral() };
    return ciphers.reduce(
      (total, { r, m, alpha, beta }) => ({
        r: reduce(total.r + r),
        m: total.m + m,
        alpha: total.alpha.plus(alpha),
        beta: total.beta.plus(beta),
      }),
      none,
    );
  }

  /** Branches for "the value is one of these". */
  private branchesOf(cipher: Known, values: readonly number[]): Branch[] {
    return values.map((value) => this.branch(cipher, value, value === cipher.m));
  }

  /** The two closing proofs of a question that may be left blank, in hashing order. */
  private blankBranches(first: Known, sum: Known, range: readonly number[]): Branch[][] {
    const isBlank = first.m === 1;
    const overall = range.map((value) => this.branch(sum, value, !isBlank && value === sum.m));
    return [
      [this.branch(first, 0, !isBlank), this.branch(sum, 0, isBlank)],
      [this.branch(first, 1, isBlank), ...overall],
    ];
  }

  /**
   * The branch that claims a value M. Its commitments are gˢαᶜ = g^(s+rc) and
   * yˢ(β/gᴹ)ᶜ = y^(s+rc)·g^((m−M)c): with r known, fixed bases suffice. In the true branch c is 0
   * for now.
   */
  private branch(cipher: Known, value: number, isTrue: boolean): Branch {
    const { r, m } = cipher;
    const [drawn, response] = [randomScalar(this.random), randomScalar(this.random)];
    const challenge = isTrue ? 0n : drawn;
    const exponent = reduce(response + r * challenge);
    const shift = reduce(BigInt(m - value) * challenge);
    return {
      a: this.generator.power(exponent),
      b: this.generator.power(shift, this.key.power(exponent)),
      isTrue,
      challenge,
      response,
      r,
    };
  }
}

/** The vector of zeros and ones that an answer encrypts; refuses what the question does not allow. */
function plaintext(question: Question, choice: Choice): number[] {
  const zeros = question.answers.map(() => 0);
  if (choice === "blank") {
    if (question.blank !== true) throw new RangeError("this question has no blank answer");
    return [1, ...zeros];
  }
  for (const index of choice) {
    if (zeros[index] !== 0) throw new RangeError("no such answer, or chosen twice");
    zeros[index] = 1;
  }
  if (choice.length < question.min || choice.length > question.max) {
    throw new RangeError("too few or too many answers");
  }
  return question.blank === true ? [0, ...zeros] : zeros;
}

/** Closes a proof: the true branch takes what the hash leaves after the other challenges. */
function complete(branches: readonly Branch[], hashed: string): Proof[] {
  const spent = branches.reduce((sum, { challenge }) => sum + challenge, 0n);
  const rest = reduce(hashToScalar(hashed) - spent);
  return branches.map(({ isTrue, challenge, response, r }) => {
    const answer = reduce(response - r * rest);
    return isTrue ? written(rest, answer) : written(challenge, response);
  });
}

function written(challenge: bigint, response: bigint): Proof {
  return { challenge: challenge.toString(), response: response.toString() };
}

function integers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Seals a whole ballot at once. The choices are in question order. */
export function sealBallot(
  election: Election,
  privateCredential: string,
  choices: readonly Choice[],
  random: RandomSource,
): string {
  if (choices.length !== election.questions.length) {
    throw new RangeError("one choice for each question");
  }
  const sealer = new Sealer(election, privateCredential, random);
  const answers = election.questions.map((question, i) =>
    sealer.sealAnswer(question, choices[i] as Choice),
  );
  return sealer.finish(answers);
}

/** The receipt of a ballot: the Base64 fingerprint of its exact text, which says nothing of its content. */
export function tracker(ballot: string): string {
  return sha256Base64(ballot);
}
