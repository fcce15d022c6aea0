// Error rate and latency of each method beside the published limits, as the engine counts them.

import { Dialog } from "@base-ui/react/dialog";
import { CircleCheck, OctagonAlert } from "lucide-react";
import { inWords } from "../api/client";
import type { MethodThresholds } from "../api/thresholds";
import { Modal } from "../app/Modal";
import type { DialogName } from "../app/window-state";
import controls from "../theme/controls.module.css";
import table from "../theme/table.module.css";
import { number } from "../traffic/format";
import { milliseconds, nameOf, percent } from "./limits";
import styles from "./Thresholds.module.css";
import { useThresholds } from "./use-thresholds";

export function ThresholdsDialog({ open }: { open: DialogName | null }) {
  return (
    <Modal
      name="thresholds"
      open={open}
      wide
      title="Error rate and latency"
      about="Of the newest requests of each method, beside the limits that Google publishes for partners. Delays and errors that a toggle asked for count, since the caller sees them."
    >
      <Panel />
    </Modal>
  );
}

function Panel() {
  const { data, error } = useThresholds();
  return (
    <>
      {error && !data && (
        <p className={controls.refusal} role="alert">
          {inWords(error)}
        </p>
      )}
      {!data && !error && <p className={styles.nothing}>Counting…</p>}
      {data && data.methods.length === 0 && (
        <p className={styles.nothing}>No requests yet. Each method appears here with its first one.</p>
      )}
      {data && data.methods.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keyboard too
        <section className={table.scroll} aria-label="Thresholds" tabIndex={0}>
          <table className={`${table.table} ${styles.whole}`}>
            <thead>
              <tr>
                <th scope="col">Method</th>
                <th scope="col">Requests</th>
                <th scope="col">Errors</th>
                <th scope="col">Half within</th>
                <th scope="col">95 % within</th>
                <th scope="col">Slowest</th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              {data.methods.map((row) => (
                <Row key={nameOf(row)} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <footer className={table.foot}>
        {data && <span>At most the newest {number(data.window)} requests of a method count.</span>}
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </footer>
    </>
  );
}

function Row({ row }: { row: MethodThresholds }) {
  const errors = row.breached.includes("error_rate");
  const latency = row.breached.includes("latency");
  const isLimited = row.error_rate_limit !== null || row.latency_limit_ms !== null;
  return (
    <tr data-breached={row.breached.length > 0 || undefined}>
      <th scope="row">{nameOf(row)}</th>
      <td>{number(row.count)}</td>
      <td data-over={errors || undefined}>
        {percent(row.error_rate)}{" "}
        <Limit>{row.error_rate_limit === null ? null : percent(row.error_rate_limit)}</Limit>
      </td>
      <td>{milliseconds(row.latency_ms.p50)}</td>
      <td data-over={latency || undefined}>
        {milliseconds(row.latency_ms.p95)}{" "}
        <Limit>{row.latency_limit_ms === null ? null : milliseconds(row.latency_limit_ms)}</Limit>
      </td>
      <td>{milliseconds(row.latency_ms.max)}</td>
      <td>
        {!isLimited && <span className={styles.unlimited}>no limit</span>}
        {isLimited && row.breached.length === 0 && (
          <span className={styles.within}>
            <CircleCheck size={14} aria-hidden />
            within
          </span>
        )}
        {row.breached.length > 0 && (
          <span className={styles.over}>
            <OctagonAlert size={14} aria-hidden />
            {[errors && "too many errors", latency && "too slow"].filter(Boolean).join(", ")}
          </span>
        )}
      </td>
    </tr>
  );
}

function Limit({ children }: { children: string | null }) {
  return (
    <span className={styles.limit}>{children === null ? "no limit published" : `limit ${children}`}</span>
  );
}
