// The Scenarios tab: all scenarios as cards, or the player of the walk-through of the one in force.

import { Save, Search, X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { inWords } from "../api/client";
import { useObservable } from "../api/observable";
import type { Audience, ScenarioRow } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import traffic from "../traffic/Traffic.module.css";
import { Cards } from "./Cards";
import { Player } from "./Player";
import styles from "./Scenarios.module.css";
import { useScenarios } from "./use-scenarios";
import { AUDIENCES, IN_ORDER } from "./words";

export const SCENARIO_SEARCH = "scenario-search";

export function ScenariosTab() {
  const window = useWindow();
  const walking = useObservable(window.walking);
  return walking ? <Player /> : <Library />;
}

const EVERYBODY = "everybody";

function Library() {
  const window = useWindow();
  const { data, error } = useScenarios();
  const id = useId();
  const words = useObservable(window.scenarioWords);
  const [audience, setAudience] = useState<Audience | null>(null);
  const all = data?.scenarios;
  const found = useMemo(() => inOrder(all ?? []).filter((row) => matches(row, words)), [all, words]);
  const rows = useMemo(
    () => found.filter((row) => audience === null || row.audience.includes(audience) || !row.valid),
    [found, audience],
  );
  if (error && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!all) return <p className={traffic.emptyLine}>Fetching the scenarios…</p>;
  const count = (of: Audience) => found.filter((row) => row.audience.includes(of)).length;
  return (
    <div className={styles.tab}>
      <div className={styles.tools}>
        <div className={styles.search}>
          <Search size={15} aria-hidden />
          <label className="visually-hidden" htmlFor={SCENARIO_SEARCH}>
            Search scenarios
          </label>
          <input
            id={SCENARIO_SEARCH}
            type="text"
            className={controls.field}
            placeholder="Search: what it shows, its name, its file"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={id}
            value={words}
            onChange={(event) => window.scenarioWords.set(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || words === "") return;
              event.preventDefault();
              window.scenarioWords.set("");
            }}
          />
          {words !== "" && (
            <button
              type="button"
              className={controls.icon}
              aria-label="Clear the search"
              onClick={() => window.scenarioWords.set("")}
            >
              <X size={14} aria-hidden />
            </button>
          )}
        </div>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("save-scenario")}>
          <Save size={14} aria-hidden />
          Save what is set…
        </button>
      </div>
      <div className={styles.audience}>
        <Segmented
          inline
          small
          label="For"
          choices={[
            { value: EVERYBODY, title: "Everybody" },
            ...IN_ORDER.map((value) => ({ value, title: `${AUDIENCES[value].title} ${count(value)}` })),
          ]}
          value={audience ?? EVERYBODY}
          pending={null}
          onChoose={(value) => setAudience(value === EVERYBODY ? null : (value as Audience))}
        />
        <p id={id} className={styles.found} role="status">
          {plural(rows.length, "scenario")}
        </p>
      </div>
      {rows.length === 0 ? (
        <div className={traffic.empty}>
          <h3>No scenario is about that</h3>
          <p>Try fewer words, or look at those for everybody.</p>
          <button
            type="button"
            className={controls.button}
            onClick={() => {
              window.scenarioWords.set("");
              setAudience(null);
            }}
          >
            Show all scenarios
          </button>
        </div>
      ) : (
        <Cards rows={rows} />
      )}
    </div>
  );
}

/** The one in force first, then what is to be mended, then the others as they came. */
function inOrder(rows: ScenarioRow[]): ScenarioRow[] {
  const rank = (row: ScenarioRow) => (row.in_force ? 0 : row.valid ? 2 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

export function matches(row: ScenarioRow, words: string): boolean {
  const text = [row.name, row.title, row.description, row.file ?? "", ...row.audience]
    .join(" ")
    .toLowerCase()
    .replaceAll("_", " ");
  return words
    .toLowerCase()
    .replaceAll("_", " ")
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
