/**
 * Files that go with an opinion, cleaned on the device: pictures are drawn anew, so that nothing but
 * what is to be seen is left, no place, no device, no thumbnail. What cannot be cleaned is refused.
 */
import { base64 } from "@scure/base";
import type { Enclosure } from "./opinion-seal.ts";

/** Why a file is not taken. Each has its own message on the page. */
export type FileRefusal = "kind" | "unreadable" | "too-many" | "too-large";

/** Most files of one opinion, and most bytes of all of them once cleaned. */
export const MOST_FILES = 4;
export const MOST_BYTES = 4 * 1024 * 1024;

/** Longest side of a picture in pixels: letters of a photographed page can still be read. */
const LONGEST_SIDE = 2000;

/** A file that is not taken. */
export class FileRefused extends Error {
  constructor(
    readonly reason: FileRefusal,
    readonly file: string,
  ) {
    super(reason);
  }
}

/** The kind that the first bytes show; names and declared types say nothing reliable. */
export function pictureKind(bytes: Uint8Array): "image/jpeg" | "image/png" | "image/webp" | null {
  const starts = (...expected: number[]): boolean => expected.every((b, at) => bytes[at] === b);
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  const webp = starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45;
  return webp ? "image/webp" : null;
}

/**
 * Draws a picture anew as JPEG. Its name is replaced by a number: names of files carry dates and
 * names of people.
 *
 * @throws FileRefused
 */
export async function cleanPicture(file: File, number: number): Promise<Enclosure> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = pictureKind(bytes);
  if (type === null) throw new FileRefused("kind", file.name);
  try {
    const image = new Image();
    // Not a blob: address: the page's policy allows pictures from itself and from data only.
    image.src = `data:${type};base64,${base64.encode(bytes)}`;
    await image.decode();
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext("2d");
    if (context === null) throw new FileRefused("unreadable", file.name);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", 0.85);
    });
    if (blob === null) throw new FileRefused("unreadable", file.name);
    const drawn = new Uint8Array(await blob.arrayBuffer());
    return { name: `${number}.jpg`, type: "image/jpeg", data: base64.encode(drawn) };
  } catch (error) {
    throw error instanceof FileRefused ? error : new FileRefused("unreadable", file.name);
  }
}

/**
 * Cleans all files of a field.
 *
 * @throws FileRefused for the first that cannot be taken
 */
export async function cleanAll(files: readonly File[]): Promise<Enclosure[]> {
  if (files.length > MOST_FILES) throw new FileRefused("too-many", "");
  const cleaned: Enclosure[] = [];
  let total = 0;
  for (const [at, file] of files.entries()) {
    const enclosure = await cleanPicture(file, at + 1);
    total += enclosure.data.length;
    if (total > MOST_BYTES) throw new FileRefused("too-large", file.name);
    cleaned.push(enclosure);
  }
  return cleaned;
}
