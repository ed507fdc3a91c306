/** Private and public credentials (specification, "Credentials"). */
import { FixedBase, pointsToHex } from "./fixed-base.ts";
import { MalformedError, type RandomSource, reduce, sha256Hex } from "./group.ts";
import { generateSeed } from "./seed.ts";

/** Lengths of the groups between the dashes. */
const GROUP_LENGTHS = [5, 6, 5, 6] as const;

/** Puts the dashes into 22 characters. */
export function withDashes(characters: string): string {
  let start = 0;
  return GROUP_LENGTHS.map((length) => {
    const group = characters.slice(start, start + length);
    start += length;
    return group;
  }).join("-");
}

/** Makes a private credential. */
export function generateCredential(random: RandomSource): string {
  return withDashes(generateSeed(random));
}

/** The secret exponent of a credential in one election. */
export function deriveSecret(uuid: string, credential: string): bigint {
  if (!/^[1-9A-HJ-NP-Za-km-z]{5}-.{6}-.{5}-.{6}$/.test(credential)) {
    throw new MalformedError("credential");
  }
  const halves = [0, 1].map((i) => sha256Hex(`derive_credential|${uuid}|${i}|${credential}`));
  return reduce(BigInt(`0x${halves.join("")}`));
}

/** The public credential of a private one in one election. */
export function derivePublic(uuid: string, credential: string): string {
  return derivePublicMany(uuid, [credential])[0] as string;
}

/** The public credentials of many private ones, in the order given. */
export function derivePublicMany(uuid: string, credentials: readonly string[]): string[] {
  const base = FixedBase.generator();
  return pointsToHex(credentials.map((credential) => base.power(deriveSecret(uuid, credential))));
}
