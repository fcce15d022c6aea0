import { Dumbbell, Flower2, Scissors, Utensils } from "lucide-react";
import { useId, useState } from "react";
import { useEngine } from "../api/engine";
import { useWindow } from "../app/window-state";
import { plural } from "../traffic/format";
import styles from "./Dialogs.module.css";
import { Field, Form, Select } from "./Form";
import { useInventoryChanged } from "./use-inventory";

const KINDS = [
  { value: "salon", title: "Salon", about: "staff, some confirmed by hand", Shape: Scissors },
  { value: "restaurant", title: "Restaurant", about: "tables by party size", Shape: Utensils },
  { value: "fitness_studio", title: "Fitness studio", about: "classes with many places", Shape: Dumbbell },
  { value: "spa", title: "Spa", about: "every kind of payment", Shape: Flower2 },
];

const LOCALES = [
  { value: "en", title: "English, Seattle" },
  { value: "de", title: "German, Berlin" },
  { value: "fr", title: "French, Paris" },
  { value: "it", title: "Italian, Milan" },
  { value: "ja", title: "Japanese, Tokyo" },
  { value: "nl", title: "Dutch, Amsterdam" },
  { value: "pt_br", title: "Portuguese, São Paulo" },
];

export function Generate() {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const id = useId();
  const [kind, setKind] = useState("salon");
  const [locale, setLocale] = useState("en");
  const [days, setDays] = useState("30");
  const [seed, setSeed] = useState("");
  const [replace, setReplace] = useState(false);

  async function generate(): Promise<string | null> {
    const wanted = Number(days);
    if (!/^\d+$/.test(days) || wanted < 1 || wanted > 90) return "Days are a whole number from 1 to 90.";
    if (seed !== "" && !/^\d{1,15}$/.test(seed)) return "A seed is a whole number.";
    const made = await engine.api.generateInventory({
      kind,
      locale,
      days: wanted,
      ...(seed === "" ? {} : { seed: Number(seed) }),
      ...(replace ? { replace } : {}),
    });
    await changed();
    window.dialog.set(null);
    window.tab.set("inventory");
    window.say(
      `Made ${plural(made.merchants, "merchant")}, ${plural(made.services, "service")} and ${plural(made.slots, "slot")}.`,
    );
    return null;
  }

  return (
    <Form
      label="Generate a business"
      save="Generate"
      changed
      onSave={generate}
      onCancel={() => window.dialog.set(null)}
      cancel="Cancel"
    >
      <div role="radiogroup" aria-label="Kind of business" className={styles.kinds}>
        {KINDS.map(({ value, title, about, Shape }) => (
          <label key={value} className={styles.kind}>
            <input
              type="radio"
              name={id}
              value={value}
              checked={kind === value}
              onChange={() => setKind(value)}
            />
            <Shape size={18} aria-hidden />
            <span>
              <strong>{title}</strong>
              <span>{about}</span>
            </span>
          </label>
        ))}
      </div>
      <Select label="Where" value={locale} options={LOCALES} onChange={setLocale} />
      <Field label="Slots for" type="number" min={1} value={days} unit="days from today" onChange={setDays} />
      <Field
        label="Seed"
        value={seed}
        mono
        placeholder="the scenario’s"
        hint="A number, to get the same business elsewhere."
        onChange={setSeed}
      />
      <label className={styles.check}>
        <input type="checkbox" checked={replace} onChange={(event) => setReplace(event.target.checked)} />
        <span>Put it in the place of what is there (what bookings hold stays)</span>
      </label>
    </Form>
  );
}
