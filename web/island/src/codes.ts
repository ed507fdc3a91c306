/** What the code issuer's page computes: invitation codes, and public lists that cannot be joined. */
import { derivePublic, derivePublicMany, generateCredential } from "./credential.ts";
import type { RandomSource } from "./group.ts";
import { type InvitationCode, readCode, writeCode } from "./slip.ts";

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
  /** The serial number, from 1, within the sheet; it stands on the slip. */
  readonly number: number;
  readonly code: string;
}

/** The secret list stays with the issuer; only the public part is handed in. */
export interface CodeLists {
  readonly secret: readonly CodeLine[];
  readonly public: { readonly boxes: readonly { id: string; publicCredentials: string[] }[] };
}

/** What is handed in when codes are replaced: of each box, which entries go and which come. */
export interface Replacement {
  readonly sheet: string;
  readonly boxes: readonly { id: string; struck: string[]; added: string[] }[];
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

/** The serial number as it stands on the slip: `07-0012`. */
export function serial({ sheet, number }: CodeLine): string {
  return `${sheet.padStart(2, "0")}-${String(number).padStart(4, "0")}`;
}

/**
 * The secret list as a table for spreadsheets: UTF-8 with the mark that Excel needs, CRLF lines.
 *
 * @param address of the ballot page; the last column is a link with the code in its fragment
 */
export function secretTable(
  header: readonly string[],
  lines: readonly CodeLine[],
  address: string,
): string {
  const rows = lines.map(({ sheet, number, code }) => [
    sheet,
    String(number),
    code,
    `${address}#${code}`,
  ]);
  const cell = (text: string): string =>
    /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  return `\ufeff${[[...header], ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Reads the table again, as written or as a spreadsheet saved it; `null` if it is none. */
export function readSecretTable(text: string): CodeLine[] | null {
  const rows = text.replace(/^\ufeff/, "").split(/\r?\n/).slice(1);
  const lines: CodeLine[] = [];
  const seen = new Set<string>();
  for (const row of rows.filter((row) => row.trim() !== "")) {
    const cells = row.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const number = Number(cells[1]);
    const reading = readCode(cells[2] ?? "");
    if (!Number.isInteger(number) || number < 1 || !("code" in reading)) return null;
    const line = { sheet: reading.code.sheet, number, code: writeCode(reading.code) };
    if (seen.has(serial(line)) || seen.has(line.code)) return null;
    seen.add(serial(line)).add(line.code);
    lines.push(line);
  }
  return lines.length === 0 ? null : lines;
}

/** Finds a slip by its serial number or by its code. */
export function findSlip(lines: readonly CodeLine[], named: string): CodeLine | null {
  const parts = /^\s*([0-9]+)\s*-\s*([0-9]+)\s*$/.exec(named.normalize("NFKC"));
  if (parts !== null) {
    const [sheet, number] = [Number(parts[1]), Number(parts[2])];
    const found = lines.find((line) => Number(line.sheet) === sheet && line.number === number);
    if (found !== undefined) return found;
  }
  const reading = readCode(named);
  if (!("code" in reading)) return null;
  const code = writeCode(reading.code);
  return lines.find((line) => line.code === code) ?? null;
}

/** The code of a slip strikes off, and another with a serial number that was never used. */
export function replaceSlip(
  sheets: readonly SheetWork[],
  lines: readonly CodeLine[],
  lost: CodeLine,
  random: RandomSource,
): { lines: CodeLine[]; added: CodeLine; replacement: Replacement } | null {
  const work = sheets.find(({ sheet }) => Number(sheet) === Number(lost.sheet));
  if (work === undefined) return null;
  const { sheet } = work;
  const ofSheet = lines.filter((line) => line.sheet === lost.sheet);
  const number = Math.max(...ofSheet.map((line) => line.number)) + 1;
  const code = writeCode({ sheet, credential: generateCredential(random) });
  const added = { sheet: lost.sheet, number, code };
  const key = (uuid: string, line: CodeLine): string[] => [derivePublic(uuid, credentialOf(line))];
  const boxes = work.boxes.map(({ id, uuid }) => {
    return { id, struck: key(uuid, lost), added: key(uuid, added) };
  });
  const rest = lines.filter((line) => line !== lost);
  return { lines: [...rest, added], added, replacement: { sheet, boxes } };
}

function credentialOf({ code }: CodeLine): string {
  const reading = readCode(code) as { code: InvitationCode };
  return reading.code.credential;
}
