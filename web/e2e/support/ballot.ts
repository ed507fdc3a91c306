/** Respondents: in the browser, and in large numbers with the very code of the page. */
import { type Page, expect } from "@playwright/test";
import { readCode } from "../../island/src/slip.ts";
import { systemRandom } from "../../island/src/group.ts";
import { Answers, parseSheet, sealSheet, sheetMessage } from "../../island/src/sheet.ts";

/** A line of the code issuer's secret file. */
export interface CodeLine {
  readonly sheet: string;
  readonly code: string;
}

/** Reads the secret file: a mark, a header, then sheet, number, code. */
export function readCodes(csv: string): CodeLine[] {
  const rows = csv.replace("\ufeff", "").trim().split(/\r?\n/).slice(1);
  return rows.map((row) => {
    const [sheet = "", , code = ""] = row.split(",");
    return { sheet, code };
  });
}

/** Opens the ballot page and enters a code. */
export async function enterCode(page: Page, appraisal: string, code: string): Promise<void> {
  await page.goto(`/a/${appraisal}/vote`);
  await page.fill("#code", code);
  await page.click('[data-step="code"] [type="submit"]');
}

/** Gives every question the grade of this number, and comes to the review. */
export async function chooseAll(page: Page, grade: number): Promise<void> {
  const question = page.locator('[data-step="question"]');
  await expect(question).toBeVisible();
  while (await question.isVisible()) {
    const groups = question.locator("fieldset.grades");
    for (let i = 0; i < (await groups.count()); i++) {
      await groups.nth(i).locator(`label.grade:nth-of-type(${grade + 1})`).click();
    }
    await question.locator('[type="submit"]').click();
  }
  await expect(page.locator('[data-step="review"]')).toBeVisible();
}

/** Sends the reviewed sheet and gives the receipts. */
export async function send(page: Page): Promise<string[]> {
  await page.click('[data-action="send"]');
  const receipt = page.locator('[data-step="receipt"]');
  await expect(receipt).toBeVisible({ timeout: 60_000 });
  return receipt.locator('[data-slot="tracker"]').allTextContents();
}

/** Answers a whole sheet: for each item the number of a grade. The server's answer is expected to be yes. */
export async function answerByScript(
  url: string,
  appraisal: string,
  code: string,
  grade: (box: number, item: number) => number | null,
): Promise<string[]> {
  const reading = readCode(code);
  if ("mistake" in reading) throw new Error(`${code}: ${reading.mistake}`);
  const { sheet: number, credential } = reading.code;
  const got = await fetch(`${url}/a/${appraisal}/sheet/${number}.json`);
  const sheet = parseSheet(await got.json());
  const answers = new Answers(sheet);
  sheet.boxes.forEach((_, box) => {
    sheet.items.forEach((__, item) => answers.set(box, item, grade(box, item)));
  });
  const sealed = await sealSheet(sheet, answers, credential, systemRandom, async () => {});
  const sent = await fetch(`${url}/a/${appraisal}/ballots`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: sheetMessage(sheet, sealed),
  });
  if (!sent.ok) throw new Error(`${code}: ${sent.status} ${await sent.text()}`);
  return sealed.map(({ tracker }) => tracker);
}
