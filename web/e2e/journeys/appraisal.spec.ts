/**
 * A whole appraisal in the browser: planned, surveyed, inspected, opened, signed and published by
 * the people of 九江, who have not begun yet, and checked by a stranger.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type Download, type Page, expect, test } from "@playwright/test";
import {
  type CodeLine,
  answerByScript,
  chooseAll,
  enterCode,
  readCodes,
  send,
} from "../support/ballot.ts";
import {
  PASSWORD,
  TELEPHONE,
  expectDone,
  logIn,
  openBrowser,
  submit,
} from "../support/people.ts";
import { inRepository } from "../support/province.ts";
import { run, useServer } from "../support/server.ts";

const ORGANISER = "360400";
const APPRAISAL = "2026-360400-LSB";
const UNITS = ["360402-LSB", "360403-LSB"];
const FIRST_UNIT = UNITS[0] ?? "";
const STAFF = `/staff/a/${APPRAISAL}`;
const PUBLIC = `/a/${APPRAISAL}`;

const BEST = 0;
const SECOND = 1;
const WORST = 3;

/** Few answers suffice here; everything else is as in the plan of 2007. */
function smallRulebook(): string {
  return readFileSync(inRepository("rulebooks/labour-security-2007.toml"), "utf8")
    .replaceAll(/minimum-sample = \d+/g, "minimum-sample = 2")
    .replace(/box-minimum = \d+/, "box-minimum = 2");
}

test.describe.configure({ mode: "serial" });

const server = useServer();
let codes: CodeLine[] = [];
let firstReceipt = "";
let secondReceipt = "";
let expectedBallots = 0;
let lostCode = "";

/** Somebody of the organiser's staff, at a page. */
async function at(browser: Browser, post: string, path: string): Promise<Page> {
  const page = await logIn(browser, server, `${ORGANISER}-${post}`);
  const answer = await page.goto(path);
  expect(answer?.status(), `${post} at ${path}`).toBe(200);
  return page;
}

