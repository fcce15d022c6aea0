// The list of scenarios, asked for again when the engine says that files or the one in force changed; and
// loading one, which asks first where something would be lost.

import { type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, inWords } from "../api/client";
import { type Engine, useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { AtStake, ScenarioRow } from "../api/scenarios";
import { type Asking, useAskAgain } from "../api/use-ask-again";
import { useWindow, type WindowState } from "../app/window-state";

/** A rule that acts is such a change too, so there may be many. */
const REFRESH_MS = 500;

export function useScenarios() {
  const engine = useEngine();
  const queryKey = ["scenarios"];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.scenarios(signal),
    placeholderData: (before) => before,
  });
  useRefresh(queryKey, query);
  return query;
}

/** Its file's text, as it is now. */
export function useScenarioText(name: string) {
  const engine = useEngine();
  const queryKey = ["scenario-text", name];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.scenarioText(name, signal),
  });
  useRefresh(queryKey, query);
  return query;
}

function useRefresh(queryKey: QueryKey, { refetch }: Pick<Asking, "refetch">): void {
  const version = useObservable(useEngine().scenarioVersion);
  useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS }, version);
}

export interface Wanted {
  name: string;
  title: string;
  /** Whether its walk-through is opened, too. */
  walk: boolean;
  discards: AtStake;
}

export interface Loading {
  /** Loads it, or asks first. */
  load(row: Pick<ScenarioRow, "name" | "title">, walk?: boolean): Promise<void>;
  /** Loads it, whatever is lost. */
  loadAnyway(wanted: Wanted): Promise<void>;
}

export function useLoading(): Loading {
  const engine = useEngine();
  const window = useWindow();
  const client = useQueryClient();
  const forget = () => client.clear();
  return {
    load: (row, walk = false) => load(engine, window, forget, row, walk, false),
    loadAnyway: (wanted) => load(engine, window, forget, wanted, wanted.walk, true),
  };
}

async function load(
  engine: Engine,
  window: WindowState,
  forget: () => void,
  { name, title }: Pick<ScenarioRow, "name" | "title">,
  walk: boolean,
  discard: boolean,
): Promise<void> {
  try {
    await engine.api.activate(name, discard);
  } catch (error) {
    if (error instanceof ApiError && error.discards) {
      window.wanted.set({ name, title, walk, discards: error.discards });
      window.dialog.set("load-scenario");
      return;
    }
    window.say(inWords(error), true);
    return;
  }
  window.forgetChoices();
  forget();
  await engine.refreshStatus();
  await engine.walk.refresh();
  window.tab.set("scenarios");
  window.scenario.set(name);
  window.walking.set(walk);
  window.say(`“${title}” is in force.`);
}
