/** Every page of the staff, in every language, on every screen. */
import { expect, test } from "@playwright/test";
import { LANGUAGES } from "../support/people.ts";
import { useServer } from "../support/server.ts";
import { staffPlaces } from "../support/sitemap.ts";
import { walk } from "../support/walk.ts";

const server = useServer();

for (const language of LANGUAGES) {
  test(`pages of the staff in ${language}`, async ({ browser }) => {
    test.setTimeout(900_000);
    expect(await walk(browser, server.url, staffPlaces(), language)).toEqual([]);
  });
}
