/** People at their browsers. */
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";

/** The password of every practice account. */
export const PASSWORD = "lianxi-2026";

/** The width of a telephone, and of a desk. */
export const TELEPHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

/** The languages of the pages. */
export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Reader {
  readonly url: string;
  readonly language?: Language;
  readonly viewport?: { width: number; height: number };
}

/** A browser profile of one reader, with nothing in it but the chosen language. */
export async function openBrowser(browser: Browser, reader: Reader): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: reader.url,
    viewport: reader.viewport ?? DESK,
    acceptDownloads: true,
  });
  await setLanguage(context, reader.url, reader.language ?? "zh-Hans");
  return context;
}

export async function setLanguage(
  context: BrowserContext,
  url: string,
  language: Language,
): Promise<void> {
  await context.addCookies([{ name: "lang", value: language, url }]);
}

/** Types name and password at the log-in page. */
export async function typeLogIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto("/staff/log-in");
  await page.fill("#login", login);
  await page.fill("#password", password);
  await page.click('form[action="/staff/log-in"] [type="submit"]');
}

/** A member of the staff, logged in and at the desk. Questions of the page are answered "yes". */
export async function logIn(browser: Browser, reader: Reader, login: string): Promise<Page> {
  const context = await openBrowser(browser, reader);
  const page = await context.newPage();
  page.on("dialog", (dialog) => void dialog.accept());
  await typeLogIn(page, login, PASSWORD);
  await expect(page, `${login} is logged in`).toHaveURL(/\/staff$/);
  return page;
}

/** Presses the button of a form and waits for the page that follows; returns its notices. */
export async function submit(page: Page, form: string): Promise<void> {
  await page.locator(form).locator('[type="submit"]').first().click();
  await page.waitForLoadState();
}

/** The page says that something was done. */
export async function expectDone(page: Page): Promise<void> {
  await expect(page.locator("main > .notice-good[role=status]")).toBeVisible();
  await expect(page.locator(".notice-bad:not([hidden])")).toHaveCount(0);
}
