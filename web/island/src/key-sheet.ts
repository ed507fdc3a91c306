/**
 * A key holder's secret on paper: letters to type and a QR code to photograph. The sheet goes into
 * an envelope, apart from the file. All its sentences come from the page.
 */
import { encode } from "uqr";
import type { KeyFile } from "./key-file.ts";
import { type LettersMistake, fromLetters, toLetters } from "./letters.ts";
import { required } from "./page.ts";

const KIND = "gongping-key";
const VERSION = "1";

/** White around a QR code, in modules: what readers need (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** What was read from a sheet: the whole from the QR code, from letters only the secret. */
export type KeySheetReading =
  | { readonly secret: string; readonly appraisal?: string; readonly seat?: string }
  | { readonly mistake: LettersMistake | "other-code"; readonly group?: number };

/** The text of a sheet's QR code. */
export function keySheetCode({ appraisal, seat, secret }: KeyFile): string {
  return [KIND, VERSION, ...[appraisal, seat].map(encodeURIComponent), toLetters(secret)].join(":");
}

/**
 * Reads what was typed from a sheet, or the text of its QR code.
 *
 * @returns the secret, or why there is none: `other-code` for the text of another QR code
 */
export function readKeySheet(text: string): KeySheetReading {
  const [kind, version, appraisal, seat, letters, ...rest] = text.trim().split(":");
  if (kind !== KIND) return text.includes(":") ? { mistake: "other-code" } : fromLetters(text);
  if (version !== VERSION || letters === undefined || rest.length > 0) {
    return { mistake: "other-code" };
  }
  const reading = fromLetters(letters);
  if ("mistake" in reading) return reading;
  try {
    const named = { appraisal: decode(appraisal), seat: decode(seat) };
    return { ...named, secret: reading.secret };
  } catch {
    return { mistake: "other-code" };
  }
}

function decode(text: string | undefined): string {
  return decodeURIComponent(text ?? "");
}

/** A QR code as one path over a square of `size` modules, the white around it included. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  // A quarter of it may be damaged: paper is folded, and stamped on.
  const { data, size } = encode(text, { ecc: "Q", border: QUIET_ZONE });
  const rows = data.map((row, y) =>
    row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join(""),
  );
  return { size, path: rows.join("") };
}

/**
 * Fills the sheet's places: `letters` with the four groups, `code` with the QR code. What the sheet
 * says beside them, the server has written into it.
 */
export function fillKeySheet(sheet: HTMLElement, key: KeyFile): void {
  const groups = toLetters(key.secret)
    .split("-")
    .map((letters) => {
      const group = document.createElement("span");
      group.textContent = letters;
      return group;
    });
  required(sheet, '[data-slot="letters"]').replaceChildren(...groups);
  const { size, path } = qrPath(keySheetCode(key));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  required(sheet, '[data-slot="code"]').replaceChildren(svg);
}

/** Takes the secret off the page again. */
export function emptyKeySheet(sheet: HTMLElement): void {
  for (const slot of ["letters", "code"]) {
    required(sheet, `[data-slot="${slot}"]`).replaceChildren();
  }
}

/** What browsers that can read QR codes have; TypeScript does not know it yet. */
interface BarcodeReader {
  detect(image: ImageBitmap): Promise<readonly { readonly rawValue: string }[]>;
}
interface BarcodeReaders {
  new (options: { formats: string[] }): BarcodeReader;
  getSupportedFormats(): Promise<readonly string[]>;
}

function readers(): BarcodeReaders | undefined {
  return (globalThis as { BarcodeDetector?: BarcodeReaders }).BarcodeDetector;
}

/** Whether this browser reads QR codes from pictures; otherwise the letters have to be typed. */
export async function canReadPictures(): Promise<boolean> {
  try {
    return (await readers()?.getSupportedFormats())?.includes("qr_code") ?? false;
  } catch {
    return false;
  }
}

/**
 * Reads the QR code of a sheet from a photograph or scan, which stays on this machine.
 *
 * @returns the reading, or `null` when the picture shows no QR code that can be read
 */
export async function readPicture(picture: Blob): Promise<KeySheetReading | null> {
  const Reader = readers();
  if (Reader === undefined) return null;
  let texts: string[];
  try {
    const image = await createImageBitmap(picture);
    const found = await new Reader({ formats: ["qr_code"] }).detect(image);
    image.close();
    texts = found.map(({ rawValue }) => rawValue);
  } catch {
    // Not a picture, or one that this browser does not know.
    return null;
  }
  const readings = texts.map(readKeySheet);
  return readings.find((reading) => "secret" in reading) ?? readings[0] ?? null;
}
