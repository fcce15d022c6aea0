// Where the Booking Server listens: its state as a word and a dot, and behind it start, stop and port.

import { Popover } from "@base-ui/react/popover";
import { ChevronDown } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { Listener } from "../api/types";
import controls from "../theme/controls.module.css";
import { CopyButton } from "./CopyButton";
import styles from "./TopBar.module.css";
import { PortRefusal, useListener } from "./use-listener";

export function ServerMenu({ listener }: { listener: Listener }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.box}>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger className={styles.server} aria-label={`Server: ${stateWord(listener)}`}>
          <span className={styles.dot} data-on={listener.listening || undefined} aria-hidden />
          <span className={styles.state}>{stateWord(listener)}</span>
          <ChevronDown size={14} aria-hidden />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={8} align="start" className={styles.positioner}>
            <Popover.Popup className={`${controls.popup} ${styles.serverPopup}`}>
              <Popover.Title className={controls.dialogTitle}>Booking Server</Popover.Title>
              <ServerForm listener={listener} onDone={() => setOpen(false)} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <Address url={listener.url} />
      <CopyButton text={listener.url} what="the address" />
    </div>
  );
}

/** In two parts, so that the one that matters most is cut last. */
function Address({ url }: { url: string }) {
  const { origin } = new URL(url);
  const path = url.slice(origin.length);
  return (
    <code className={styles.url} title={url}>
      <span>{origin}</span>
      {path !== "" && <span className={styles.ofSession}>{path}</span>}
    </code>
  );
}

function stateWord(listener: Listener): string {
  return listener.listening ? "Running" : "Stopped";
}

function ServerForm({ listener, onDone }: { listener: Listener; onDone(): void }) {
  const control = useListener();
  const id = useId();
  const [port, setPort] = useState(String(listener.port));
  const [invalid, setInvalid] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = Number(port);
    const fits = /^\d+$/.test(port) && wanted <= 65_535;
    setInvalid(!fits);
    if (fits && (await control.change({ listening: true, port: wanted }))) onDone();
  }

  return (
    <>
      <Popover.Description className={controls.dialogText}>
        {listener.listening
          ? `Clients reach it at ${listener.url}.`
          : (listener.reason ?? "It is stopped. No client can reach it.")}
      </Popover.Description>
      <form className={styles.portForm} onSubmit={submit}>
        <label htmlFor={id}>Port</label>
        <input
          id={id}
          className={controls.field}
          inputMode="numeric"
          value={port}
          aria-invalid={invalid || undefined}
          aria-describedby={invalid ? `${id}-problem` : undefined}
          onChange={(event) => setPort(event.target.value)}
        />
        <button
          type="submit"
          className={controls.button}
          disabled={control.pending || (listener.listening && port === String(listener.port))}
        >
          {listener.listening ? "Change port" : "Start on this port"}
        </button>
      </form>
      {invalid && (
        <p id={`${id}-problem`} className={controls.refusal} role="alert">
          A port is a number up to 65535.
        </p>
      )}
      <PortRefusal listener={control} />
      {listener.listening && (
        <button
          type="button"
          className={controls.danger}
          disabled={control.pending}
          onClick={() => control.change({ listening: false })}
        >
          Stop the server
        </button>
      )}
    </>
  );
}
