/** Looks at pages in every language and width, and gathers what is wrong with them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "@playwright/test";
import { Watch, foreignPunctuation, sidewaysScrolling, violations } from "./checks.ts";
import { DESK, type Language, TELEPHONE, openBrowser, typeLogIn, PASSWORD } from "./people.ts";
import type { Place } from "./sitemap.ts";

/** The narrowest screen without loss, at 400 % zoom of 1280. */
const NARROWEST = { width: 320, height: 640 };

/** Pages that are worth looking at. */
const SHOWN = new Set([
  "home", "appraisal-collecting", "vote-collecting", "rulebook-published", "ranking-published",
  "ranking-collecting", "unit-published", "check-published", "log-in", "today", "calendar", "units",
  "accounts", "appraisals", "setup-prepared", "survey-collecting", "survey-agreed", "plan-proposed",
  "key-agreed", "codes-agreed", "inspection-tallied", "inspection-unit-tallied", "tally-closed",
  "staff-ranking-drafted", "overview-agreed", "log", "practice", "not-allowed",
]);

const pictures = fileURLToPath(new URL("../shots", import.meta.url));

/** Walks through all places in one language; returns one line for each fault. */
export async function walk(
  browser: Browser,
  url: string,
  places: readonly Place[],
  language: Language,
): Promise<string[]> {
  const faults: string[] = [];
  const readers = new Map<string, Watch>();
  for (const place of places) {
    const who = place.login ?? "public";
    const watch = readers.get(who) ?? (await openReader(browser, url, language, place.login));
    readers.set(who, watch);
    for (const fault of await look(watch, place, language)) {
      faults.push(`${language} ${place.path} (${who}) ${fault}`);
    }
  }
  for (const { viewed } of readers.values()) await viewed.context().close();
  return faults;
}

async function openReader(
  browser: Browser,
  url: string,
  language: Language,
  login: string | undefined,
): Promise<Watch> {
  const context = await openBrowser(browser, { url, language });
  const page = await context.newPage();
  if (login !== undefined) await typeLogIn(page, login, PASSWORD);
  return new Watch(page, url);
}

async function look(watch: Watch, place: Place, language: Language): Promise<string[]> {
  const page = watch.viewed;
  const faults: string[] = [];
  await page.setViewportSize(DESK);
  const answer = await page.goto(place.path);
  const status = answer?.status() ?? 0;
  if (status !== (place.status ?? 200)) faults.push(`status ${status}`);
  if ((await page.locator("html").getAttribute("lang")) !== language) faults.push("wrong language");
  if ((await page.locator("main h1").count()) === 0) faults.push("no heading");
  if (language === "en") faults.push(...(await foreignPunctuation(page)).map((t) => `text: ${t}`));
  for (const [name, size] of [["desk", DESK], ["telephone", TELEPHONE]] as const) {
    await page.setViewportSize(size);
    // The frame is the same in all languages; at the desk one of them is enough.
    if (name === "telephone" || language === "zh-Hans") {
      faults.push(...(await violations(page)).map((found) => `${name}: ${found}`));
    }
    faults.push(...(await sidewaysScrolling(page)).map((found) => `${name}: ${found}`));
    await picture(page, place, language, size.width);
  }
  await page.setViewportSize(NARROWEST);
  faults.push(...(await sidewaysScrolling(page)).map((found) => `narrowest: ${found}`));
  return [...faults, ...watch.take(status)];
}

async function picture(
  page: Page,
  place: Place,
  language: Language,
  width: number,
): Promise<void> {
  if (place.shot === undefined || !SHOWN.has(place.shot) || language === "zh-Hant") return;
  mkdirSync(pictures, { recursive: true });
  const name = `${place.shot}-${width}-${language}.png`;
  await page.screenshot({ path: join(pictures, name), fullPage: true });
}