async function kept(download: Download): Promise<string> {
  const path = join(server.dir, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

function codesOf(sheet: string): string[] {
  return codes.filter((line) => Number(line.sheet) === Number(sheet)).map(({ code }) => code);
}

test("coordination plans the appraisal with two units", async ({ browser }) => {
  const page = await at(browser, "coordination", "/staff/appraisals/new");
  await page.fill("#year", "2026");
  await page.fill("#title", "九江市劳动保障系统2026年民主评议政风行风");
  for (const box of await page.locator('input[name="unit"]').all()) await box.uncheck();
  for (const unit of UNITS) await page.check(`input[name="unit"][value="${unit}"]`);
  await submit(page, 'main form[method="post"]');
  await expect(page).toHaveURL(new RegExp(`${STAFF}/setup`));
  await expectDone(page);
});

test("coordination adopts its own rulebook and sets the dates", async ({ browser }) => {
  const page = await at(browser, "coordination", `${STAFF}/setup`);
  const own = page.locator("details", { has: page.locator("#text") });
  if ((await own.getAttribute("open")) === null) await own.locator("summary").click();
  await page.fill("#text", `${smallRulebook()}\nno-such-key = 1\n`);
  await own.locator('[type="submit"]').click();
  await expect(page.locator(".notice-bad"), "a mistake is named").toBeVisible();
  await expect(page.locator("#text"), "what was pasted is kept").toHaveValue(/no-such-key/);
  await page.fill("#text", smallRulebook());
  await own.locator('[type="submit"]').click();
  await expectDone(page);
  const phases = {
    mobilisation: ["2026-07-20", "2026-07-23"],
    opinions: ["2026-07-24", "2026-07-30"],
    rectification: ["2026-07-31", "2026-08-03"],
    tally: ["2026-08-04", "2026-08-10"],
  };
  for (const [phase, [first = "", last = ""]] of Object.entries(phases)) {
    await page.fill(`[name="first-${phase}"]`, first);
    await page.fill(`[name="last-${phase}"]`, last);
  }
  await submit(page, 'form[action$="/setup/calendar"]');
  await expectDone(page);
});

test("office opens the appraisal", async ({ browser }) => {
  const page = await at(browser, "office", `${STAFF}/setup`);
  await submit(page, 'form[action$="/setup/open"]');
  await expectDone(page);
});

test("appraisal team draws up the survey plan", async ({ browser }) => {
  const page = await at(browser, "appraisal", `${STAFF}/survey/plan`);
  await page.fill("#codes_each", "4");
  await submit(page, "form.toolbar");
  await page.fill("#opens_at", "2026-07-24T08:00");
  await page.fill("#closes_at", "2026-07-30T18:00");
  await page.fill("#channels", "服务窗口当面发放邀请码");
  await submit(page, 'form[action$="/survey/plan"]');
  await expectDone(page);
});

test("office and statistics bureau sign the plan", async ({ browser }) => {
  for (const post of ["office", "statistics"]) {
    const page = await at(browser, post, `${STAFF}/survey`);
    await submit(page, 'form[action$="/survey/sign"]');
    await expectDone(page);
  }
});

/** What a key holder keeps: the file and its passphrase, and what is printed on the sheet. */
interface Keeping {
  readonly file: string;
  readonly passphrase: string;
  readonly letters: string;
}

const SEATS = ["office", "statistics", "conduct"] as const;
const keeping = new Map<string, Keeping>();
/** All that key holders' browsers sent. */
const sentByHolders: string[] = [];

function keptBy(seat: string): Keeping {
  const own = keeping.get(seat);
  if (own === undefined) throw new Error(`${seat} keeps nothing`);
  return own;
}

/** A key holder at a page, with an ear at what leaves the machine. */
async function holderAt(browser: Browser, seat: string, address: string): Promise<Page> {
  const page = await at(browser, seat, address);
  page.on("request", (request) => sentByHolders.push(request.postData() ?? ""));
  return page;
}

/** The letters of the sheet that the page would print. */
async function printedLetters(page: Page): Promise<string> {
  await page.evaluate(() => {
    window.print = () => {
      const sheet = document.querySelector<HTMLElement>("body > .key-sheet");
      document.body.dataset["printed"] =
        sheet?.querySelector<HTMLElement>('[data-slot="letters"]')?.textContent ?? "";
      window.dispatchEvent(new Event("afterprint"));
    };
  });
  await page.click('[data-step="print"] [data-action="print"]');
  await expect(page.locator("body > .key-sheet"), "the sheet is gone again").toHaveCount(0);
  return page.locator("body").evaluate((body) => body.dataset["printed"] ?? "");
}

/** Opens the own key from the file, or from the sheet, and does what the page asks for. */
async function turnKey(page: Page, seat: string, medium: "file" | "sheet"): Promise<void> {
  const { file, passphrase, letters } = keptBy(seat);
  const form = page.locator("form.turn-key").filter({ has: page.locator(`[data-medium="${medium}"]`) }).first();
  const choice = form.locator(`input[type="radio"][value="${medium}"]`);
  if ((await choice.count()) > 0) await choice.check();
  if (medium === "file") {
    await form.locator('[data-slot="file"]').setInputFiles(file);
    await form.locator('[data-slot="passphrase"]').fill(passphrase);
  } else {
    await form.locator('[data-slot="letters"]').fill(letters.toLowerCase());
  }
  await form.locator('[data-action="turn"]').click();
}

test("three key holders make their keys, on a file and on paper", async ({ browser }) => {
  for (const seat of SEATS) {
    const page = await holderAt(browser, seat, `${STAFF}/survey/key?seat=${seat}`);
    await page.fill('[data-slot="new-passphrase"]', "short");
    await page.click('[data-action="make"]');
    await expect(page.locator('#make-key [data-slot="error"]')).toContainText("至少 12 个字符");
    await page.click('[data-action="suggest"]');
    const passphrase = await page.inputValue('[data-slot="new-passphrase"]');
    expect(passphrase.replaceAll("-", "")).toMatch(/^[0-9A-Z]{24}$/);
    await page.fill('[data-slot="again"]', passphrase);
    const saving = page.waitForEvent("download");
    await page.click('[data-action="make"]');
    const file = await kept(await saving);
    expect(readFileSync(file, "latin1")).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    const letters = await printedLetters(page);
    expect(letters).toMatch(/^[0-9A-Z]{28}$/);
    await page.click('[data-action="printed"]');
    await page.setInputFiles("#key-file", file);
    await page.fill("#passphrase", "not the passphrase");
    await page.fill("#letters", letters);
    await page.click('[data-step="check"] [data-action="check"]');
    await expect(page.locator('#make-key [data-slot="error"]')).toContainText("口令不对");
    await page.fill("#passphrase", passphrase);
    const other = letters[21] === "7" ? "8" : "7";
    await page.fill("#letters", letters.slice(0, 21) + other + letters.slice(22));
    await page.click('[data-step="check"] [data-action="check"]');
    await expect(page.locator('#make-key [data-slot="error"]')).toContainText("第 4 组");
    await page.fill("#letters", letters);
    await page.click('[data-step="check"] [data-action="check"]');
    await expect(page.locator('[data-step="ready"]')).toBeVisible();
    await submit(page, "form#make-key");
    await expectDone(page);
    keeping.set(seat, { file, passphrase, letters });
  }
});

test("they exchange and check the pieces of the key", async ({ browser }) => {
  for (const round of ["polynomial", "output"]) {
    for (const seat of SEATS) {
      const page = await holderAt(browser, seat, `${STAFF}/survey/key?seat=${seat}`);
      // One of them has only the paper at hand.
      await turnKey(page, seat, round === "output" && seat === "conduct" ? "sheet" : "file");
      await expectDone(page);
    }
  }
  const page = await holderAt(browser, "office", `${STAFF}/survey/key?seat=office`);
  await page.locator("form.check-key").evaluate((form) => form.closest("details")?.setAttribute("open", ""));
  await page.setInputFiles("#key-file-check", keptBy("office").file);
  await page.fill("#passphrase-check", keptBy("office").passphrase);
  await page.click('[data-action="check"]');
  await expect(page.locator('[data-slot="verdict"]')).toContainText("是您的密钥");
  await page.check('.check-key input[value="sheet"]');
  await page.fill("#letters-check", keptBy("conduct").letters);
  await page.click('[data-action="check"]');
  await expect(page.locator('[data-slot="verdict"]')).toContainText("不是您的密钥");
});

test("two of them open the practice box from both media", async ({ browser }) => {
  const survey = await at(browser, "appraisal", `${STAFF}/survey`);
  await expect(survey.locator("main")).toContainText("试开票箱");
  for (const seat of ["office", "conduct"]) {
    for (const medium of ["sheet", "file"] as const) {
      const page = await holderAt(browser, seat, `${STAFF}/survey/key?seat=${seat}`);
      await turnKey(page, seat, medium);
      await expectDone(page);
    }
  }
  const page = await at(browser, "statistics", `${STAFF}/survey/key?seat=statistics`);
  await expect(page.locator("main")).toContainText("试开成功");
});

test("statistics bureau makes the codes and slips with the network cut", async ({ browser }) => {
  const page = await at(browser, "statistics", `${STAFF}/survey/codes`);
  const downloading = page.waitForEvent("download");
  await page.click('a[href$="/work.json"]');
  await (await downloading).saveAs(inFolder("sheets.json"));
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  await page.context().setOffline(true);
  await page.click('[data-action="make"]');
  const saving = page.waitForEvent("download");
  await page.locator('[data-step="save"] [data-action="save"]').click();
  await (await saving).saveAs(inFolder("codes-secret.csv"));
  codes = readCodes(readFileSync(inFolder("codes-secret.csv"), "utf8"));
  // Two sheets for each of two groups, and one of the deputies about both units.
  expect(codes).toHaveLength(5 * 4);
  const keeping = page.waitForEvent("download");
  await page.click('[data-action="keep"]');
  await (await keeping).saveAs(inFolder("codes-public.json"));
  await printed(page, "slips.pdf", Math.ceil((5 * 4) / 8));
  await page.context().setOffline(false);
  await submit(page, "form#codes");
  await expectDone(page);
  const secrets = codes.map(({ code }) => code.slice(code.indexOf("-") + 1));
  for (const body of sent) {
    expect(secrets.some((secret) => body.includes(secret)), "no code leaves the machine").toBe(false);
  }
  const checked = await run(["codes", "check", inFolder()]);
  expect(checked.code, checked.output).toBe(0);
});

/** A file of the statistics bureau's own machine. */
function inFolder(name = ""): string {
  return join(server.dir, "codes", name);
}

/** Prints the slips; what lies on the paper is only they. */
async function printed(page: Page, name: string, pages: number): Promise<void> {
  await page.locator('[data-step="submit"] [data-action="print"]').click();
  await expect(page.locator("html")).toHaveClass(/prints-slips/);
  const pdf = await page.pdf({ path: inFolder(name), preferCSSPageSize: true });
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(pages);
}

test("a lost code is replaced by the command, and another one on the page", async ({ browser }) => {
  const [byCommand = "", onPage = ""] = codesOf("2");
  const replacing = ["codes", "replace", "--address", server.url, "--code", byCommand];
  const replaced = await run([...replacing, inFolder(), inFolder("second")]);
  expect(replaced.code, replaced.output).toBe(0);
  const first = await at(browser, "statistics", `${STAFF}/survey/codes`);
  await first.setInputFiles("#replacement-file", inFolder("second/codes-public.json"));
  await first.fill("#reason", "邮寄时遗失");
  await first.setInputFiles("#replacement-file", inFolder("second/codes-replacement.json"));
  await submit(first, 'form#replace-codes [data-step="upload"]');
  await expectDone(first);

  const page = await at(browser, "statistics", `${STAFF}/survey/codes`);
  await page.setInputFiles("#secret-list", inFolder("second/codes-secret.csv"));
  await page.fill("#lost-code", "02-99");
  await page.click('[data-action="replace"]');
  await expect(page.locator('[data-slot="error"]'), "no such slip").toBeVisible();
  await page.context().setOffline(true);
  await page.fill("#lost-code", onPage.toLowerCase());
  await page.fill("#reason", "窗口登记有误");
  await page.click('[data-action="replace"]');
  const saving = page.waitForEvent("download");
  await page.locator('[data-step="save"] [data-action="save"]').click();
  await (await saving).saveAs(inFolder("third.csv"));
  await printed(page, "replaced.pdf", 1);
  await page.context().setOffline(false);
  await submit(page, 'form#replace-codes [data-step="submit"]');
  await expectDone(page);
  const before = codes;
  codes = readCodes(readFileSync(inFolder("third.csv"), "utf8"));
  expect(codes).toHaveLength(5 * 4);
  const gone = before.filter(({ code }) => !codes.some((line) => line.code === code));
  expect(gone.map(({ code }) => code).sort()).toEqual([byCommand, onPage].sort());
  lostCode = byCommand;
});

test("appraisal team opens the survey", async ({ browser }) => {
  const page = await at(browser, "appraisal", `${STAFF}/survey`);
  await submit(page, 'form[action$="/survey/open"]');
  await expectDone(page);
});

test("a citizen answers on a telephone, thinks again, and looks both receipts up", async ({
  browser,
}) => {
  const context = await openBrowser(browser, { url: server.url, viewport: TELEPHONE });
  const page = await context.newPage();
  const code = codesOf("1")[0] ?? "";
  await enterCode(page, APPRAISAL, code);
  await chooseAll(page, WORST);
  firstReceipt = (await send(page))[0] ?? "";
  expect(firstReceipt).toMatch(/^[0-9A-Za-z+/]{43}$/);
  await expectForgotten(page, code);

  const number = (await page.locator('[data-slot="number"]').textContent()) ?? "";
  expect(number).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-?){4}$/);
  await enterCode(page, APPRAISAL, code.replaceAll("-", " ").replace(" ", "-"));
  await chooseAll(page, BEST);
  secondReceipt = (await send(page))[0] ?? "";
  expect(secondReceipt).not.toBe(firstReceipt);

  for (const [receipt, notice] of [
    [firstReceipt, ".notice-info"],
    [secondReceipt, ".notice-good"],
  ] as const) {
    await page.goto(`${PUBLIC}/receipt/`);
    await page.fill("#tracker", receipt);
    await submit(page, "main form");
    await expect(page.locator(`main ${notice}`)).toBeVisible();
    await expect(page.locator("main .tracker")).toHaveText(receipt);
  }
  // Read aloud and typed by somebody else.
  await page.goto(`${PUBLIC}/receipt/`);
  await page.fill("#tracker", number.toLowerCase().replaceAll("-", " "));
  await submit(page, "main form");
  await expect(page.locator("main .notice-info"), "the first answer was replaced").toBeVisible();
  await expect(page.locator('main [data-slot="number"]')).toHaveText(number);
  await expect(page.locator("main .tracker")).toHaveText(firstReceipt);
  await expect(page.locator("main .receipt-square svg")).toBeVisible();
});

