/** What journeys and pictures have in common. */
import { fileURLToPath } from "node:url";
import type { PlaywrightTestConfig } from "@playwright/test";

/** No download: the browser of the system, told to stay off the network. */
const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const common: PlaywrightTestConfig = {
  globalSetup: fileURLToPath(new URL("province.ts", import.meta.url)),
  outputDir: fileURLToPath(new URL("../.cache/results", import.meta.url)),
  // Each file has a server of its own; within a file the order counts.
  fullyParallel: false,
  workers: 2,
  forbidOnly: process.env["CI"] !== undefined,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: BROWSER_FLAGS,
    },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
  },
};
