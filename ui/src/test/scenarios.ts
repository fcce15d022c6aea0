// Scenarios and walk-throughs as the engine would say them, for tests.

import type { ScenarioRow, StepReport, Walkthrough, WalkthroughStep } from "../api/scenarios";

export function row(name: string, change: Partial<ScenarioRow> = {}): ScenarioRow {
  return {
    name,
    title: `The ${name}`,
    description: `What ${name} shows.`,
    audience: [],
    rules: 0,
    has_steps: false,
    steps: 0,
    origin: "folder",
    file: `/scenarios/${name}.yaml`,
    covers_shipped: false,
    in_force: false,
    valid: true,
    problems: [],
    ...change,
  };
}

export function report(change: Partial<StepReport> = {}): StepReport {
  return {
    state: "passed",
    reason: null,
    sent: {
      verb: "POST",
      url: "http://127.0.0.1:8790/v3/CreateBooking",
      headers: [],
      body: { idempotency_token: "t-1" },
    },
    answer: { status: 200, body: { booking: { status: "CONFIRMED" } }, broke: null },
    duration_us: 900,
    held: [
      { path: "/expect/status", what: "status", expected: "200" },
      { path: "/expect/fields/~1booking~1status", what: "/booking/status", expected: '"CONFIRMED"' },
    ],
    differences: [],
    exchange_ids: [7],
    ...change,
  };
}

export function step(title: string, change: Partial<WalkthroughStep> = {}): WalkthroughStep {
  return {
    title,
    text: `About ${title}.`,
    action: "send",
    what: "CreateBooking",
    state: "pending",
    report: null,
    ...change,
  };
}

/** Three steps, the first `taken` of which were taken. */
export function walkthrough(taken = 0, reports: StepReport[] = []): Walkthrough {
  const titles = ["Mina asks", "Tom asks, too", "Mina cancels"];
  return {
    scenario: "sold-out",
    title: "Sold out",
    position: taken,
    running: null,
    steps: titles.map((title, index) => {
      if (index >= taken) return step(title);
      const came = reports[index] ?? report();
      return step(title, { state: came.state, report: came });
    }),
  };
}
