// What the palette can do with the walk-through of the scenario in force, and loading each scenario by name.

import type { Engine } from "../api/engine";
import type { ScenarioRow } from "../api/scenarios";
import type { Command } from "../app/commands";
import type { WindowState } from "../app/window-state";
import type { Loading } from "./use-scenarios";

const GROUP = "Walk-through";

export function walkCommands({ walk, said }: Engine, window: WindowState): Command[] {
  const scenario = said.get()?.status.scenario;
  const shown = (work: () => Promise<unknown>) => async () => {
    window.showScenarios(true);
    if (walk.said.get() === null) await walk.refresh();
    await work();
    const problem = walk.problem.get();
    if (problem) window.say(problem, true);
  };
  return [
    {
      id: "walk",
      group: GROUP,
      title: "Walk through the scenario in force",
      // Found by its name like those that are not in force.
      detail: scenario && (scenario.title || scenario.name),
      run: () => window.showScenarios(true),
    },
    {
      id: "walk-forward",
      group: GROUP,
      title: "Walk-through: forward",
      keys: "→",
      run: shown(() => walk.forward()),
    },
    {
      id: "walk-back",
      group: GROUP,
      title: "Walk-through: back",
      keys: "←",
      run: shown(() => walk.backward()),
    },
    { id: "walk-all", group: GROUP, title: "Walk-through: all steps", run: shown(() => walk.toTheEnd()) },
    { id: "walk-anew", group: GROUP, title: "Walk-through: begin anew", run: shown(() => walk.restart()) },
    {
      id: "walk-present",
      group: GROUP,
      title: "Walk-through: presenter size",
      keys: "P",
      run: shown(async () => {
        if (walk.said.get()?.steps.length) window.presenting.set(true);
      }),
    },
  ];
}

export function loadCommands(rows: ScenarioRow[], { load }: Loading): Command[] {
  const valid = rows.filter((row) => row.valid);
  const detail = (row: ScenarioRow) => (row.in_force ? "in force" : row.name);
  return [
    ...valid.map((row) => ({
      id: `load-${row.name}`,
      group: "Load a scenario",
      title: `Load “${row.title}”`,
      detail: detail(row),
      run: () => void load(row),
    })),
    ...valid
      .filter((row) => row.has_steps && !row.in_force)
      .map((row) => ({
        id: `walk-${row.name}`,
        group: "Load and walk through",
        title: `Walk through “${row.title}”`,
        detail: detail(row),
        run: () => void load(row, true),
      })),
  ];
}
