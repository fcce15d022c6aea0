// Radio buttons in two dresses: a segmented row, and a list with plain words first and the protocol's
// name below. Native inputs, so arrows, one tab stop and screen readers work as people know them. The
// checked one is what the engine says; a click only asks.

import { type ReactNode, useId } from "react";
import styles from "./ControlRoom.module.css";
import type { Choice } from "./presets";

interface GroupProps {
  label: string;
  choices: Choice[];
  value: string;
  /** The value that was asked for and not yet confirmed. */
  pending: string | null;
  onChoose(value: string): void;
  /** Beside the label: what is left, say, or a field for what is not offered. */
  aside?: ReactNode;
  small?: boolean;
  /** Label and choices on one line. */
  inline?: boolean;
  /** The value that changes nothing; any other is shown as a change. */
  neutral?: string;
}

export function Segmented({
  label,
  choices,
  value,
  pending,
  onChoose,
  aside,
  small,
  inline,
  neutral,
}: GroupProps) {
  const id = useId();
  return (
    <div className={inline ? styles.inlineGroup : styles.group}>
      <div className={styles.groupHead}>
        <span id={id} className={small ? styles.smallLabel : styles.label}>
          {label}
        </span>
        {aside && <span className={styles.aside}>{aside}</span>}
      </div>
      <div role="radiogroup" aria-labelledby={id} className={styles.segments} data-small={small || undefined}>
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={styles.segment}
            data-pending={pending === choice.value || undefined}
            data-changed={(neutral !== undefined && choice.value !== neutral) || undefined}
          >
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onChoose(choice.value)}
              className={styles.segmentInput}
            />
            <span>{choice.title}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  name: string;
  choice: Choice;
  checked: boolean;
  pending: boolean;
  tone?: "normal" | "changed";
  onChoose(): void;
  children?: ReactNode;
}

export function ChoiceRow({ name, choice, checked, pending, tone = "normal", onChoose, children }: RowProps) {
  return (
    <div className={styles.option} data-checked={checked || undefined} data-tone={tone}>
      <label className={styles.optionLabel} data-pending={pending || undefined}>
        <input type="radio" name={name} checked={checked} onChange={onChoose} className={styles.radio} />
        <span className={styles.optionText}>
          <span>{choice.title}</span>
          {choice.code && <code className={styles.code}>{choice.code}</code>}
        </span>
      </label>
      {checked && children}
    </div>
  );
}
