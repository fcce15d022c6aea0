// How often, how likely and for how long something is in force, of a failure and of a fault alike: choices
// for meetings, and beside each a field for any other number.

import { minutesAndSeconds } from "../clock/use-countdown";
import { Segmented } from "./ChoiceGroup";
import styles from "./ControlRoom.module.css";
import { NumberField } from "./NumberField";
import { CHANCES, DURATIONS, durationOf, TIMES } from "./presets";

/** A day, as the engine has it. */
const LONGEST_EXPIRY_SEC = 86_400;
const MOST_TIMES = 1_000_000;

interface Props<T> {
  value: T | null | undefined;
  pending: string | null;
  /** The choice's name, and its value; null for what holds until somebody changes it. */
  onSet(choice: string, value: T | null): void;
}

export function HowOften({ value, pending, onSet }: Props<number>) {
  const set = (times: number | null) => onSet(times === null ? "always" : String(times), times);
  return (
    <Segmented
      small
      label="How often"
      choices={TIMES}
      value={value == null ? "always" : String(value)}
      pending={pending}
      aside={
        <NumberField
          beside
          label="or so many times"
          value={value ?? null}
          unit="times"
          least={1}
          most={MOST_TIMES}
          blank="always"
          onSet={set}
        />
      }
      onChoose={(choice) => set(choice === "always" ? null : Number(choice))}
    />
  );
}

export function Chance({ value, pending, onSet }: Props<number>) {
  const percent = value == null ? null : Number((value * 100).toPrecision(6));
  const set = (chance: number | null) =>
    onSet(String(chance ?? 1), chance === null || chance >= 1 ? null : chance);
  return (
    <Segmented
      small
      label="How likely"
      choices={CHANCES}
      value={String(value ?? 1)}
      pending={pending}
      aside={
        <NumberField
          beside
          fine
          label="or in so many of 100"
          value={percent}
          unit="in 100"
          least={0.001}
          most={100}
          blank="100"
          onSet={(typed) => set(typed === null ? null : Number((typed / 100).toPrecision(6)))}
        />
      }
      onChoose={(choice) => set(Number(choice))}
    />
  );
}

export function HowLong({ value: secondsLeft = null, pending, onSet }: Props<number>) {
  const set = (seconds: number | null) => onSet(String(seconds ?? 0), seconds);
  return (
    <Segmented
      small
      label="For how long"
      choices={DURATIONS}
      value={durationOf(secondsLeft)}
      pending={pending}
      aside={
        <>
          {secondsLeft !== null && <span className={styles.left}>{minutesAndSeconds(secondsLeft)} left</span>}
          <NumberField
            beside
            label="or for so many seconds"
            value={null}
            unit="s"
            least={1}
            most={LONGEST_EXPIRY_SEC}
            placeholder="other"
            clears
            onSet={set}
          />
        </>
      }
      onChoose={(choice) => set(Number(choice) || null)}
    />
  );
}