/** Nothing on the device tells what was answered, or with which code. */
async function expectForgotten(page: Page, code: string): Promise<void> {
  const left = await page.evaluate(() => ({
    address: location.href,
    stored: JSON.stringify({ ...localStorage, ...sessionStorage }),
    state: JSON.stringify(history.state),
    cookies: document.cookie,
    fields: [...document.querySelectorAll("input")].map(({ value, checked }) => [value, checked]),
    text: document.querySelector("#ballot")?.textContent ?? "",
  }));
  const secret = code.slice(code.indexOf("-") + 1);
  expect(JSON.stringify(left)).not.toContain(secret.slice(0, 11));
  expect(left.address).toBe(`${server.url}${PUBLIC}/vote`);
  expect(left.stored).toBe("{}");
  expect(left.fields.flat().filter((value) => value !== "" && value !== false)).toEqual([]);
  expect(left.text).not.toContain("不满意");
}

test("a code that was struck off opens nothing", async () => {
  await expect(answerByScript(server.url, APPRAISAL, lostCode, () => BEST)).rejects.toThrow();
});

test("more people answer", async () => {
  for (const sheet of ["1", "2", "3", "4", "5"]) {
    const free = codesOf(sheet).slice(sheet === "1" ? 1 : 0, 3);
    for (const code of free) await answerByScript(server.url, APPRAISAL, code, () => SECOND);
  }
  // The first unit: its own sheets 1 and 3, and the deputies' sheet.
  expectedBallots = 3 * 3;
});

