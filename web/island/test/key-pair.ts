/** A whole key in one hand, as the independent tool keeps it: for boxes of tests, without a ceremony. */
import { type RandomSource, randomScalar } from "../src/group.ts";
import { certifyKey } from "../src/trustee.ts";

/** A new key: the private file for its holder alone, the public one for everybody. */
export interface KeyPair {
  /** The private key as JSON: a quoted number, the same file that the independent tool reads. */
  readonly privateKey: string;
  /** The public key with its proof of knowledge as compact JSON. */
  readonly publicKey: string;
}

/** Makes a key pair. */
export function generateKeyPair(random: RandomSource): KeyPair {
  const x = randomScalar(random);
  const { pok, publicKey } = certifyKey(x, random);
  return {
    privateKey: JSON.stringify(x.toString()),
    publicKey: JSON.stringify({ pok, public_key: publicKey }),
  };
}

/** The number in a private key file. */
export function privateKeyIn(text: string): bigint {
  return BigInt(JSON.parse(text) as string);
}
