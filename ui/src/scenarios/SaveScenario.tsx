import { useId, useState } from "react";
import { ApiError } from "../api/client";
import { useEngine } from "../api/engine";
import type { Audience } from "../api/scenarios";
import { useWindow } from "../app/window-state";
import dialogs from "../inventory/Dialogs.module.css";
import { Field, Form } from "../inventory/Form";
import controls from "../theme/controls.module.css";
import styles from "./Scenarios.module.css";
import { useScenarios } from "./use-scenarios";
import { AUDIENCES, IN_ORDER, nameOf } from "./words";

export function SaveScenario() {
  const engine = useEngine();
  const window = useWindow();
  const { data, refetch } = useScenarios();
  const id = useId();
  const [title, setTitle] = useState("");
  const [ownName, setOwnName] = useState<string | null>(null);
  const [description, setDescription] = useState("");
  const [audience, setAudience] = useState<Audience[]>([]);
  const name = ownName ?? nameOf(title);

  async function save(): Promise<string | null> {
    if (title.trim() === "") return "Give it a title.";
    if (name === "") return "Give it a name: letters, digits, - and _.";
    try {
      const saved = await engine.api.saveScenario({
        name,
        title: title.trim(),
        description: description.trim(),
        audience,
      });
      await refetch();
      window.dialog.set(null);
      window.tab.set("scenarios");
      window.walking.set(false);
      window.scenario.set(saved.name);
      window.scenarioWords.set("");
      window.say(`Saved as ${saved.file ?? saved.name}.`);
      return null;
    } catch (error) {
      if (error instanceof ApiError && error.code === "name_taken") {
        return `There is a scenario “${name}” already. Choose another name.`;
      }
      throw error;
    }
  }

  if (data && data.folder === null) {
    return (
      <div className={styles.noFolder}>
        <p role="alert" className={controls.refusal}>
          There is no folder to save scenarios in. Start with --scenarios-dir FOLDER, or without --in-memory.
        </p>
        <div className={controls.dialogActions}>
          <button type="button" className={controls.button} onClick={() => window.dialog.set(null)}>
            Close
          </button>
        </div>
      </div>
    );
  }
  return (
    <Form
      label="Save what is set"
      save="Save"
      changed
      onSave={save}
      onCancel={() => window.dialog.set(null)}
      cancel="Cancel"
    >
      <Field label="Title" value={title} placeholder="A busy Friday" onChange={setTitle} />
      <Field
        label="Name"
        value={name}
        mono
        placeholder="busy-friday"
        hint={data?.folder ? `The file: ${data.folder}/${name || "NAME"}.yaml` : undefined}
        onChange={setOwnName}
      />
      <Field
        label="What it shows"
        value={description}
        placeholder="in a sentence"
        onChange={setDescription}
      />
      <fieldset aria-labelledby={id} className={styles.whom}>
        <span id={id}>For</span>
        <span>
          {IN_ORDER.map((value) => (
            <label key={value} className={dialogs.check}>
              <input
                type="checkbox"
                checked={audience.includes(value)}
                onChange={(event) =>
                  setAudience(
                    IN_ORDER.filter((it) => (it === value ? event.target.checked : audience.includes(it))),
                  )
                }
              />
              <span>{AUDIENCES[value].title}</span>
            </label>
          ))}
        </span>
      </fieldset>
    </Form>
  );
}