test("survey team sees how many have answered, and no grade", async ({ browser }) => {
  const page = await at(browser, "appraisal", `${STAFF}/survey`);
  await expect(page.locator(".tiles").first()).toContainText(/18\D+24|24\D+18/);
  await expect(page.locator("main")).not.toContainText("基本满意");
});

test("the practice clock goes to the end of the survey, which is closed", async ({ browser }) => {
  const admin = await at(browser, "admin", "/staff/practice");
  await admin.fill("#to", "2026-07-30T18:01");
  await submit(admin, 'main form[method="post"]');
  await expectDone(admin);
  const page = await at(browser, "appraisal", `${STAFF}/survey`);
  await submit(page, 'form[action$="/survey/close"]');
  await expectDone(page);
});

test("a wrong key opens nothing; two of the three holders open the boxes", async ({ browser }) => {
  for (const seat of ["conduct", "statistics"]) {
    const page = await holderAt(browser, seat, `${STAFF}/tally`);
    if (seat === "conduct") {
      await page.setInputFiles("#key-file", keptBy("office").file);
      await page.fill("#passphrase", keptBy("office").passphrase);
      await page.click('[data-action="turn"]');
      await expect(page.locator('[data-slot="error"]')).toContainText("另一方");
      await page.setInputFiles("#key-file", inRepository("LICENSE-MIT"));
      await page.click('[data-action="turn"]');
      await expect(page.locator('[data-slot="error"]')).toContainText("读不出密钥");
    }
    await turnKey(page, seat, seat === "conduct" ? "sheet" : "file");
    await expectDone(page);
  }
  const page = await at(browser, "coordination", `${STAFF}/tally`);
  await expect(page.locator("tbody .state-good")).toHaveCount(6);
  for (const { letters, passphrase } of keeping.values()) {
    for (const body of sentByHolders) {
      expect(body.includes(letters), "no secret leaves the machine").toBe(false);
      expect(body.includes(passphrase), "no passphrase leaves the machine").toBe(false);
    }
  }
});

