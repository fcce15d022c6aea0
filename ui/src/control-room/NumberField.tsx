// A number that any can be typed for; asked of the engine by Enter or by leaving the field, and not letter by
// letter. What the engine says is shown, unless somebody is just typing.

import { useId, useState } from "react";
import controls from "../theme/controls.module.css";
import styles from "./ControlRoom.module.css";

interface Props {
  label: string;
  /** Beside another control that says what this is about; then only screen readers hear the label. */
  beside?: boolean;
  /** Null is an empty field. */
  value: number | null;
  unit?: string;
  least: number;
  most: number;
  /** What an empty field means; without, there must be a number. */
  blank?: string;
  placeholder?: string;
  /** Whether there may be something behind the point. */
  fine?: boolean;
  /** Whether the field is empty again once the number was asked for. */
  clears?: boolean;
  onSet(value: number | null): void;
}

export function NumberField({
  label,
  beside,
  value,
  unit,
  least,
  most,
  blank,
  placeholder,
  fine,
  clears,
  onSet,
}: Props) {
  const id = useId();
  const said = value === null ? "" : String(value);
  const [seen, setSeen] = useState(said);
  const [text, setText] = useState(said);
  const [invalid, setInvalid] = useState(false);
  if (said !== seen) {
    setSeen(said);
    if (text === seen) setText(said);
  }

  function set(): void {
    const wanted = text.trim();
    if (wanted === said) {
      setInvalid(false);
      return;
    }
    const empty = wanted === "";
    const number = Number(wanted);
    const fits = empty
      ? blank !== undefined
      : (fine ? /^\d+(\.\d+)?$/ : /^\d+$/).test(wanted) && number >= least && number <= most;
    setInvalid(!fits);
    if (!fits) return;
    onSet(empty ? null : number);
    if (clears) setText("");
  }

  return (
    <>
      <span className={styles.numberField} data-beside={beside || undefined}>
        <label htmlFor={id} className={beside ? "visually-hidden" : styles.smallLabel}>
          {label}
        </label>
        <span className={styles.numberUnit}>
          <input
            id={id}
            className={styles.number}
            inputMode={fine ? "decimal" : "numeric"}
            autoComplete="off"
            placeholder={placeholder ?? blank}
            value={text}
            aria-invalid={invalid || undefined}
            aria-describedby={invalid ? `${id}-problem` : undefined}
            onChange={(event) => setText(event.target.value)}
            onBlur={set}
            onKeyDown={(event) => {
              if (event.key === "Enter") set();
              if (event.key === "Escape" && text !== said) {
                event.preventDefault();
                setText(said);
                setInvalid(false);
              }
            }}
          />
          {unit && <span className={styles.unit}>{unit}</span>}
        </span>
      </span>
      {invalid && (
        <p id={`${id}-problem`} className={`${controls.refusal} ${styles.numberProblem}`} role="alert">
          {fine ? "A number" : "A whole number"} from {least} to {most}
          {blank && `, or nothing for “${blank}”`}.
        </p>
      )}
    </>
  );
}
