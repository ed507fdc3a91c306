/**
 * A clerk with a heap of opinions: a table is looked at and entered, what says the same is suggested side
 * by side, merged, found by search, taken apart, and a colleague who was slower is told.
 */
import { type Browser, type Page, expect, test } from "@playwright/test";
import { sidewaysScrolling, violations } from "../support/checks.ts";
import { DESK, TELEPHONE, expectDone, logIn, submit } from "../support/people.ts";
import { inCache } from "../support/province.ts";
import { useServer } from "../support/server.ts";

const server = useServer();
test.describe.configure({ mode: "serial" });

const SORTING = "/staff/a/2026-360800-LSB/sorting";
const UNIT = "360802-LSB";
const SAME = [
  "大厅取号机坏了半个多月，都靠人喊号，老有人插队。",
  "取号机坏了好久没有人修，现在人工叫号，秩序很乱，插队的人多。",
] as const;
const OTHER = "表格太复杂，一共要填八页，很多内容重复。";
const WORDS = "取号机损坏，人工叫号秩序混乱。";

async function clerk(browser: Browser, path: string): Promise<Page> {
  const page = await logIn(browser, server, "360800-appraisal");
  const answer = await page.goto(path);
  expect(answer?.status(), path).toBe(200);
  return page;
}

function table(rows: readonly string[]): { name: string; mimeType: string; buffer: Buffer } {
  const text = ["单位,评议内容,类别,意见", ...rows].join("\n");
  return { name: "意见.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

/** Fits both screens, and everybody can use it. */
async function isFit(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [["1280", DESK], ["390", TELEPHONE]] as const) {
    await page.setViewportSize(viewport);
    expect(await sidewaysScrolling(page), `${name} at ${size}`).toEqual([]);
    await page.screenshot({ path: inCache(`sorting-${name}-${size}.png`), fullPage: true });
  }
  expect(await violations(page), name).toEqual([]);
  await page.setViewportSize(DESK);
}

/** The buttons of "not the same" stand among the suggestions and belong to forms of their own. */
async function merge(page: Page): Promise<void> {
  await page.locator("form#merge .btn-primary").click();
  await page.waitForLoadState();
}

function opinion(page: Page, text: string): ReturnType<Page["locator"]> {
  return page.locator(".opinion-line", { hasText: text });
}

test("a table with a mistake enters nothing, and the corrected one enters whole", async ({ browser }) => {
  const page = await clerk(browser, `${SORTING}/gather/table`);
  await page.setInputFiles("#file", table([`${UNIT},B5,建议,${SAME[0]}`, `别处,,建议,${OTHER}`]));
  await submit(page, 'main form[method="post"]');
  await expect(page.locator("main")).toContainText("A3");
  await expect(page.locator('form[action$="/confirm"]')).toHaveCount(0);
  await isFit(page, "mistakes");
  await page.goto(`${SORTING}/gather/table`);
  const good = [...SAME, OTHER].map((text) => `${UNIT},B5,建议,${text}`);
  await page.setInputFiles("#file", table(good));
  await submit(page, 'main form[method="post"]');
  await submit(page, 'form[action$="/confirm"]');
  await expectDone(page);
});

test("what says the same is merged, and a slower colleague is told", async ({ browser }) => {
  const page = await clerk(browser, SORTING);
  await isFit(page, "queue");
  const late = await clerk(browser, SORTING);
  for (const each of [page, late]) {
    await opinion(each, SAME[0]).locator("a").first().click();
    await expect(opinion(each, SAME[1])).toBeVisible();
    await expect(opinion(each, OTHER)).toHaveCount(0);
    await each.locator(".suggestion", { hasText: SAME[1] }).locator("input[type=checkbox]").check();
    await each.fill("#words", WORDS);
  }
  await isFit(page, "suggestions");
  await merge(page);
  await expectDone(page);
  await expect(page.locator("main")).toContainText(WORDS);
  await isFit(page, "finding");
  await late.fill("#words", "我写的另一种说法");
  await merge(late);
  await expect(late.locator(".notice-bad")).toContainText("已经归入第");
});

test("it is found by words in either script", async ({ browser }) => {
  const page = await clerk(browser, `${SORTING}/search`);
  await page.fill("#q", "取號機");
  await submit(page, 'form[role="search"]');
  await expect(page.locator(".opinion-line")).toHaveCount(2);
  await isFit(page, "search");
  await page.goto(`${SORTING}/findings`);
  await page.fill("#q", "叫号");
  await submit(page, 'form[role="search"]');
  await expect(page.locator("table")).toContainText(WORDS);
});

test("the merging is undone, and every opinion waits again", async ({ browser }) => {
  const page = await clerk(browser, `${SORTING}/findings`);
  await page.locator("tr", { hasText: WORDS }).locator("a").click();
  await submit(page, 'form[action$="/dissolve"]');
  await expectDone(page);
  await page.goto(SORTING);
  for (const text of [...SAME, OTHER]) await expect(opinion(page, text)).toBeVisible();
});

test("the minutes of a symposium are entered line by line", async ({ browser }) => {
  const page = await clerk(browser, `${SORTING}/gather/symposium`);
  await isFit(page, "symposium");
  await page.fill("#place", "井冈山大道社区");
  await page.fill("#strata", "企业 12\n退休人员 7");
  await page.selectOption("#unit-1", UNIT);
  await page.selectOption("#matter-1", "suggestion");
  await page.fill("#text-1", "希望周六上午开门。");
  await submit(page, 'main form[method="post"]');
  await expectDone(page);
  await expect(page.locator("table")).toContainText("退休人员 7 人");
  await isFit(page, "gatherings");
});
