// The stand-in's next calls fail, as often and with what is chosen. What is left counts down as they come.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import styles from "./Outbox.module.css";
import { useAggregator } from "./use-outbox";

const CALLS = ["0", "1", "2", "5"];

/** With which status, and what a sender makes of it (section 6.5). */
const STATUSES: { status: number; title: string; outcome: string }[] = [
  { status: 503, title: "503 unavailable", outcome: "tried again" },
  { status: 500, title: "500 internal", outcome: "tried again" },
  { status: 504, title: "504 too late", outcome: "tried again" },
  { status: 429, title: "429 quota", outcome: "tried again" },
  { status: 409, title: "409 aborted", outcome: "tried again" },
  { status: 400, title: "400 invalid", outcome: "not tried again" },
  { status: 401, title: "401 no token", outcome: "tried again with a new token, if there is one" },
  { status: 403, title: "403 denied", outcome: "not tried again" },
  { status: 404, title: "404 not found", outcome: "not tried again" },
];

export function FailNext() {
  const engine = useEngine();
  const window = useWindow();
  const client = useQueryClient();
  const { data } = useAggregator();
  const [pending, setPending] = useState<string | null>(null);
  if (!data) return null;
  const { fail_next, status } = data.faults;
  const left = String(fail_next);
  const choices = (CALLS.includes(left) ? CALLS : [...CALLS, left]).map((value) => ({
    value,
    title: value === "0" ? "None" : value,
  }));
  const chosen = STATUSES.find((it) => it.status === status);

  async function ask(calls: number, status: number): Promise<void> {
    setPending(String(calls));
    try {
      client.setQueryData(["aggregator"], await engine.api.failNext(calls, status));
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setPending(null);
    }
  }

  return (
    <div className={styles.fail}>
      <Segmented
        inline
        small
        label="Fail the next calls"
        neutral="0"
        choices={choices}
        value={left}
        pending={pending}
        onChoose={(calls) => void ask(Number(calls), status)}
      />
      <label className={styles.failWith}>
        <span>with</span>
        <select
          className={styles.select}
          value={status}
          onChange={(event) => void ask(fail_next, Number(event.target.value))}
        >
          {STATUSES.map((it) => (
            <option key={it.status} value={it.status}>
              {it.title}
            </option>
          ))}
        </select>
      </label>
      {chosen && fail_next > 0 && <span className={styles.failThen}>{chosen.outcome}</span>}
    </div>
  );
}
