// The parts of a form over one thing of the inventory: what was changed and not saved yet lies over what the
// engine said, and is forgotten once it took it.

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { inWords } from "../api/client";
import controls from "../theme/controls.module.css";
import styles from "./Form.module.css";

export interface Draft<T extends string> {
  values: Record<T, string>;
  changed: Set<T>;
  set(name: T, value: string): void;
  reset(): void;
}

/** The engine's values with the person's over them. */
export function useDraft<T extends string>(said: Record<T, string>): Draft<T> {
  const [over, setOver] = useState<Partial<Record<T, string>>>({});
  const names = Object.keys(over) as T[];
  return {
    values: { ...said, ...over },
    changed: new Set(names.filter((name) => over[name] !== said[name])),
    set: (name, value) => setOver((before) => ({ ...before, [name]: value })),
    reset: () => setOver({}),
  };
}

interface FormProps {
  label: string;
  /** Nothing to save, nothing to press. */
  changed: boolean;
  save: string;
  /** Throws when the engine refuses; a text is what is wrong with the fields. */
  onSave(): Promise<string | null>;
  onCancel(): void;
  /** In a dialog: the word that closes it. */
  cancel?: string;
  children: ReactNode;
}

export function Form({ label, changed, save, onSave, onCancel, cancel, children }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      setProblem(await onSave());
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className={styles.form}
      data-dialog={cancel !== undefined || undefined}
      aria-label={label}
      onSubmit={submit}
      noValidate
    >
      {children}
      {problem && (
        <p className={controls.refusal} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <button type="submit" className={controls.primary} disabled={busy || !changed}>
          {save}
        </button>
        {changed && (
          <button
            type="button"
            className={controls.button}
            onClick={() => {
              setProblem(null);
              onCancel();
            }}
          >
            {cancel ?? "Undo"}
          </button>
        )}
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  type?: "text" | "number" | "datetime-local" | "date";
  /** Behind the field: a unit. */
  unit?: string;
  hint?: string;
  placeholder?: string;
  min?: number;
  mono?: boolean;
}

export function Field({
  label,
  value,
  onChange,
  type = "text",
  unit,
  hint,
  placeholder,
  min,
  mono,
}: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <span className={styles.input}>
        <input
          id={id}
          type={type}
          className={controls.field}
          data-mono={mono || undefined}
          value={value}
          min={min}
          placeholder={placeholder}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
        {unit && <span>{unit}</span>}
      </span>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: { value: string; title: string }[];
  onChange(value: string): void;
}

export function Select({ label, value, options, onChange }: SelectProps) {
  const id = useId();
  const known = options.some((option) => option.value === value);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <span className={styles.input}>
        <select
          id={id}
          className={controls.field}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {!known && <option value={value}>{value || "not said"}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
