/** The pictures of the documentation, from the practice province. */
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Page, expect, test } from "@playwright/test";
import { enterCode } from "../support/ballot.ts";
import { DESK, type Language, TELEPHONE, logIn, openBrowser } from "../support/people.ts";
import { inRepository } from "../support/province.ts";
import { useServer } from "../support/server.ts";

const LARGEST_BYTES = 200_000;
const RUNNING = "2026-360100-LSB";
const PUBLISHED = "/a/2025-360000-LSB";

const server = useServer();
const folder = inRepository("docs/images");

async function picture(page: Page, name: string, height = DESK.height): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.setViewportSize({ width: page.viewportSize()?.width ?? DESK.width, height });
  await page.screenshot({ path });
  expect(statSync(path).size, name).toBeLessThan(LARGEST_BYTES);
}

async function publicPage(
  browser: Parameters<typeof openBrowser>[0],
  path: string,
  language: Language = "zh-Hans",
): Promise<Page> {
  const context = await openBrowser(browser, { url: server.url, language });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

test("public pages", async ({ browser }) => {
  await picture(await publicPage(browser, "/"), "home");
  await picture(await publicPage(browser, `${PUBLISHED}/ranking`), "ranking", 1000);
  await picture(await publicPage(browser, `${PUBLISHED}/ranking`, "en"), "ranking-en", 1000);
  await picture(await publicPage(browser, `${PUBLISHED}/units/360100-LSB`), "unit", 1000);
  await picture(await publicPage(browser, `${PUBLISHED}/check`), "check", 1000);
});

test("ballot on a telephone", async ({ browser }) => {
  const context = await openBrowser(browser, { url: server.url, viewport: TELEPHONE });
  const page = await context.newPage();
  const codes = readFileSync(join(server.dir, "practice/codes.csv"), "utf8").split("\n");
  const code = codes.find((line) => line.startsWith(`${RUNNING},`))?.split(",")[1] ?? "";
  await enterCode(page, RUNNING, code);
  await page.locator("label.grade").nth(1).click();
  await picture(page, "ballot-390", 960);
});

test("pages of the staff", async ({ browser }) => {
  await picture(await logIn(browser, server, "360000-coordination"), "staff-today");
  const appraisal = await logIn(browser, server, "360000-appraisal");
  await appraisal.goto("/staff/a/2026-360000-LSB/survey");
  await picture(appraisal, "survey", 1000);
  const holder = await logIn(browser, server, "360500-conduct");
  await holder.goto("/staff/a/2026-360500-LSB/tally");
  await picture(holder, "tally");
});
