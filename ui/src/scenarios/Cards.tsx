// Scenarios as cards: what it shows in a sentence, whom it is for, and one press that loads it. The list is
// one tab stop: arrows go from card to card.

import { CircleAlert, Footprints, Play } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useObservable } from "../api/observable";
import type { ScenarioRow } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Scenarios.module.css";
import { useLoading } from "./use-scenarios";
import { AUDIENCES, fileName, placeOf } from "./words";

export function Cards({ rows }: { rows: ScenarioRow[] }) {
  const window = useWindow();
  const chosen = useObservable(window.scenario);
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState<string | null>(null);
  const stop = rows.some((row) => row.name === at)
    ? at
    : (rows.find((row) => row.name === chosen) ?? rows.find((row) => row.in_force) ?? rows[0])?.name;

  function onKeyDown(event: KeyboardEvent): void {
    const cards = [...(list.current?.querySelectorAll<HTMLElement>("[data-card]") ?? [])];
    const current = cards.findIndex((card) => card.contains(document.activeElement));
    if (current < 0) return;
    const target = neighbour(cards, current, event.key);
    if (target === null) return;
    event.preventDefault();
    const name = rows[target]?.name;
    if (name === undefined) return;
    setAt(name);
    cards[target]?.querySelector("button")?.focus();
  }

  return (
    <ul className={styles.cards} ref={list} aria-label="Scenarios" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <Card
          key={row.name}
          row={row}
          chosen={row.name === chosen}
          isStop={row.name === stop}
          onReach={() => setAt(row.name)}
        />
      ))}
    </ul>
  );
}

/** The card that a key leads to, where cards lie in rows as wide as the window lets them. */
function neighbour(cards: HTMLElement[], current: number, key: string): number | null {
  const last = cards.length - 1;
  const left = (card: HTMLElement | undefined) => card?.offsetLeft;
  const columns = Math.max(
    1,
    cards.findIndex((card, index) => index > 0 && left(card) === left(cards[0])),
  );
  const moves: Record<string, number> = {
    ArrowRight: current + 1,
    ArrowLeft: current - 1,
    ArrowDown: current + columns,
    ArrowUp: current - columns,
    Home: 0,
    End: last,
  };
  const target = moves[key];
  if (target === undefined) return null;
  return Math.max(0, Math.min(last, target));
}

interface CardProps {
  row: ScenarioRow;
  chosen: boolean;
  /** Whether Tab comes here. */
  isStop: boolean;
  onReach(): void;
}

function Card({ row, chosen, isStop, onReach }: CardProps) {
  const window = useWindow();
  const { load } = useLoading();
  const tabIndex = isStop ? 0 : -1;
  const { name, title, in_force, valid } = row;
  const [problem] = row.problems;
  return (
    <li
      className={styles.card}
      data-card
      data-chosen={chosen || undefined}
      data-broken={!valid || undefined}
      data-in-force={in_force || undefined}
      onFocus={onReach}
    >
      <div className={styles.cardHead}>
        <button
          type="button"
          className={styles.cardTitle}
          tabIndex={tabIndex}
          aria-pressed={chosen}
          onClick={(event) => {
            window.scenario.set(name);
            // A key that presses a button has no place on the screen.
            window.openDetails(event.detail === 0 ? "keyboard" : "pointer");
          }}
        >
          {title}
        </button>
        {in_force && <span className={`${controls.pill} ${controls.ok}`}>In force</span>}
        {!valid && <span className={`${controls.pill} ${controls.bad}`}>Broken</span>}
      </div>
      {problem ? (
        <p className={styles.problem}>
          <CircleAlert size={14} aria-hidden />
          <span>
            <strong>
              {row.file ? fileName(row.file) : name}, {placeOf(problem)}:
            </strong>{" "}
            {problem.message} {problem.hint}
            {row.problems.length > 1 && ` And ${plural(row.problems.length - 1, "more problem")}.`}
          </span>
        </p>
      ) : (
        <p className={styles.about}>{row.description || "Its file does not say what it shows."}</p>
      )}
      <p className={styles.facts}>
        {row.audience.map((audience) => (
          <span key={audience} className={styles.for}>
            {AUDIENCES[audience].title}
          </span>
        ))}
        {row.steps > 0 && <span>{plural(row.steps, "step")}</span>}
        {row.rules > 0 && <span>{plural(row.rules, "rule")}</span>}
      </p>
      {valid && (
        <p className={styles.cardActions}>
          {row.has_steps && (
            <button
              type="button"
              className={controls.button}
              tabIndex={tabIndex}
              aria-label={`Walk through “${title}”`}
              onClick={() => {
                if (!in_force) return void load(row, true);
                window.walking.set(true);
              }}
            >
              <Footprints size={14} aria-hidden />
              Walk through
            </button>
          )}
          {!in_force && (
            <button
              type="button"
              className={controls.quiet}
              tabIndex={tabIndex}
              aria-label={`Load “${title}”`}
              onClick={() => void load(row)}
            >
              <Play size={13} aria-hidden />
              Load
            </button>
          )}
        </p>
      )}
    </li>
  );
}
