/** Private and public credentials (specification, "Credentials"). */
import {
  FixedBase,
  MalformedError,
  type RandomSource,
  elementToHex,
  elementsToHex,
  reduce,
  sha256Hex,
} from "./group.ts";

/** The characters of a private credential. */
export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Characters of a private credential without its dashes: 22 × log₂ 58 = 128.9 bits. */
export const CREDENTIAL_LENGTH = 22;

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

/** Makes a private credential; every character is uniform (rejection, no remainder). */
export function generateCredential(random: RandomSource): string {
  let characters = "";
  const bytes = new Uint8Array(32);
  while (characters.length < CREDENTIAL_LENGTH) {
    random(bytes);
    for (const byte of bytes) {
      // 232 = 4 × 58; larger bytes would favour the first characters.
      if (byte < 232 && characters.length < CREDENTIAL_LENGTH) characters += BASE58[byte % 58];
    }
  }
  bytes.fill(0);
  return withDashes(characters);
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
  return elementToHex(FixedBase.generator.power(deriveSecret(uuid, credential)));
}

/** The public credentials of many private ones, in the order given. */
export function derivePublicMany(uuid: string, credentials: readonly string[]): string[] {
  return elementsToHex(
    credentials.map((credential) => FixedBase.generator.power(deriveSecret(uuid, credential))),
  );
}
