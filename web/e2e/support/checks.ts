/** What must hold on every page. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page, Request } from "@playwright/test";
import type { AxeResults } from "axe-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** WCAG 2.2 AA. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Collects what a page must not do: errors in the console, and requests to anywhere else. */
export class Watch {
  private faults: string[] = [];

  constructor(
    private readonly page: Page,
    private readonly url: string,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.faults.push(`script: ${error.message}`));
    page.on("request", (request) => this.check(request));
  }

  private check(request: Request): void {
    const own = request.url().startsWith(`${this.url}/`) || /^(data|blob):/.test(request.url());
    if (!own) this.faults.push(`request to ${request.url()}`);
  }

  /** The faults since the last call. A page whose status is an error may say so once. */
  take(status: number): string[] {
    const own = status >= 400 ? `status of ${status}` : null;
    const faults = this.faults.filter((fault) => own === null || !fault.includes(own));
    this.faults = [];
    return faults;
  }

  get viewed(): Page {
    return this.page;
  }
}

/** Elements that reach over the right edge, if the page scrolls sideways. */
export async function sidewaysScrolling(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = window.innerWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    const deepest = wide.filter((element) => !wide.some((e) => e !== element && element.contains(e)));
    const told = deepest.slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
    return [`${document.documentElement.scrollWidth} px wide: ${told.join(", ")}`];
  });
}

/** Serious and critical violations of the guidelines. */
export async function violations(page: Page): Promise<string[]> {
  // Not addScriptTag: the page's policy forbids inline scripts, and rightly so.
  await page.evaluate(axe);
  const results = await page.evaluate(async (rules): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    return axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  }, RULES);
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => {
      const where = nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.html}`);
      return `${id} (${nodes.length}): ${where.join(" | ").slice(0, 400)}`;
    });
}

/** Texts of one language that got into the page of another. */
export async function foreignPunctuation(page: Page): Promise<string[]> {
  const text = await page.evaluate(() => document.querySelector("main")?.innerText ?? "");
  return [...text.matchAll(/.{0,20}[A-Za-z ][：（）。，；].{0,20}/g)].map(([found]) => found.trim());
}

/** Whether the keyboard alone reaches an element: so many strokes of Tab, or null. */
export async function strokesTo(page: Page, selector: string, most = 400): Promise<number | null> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let strokes = 1; strokes <= most; strokes++) {
    await page.keyboard.press("Tab");
    const reached = await page.evaluate((wanted) => {
      const active = document.activeElement;
      return active !== null && active.matches(wanted);
    }, selector);
    if (reached) return strokes;
  }
  return null;
}
