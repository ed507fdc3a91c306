/** Every public page, in every language, on every screen. */
import { expect, test } from "@playwright/test";
import { LANGUAGES } from "../support/people.ts";
import { useServer } from "../support/server.ts";
import { publicPlaces } from "../support/sitemap.ts";
import { walk } from "../support/walk.ts";

const server = useServer();

for (const language of LANGUAGES) {
  test(`public pages in ${language}`, async ({ browser }) => {
    test.setTimeout(900_000);
    expect(await walk(browser, server.url, publicPlaces(), language)).toEqual([]);
  });
}
