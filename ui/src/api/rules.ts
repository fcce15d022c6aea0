// The rules of the scenario in force.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

export type Rule = components["schemas"]["RuleRow"];

export interface RulesApi {
  /** In the order in which they are asked. */
  rules(signal?: AbortSignal): Promise<Rule[]>;
  /** Until the scenario is loaded anew. */
  switchRule(number: number, on: boolean): Promise<Rule>;
}

export function rulesApi(http: Client<paths>, answer: Answered): RulesApi {
  return {
    rules: async (signal) => (await answer(http.GET("/api/scenarios/rules", { signal }))).rules,
    switchRule: (number, on) =>
      answer(http.PATCH("/api/scenarios/rules/{number}", { params: { path: { number } }, body: { on } })),
  };
}
