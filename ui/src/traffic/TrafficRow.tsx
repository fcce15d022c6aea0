import { ArrowLeft, ArrowRight, Flag } from "lucide-react";
import { memo } from "react";
import { Cell } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { callOf, clockTime, plural, shortLabel, toneOf, took } from "./format";
import { isGap, type TrafficRow } from "./store";
import styles from "./Traffic.module.css";

/** One exchange in one line. Rows never change once they are there, so the row itself is the key. */
export const TrafficCells = memo(function TrafficCells({ row }: { row: TrafficRow | undefined }) {
  if (!row) return null;
  if (isGap(row)) {
    return (
      <>
        <Cell />
        <Cell />
        <Cell>{plural(row.count, "row")} not shown live</Cell>
        <Cell />
        <Cell />
      </>
    );
  }
  const Arrow = row.direction === "inbound" ? ArrowRight : ArrowLeft;
  const tone = toneOf(row);
  return (
    <>
      <Cell>
        <span className={styles.time}>{clockTime(row.at)}</span>
        <Arrow size={13} className={styles.arrow} aria-hidden />
        <span className="visually-hidden">{row.direction === "inbound" ? "in" : "out"}</span>
      </Cell>
      <Cell title={row.path}>
        <span className={styles.call}>{callOf(row)}</span>
      </Cell>
      <Cell title={row.note ? `${row.label} · ${row.note}` : row.label}>
        <span className={`${controls.pill} ${controls[tone]}`}>{shortLabel(row.label)}</span>
        <span className={styles.note}>{row.note}</span>
      </Cell>
      <Cell end>
        {row.finding_count > 0 && (
          <span className={styles.findings} title={plural(row.finding_count, "finding")}>
            <Flag size={12} aria-hidden />
            {row.finding_count}
            <span className="visually-hidden"> findings</span>
          </span>
        )}
      </Cell>
      <Cell end>
        <span className={styles.took}>{took(row.duration_us)}</span>
      </Cell>
    </>
  );
});
