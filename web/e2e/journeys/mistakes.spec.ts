/** What people do wrong, and what goes wrong around them: they are told, and nothing is lost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Page, expect, test } from "@playwright/test";
import { chooseAll, enterCode, send } from "../support/ballot.ts";
import { TELEPHONE, expectDone, logIn, openBrowser, submit, typeLogIn } from "../support/people.ts";
import { readCode } from "../../island/src/slip.ts";
import { inRepository } from "../support/province.ts";
import { useServer } from "../support/server.ts";

const APPRAISAL = "2026-360100-LSB";
const PREPARED = "2026-360900-LSB";

const server = useServer();

/** Codes of the practice province that nobody has used, by appraisal. */
function spareCodes(appraisal: string): string[] {
  const lines = readFileSync(join(server.dir, "practice/codes.csv"), "utf8").trim().split("\n");
  return lines.filter((line) => line.startsWith(`${appraisal},`)).map((line) => line.split(",")[1] ?? "");
}

/** A code of the first sheet, which asks about one unit. */
function codeOfSheet(number: number, index = 0, appraisal = APPRAISAL): string {
  const codes = spareCodes(appraisal).filter((code) => Number(code.split("-")[0]) === number);
  return codes[index] ?? "";
}

async function citizen(browser: Parameters<typeof openBrowser>[0]): Promise<Page> {
  const context = await openBrowser(browser, { url: server.url, viewport: TELEPHONE });
  return context.newPage();
}

test("codes that cannot be right are named before anything is sent", async ({ browser }) => {
  const page = await citizen(browser);
  const code = codeOfSheet(1);
  const swapped = `${code.slice(0, 3)}${code[4]}${code[3]}${code.slice(5)}`;
  const inGroup2 = code.slice(0, 11) + (code[11] === "7" ? "8" : "7") + code.slice(12);
  const wrong = ["", "abc", code.slice(0, -3), `${code}xyz`, code.replace(/.$/, "!"), code.slice(3), swapped, inGroup2];
  const told = new Set<string>();
  for (const typed of wrong) {
    await enterCode(page, APPRAISAL, typed);
    const error = page.locator("#code-error");
    await expect(error, typed).toBeVisible();
    await expect(error, typed).not.toContainText("正在打开");
    await expect(page.locator("#code"), "what was typed is kept").toHaveValue(typed);
    await expect(page.locator("#code")).toBeFocused();
    told.add((await error.textContent()) ?? "");
  }
  expect(told.size, "different mistakes, different words").toBeGreaterThanOrEqual(6);
  await expect(page.locator("#code-error")).toContainText("第 2 组");
});

test("an unknown code is refused at the end, the answers stay, and the right code sends them", async ({
  browser,
}) => {
  const page = await citizen(browser);
  const code = codeOfSheet(1);
  await enterCode(page, APPRAISAL, codeOfSheet(1, 0, "2026-360000-LSB"));
  await chooseAll(page, 1);
  await page.click('[data-action="send"]');
  const failed = page.locator('[data-step="failed"]');
  await expect(failed).toBeVisible({ timeout: 60_000 });
  await expect(failed).toContainText("不在名单上");
  await failed.locator('[data-action="recode"]').click();
  await page.fill("#code", code);
  await page.click('[data-step="code"] [type="submit"]');
  await expect(page.locator('[data-step="review"]')).toBeVisible();
  await expect(page.locator('[data-slot="grade"]').first()).toHaveText("满意");
  expect(await send(page)).toHaveLength(1);
});

test("a code of another sheet is refused by the box", async ({ browser }) => {
  const page = await citizen(browser);
  const reading = readCode(codeOfSheet(1, 1));
  // In the protocol's own form, which has no check characters.
  await enterCode(page, APPRAISAL, "code" in reading ? `02-${reading.code.credential}` : "");
  await chooseAll(page, 0);
  await page.click('[data-action="send"]');
  const failed = page.locator('[data-step="failed"]');
  await expect(failed).toBeVisible({ timeout: 60_000 });
  await expect(failed).toContainText("不在名单上");
});

test("a broken connection keeps the sealed sheet; sent again it counts once", async ({ browser }) => {
  const page = await citizen(browser);
  const sent: string[] = [];
  let isBroken = true;
  await page.route("**/ballots", async (route) => {
    sent.push(route.request().postData() ?? "");
    // The first time the request arrives, but its answer is lost; then nothing arrives at all.
    if (sent.length === 1) await route.fetch();
    if (isBroken) await route.abort("connectionreset");
    else await route.continue();
  });
  await enterCode(page, APPRAISAL, codeOfSheet(2));
  await chooseAll(page, 2);
  await page.click('[data-action="send"]');
  const failed = page.locator('[data-step="failed"]');
  await expect(failed).toBeVisible({ timeout: 60_000 });
  await page.click('[data-action="retry"]');
  await expect.poll(() => sent.length).toBe(2);
  await expect(failed).toBeVisible();
  await page.click('[data-action="review"]');
  await expect(page.locator('[data-slot="grade"]').first()).toHaveText("基本满意");
  isBroken = false;
  const [receipt = ""] = await send(page);
  expect(new Set(sent).size, "the very same sheet each time").toBe(1);
  await page.goto(`/a/${APPRAISAL}/receipt/${encodeURIComponent(receipt)}`);
  await expect(page.locator("main .notice-good"), "not replaced by itself").toBeVisible();
});