test("inspectors enter points, the group decides and its leader signs", async ({ browser }) => {
  const coordination = await at(browser, "coordination", `${STAFF}/inspection`);
  await coordination.selectOption("#leader", `a${ORGANISER}-leader`);
  await coordination.check(`#m-a${ORGANISER}-leader`);
  await coordination.check(`#m-a${ORGANISER}-inspector`);
  for (const unit of UNITS) await coordination.check(`[name="unit"][value="${unit}"]`);
  await submit(coordination, 'form[action$="/inspection/groups"]');
  await expectDone(coordination);
  for (const unit of UNITS) {
    const address = `${STAFF}/inspection/units/${unit}`;
    for (const post of ["inspector", "leader"]) {
      const page = await at(browser, post, address);
      await fillPoints(page, `form[action="${address}/points"]`, unit === FIRST_UNIT ? 18 : 17);
      await submit(page, `form[action="${address}/points"]`);
      await expectDone(page);
    }
    const leader = await at(browser, "leader", address);
    await expect(leader.locator("#member-sheets")).toBeVisible();
    const decision = `form[action="${address}/proposal"]`;
    await fillPoints(leader, decision, unit === FIRST_UNIT ? 18 : 17);
    await submit(leader, decision);
    await expectDone(leader);
    for (const post of ["inspector", "leader"]) {
      const member = await at(browser, post, address);
      await member.check("#vote-for");
      await submit(member, `form[action="${address}/vote"]`);
      await expectDone(member);
    }
    await leader.goto(address);
    await leader.fill("#password", "not the password");
    await submit(leader, `form[action="${address}/sign"]`);
    await expect(leader.locator(".notice-bad")).toBeVisible();
    await leader.fill("#password", PASSWORD);
    await submit(leader, `form[action="${address}/sign"]`);
    await expectDone(leader);
  }
});

