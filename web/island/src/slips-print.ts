/** Slips for the printer: A4, eight to a page, made and laid out on this machine. */
import { encode } from "uqr";
import { type CodeLine, type SheetWork, serial } from "./codes.ts";
import { type Page, pause } from "./page.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Light modules around a QR code. */
const QUIET = 4;
/** Slips laid out between two looks at the screen. */
const BATCH = 40;

/** What a slip says of its sheet. */
export interface SlipWork extends SheetWork {
  /** The respondent group's name by language. */
  readonly group: Readonly<Record<string, string>>;
  /** The names of the units that the sheet asks about. */
  readonly units: readonly string[];
}

/** Puts slips at the end of the page, where only the printer sees them. */
export async function laySlips(
  page: Page,
  sheets: readonly SlipWork[],
  lines: readonly CodeLine[],
  address: string,
): Promise<void> {
  document.querySelector(".slips")?.remove();
  const all = document.createElement("div");
  all.className = "slips";
  for (const [index, line] of lines.entries()) {
    all.append(slip(page, sheets, line, address));
    if (index % BATCH === BATCH - 1) await pause();
  }
  document.body.append(all);
  // From now on this is what the page has to print.
  document.documentElement.classList.add("prints-slips");
}

function slip(
  page: Page,
  sheets: readonly SlipWork[],
  line: CodeLine,
  address: string,
): HTMLElement {
  const piece = page.piece("slip");
  const sheet = sheets.find((known) => Number(known.sheet) === Number(line.sheet));
  if (sheet !== undefined) page.slot("about", piece).replaceChildren(about(page, sheet));
  const [number = "", ...groups] = line.code.split("-");
  const halves = [`${number}-${groups.slice(0, 2).join("-")}-`, groups.slice(2).join("-")];
  page.slot("code", piece).replaceChildren(...halves.map(row));
  page.slot("address", piece).replaceChildren(page.message("slip-address", { address }));
  page.slot("serial", piece).textContent = serial(line);
  page.slot("square", piece).append(square(`${address}#${line.code}`));
  return piece;
}

function row(text: string): HTMLElement {
  const part = document.createElement("span");
  part.textContent = text;
  return part;
}

function about(page: Page, { group, units }: SlipWork): DocumentFragment {
  const name = group[document.documentElement.lang] ?? Object.values(group)[0] ?? "";
  const [unit = ""] = units;
  return units.length === 1
    ? page.message("slip-about-one", { group: name, unit })
    : page.message("slip-about-many", { group: name, count: units.length });
}

/** A QR code as a drawing. */
function square(text: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const drawing = document.createElementNS(SVG, "svg");
  const side = size + 2 * QUIET;
  drawing.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${side} ${side}`);
  drawing.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  const dark = data.flatMap((modules, y) =>
    modules.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
  );
  path.setAttribute("d", dark.join(""));
  drawing.append(path);
  return drawing;
}
