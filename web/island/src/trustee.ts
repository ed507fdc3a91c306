/** What a key holder computes (specification, "Verification keys", "Partial decryptions"). */
import { elementToHex, elementsToHex, generatorPower, parseElement, power } from "./element.ts";
import {
  GROUP_NAME,
  MalformedError,
  type RandomSource,
  hashToScalar,
  randomScalar,
  reduce,
  sha256Base64,
} from "./group.ts";

/** A public key, hexadecimal, and the proof that its maker knows the private one. */
export interface CertifiedKey {
  readonly pok: { readonly challenge: string; readonly response: string };
  readonly publicKey: string;
}

/** Proves knowledge of a private key. */
export function certifyKey(x: bigint, random: RandomSource): CertifiedKey {
  const w = randomScalar(random);
  const publicKey = elementToHex(generatorPower(x));
  const commitment = elementToHex(generatorPower(w));
  const challenge = hashToScalar(`pok|${GROUP_NAME}|${publicKey}|${commitment}`);
  const response = reduce(w - x * challenge);
  return { pok: { challenge: challenge.toString(), response: response.toString() }, publicKey };
}

/** The public key, hexadecimal, that belongs to a private one. */
export function publicKeyOf(x: bigint): string {
  return elementToHex(generatorPower(x));
}

/** The α of each ciphertext of an encrypted tally, question by question. */
function parseTally(text: string): string[][] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    throw new MalformedError("tally");
  }
  if (!Array.isArray(rows)) throw new MalformedError("tally");
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new MalformedError("tally");
    return row.map((cipher: unknown) => {
      const alpha = (cipher as { alpha?: unknown } | null)?.alpha;
      if (typeof alpha !== "string") throw new MalformedError("tally");
      return alpha;
    });
  });
}

/**
 * One holder's share of opening one box, as compact JSON.
 *
 * @param election the exact text of the election, whose fingerprint is bound into each proof
 * @param encryptedTally the exact text of the encrypted tally
 * @param x the holder's private key
 */
export function partialDecryption(
  election: string,
  encryptedTally: string,
  x: bigint,
  random: RandomSource,
): string {
  const fingerprint = sha256Base64(election);
  const publicKey = publicKeyOf(x);
  const shares = parseTally(encryptedTally).map((row) =>
    row.map((text) => {
      // A point outside the prime-order group would give away bits of x: parseElement refuses it.
      const alpha = parseElement(text);
      const w = randomScalar(random);
      const points = [power(alpha, x), generatorPower(w), power(alpha, w)];
      const [factor, a, b] = elementsToHex(points);
      const challenge = hashToScalar(`decrypt|${fingerprint}|${publicKey}|${a},${b}`);
      const response = reduce(w - x * challenge);
      const proof = { challenge: challenge.toString(), response: response.toString() };
      return { factor, proof };
    }),
  );
  return JSON.stringify({
    decryption_factors: shares.map((row) => row.map(({ factor }) => factor)),
    decryption_proofs: shares.map((row) => row.map(({ proof }) => proof)),
  });
}
