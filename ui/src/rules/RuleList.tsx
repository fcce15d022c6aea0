// The rules of the scenario in force: what each is about, how often it did something, and a switch. It shows
// nothing where the scenario has none.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { useId, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { Rule } from "../api/rules";
import { useAskAgain } from "../api/use-ask-again";
import controls from "../theme/controls.module.css";
import { number } from "../traffic/format";
import styles from "./Rules.module.css";

/** Where the keyboard goes to switch rules. */
export const RULES = "scenario-rules";

const REFRESH_MS = 200;

export function RuleList() {
  const engine = useEngine();
  const client = useQueryClient();
  const id = useId();
  const version = useObservable(engine.scenarioVersion);
  const scenario = useObservable(engine.said)?.status.scenario;
  const has = (scenario?.rules ?? 0) > 0;
  const queryKey = ["rules", scenario?.name];
  const { data: rules, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => engine.api.rules(signal),
    enabled: has,
  });
  // A hit, an edited file, a switch thrown elsewhere: the engine tells of each.
  useAskAgain({ queryKey, refetch, everyMs: REFRESH_MS, on: has }, version);
  const [pending, setPending] = useState<number | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  if (!has || !rules) return null;
  const off = rules.filter((rule) => !rule.on);

  async function turn(which: Rule[], on: boolean): Promise<void> {
    setRefused(null);
    try {
      for (const rule of which) {
        setPending(rule.number);
        const now = await engine.api.switchRule(rule.number, on);
        client.setQueryData<Rule[]>(queryKey, (before) =>
          before?.map((it) => (it.number === now.number ? now : it)),
        );
      }
    } catch (error) {
      setRefused(inWords(error));
    } finally {
      setPending(null);
    }
  }

  return (
    <section id={RULES} className={styles.rules} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 id={id}>Rules of the scenario</h3>
        {off.length > 0 ? (
          <button type="button" className={controls.quiet} onClick={() => turn(off, true)}>
            All on
          </button>
        ) : (
          <span>toggles go first</span>
        )}
      </div>
      <ol>
        {rules.map((rule) => (
          <RuleItem
            key={rule.number}
            rule={rule}
            pending={pending === rule.number}
            onTurn={(on) => turn([rule], on)}
          />
        ))}
      </ol>
      {refused && (
        <p className={controls.refusal} role="alert">
          <CircleAlert size={14} aria-hidden />
          {refused}
        </p>
      )}
    </section>
  );
}

interface ItemProps {
  rule: Rule;
  pending: boolean;
  onTurn(on: boolean): void;
}

function RuleItem({ rule, pending, onTurn }: ItemProps) {
  const id = useId();
  return (
    <li className={styles.rule} data-off={!rule.on || undefined}>
      <label className={styles.title}>
        <input
          type="checkbox"
          role="switch"
          className={styles.switch}
          checked={rule.on}
          aria-checked={rule.on}
          aria-describedby={id}
          data-pending={pending || undefined}
          onChange={(event) => onTurn(event.target.checked)}
        />
        <span>
          {rule.number}. {rule.name}
        </span>
      </label>
      <p id={id} className={styles.words}>
        <span>{rule.words}</span>
        <span className={styles.hits} data-some={rule.hits > 0 || undefined}>
          {rule.on ? "" : "off · "}
          {hitsInWords(rule.hits)}
        </span>
      </p>
    </li>
  );
}

function hitsInWords(hits: number): string {
  if (hits === 0) return "no hit yet";
  return hits === 1 ? "1 hit" : `${number(hits)} hits`;
}
