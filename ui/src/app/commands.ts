// Everything that the window can do, as a list: the palette shows it, and nothing in it does more than one
// control does. Each command either asks the engine for one thing or changes what the window shows.

import { flushSync } from "react-dom";
import { inWords } from "../api/client";
import type { Engine } from "../api/engine";
import type { Feed } from "../api/inventory";
import type { ClockStep } from "../api/time";
import type { CauseInfo, Status } from "../api/types";
import { moved, STEPS, wish } from "../clock/ways";
import { KINDS, kindPatch, NETWORK_WORDS, NETWORKS, networkPatch } from "../control-room/faults";
import { FAULT_KINDS } from "../control-room/NetworkSection";
import {
  authorisationPatch,
  CONFIRMATIONS,
  causePatch,
  OUTCOMES,
  PAYMENTS,
  PROCESSORS,
  REPLIES,
  replyPatch,
  UNKNOWN_INVENTORY,
  VALIDATION_WORDS,
  VALIDATIONS,
} from "../control-room/presets";
import { RULES } from "../rules/RuleList";
import { walkCommands } from "../scenarios/commands";
import { SCENARIO_SEARCH } from "../scenarios/ScenariosTab";
import { setTheme, type Theme } from "../theme/theme";
import { FILTER_INPUT } from "../traffic/FilterBox";
import { saveAs } from "./save";
import type { WindowState } from "./window-state";

export const FEEDS: Feed[] = ["merchants", "services", "availability"];

export interface Command {
  id: string;
  group: string;
  title: string;
  /** The protocol's name, or what it means. */
  detail?: string;
  keys?: string;
  run(): void;
}

