import { type Page, test } from "@playwright/test";
import { DESK, TELEPHONE, logIn } from "../support/people.ts";
import { useServer } from "../support/server.ts";
const server = useServer();
async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `/tmp/look/${name}.png`, fullPage: true });
}
test("look", async ({ browser }) => {
  for (const [size, viewport] of [["1280", DESK], ["390", TELEPHONE]] as const) {
    const holder = await logIn(browser, { url: server.url, viewport }, "361000-conduct");
    await holder.goto("/staff/a/2026-361000-LSB/survey/key?seat=conduct");
    await shot(holder, `key-certificate-${size}`);
    await holder.click('[data-action="suggest"]');
    await holder.fill('[data-slot="again"]', await holder.inputValue('[data-slot="new-passphrase"]'));
    await holder.click('[data-action="make"]');
    await holder.locator('[data-step="print"]').waitFor();
    await shot(holder, `key-print-${size}`);
    await holder.evaluate(() => { window.print = () => {}; });
    await holder.click('[data-step="print"] [data-action="print"]');
    await holder.pdf({ path: `/tmp/look/sheet-${size}.pdf`, preferCSSPageSize: true });
    await holder.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await holder.click('[data-action="printed"]');
    await shot(holder, `key-check-${size}`);
    const office = await logIn(browser, { url: server.url, viewport }, "361000-office");
    await office.goto("/staff/a/2026-361000-LSB/survey/key?seat=office");
    for (const details of await office.locator("main details").all()) await details.evaluate((d) => d.setAttribute("open", ""));
    await shot(office, `key-wait-${size}`);
    await office.goto("/staff/a/2026-361000-LSB/survey");
    await shot(office, `survey-${size}`);
    const conduct = await logIn(browser, { url: server.url, viewport, language: "en" }, "360500-conduct");
    await conduct.goto("/staff/a/2026-360500-LSB/tally");
    await shot(conduct, `tally-${size}`);
    await conduct.goto("/staff/a/2026-360500-LSB/survey/key");
    await shot(conduct, `key-done-${size}`);
    const statistics = await logIn(browser, { url: server.url, viewport }, "361000-statistics");
    await statistics.goto("/staff/a/2026-361000-LSB/survey/codes");
    await shot(statistics, `codes-${size}`);
  }
});
