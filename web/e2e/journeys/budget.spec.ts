/** What the ballot page costs, where the keyboard gets one, and what a device still knows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CDPSession, type Page, expect, test } from "@playwright/test";
import { chooseAll, enterCode } from "../support/ballot.ts";
import { strokesTo } from "../support/checks.ts";
import { TELEPHONE, logIn, openBrowser } from "../support/people.ts";
import { useServer } from "../support/server.ts";

const APPRAISAL = "2026-360100-LSB";
const FIRST_VISIT_BYTES = 100_000;
/** A processor of 2016, compared with this one. */
const SLOWER = 6;

const server = useServer();

function spareCode(index: number): string {
  const lines = readFileSync(join(server.dir, "practice/codes.csv"), "utf8").trim().split("\n");
  const own = lines.filter((line) => line.startsWith(`${APPRAISAL},01-`) || line.startsWith(`${APPRAISAL},1-`));
  return own[index]?.split(",")[1] ?? "";
}

async function citizen(browser: Parameters<typeof openBrowser>[0]): Promise<Page> {
  const context = await openBrowser(browser, { url: server.url, viewport: TELEPHONE });
  return context.newPage();
}

/** Bytes that come over the wire, headers included. */
async function meter(page: Page): Promise<{ session: CDPSession; bytes: () => number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  return { session, bytes: () => bytes };
}

test("the first visit to the ballot page takes at most 100 kB", async ({ browser }) => {
  const page = await citizen(browser);
  const { bytes } = await meter(page);
  await page.goto(`/a/${APPRAISAL}/vote`, { waitUntil: "networkidle" });
  await page.fill("#code", spareCode(0));
  await page.click('[data-step="code"] [type="submit"]');
  await expect(page.locator('[data-step="question"]')).toBeVisible();
  console.log(`ballot page, first visit with its sheet: ${bytes()} bytes on the wire`);
  expect(bytes()).toBeLessThanOrEqual(FIRST_VISIT_BYTES);
});

for (const rate of [1, SLOWER]) {
  test(`sealing eight answers with the processor slowed ${rate} times`, async ({ browser }) => {
    const page = await citizen(browser);
    await enterCode(page, APPRAISAL, spareCode(0));
    await chooseAll(page, 1);
    const { session } = await meter(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate });
    let posted = 0;
    await page.route("**/ballots", async (route) => {
      posted = Date.now();
      await route.continue();
    });
    const clicked = Date.now();
    await page.click('[data-action="send"]');
    await expect(page.locator('[data-step="receipt"]')).toBeVisible({ timeout: 120_000 });
    console.log(`sealing, processor slowed ${rate} times: ${posted - clicked} ms`);
    expect(posted).toBeGreaterThan(0);
  });
}

test("after answering, going back shows neither code nor grades", async ({ browser }) => {
  const page = await citizen(browser);
  const code = spareCode(1);
  await page.goto(`/a/${APPRAISAL}/vote#${code}`);
  await expect(page.locator('[data-step="question"]')).toBeVisible();
  expect(page.url(), "the link's code is wiped at once").not.toContain("#");
  const visited: string[] = [];
  page.on("framenavigated", (frame) => visited.push(frame.url()));
  await chooseAll(page, 3);
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-step="receipt"]')).toBeVisible({ timeout: 60_000 });
  await page.goto("/");
  await page.goBack();
  await expect(page.locator('[data-step="code"]')).toBeVisible();
  await expect(page.locator("#code")).toHaveValue("");
  const secret = code.slice(code.indexOf("-") + 1);
  expect(visited.filter((url) => url.includes(secret) || url.includes("#"))).toEqual([]);
  const stored = await page.evaluate(async () => ({
    ...localStorage,
    ...sessionStorage,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  expect(stored).toEqual({ databases: 0, caches: 0 });
});

test("a whole sheet can be answered with the keyboard alone", async ({ browser }) => {
  const page = await citizen(browser);
  await page.goto(`/a/${APPRAISAL}/vote`);
  expect(await strokesTo(page, "#code"), "the code's field is near").toBeLessThan(15);
  await page.keyboard.type(spareCode(2));
  await page.keyboard.press("Enter");
  const question = page.locator('[data-step="question"]');
  await expect(question).toBeVisible();
  while (await question.isVisible()) {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(50);
  }
  await expect(page.locator('[data-step="review"]')).toBeVisible();
  await expect(page.locator(".review-row.is-open"), "nothing was skipped").toHaveCount(0);
  expect(await strokesTo(page, '[data-action="send"]')).not.toBeNull();
  await page.keyboard.press("Enter");
  await expect(page.locator('[data-step="receipt"] h1')).toBeFocused({ timeout: 60_000 });
});

const MAIN_ACTIONS = [
  { path: "/", selector: 'main a[href^="/a/"]' },
  { path: `/a/${APPRAISAL}`, selector: 'main a[href$="/vote"]' },
  { path: "/a/2025-360000-LSB/check", selector: 'main a[href$="/dossier.zip"]' },
  { path: "/a/2025-360000-LSB/ranking", selector: 'main tbody a[href*="/units/"]' },
];

for (const { path, selector } of MAIN_ACTIONS) {
  test(`the keyboard reaches the main action of ${path}`, async ({ browser }) => {
    const page = await citizen(browser);
    await page.goto(path);
    expect(await strokesTo(page, selector)).not.toBeNull();
  });
}

const STAFF_ACTIONS = [
  { login: "360000-appraisal", path: "/staff", selector: "main a" },
  { login: "360900-office", path: "/staff/a/2026-360900-LSB/setup", selector: 'form[action$="/open"] button' },
  { login: "360800-appraisal", path: "/staff/a/2026-360800-LSB/survey/plan", selector: 'form[action$="/plan"] button' },
  { login: "360700-statistics", path: "/staff/a/2026-360700-LSB/survey", selector: 'form[action$="/sign"] button' },
  { login: "361000-conduct", path: "/staff/a/2026-361000-LSB/survey/key?seat=conduct", selector: '[data-action="make"]' },
  { login: "360500-conduct", path: "/staff/a/2026-360500-LSB/tally", selector: '[data-action="turn"]' },
  { login: "360600-statistics", path: "/staff/a/2026-360600-LSB/ranking", selector: 'form[action$="/sign"] button' },
];

for (const { login, path, selector } of STAFF_ACTIONS) {
  test(`the keyboard reaches the main action of ${path}`, async ({ browser }) => {
    const page = await logIn(browser, server, login);
    await page.goto(path);
    expect(await strokesTo(page, selector)).not.toBeNull();
  });
}
