// Where the Booking Server listens, from the window: stop, start, move, and what is said when it cannot.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { guest } from "./support/messages";
import { Partner } from "./support/partner";
import { expect, test } from "./support/test";

async function taken(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

async function free(): Promise<number> {
  const { server, port } = await taken();
  server.close();
  await once(server, "close");
  return port;
}

const reachable = (partner: Partner) =>
  partner.send("HealthCheck").then(
    (answer) => answer.status,
    () => "not reachable",
  );

test("it is stopped and started", async ({ window, partner }) => {
  const menu = await window.open();
  await menu.getByRole("button", { name: "Stop the server" }).click();
  await expect(window.sentence).toContainText("The server is stopped.");
  await expect(window.server).toHaveAccessibleName("Server: Stopped");
  expect(await reachable(partner)).toBe("not reachable");
  await window.page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await window.band.getByRole("button", { name: "Start the server" }).click();
  await expect(window.sentence).toHaveText("Every call answers as normal.");
  await expect(window.server).toHaveAccessibleName("Server: Running");
  expect(await reachable(partner)).toBe(200);
});

test("a stopped server is started from its menu, on another port", async ({ window, partner }) => {
  const menu = await window.open();
  await menu.getByRole("button", { name: "Stop the server" }).click();
  await expect(window.server).toHaveAccessibleName("Server: Stopped");
  const port = await free();
  await menu.getByRole("textbox", { name: "Port" }).fill(String(port));
  await menu.getByRole("button", { name: "Start on this port" }).click();
  await expect(window.server).toHaveAccessibleName("Server: Running");
  partner.moved(port);
  expect(await reachable(partner)).toBe(200);
});

test("it moves to another port, and the address says so", async ({ window, partner }) => {
  const port = await free();
  const menu = await window.open();
  const change = menu.getByRole("button", { name: "Change port" });
  await expect(change).toBeDisabled();
  await menu.getByRole("textbox", { name: "Port" }).fill(String(port));
  await change.click();
  await expect(window.bar.getByText(`http://127.0.0.1:${port}`)).toBeVisible();
  await expect(menu).toBeHidden();
  expect(await reachable(partner)).toBe("not reachable");
  partner.moved(port);
  expect(await reachable(partner)).toBe(200);
});

test("what is no port is said beside the field", async ({ window }) => {
  const menu = await window.open();
  await menu.getByRole("textbox", { name: "Port" }).fill("99999");
  await menu.getByRole("button", { name: "Change port" }).click();
  await expect(menu.getByRole("alert")).toHaveText("A port is a number up to 65535.");
});

test.describe("a port that is taken", () => {
  test.use({ expectedErrors: [/status of 409 .*\/api\/listener/] });

  test("is said in one sentence, with a free one a click away", async ({ window, partner }) => {
    const { server, port } = await taken();
    try {
      const menu = await window.open();
      await menu.getByRole("textbox", { name: "Port" }).fill(String(port));
      await menu.getByRole("button", { name: "Change port" }).click();
      await expect(menu.getByRole("alert")).toContainText(`Port ${port} is taken by another program.`);
      expect(await reachable(partner), "the old port still answers").toBe(200);
      const offer = menu.getByRole("button", { name: /^Use port \d+$/ });
      const offered = Number((await offer.textContent())?.match(/\d+/)?.[0]);
      expect(offered).not.toBe(port);
      await offer.click();
      await expect(window.bar.getByText(`http://127.0.0.1:${offered}`)).toBeVisible();
      partner.moved(offered);
      expect(await reachable(partner)).toBe(200);
    } finally {
      server.close();
    }
  });
});

test.describe("when the program is gone", () => {
  // The browser writes each try that finds nobody.
  test.use({ expectedErrors: [/net::ERR_/] });

  test("the window says so, keeps what it had, and comes back by itself", async ({ window, partner }) => {
    await partner.call("CreateBooking", guest("Ada"));
    await expect(window.row(/Ada/)).toBeVisible();
    await partner.end("SIGKILL");
    const lost = window.page.getByRole("alert").filter({ hasText: "The engine does not answer." });
    await expect(lost).toBeVisible();
    await expect(window.row(/Ada/)).toBeVisible();

    const next = await Partner.start(partner.controlPort);
    try {
      await expect(lost).toBeHidden({ timeout: 10_000 });
      await expect(window.bar.getByText(next.bookingUrl)).toBeVisible();
      await next.call("CreateBooking", guest("Bela"));
      await expect(window.row(/Bela/)).toBeVisible();
      // The log of before is gone with the program that kept it in memory.
      await window.count(1);
    } finally {
      await next.end();
    }
  });
});

test.describe("when the program is gone and another already answered much", () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  test("the window shows its log and none of the one before", async ({ window, partner }) => {
    await partner.call("CreateBooking", guest("Ada"));
    await expect(window.row(/Ada/)).toBeVisible();
    // Nobody is told while the window is away.
    await window.page.context().setOffline(true);
    await partner.end("SIGKILL");
    const next = await Partner.start(partner.controlPort);
    try {
      for (const name of ["Bela", "Cleo", "Dora"]) await next.call("CreateBooking", guest(name));
      await window.page.context().setOffline(false);
      await expect(window.row(/Dora/)).toBeVisible({ timeout: 10_000 });
      await window.count(3);
      await expect(window.row(/Ada/)).toBeHidden();
    } finally {
      await next.end();
    }
  });
});

test("without the token the window says what is missing", async ({ page, partner }) => {
  await page.goto(partner.ready.control_url);
  await expect(page.getByRole("heading", { name: "This address is not complete" })).toBeVisible();
});

test("the token is not left in the address bar, and survives a reload", async ({ window }) => {
  await expect(window.page).not.toHaveURL(/token/);
  await window.page.reload();
  await expect(window.server).toBeVisible();
});
