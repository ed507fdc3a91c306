/** Texts under a passphrase, in the standard age format (age-encryption.org/v1, recipient `scrypt`). */
import { Decrypter, Encrypter, armor } from "age-encryption";
import { type RandomSource, systemRandom } from "./group.ts";
import { BASE32 } from "./letters.ts";

/** Fewest characters of a passphrase that a person thinks up. */
export const MIN_PASSPHRASE_LENGTH = 12;

/** A file of a key has some hundred bytes; anything much larger is another file. */
export const MAX_KEY_FILE_BYTES = 4096;

/** 2¹⁷ blocks of 1 kB: 128 MB and about a second, for each guess too. */
const WORK_FACTOR = 17;

const GROUPS = 6;
const GROUP_LENGTH = 4;
const HEADER = "age-encryption.org/v1\n-> scrypt ";
const ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";

/** What came out of opening a file: its text, or why there is none. */
export type Opened = { readonly text: string } | { readonly refused: "passphrase" | "unreadable" };

/** A passphrase drawn for a person: 24 letters that nobody confuses, 120 bits. */
export function suggestPassphrase(random: RandomSource = systemRandom): string {
  const bytes = new Uint8Array(GROUPS * GROUP_LENGTH);
  random(bytes);
  const letters = [...bytes].map((byte) => BASE32[byte & 31]).join("");
  bytes.fill(0);
  return inGroups(letters);
}

/** Whether a passphrase is long enough to be used. */
export function isStrongPassphrase(passphrase: string): boolean {
  return [...asUsed(passphrase)].length >= MIN_PASSPHRASE_LENGTH;
}

/**
 * Seals a text; takes about a second, during which the page stands still.
 *
 * @param workFactor the binary logarithm of the cost; less only in tests
 */
export async function sealUnderPassphrase(
  text: string,
  passphrase: string,
  workFactor: number = WORK_FACTOR,
): Promise<Uint8Array<ArrayBuffer>> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(workFactor);
  encrypter.setPassphrase(asUsed(passphrase));
  return new Uint8Array(await encrypter.encrypt(text));
}

/** Opens a file, armored or not; takes as long as sealing it. */
export async function openUnderPassphrase(bytes: Uint8Array, passphrase: string): Promise<Opened> {
  const binary = withoutArmor(bytes);
  if (binary === null || !latin(binary).startsWith(HEADER)) return { refused: "unreadable" };
  const decrypter = new Decrypter();
  decrypter.addPassphrase(asUsed(passphrase));
  try {
    return { text: await decrypter.decrypt(binary, "text") };
  } catch (error) {
    const other = error instanceof Error && error.message.startsWith("no identity matched");
    return { refused: other ? "passphrase" : "unreadable" };
  }
}

/** Bytes as characters of the same number. */
export function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function inGroups(letters: string): string {
  return (letters.match(/.{4}/g) ?? []).join("-");
}

/** Spaces around do not count, and a drawn passphrase may be typed in any groups and any case. */
function asUsed(passphrase: string): string {
  const trimmed = passphrase.trim();
  const letters = trimmed.replace(/[ -]/g, "").toUpperCase();
  const isDrawn =
    letters.length === GROUPS * GROUP_LENGTH &&
    [...letters].every((letter) => BASE32.includes(letter));
  return isDrawn ? inGroups(letters) : trimmed;
}

function withoutArmor(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length > MAX_KEY_FILE_BYTES) return null;
  const text = latin(bytes).trim();
  if (!text.startsWith(ARMOR)) return bytes;
  try {
    return armor.decode(text);
  } catch {
    return null;
  }
}
