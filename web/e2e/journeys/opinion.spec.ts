/**
 * A complainant who is afraid, on a telephone: reads who will see what, complains in confidence with a
 * picture, comes back with the code. A handler opens, copies and answers; the name opens only when a
 * second person takes the outer layer off.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type Page, expect, test } from "@playwright/test";
import { sidewaysScrolling, violations } from "../support/checks.ts";
import { TELEPHONE, logIn, openBrowser, submit } from "../support/people.ts";
import { inCache } from "../support/province.ts";
import { useServer } from "../support/server.ts";

const server = useServer();
test.describe.configure({ mode: "serial" });

const APPRAISAL = "2026-360000-LSB";
const PUBLIC = `/a/${APPRAISAL}/opinion`;
const STAFF = `/staff/a/${APPRAISAL}/opinions`;
const NAME = "万事难";
const NUMBER = "13979100001";
const TEXT = "南昌办事大厅三号窗口要我交三百元加急费，不给收据。";
const ANSWER = "已责令退还，请带身份证到信访窗口领取。";
const MORE = "当天上午十点左右，旁边还有两个人。";

let code = "";
let numbers = "";
/** All that the complainant's browser sent. */
const sent: string[] = [];

/** The smallest JPEG with a place in it: the segment of the camera is what must not arrive. */
const PLACE = "GPS-28.68N-115.89E-HUAWEI";

async function complainant(browser: Browser): Promise<Page> {
  const context = await openBrowser(browser, { url: server.url, viewport: TELEPHONE });
  const page = await context.newPage();
  page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));
  return page;
}

async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: inCache(`opinion-${name}.png`), fullPage: true });
}

async function isFit(page: Page): Promise<void> {
  expect(await sidewaysScrolling(page)).toEqual([]);
  expect(await violations(page)).toEqual([]);
}

/** A picture as a telephone takes it: drawn in the browser, with a comment of the camera put in. */
async function photograph(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64, 48];
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  const bytes = Buffer.from(drawn, "base64");
  const comment = Buffer.from(PLACE);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([bytes.subarray(0, 2), head, comment, bytes.subarray(2)]);
}

test("a complainant reads who will see what, and complains with a sealed name", async ({ browser }) => {
  const page = await complainant(browser);
  await page.goto(`/a/${APPRAISAL}`);
  await page.click(`a[href="${PUBLIC}"]`);
  await expect(page.locator("form#opinion")).toBeVisible();
  await shot(page, "1-choice");
  await isFit(page);
  await page.click('[data-action="to-text"]:visible');
  await page.click('[data-action="to-identity"]');
  await expect(page.locator('[data-slot="error"]')).toBeVisible();
  await page.selectOption("#opinion-unit", { index: 1 });
  await page.fill("#opinion-text", TEXT);
  await expect(page.locator('[data-slot="draft"]')).toBeVisible();
  const picture = await photograph(page);
  expect(picture.includes(PLACE)).toBe(true);
  await page.setInputFiles("#opinion-files", { name: "IMG_万事难.jpg", mimeType: "image/jpeg", buffer: picture });
  await shot(page, "2-text");
  await isFit(page);
  // The draft outlives the page, without pictures and names.
  await page.reload();
  await expect(page.locator("#opinion-text")).toHaveValue(TEXT);
  await page.setInputFiles("#opinion-files", { name: "IMG_万事难.jpg", mimeType: "image/jpeg", buffer: picture });
  await page.click('[data-action="to-identity"]');
  await page.fill("#opinion-name", NAME);
  await page.fill("#opinion-contact", NUMBER);
  await shot(page, "3-identity");
  await isFit(page);
  await page.click('[data-action="to-review"]');
  await expect(page.locator('[data-slot="reads-text"]')).toContainText("评议组组长");
  await expect(page.locator('[data-slot="reads-identity"]')).toContainText("纠风办");
  await shot(page, "4-review");
  await isFit(page);
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-slot="taken"]')).toBeVisible({ timeout: 30_000 });
  code = (await page.locator('[data-slot="words"]').textContent()) ?? "";
  numbers = (await page.locator('[data-slot="numbers"]').textContent()) ?? "";
  expect(code.split(" ")).toHaveLength(8);
  await shot(page, "5-code");
  await isFit(page);
  const left = await page.evaluate(() => JSON.stringify(localStorage));
  expect(left).not.toContain(TEXT);
});