export function commands(
  engine: Engine,
  window: WindowState,
  status: Status | undefined,
  causes: CauseInfo[],
): Command[] {
  const quietly = (work: Promise<unknown>) => {
    work.catch((error: unknown) => window.say(inWords(error), true));
  };
  const list: Command[] = [
    ...(status?.behaviour.changed
      ? [
          {
            id: "normal",
            group: "Answers",
            title: "Back to normal",
            keys: "Esc",
            run: () => void engine.backToNormal(),
          },
        ]
      : []),
    {
      id: "book",
      group: "Answers",
      title: "Answer bookings with a booking",
      run: () => ask("failure/booking", causePatch(null)),
    },
    ...causes.map((cause) => ({
      id: cause.cause,
      group: "Answers",
      title: `Answer with “${cause.title}”`,
      detail: cause.cause,
      run: () => ask(`failure/${cause.cause}`, causePatch(cause.cause)),
    })),
    ...CONFIRMATIONS.map((choice) => ({
      id: `confirmation-${choice.value}`,
      group: "Answers",
      title: `Confirmation: ${choice.title.toLowerCase()}`,
      detail: choice.value,
      run: () => ask(`confirmation/${choice.value}`, { confirmation: choice.value }),
    })),
    ...REPLIES.map((choice) => ({
      id: `reply-${choice.value}`,
      group: "Answers",
      title: `Merchant’s reply: ${choice.title.toLowerCase()}`,
      detail: choice.value,
      run: () => ask(`reply/${choice.value}`, replyPatch(choice.value, {})),
    })),
    ...PAYMENTS.map((choice) => ({
      id: `payment-${choice.value}`,
      group: "Answers",
      title: `Payment: ${choice.title.toLowerCase()}`,
      detail: choice.value,
      run: () => ask(`payment/${choice.value}`, { payment: { mode: choice.value } }),
    })),
    ...PROCESSORS.map((choice) => ({
      id: `processor-${choice.value}`,
      group: "Answers",
      title: `Payments processed by ${choice.title}`,
      detail: choice.value,
      run: () => ask(`payment/${choice.value}`, { payment: { processed_by: choice.value } }),
    })),
    ...OUTCOMES.map((choice) => ({
      id: `outcome-${choice.value}`,
      group: "Answers",
      title: `Payment processor: ${choice.title.toLowerCase()}`,
      detail: choice.code ?? choice.value,
      run: () => ask("payment/authorisation", authorisationPatch(choice.value)),
    })),
    ...NETWORKS.map((choice) => ({
      id: `network-${choice.value}`,
      group: "Answers",
      title: `Network: ${choice.title.toLowerCase()}`,
      detail: NETWORK_WORDS[choice.value],
      run: () => ask(`fault/${choice.value}`, networkPatch(choice.value)),
    })),
    ...KINDS.map((kind) => ({
      id: `fault-${kind.value}`,
      group: "Answers",
      title: `Network: ${kind.title.toLowerCase().replace("json", "JSON")}`,
      detail: kind.code,
      run: () => ask(`fault/${kind.value}`, kindPatch(kind)),
    })),
    ...UNKNOWN_INVENTORY.map((choice) => ({
      id: `unknown-${choice.value}`,
      group: "Answers",
      title: `Unknown merchants and slots: ${choice.title.toLowerCase()}`,
      detail: choice.value,
      run: () => ask(`inventory/${choice.value}`, { unknown_inventory: choice.value }),
    })),
    ...VALIDATIONS.map((choice) => ({
      id: `validation-${choice.value}`,
      group: "Answers",
      title: `Check requests: ${choice.title.toLowerCase()}`,
      detail: VALIDATION_WORDS[choice.value],
      run: () => ask(`validation/${choice.value}`, { validation: choice.value }),
    })),
    { id: "traffic", group: "Go to", title: "Traffic", run: () => window.tab.set("traffic") },
    { id: "bookings", group: "Go to", title: "Bookings", run: () => window.tab.set("bookings") },
    { id: "outbox", group: "Go to", title: "Outbox", run: () => window.tab.set("outbox") },
    { id: "inventory", group: "Go to", title: "Inventory", run: () => window.tab.set("inventory") },
    { id: "scenarios", group: "Go to", title: "Scenarios", run: () => window.showScenarios() },
    {
      id: "search-scenarios",
      group: "Go to",
      title: "Search the scenarios",
      run: () => {
        flushSync(() => window.showScenarios());
        afterDialog(() => document.getElementById(SCENARIO_SEARCH)?.focus());
      },
    },
    ...walkCommands(engine, window),
    {
      id: "thresholds",
      group: "Go to",
      title: "Thresholds: error rate and latency",
      keys: "T",
      run: () => window.dialog.set("thresholds"),
    },
    {
      id: "payments",
      group: "Go to",
      title: "Try a payment: samples and test tokens",
      detail: "tok_…",
      run: () => window.dialog.set("payments"),
    },
    {
      id: "payment-options",
      group: "Go to",
      title: "Packs and memberships of guests",
      detail: "user_payment_option_id",
      run: () => window.dialog.set("payment-options"),
    },
    {
      id: "sessions",
      group: "Go to",
      title: "Sessions: look at one, begin one, end one",
      detail: "session=NAME",
      run: () => window.dialog.set("sessions"),
    },
    ...(window.session.get() === null
      ? []
      : [
          {
            id: "session-main",
            group: "Go to",
            title: "Back to the main partner",
            run: () => window.showSession(null),
          },
        ]),
    {
      id: "overrides",
      group: "Go to",
      title: "Override one request",
      detail: "X-Mock-Partner",
      run: () => window.dialog.set("overrides"),
    },
    {
      id: "filter",
      group: "Go to",
      title: "Filter the traffic",
      keys: "/",
      run: () => afterDialog(() => focusFilter(window)),
    },
    {
      id: "faults",
      group: "Go to",
      title: "Network: all kinds and amounts",
      keys: "N",
      run: () => afterDialog(() => focusFaults(window)),
    },
    ...(status?.scenario.rules
      ? [
          {
            id: "rules",
            group: "Go to",
            title: "Rules of the scenario",
            detail: String(status.scenario.rules),
            run: () => afterDialog(() => document.querySelector<HTMLElement>(`#${RULES} input`)?.focus()),
          },
        ]
      : []),
    { id: "causes", group: "Go to", title: "All causes", keys: "F", run: () => window.dialog.set("causes") },
    {
      id: "shortcuts",
      group: "Go to",
      title: "Keyboard shortcuts",
      keys: "?",
      run: () => window.dialog.set("shortcuts"),
    },
    ...STEPS.map((step) => ({
      id: `clock-${step.sec}`,
      group: "Clock",
      title: `Clock: ${step.name} ahead`,
      detail: step.title,
      run: () => quietly(letPass({ sec: step.sec }, `${step.title}.`)),
    })),
    {
      id: "clock-next",
      group: "Clock",
      title: "Clock: to the next timer",
      detail: "next_timer",
      run: () => quietly(letPass({ to: "next_timer" }, "To the next timer.")),
    },
    ...(["real", "frozen", "fast"] as const).map((way) => ({
      id: `clock-${way}`,
      group: "Clock",
      title: `Clock: ${way === "fast" ? "60 times as fast" : way}`,
      run: () =>
        quietly(
          engine.api
            .putClock(wish(way, { mode: "real", now: "", rate: 1 }))
            .then((answer) => engine.receiveClock(answer)),
        ),
    })),
    {
      id: "sample",
      group: "Do",
      title: "Send a sample request",
      detail: "CreateBooking",
      run: () => quietly(engine.api.sample("create_booking")),
    },
    {
      id: "generate",
      group: "Do",
      title: "Generate an inventory…",
      run: () => window.dialog.set("generate"),
    },
    { id: "import", group: "Do", title: "Import feeds…", run: () => window.dialog.set("import") },
    ...FEEDS.map((feed) => ({
      id: `feed-${feed}`,
      group: "Do",
      title: `Download the ${feed} feed`,
      run: () => quietly(downloadFeed(engine, feed)),
    })),
    {
      id: "save-scenario",
      group: "Do",
      title: "Save what is set as a scenario…",
      run: () => window.dialog.set("save-scenario"),
    },
    { id: "clear", group: "Do", title: "Clear the log…", run: () => window.dialog.set("clear-log") },
    { id: "reset", group: "Do", title: "Reset everything…", run: () => window.dialog.set("reset") },
    { id: "har", group: "Do", title: "Download the log as HAR", run: () => quietly(downloadHar(engine)) },
    ...(["system", "light", "dark"] as Theme[]).map((theme) => ({
      id: `theme-${theme}`,
      group: "Look",
      title: theme === "system" ? "Theme: as the system" : `Theme: ${theme}`,
      run: () => setTheme(theme),
    })),
  ];
  if (status) {
    const { listener, credentials } = status;
    list.push({
      id: "copy-address",
      group: "Do",
      title: "Copy the address",
      detail: listener.url,
      run: () => void window.copy(listener.url, "the address"),
    });
    if (credentials.required) {
      const pair = `${credentials.username}:${credentials.password}`;
      list.push({
        id: "copy-credentials",
        group: "Do",
        title: "Copy the credentials",
        detail: pair,
        run: () => void window.copy(pair, "the credentials"),
      });
    }
    const listening = !listener.listening;
    list.push({
      id: "server",
      group: "Do",
      title: listening ? "Start the server" : "Stop the server",
      run: () => quietly(engine.api.putListener({ listening }).then(() => engine.refreshStatus())),
    });
  }
  return list;

  async function letPass(step: ClockStep, lead: string): Promise<void> {
    const first = engine.clock.get()?.nextTimer ?? null;
    const answer = await engine.api.advance(step);
    engine.receiveClock(answer);
    window.say(moved(lead, answer, first));
  }

  function ask(control: string, patch: Record<string, unknown>): void {
    void engine.change(control, patch).then((taken) => {
      const refused = engine.asked.get().refused;
      if (!taken && refused) window.say(refused.sentence, true);
    });
  }
}

/** A dialog that closes gives the focus back first. */
function afterDialog(work: () => void): void {
  requestAnimationFrame(work);
}

/** At once, so that the next key is already typed into the filter. */
export function focusFilter(window: WindowState): void {
  flushSync(() => window.tab.set("traffic"));
  document.getElementById(FILTER_INPUT)?.focus();
}

/** To the fault in force, else to the first kind. */
export function focusFaults(window: WindowState): void {
  flushSync(() => window.faultsOpen.set(true));
  const kinds = document.getElementById(FAULT_KINDS);
  const first = kinds?.querySelector<HTMLElement>("[type=radio]");
  (kinds?.querySelector<HTMLElement>("[type=radio]:checked") ?? first)?.focus({ preventScroll: true });
  kinds?.parentElement?.scrollIntoView?.({ block: "start" });
}

export async function downloadHar(engine: Engine): Promise<void> {
  const at = new Date().toISOString().slice(0, 19).replaceAll(":", "");
  saveAs(await engine.api.har(), `mock-partner-${at}.har`);
}

export async function downloadFeed(engine: Engine, feed: Feed): Promise<void> {
  saveAs(await engine.api.feed(feed), `${feed}.json`);
}
