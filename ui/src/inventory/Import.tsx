// Feed files, chosen or dropped, imported one after the other; each with what was taken of it and, by its
// place, what was wrong.

import { CircleAlert, CircleCheck, CircleSlash, FileUp } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { ImportResult } from "../api/inventory";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import controls from "../theme/controls.module.css";
import { bytes, plural } from "../traffic/format";
import styles from "./Dialogs.module.css";
import { ImportProblems } from "./ImportProblems";
import { inOrder } from "./import-order";
import { useInventoryChanged } from "./use-inventory";

interface Done {
  name: string;
  result: ImportResult | null;
  refusal: string | null;
}

const ON_ERROR = [
  { value: "skip", title: "Leave it out" },
  { value: "abort", title: "Take nothing of its file" },
];

export function Import() {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const id = useId();
  const [files, setFiles] = useState<File[]>(() => inOrder(window.dropped.get()));
  const [onError, setOnError] = useState<"skip" | "abort">("skip");
  const [replace, setReplace] = useState(false);
  const [done, setDone] = useState<Done[]>([]);
  const [busy, setBusy] = useState<string | null>(null);
  // What was dropped is taken over once.
  useEffect(() => window.dropped.set([]), [window]);

  async function run(): Promise<void> {
    setDone([]);
    for (const file of files) {
      setBusy(file.name);
      let one: Done;
      try {
        one = {
          name: file.name,
          result: await engine.api.importFeed(file, file.name, { onError, replace }),
          refusal: null,
        };
      } catch (error) {
        one = { name: file.name, result: null, refusal: inWords(error) };
      }
      setDone((before) => [...before, one]);
    }
    setBusy(null);
    await changed();
    window.tab.set("inventory");
  }

  return (
    <>
      <div className={styles.body}>
        <div className={styles.choose}>
          <label className={`${controls.button} ${styles.file}`} htmlFor={id}>
            <FileUp size={14} aria-hidden />
            Choose files…
          </label>
          <input
            id={id}
            type="file"
            multiple
            accept=".json,.gz,application/json,application/gzip"
            className="visually-hidden"
            onChange={(event) => {
              setFiles(inOrder([...(event.target.files ?? [])]));
              setDone([]);
            }}
          />
          <span>
            {files.length === 0 ? "or drop them on the Inventory tab" : plural(files.length, "file")}
          </span>
        </div>
        {files.length > 0 && done.length === 0 && (
          <ul className={styles.files} aria-label="Files to import">
            {files.map((file) => (
              <li key={file.name}>
                <code>{file.name}</code> <span>{bytes(file.size)}</span>
              </li>
            ))}
          </ul>
        )}
        <Segmented
          small
          inline
          label="If a record is bad"
          choices={ON_ERROR}
          value={onError}
          pending={null}
          onChoose={(value) => setOnError(value === "abort" ? "abort" : "skip")}
        />
        <label className={styles.check}>
          <input type="checkbox" checked={replace} onChange={(event) => setReplace(event.target.checked)} />
          <span>
            Take away what a file does not name (of its own kind; what bookings hold stays, and where a record
            is bad, nothing goes)
          </span>
        </label>
        <p role="status" className={styles.busy}>
          {busy && `Importing ${busy}…`}
          {!busy && done.length > 0 && "Done."}
        </p>
        {done.length > 0 && (
          <ul className={styles.results} aria-label="What came of it">
            {done.map((one) => (
              <li key={one.name}>
                <Outcome done={one} />
                {one.result && (
                  <ImportProblems problems={one.result.problems} more={one.result.more_problems} />
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className={styles.actions}>
        <button type="button" className={controls.button} onClick={() => window.dialog.set(null)}>
          {done.length > 0 ? "Close" : "Cancel"}
        </button>
        <button
          type="button"
          className={controls.primary}
          disabled={files.length === 0 || busy !== null}
          onClick={run}
        >
          {done.length > 0 ? "Import again" : "Import"}
        </button>
      </div>
    </>
  );
}

function Outcome({ done: { name, result, refusal } }: { done: Done }) {
  if (!result) {
    return (
      <p className={styles.outcome} data-tone="bad">
        <CircleSlash size={15} aria-hidden />
        <span>
          <code>{name}</code> <strong>refused:</strong> {refusal}
        </span>
      </p>
    );
  }
  const errors = result.problems.filter((problem) => problem.severity === "error").length;
  const counts = [
    result.merchants > 0 ? plural(result.merchants, "merchant") : "",
    result.services > 0 ? plural(result.services, "service") : "",
    result.slots > 0 ? plural(result.slots, "slot") : "",
  ].filter(Boolean);
  const Shape = !result.taken ? CircleSlash : errors > 0 ? CircleAlert : CircleCheck;
  const tone = !result.taken ? "bad" : errors > 0 ? "warn" : "ok";
  return (
    <p className={styles.outcome} data-tone={tone}>
      <Shape size={15} aria-hidden />
      <span>
        <code>{name}</code>{" "}
        <strong>{result.taken ? (errors > 0 ? "taken in part:" : "taken:") : "nothing taken"}</strong>{" "}
        {counts.join(", ")}
        {errors > 0 && `${counts.length > 0 ? " · " : ": "}${plural(errors, "bad record")}`}
      </span>
    </p>
  );
}