async function fillPoints(page: Page, form: string, points: number): Promise<void> {
  const within = page.locator(form);
  await within.locator('[name="points-rectification"]').fill(String(points));
  await within.locator('[name="reason-rectification"]').fill("抽查整改事项十项，均已落实。");
  await within.locator('[name="points-self-inspection"]').fill("8.5");
  await within.locator('[name="reason-self-inspection"]').fill("自查报告齐全，台账清楚。");
}

test("the ranking is drafted, signed by both and published", async ({ browser }) => {
  const before = await fetch(`${server.url}${PUBLIC}/ranking`);
  expect(before.status, "no result before publication").toBe(404);
  const coordination = await at(browser, "coordination", `${STAFF}/ranking`);
  await submit(coordination, 'form[action$="/ranking/draft"]');
  await expectDone(coordination);
  for (const post of ["office", "statistics"]) {
    const page = await at(browser, post, `${STAFF}/ranking`);
    await page.fill('[name="password"]', PASSWORD);
    await submit(page, 'form[action$="/ranking/sign"]');
    await expectDone(page);
  }
  const office = await at(browser, "office", `${STAFF}/ranking`);
  await submit(office, 'form[action$="/ranking/publish"]');
  await expectDone(office);
});

test("the published counts hold the second answer only", async ({ browser }) => {
  const context = await openBrowser(browser, server);
  const page = await context.newPage();
  await page.goto(`${PUBLIC}/ranking`);
  await expect(page.locator("#ranking tbody tr")).toHaveCount(2);
  await expect(page.locator("#ranking tbody tr").first()).toContainText("濂溪区");
  await expect(
    page.locator("#ranking tbody tr").first().locator("td").last(),
    "counted ballots of the first unit",
  ).toHaveText(String(expectedBallots));
  await page.goto(`${PUBLIC}/units/${FIRST_UNIT}`);
  const rows = page.locator("table[data-sortable]").first().locator("tbody tr");
  await expect(rows).toHaveCount(8);
  for (const row of await rows.all()) {
    const numbers = (await row.locator("td.number").allTextContents()).slice(0, 6);
    expect(numbers.map(Number), "excellent, satisfied, fairly, dissatisfied, blank, base").toEqual(
      [1, 2, 0, 0, 0, 3],
    );
  }
  await page.goto(`${PUBLIC}/receipt/${encodeURIComponent(secondReceipt)}`);
  await expect(page.locator("main .notice-good")).toBeVisible();
});

test("a stranger downloads the dossier, recomputes it, and finds a changed byte", async ({
  browser,
}) => {
  const context = await openBrowser(browser, server);
  const page = await context.newPage();
  await page.goto(`${PUBLIC}/check`);
  const saving = page.waitForEvent("download");
  await page.locator('a[href$="/dossier.zip"]').first().click();
  const zip = await kept(await saving);
  const good = await run(["verify", zip]);
  expect(good.code, good.output).toBe(0);
  const bytes = readFileSync(zip);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  const changed = join(server.dir, "changed.zip");
  writeFileSync(changed, bytes);
  const bad = await run(["verify", changed]);
  expect(bad.code, bad.output).toBe(1);
});