/** A member of the staff opens the practice key that the province wrote for the post. */
async function unlock(page: Page, login: string): Promise<void> {
  const file = readFileSync(join(server.dir, "practice/keys", `opinion-${APPRAISAL}-${login}.txt`));
  await page.setInputFiles("#key-file", { name: "key.txt", mimeType: "text/plain", buffer: file });
  await page.locator("form#opinion-unlock [type=submit]").click();
  await expect(page.locator('[data-step="unlocked"]')).toBeVisible();
}

let opinion = "";

test("a handler opens the text, writes the masked copy and answers", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-appraisal");
  await page.goto(STAFF);
  await shot(page, "6-list");
  await isFit(page);
  opinion = (await page.locator("tbody th a").first().textContent()) ?? "";
  await page.locator("tbody th a").first().click();
  await page.waitForLoadState();
  expect(await page.content()).not.toContain(TEXT);
  await submit(page, 'form[action$="/open"]');
  await unlock(page, "360000-appraisal");
  await expect(page.locator("#opinion-text [data-slot=text]")).toHaveText(TEXT);
  await expect(page.locator("#opinion-text img")).toBeVisible();
  const src = (await page.locator("#opinion-text img").getAttribute("src")) ?? "";
  const arrived = Buffer.from(src.split(",")[1] ?? "", "base64");
  expect(arrived.length).toBeGreaterThan(100);
  expect(arrived.includes(PLACE)).toBe(false);
  await shot(page, "7-opened");
  await isFit(page);
  await page.fill("#copy", "群众反映：个别窗口违规收取加急费。");
  await submit(page, 'form[action$="/mask"]');
  await expect(page.locator("main > .notice-good")).toBeVisible();
  await submit(page, 'form[action$="/open"]');
  await expect(page.locator("#opinion-text [data-slot=text]")).toHaveText(TEXT);
  await page.fill("#answer-text", ANSWER);
  await submit(page, "form#opinion-answer");
  await expect(page.locator("main > .notice-good")).toBeVisible();
  // Asking who it is does not yet tell.
  await page.fill("#reason", "需要核实退款对象。");
  await submit(page, 'form[action$="/identity/request"]');
  expect(await page.content()).not.toContain(NAME);
});

test("a second person takes the outer layer off and sees no name", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-conduct");
  await page.goto(`${STAFF}/${opinion}`);
  await unlock(page, "360000-conduct");
  await shot(page, "8-second");
  await isFit(page);
  await submit(page, "form#opinion-release");
  await expect(page.locator("main > .notice-good")).toBeVisible();
  expect(await page.content()).not.toContain(NAME);
});

test("the handler who asked reads the name, and the log says so", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-appraisal");
  await page.goto(`${STAFF}/${opinion}`);
  await submit(page, 'form[action$="/identity/open"]');
  await unlock(page, "360000-appraisal");
  await expect(page.locator("#opinion-identity [data-slot=name]")).toHaveText(NAME);
  await expect(page.locator("#opinion-identity [data-slot=contact]")).toHaveText(NUMBER);
  await page.goto("/staff/log");
  await expect(page.locator("main")).toContainText("打开第");
  expect(await page.content()).not.toContain(NAME);
});

