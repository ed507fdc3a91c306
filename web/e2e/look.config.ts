import { defineConfig } from "@playwright/test";
import { common } from "./support/config.ts";
export default defineConfig({ ...common, testDir: "look", timeout: 300_000 });
