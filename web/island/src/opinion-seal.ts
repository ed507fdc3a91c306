/**
 * Sealing opinions: texts to their handlers, identities twice, answers to the filer's code. All are
 * age files (age-encryption.org/v1), in base64 on their way.
 */
import { base64 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";

/** Public halves of keys, by account. */
export type Recipients = Readonly<Record<string, string>>;

/** A file that goes with an opinion, cleaned on the device. */
export interface Enclosure {
  readonly name: string;
  readonly type: string;
  /** Base64. */
  readonly data: string;
}

/** What is sealed to the handlers. */
export interface OpinionText {
  readonly text: string;
  /** When it happened, as the filer wrote it. */
  readonly when: string;
  readonly files: readonly Enclosure[];
}

/** What is sealed twice. */
export interface FilerIdentity {
  readonly name: string;
  readonly contact: string;
}

/** The text is not for this key, or was damaged. */
export class NotForThisKey extends Error {}

/** Seals a text to some recipients; base64 of an age file. */
export async function seal(text: string | Uint8Array, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return base64.encode(await encrypter.encrypt(text));
}

/** Takes one layer off. */
export async function openLayer(sealed: string, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(base64.decode(sealed));
  } catch {
    throw new NotForThisKey();
  }
}

/** Opens a text. */
export async function open(sealed: string, identity: string): Promise<string> {
  return new TextDecoder().decode(await openLayer(sealed, identity));
}

/** Seals the text of an opinion to its handlers. */
export function sealText(content: OpinionText, handlers: Recipients): Promise<string> {
  return seal(JSON.stringify(content), Object.values(handlers));
}

/**
 * Seals an identity twice: inside to the handlers, outside to the second persons. Either layer alone
 * shows nothing.
 */
export async function sealIdentity(
  identity: FilerIdentity,
  handlers: Recipients,
  seconds: Recipients,
): Promise<string> {
  const inner = await seal(JSON.stringify(identity), Object.values(handlers));
  return seal(base64.decode(inner), Object.values(seconds));
}

/** Takes the outer layer of an identity off; what comes out is sealed still. */
export async function peelIdentity(sealed: string, identity: string): Promise<string> {
  return base64.encode(await openLayer(sealed, identity));
}

/** Reads the text of an opinion. */
export function readText(json: string): OpinionText {
  const value = JSON.parse(json) as Partial<OpinionText>;
  const files = Array.isArray(value.files) ? value.files : [];
  return { text: String(value.text ?? ""), when: String(value.when ?? ""), files };
}

/** Reads an identity. */
export function readIdentity(json: string): FilerIdentity {
  const value = JSON.parse(json) as Partial<FilerIdentity>;
  return { name: String(value.name ?? ""), contact: String(value.contact ?? "") };
}
