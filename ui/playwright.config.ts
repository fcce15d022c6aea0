// The end-to-end suite: the real binary, served by itself, in a real browser. Nothing here is imitated,
// so one worker is enough and no test is tried twice: a test that fails now and then has found something.

import { defineConfig } from "@playwright/test";

const browser = process.env.CHROMIUM ?? (process.platform === "linux" ? "/usr/bin/chromium" : undefined);

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 30_000,
  expect: { timeout: 10_000 },
  outputDir: "test-results",
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-US",
    screenshot: "only-on-failure",
    ...(browser ? {} : { channel: "chrome" }),
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Whatever would look further than this machine finds nothing.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
      ],
    },
  },
});