test("answers survive a server that is too busy", async ({ browser }) => {
  const page = await citizen(browser);
  await page.route("**/ballots", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
  await enterCode(page, APPRAISAL, codeOfSheet(3));
  await chooseAll(page, 0);
  await page.click('[data-action="send"]');
  await expect(page.locator('[data-step="failed"]')).toContainText("太多", { timeout: 60_000 });
  await page.click('[data-action="retry"]');
  await expect(page.locator('[data-step="receipt"]')).toBeVisible();
});

test("an old link to a closed survey says when it closed and what can be seen", async ({ browser }) => {
  const page = await citizen(browser);
  await page.goto("/a/2026-360500-LSB/vote#07-0FDRS9P-32YB116-EMS340D-HDX3XZZ");
  await expect(page.locator("main .lead")).toContainText("截止");
  await expect(page.locator("#code")).toHaveCount(0);
  const answer = await page.request.post(`${server.url}/a/2026-360500-LSB/ballots`, {
    headers: { origin: server.url },
    data: { sheet: "01", ballots: [] },
  });
  expect(answer.status()).toBe(409);
  expect(((await answer.json()) as { code: string }).code).toBe("closed");
});

test("a wrong password is told without saying which part is wrong", async ({ browser }) => {
  const page = await citizen(browser);
  await typeLogIn(page, "360000-office", "not-the-password");
  const first = await page.locator(".notice-bad").textContent();
  await expect(page.locator("#login"), "the name is kept").toHaveValue("360000-office");
  await expect(page.locator("#password")).toHaveValue("");
  await typeLogIn(page, "nobody-of-this-name", "not-the-password");
  expect(await page.locator(".notice-bad").textContent()).toBe(first);
});

test("a password that is too weak is refused, and the account is not opened", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-admin");
  await page.goto("/staff/accounts/new");
  await page.fill("#id", "new-clerk");
  await page.fill("#login", "new-clerk");
  await page.fill("#title", "新来的经办人");
  for (const weak of ["12345", "一二三四五六七八九"]) {
    await page.fill("#password", weak);
    await submit(page, "main form");
    await expect(page.locator(".notice-bad"), weak).toBeVisible();
    await expect(page.locator("#title"), "what was typed is kept").toHaveValue("新来的经办人");
  }
  await page.fill("#password", "池塘边的老榕树下2026");
  await submit(page, "main form");
  await expectDone(page);
});

test("a broken spreadsheet is answered with its rows, and changes nothing", async ({ browser }) => {
  const page = await logIn(browser, server, "360000-admin");
  for (const file of ["units-bad-parent.csv", "units-duplicate-id.csv", "units-bad-date.csv"]) {
    await page.goto("/staff/unit-import");
    await page.setInputFiles("#file", inRepository(`testdata/broken/${file}`));
    await submit(page, "main form");
    await expect(page.locator("main"), file).toContainText(/[A-E]\d+ \S/);
    await expect(page.locator('form[action$="/confirm"]'), file).toHaveCount(0);
  }
  for (const file of ["units-cut-short.xlsx", "units-gb18030.csv", "units-empty.csv"]) {
    await page.goto("/staff/unit-import");
    await page.setInputFiles("#file", inRepository(`testdata/broken/${file}`));
    await submit(page, "main form");
    await expect(page.locator("main h1, main .notice-bad").first(), file).toBeVisible();
    await expect(page.locator('form[action$="/confirm"]'), file).toHaveCount(0);
  }
});

test("of two people who edit the calendar, the second is told and keeps the input", async ({
  browser,
}) => {
  const first = await logIn(browser, server, "360900-coordination");
  const second = await first.context().newPage();
  for (const page of [first, second]) await page.goto(`/staff/a/${PREPARED}/setup`);
  const form = 'form[action$="/setup/calendar"]';
  await first.fill('[name="last-tally"]', "2026-09-10");
  await submit(first, form);
  await expectDone(first);
  await second.fill('[name="last-tally"]', "2026-09-20");
  await submit(second, form);
  await expect(second.locator(".notice-bad")).toBeVisible();
  await expect(second.locator('[name="last-tally"]')).toHaveValue("2026-09-20");
  await first.reload();
  await expect(first.locator('[name="last-tally"]'), "not overwritten").toHaveValue("2026-09-10");
  await submit(second, form);
  await expectDone(second);
});

test("dates out of order are named with their phase, and stay in the form", async ({ browser }) => {
  const page = await logIn(browser, server, "360900-coordination");
  await page.goto(`/staff/a/${PREPARED}/setup`);
  await page.fill('[name="first-rectification"]', "2026-01-01");
  await submit(page, 'form[action$="/setup/calendar"]');
  await expect(page.locator(".notice-bad")).toBeVisible();
  await expect(page.locator('[name="first-rectification"]')).toHaveValue("2026-01-01");
});

test("a key file that is none opens nothing, and is never sent", async ({ browser }) => {
  const page = await logIn(browser, server, "360500-conduct");
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request.url());
  });
  await page.goto("/staff/a/2026-360500-LSB/tally");
  await page.setInputFiles("#key-file", inRepository("LICENSE-MIT"));
  await page.click('[data-action="turn"]');
  await expect(page.locator('[data-slot="error"]')).toBeVisible();
  const other = join(server.dir, "practice/keys/2026-360500-LSB-office.json");
  await page.setInputFiles("#key-file", other);
  await page.click('[data-action="turn"]');
  await expect(page.locator('[data-slot="error"]')).toContainText("属于另一方");
  expect(posts).toEqual([]);
});

test("who is not allowed is told who may", async ({ browser }) => {
  const page = await logIn(browser, server, "360100-unit");
  const answer = await page.goto("/staff/accounts");
  expect(answer?.status()).toBe(403);
  await expect(page.locator("main")).toContainText("系统管理员");
});
