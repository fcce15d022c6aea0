// The calls about scenarios and about the walk-through of the one in force, and what they answer under the
// names that the window uses.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Activation = Schemas["Activation"];
export type AtStake = Schemas["AtStake"];
export type Audience = Schemas["Audience"];
export type ScenarioInForce = Schemas["ScenarioInForce"];
export type ScenarioProblem = Schemas["ScenarioProblem"];
export type ScenarioRow = Schemas["ScenarioRow"];
export type ScenarioWish = Schemas["ScenarioWish"];
export type Scenarios = Schemas["Scenarios"];
export type StepDifference = Schemas["StepDifference"];
export type StepExpectation = Schemas["StepExpectation"];
export type StepReport = Schemas["StepReport"];
export type StepState = Schemas["StepState"];
export type Walkthrough = Schemas["Walkthrough"];
export type WalkthroughMessage = Schemas["WalkthroughMessage"];
export type WalkthroughStep = Schemas["WalkthroughStep"];

export interface ScenariosApi {
  scenarios(signal?: AbortSignal): Promise<Scenarios>;
  /** The text of its file. */
  scenarioText(name: string, signal?: AbortSignal): Promise<string>;
  /** Loads one. Without `discard` it is refused (`would_discard`) where something would be lost. */
  activate(name: string, discard: boolean): Promise<Activation>;
  /** Saves what is set now as a new scenario. */
  saveScenario(wish: ScenarioWish): Promise<ScenarioRow>;
  walkthrough(): Promise<Walkthrough>;
  walkNext(): Promise<Walkthrough>;
  walkBack(): Promise<Walkthrough>;
  walkRestart(): Promise<Walkthrough>;
}

export function scenariosApi(http: Client<paths>, answer: Answered): ScenariosApi {
  // The client widens pairs to lists; that a header is a pair is what the description says.
  const walk = (call: Promise<{ data?: unknown; error?: unknown; response: Response }>) =>
    answer(call) as Promise<Walkthrough>;
  return {
    scenarios: (signal) => answer(http.GET("/api/scenarios", { signal })),
    scenarioText: (name, signal) =>
      answer(http.GET("/api/scenarios/{name}", { params: { path: { name } }, parseAs: "text", signal })),
    activate: (name, discard) =>
      answer(
        http.POST("/api/scenarios/{name}/activate", {
          params: { path: { name }, query: { discard: discard || undefined } },
        }),
      ),
    saveScenario: (body) => answer(http.POST("/api/scenarios", { body })),
    walkthrough: () => walk(http.GET("/api/walkthrough")),
    walkNext: () => walk(http.POST("/api/walkthrough/next")),
    walkBack: () => walk(http.POST("/api/walkthrough/back")),
    walkRestart: () => walk(http.POST("/api/walkthrough/restart")),
  };
}
