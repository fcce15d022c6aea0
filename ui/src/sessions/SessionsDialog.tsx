// All sessions: which there are, how a client gets into one, how to look at one, begin one and end one.

import { Dialog } from "@base-ui/react/dialog";
import { type FormEvent, useId, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { Session } from "../api/sessions";
import { CopyButton } from "../app/CopyButton";
import { Modal, Question } from "../app/Modal";
import { type DialogName, useWindow } from "../app/window-state";
import { dayInWords, timeOfDay } from "../clock/time";
import controls from "../theme/controls.module.css";
import table from "../theme/table.module.css";
import { number } from "../traffic/format";
import styles from "./Sessions.module.css";
import { useSessions } from "./use-sessions";

export function SessionsDialog({ open }: { open: DialogName | null }) {
  const engine = useEngine();
  const window = useWindow();
  const { refetch } = useSessions();
  const [ending, setEnding] = useState<string | null>(null);

  async function end(): Promise<void> {
    if (ending === null) return;
    window.dialog.set("sessions");
    try {
      await engine.api.endSession(ending);
      if (window.session.get() === ending) window.showSession(null);
      window.say(`The session ${ending} is over.`);
    } catch (error) {
      window.say(inWords(error), true);
    }
    await refetch();
  }

  return (
    <>
      <Modal
        name="sessions"
        open={open}
        wide
        title="Sessions"
        about="Each session is a partner of its own in this program, with its own bookings, toggles, clock and log: one for each trainee or each test suite."
      >
        <Panel
          onEnd={(name) => {
            setEnding(name);
            window.dialog.set("end-session");
          }}
        />
      </Modal>
      <Question
        name="end-session"
        open={open}
        title={`End the session ${ending ?? ""}?`}
        text="Its bookings, toggles and log are forgotten. The other sessions and the main partner stay as they are."
        yes="End the session"
        danger
        onYes={() => void end()}
      />
    </>
  );
}

function Panel({ onEnd }: { onEnd(name: string): void }) {
  const { data, error } = useSessions();
  return (
    <>
      {error && !data && (
        <p className={controls.refusal} role="alert">
          {inWords(error)}
        </p>
      )}
      {data?.sessions.length === 0 && (
        <p className={styles.none}>
          None yet. The first request of a client makes its session, or begin one here.
        </p>
      )}
      {data && data.sessions.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard too
        <section className={table.scroll} aria-label="All sessions" tabIndex={0}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Session</th>
                <th scope="col">Exchanges</th>
                <th scope="col">Bookings</th>
                <th scope="col">Toggles</th>
                <th scope="col">Its clock</th>
                <th scope="col">Address for clients</th>
                <th scope="col">
                  <span className="visually-hidden">Look at it, end it</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.sessions.map((session) => (
                <Row key={session.name} session={session} onEnd={() => onEnd(session.name)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Begin />
      <footer className={table.foot}>
        <p>
          A client gets into one by its address, or by the header <code>X-Mock-Partner: session=NAME</code>.{" "}
          {data && `There may be ${number(data.most)} at once.`}
        </p>
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </footer>
    </>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd(): void }) {
  const window = useWindow();
  const isShown = useObservable(window.session) === session.name;
  const now = Date.parse(session.now);
  return (
    <tr>
      <th scope="row">{session.name}</th>
      <td>{number(session.exchanges)}</td>
      <td>{number(session.bookings)}</td>
      <td>{session.changed ? "changed" : "normal"}</td>
      <td title={dayInWords(now)}>{timeOfDay(now)}</td>
      <td>
        <span className={styles.address}>
          <code>{new URL(session.booking_url).pathname}</code>
          <CopyButton text={session.booking_url} what={`the address of ${session.name}`} />
        </span>
      </td>
      <td>
        <span className={styles.actions}>
          {isShown ? (
            <span className={styles.shown}>shown</span>
          ) : (
            <button
              type="button"
              className={controls.quiet}
              aria-label={`Look at ${session.name}`}
              onClick={() => window.showSession(session.name)}
            >
              Look at it
            </button>
          )}
          <button
            type="button"
            className={controls.quiet}
            aria-label={`End ${session.name}…`}
            onClick={onEnd}
          >
            End…
          </button>
        </span>
      </td>
    </tr>
  );
}

function Begin() {
  const engine = useEngine();
  const window = useWindow();
  const id = useId();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  async function begin(event: FormEvent): Promise<void> {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === "" || busy) return;
    setBusy(true);
    setRefused(null);
    try {
      await engine.api.beginSession(wanted);
      window.showSession(wanted);
    } catch (error) {
      setRefused(inWords(error));
      setBusy(false);
    }
  }

  return (
    <form className={styles.begin} aria-label="Begin a session" onSubmit={begin}>
      <label htmlFor={id}>New session</label>
      <input
        id={id}
        className={controls.field}
        value={name}
        placeholder="trainee-7"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={refused !== null || undefined}
        aria-describedby={refused ? `${id}-refused` : undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className={controls.primary} disabled={busy || name.trim() === ""}>
        Begin and look at it
      </button>
      {refused && (
        <p id={`${id}-refused`} className={controls.refusal} role="alert">
          {refused}
        </p>
      )}
    </form>
  );
}