test("the complainant comes back with the code, reads, adds and contests", async ({ browser }) => {
  const page = await complainant(browser);
  await page.goto(`${PUBLIC}/return`);
  await page.fill("#code", numbers.slice(0, -1) + (numbers.endsWith("1") ? "2" : "1"));
  await page.locator("form#opinion-return [type=submit]").click();
  await expect(page.locator('[data-slot="error"]')).toBeVisible();
  await page.fill("#code", code);
  await page.locator("form#opinion-return [type=submit]").click();
  await expect(page.locator(".opinion-message").first()).toContainText(ANSWER, { timeout: 20_000 });
  await shot(page, "9-answer");
  await isFit(page);
  await page.fill("#more", MORE);
  await page.click('[data-action="more"]');
  await expect(page.locator(".opinion-message").last()).toContainText(MORE);
  await page.click('[data-action="contest"]');
  await expect(page.locator('[data-slot="state"]')).toContainText("上一级");
  await shot(page, "10-contested");
});

test("nothing that was secret left the complainant's device in open words", () => {
  const all = sent.join("\n");
  expect(all).toContain("/opinions");
  for (const secret of [NAME, NUMBER, TEXT, MORE, code, code.replaceAll(" ", ""), numbers, PLACE]) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(encodeURIComponent(secret));
    expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
});

test("without a network the sealed opinion waits and is sent once", async ({ browser }) => {
  const page = await complainant(browser);
  await page.goto(PUBLIC);
  await page.check('input[value="anonymous"]');
  await page.click('[data-action="to-text"]:visible');
  await page.selectOption("#opinion-unit", { index: 2 });
  await page.fill("#opinion-text", "窗口工作人员态度生硬。");
  await page.click('[data-action="to-identity"]');
  await page.context().setOffline(true);
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-slot="waiting"]')).toBeVisible({ timeout: 30_000 });
  const own = (await page.locator('[data-slot="words"]').textContent()) ?? "";
  await shot(page, "11-waiting");
  await page.context().setOffline(false);
  await expect(page.locator('[data-slot="taken"]')).toBeVisible({ timeout: 30_000 });
  // Opening the page again sends nothing twice.
  await page.reload();
  await page.goto(`${PUBLIC}/return`);
  await page.fill("#code", own);
  await page.locator("form#opinion-return [type=submit]").click();
  await expect(page.locator('[data-slot="number"]')).toContainText(String(Number(opinion) + 1), { timeout: 20_000 });
});

test("without script the form takes praise and points elsewhere for complaints", async ({ browser }) => {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: TELEPHONE,
    javaScriptEnabled: false,
    locale: "zh-CN",
  });
  const page = await context.newPage();
  await page.goto(PUBLIC);
  await expect(page.locator("main")).toContainText("不能在这里投诉", { useInnerText: true });
  await page.selectOption("#plain-unit", { index: 1 });
  await page.fill("#plain-text", "办得很快，谢谢。");
  await submit(page, `form[action="${PUBLIC}"]`);
  await expect(page.locator("main > .notice-good")).toBeVisible();
});

test("somebody who was told what to answer reports it with one tap", async ({ browser }) => {
  const page = await complainant(browser);
  await page.goto(`/a/${APPRAISAL}/vote`);
  await shot(page, "12-vote");
  await page.locator('form[action$="/influence"] [type=submit]').click();
  await expect(page.locator(".notice-good")).toContainText("纠风办");
  await shot(page, "13-influence");
  await isFit(page);
  const conduct = await logIn(browser, server, "360000-conduct");
  await conduct.goto(STAFF);
  await conduct.locator('form[action*="/influence/"] [type=submit]').first().click();
  await expect(conduct.locator("main > .notice-good")).toBeVisible();
});

test("a clerk enters a call, reads it back and tells the code", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-liaison");
  await page.goto(`${STAFF}/enter`);
  await page.check('input[value="anonymous"]');
  await page.click('[data-action="to-text"]:visible');
  await page.selectOption("#opinion-unit", { index: 1 });
  await page.fill("#opinion-text", "电话反映：档案转移拖了两个月。");
  await page.click('[data-action="to-identity"]');
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-slot="error"]')).toBeVisible();
  await page.check("#read-back");
  await shot(page, "14-enter");
  await isFit(page);
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-slot="taken"]')).toBeVisible({ timeout: 30_000 });
});
