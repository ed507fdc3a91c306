/**
 * A handler's or second person's key file: a standard age identity under a passphrase, so that other
 * programs than this one open it too (`age -d file.age`).
 */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { MAX_KEY_FILE_BYTES, latin, openUnderPassphrase, sealUnderPassphrase } from "./passphrase.ts";

/** Why a file is not opened. */
export type OpinionKeyRefusal = "passphrase" | "unreadable";

/** A key: both halves. */
export interface OpinionKey {
  readonly identity: string;
  readonly recipient: string;
}

/** Makes a key. */
export async function makeOpinionKey(): Promise<OpinionKey> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/**
 * Writes a key file.
 *
 * @param workFactor less only in tests
 */
export function sealOpinionKey(
  key: OpinionKey,
  passphrase: string,
  workFactor?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = `# public key: ${key.recipient}\n${key.identity}\n`;
  return sealUnderPassphrase(text, passphrase, workFactor);
}

/** Reads a key file, under a passphrase or, as the practice province has them, without. */
export async function openOpinionKey(
  bytes: Uint8Array,
  passphrase: string,
): Promise<OpinionKey | OpinionKeyRefusal> {
  if (bytes.length > MAX_KEY_FILE_BYTES) return "unreadable";
  const plain = await keyIn(latin(bytes));
  if (plain !== null) return plain;
  const opened = await openUnderPassphrase(bytes, passphrase);
  if ("refused" in opened) return opened.refused;
  return (await keyIn(opened.text)) ?? "unreadable";
}

/** The key in the text of an identity file. */
export async function keyIn(text: string): Promise<OpinionKey | null> {
  const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text)?.[0];
  if (identity === undefined) return null;
  try {
    return { identity, recipient: await identityToRecipient(identity) };
  } catch {
    return null;
  }
}
