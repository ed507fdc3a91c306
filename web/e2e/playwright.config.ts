import { defineConfig } from "@playwright/test";
import { common } from "./support/config.ts";

/** The journeys: `npm run e2e`. */
export default defineConfig({
  ...common,
  testDir: "journeys",
  timeout: 600_000,
});
