/** What the code issuer's page computes: invitation codes, and public lists that cannot be joined. */
import { derivePublicMany, generateCredential } from "./credential.ts";
import type { RandomSource } from "./group.ts";
import { writeCode } from "./slip.ts";

/** Credentials derived between two looks at the screen. */
const BATCH = 50;

/** One sheet to make codes for. */
export interface SheetWork {
  readonly sheet: string;
  /** How many codes. */
  readonly count: number;
  readonly boxes: readonly { readonly id: string; readonly uuid: string }[];
}

/** One line of the secret list. */
export interface CodeLine {
  readonly sheet: string;
  /** 1-based, within the sheet. */
  readonly number: number;
  readonly code: string;
}

/** The secret list stays with the issuer; only the public part is handed in. */
export interface CodeLists {
  readonly secret: readonly CodeLine[];
  readonly public: { readonly boxes: readonly { id: string; publicCredentials: string[] }[] };
}

/** How many credentials have to be derived: codes × boxes, over all sheets. */
export function derivationCount(sheets: readonly SheetWork[]): number {
  return sheets.reduce((sum, { count, boxes }) => sum + count * boxes.length, 0);
}

/**
 * Makes all codes and derives the public credential of each in each box of its sheet.
 *
 * @param step called after each batch with the number of credentials derived so far; awaited
 */
export async function makeCodes(
  sheets: readonly SheetWork[],
  random: RandomSource,
  step: (done: number) => Promise<void>,
): Promise<CodeLists> {
  const secret: CodeLine[] = [];
  const boxes: { id: string; publicCredentials: string[] }[] = [];
  let done = 0;
  for (const { sheet, count, boxes: opened } of sheets) {
    const credentials = Array.from({ length: count }, () => generateCredential(random));
    credentials.forEach((credential, index) => {
      secret.push({ sheet, number: index + 1, code: writeCode({ sheet, credential }) });
    });
    for (const { id, uuid } of opened) {
      const publicCredentials: string[] = [];
      for (let start = 0; start < count; start += BATCH) {
        const batch = credentials.slice(start, start + BATCH);
        publicCredentials.push(...derivePublicMany(uuid, batch));
        done += batch.length;
        await step(done);
      }
      // Sorted: the order must not tell which line of the secret list a key belongs to.
      boxes.push({ id, publicCredentials: publicCredentials.sort() });
    }
  }
  return { secret, public: { boxes } };
}

/** The secret list as a table for spreadsheets: UTF-8 with the mark that Excel needs, CRLF lines. */
export function secretTable(header: readonly string[], lines: readonly CodeLine[]): string {
  const rows = lines.map(({ sheet, number, code }) => [sheet, String(number), code]);
  const cell = (text: string): string =>
    /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return `\ufeff${[[...header], ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
