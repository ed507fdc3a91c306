import { defineConfig } from "@playwright/test";
import { common } from "./support/config.ts";

/** The pictures of the documentation: `npm run shots`. */
export default defineConfig({
  ...common,
  testDir: "pictures",
  timeout: 300_000,
});
