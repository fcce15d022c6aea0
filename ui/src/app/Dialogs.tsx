// The dialogs of the window; which one is open is the window's state. Closing gives the focus back to where
// it was, which the dialog component sees to.

import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { CauseInfo } from "../api/types";
import { causePatch } from "../control-room/presets";
import { InventoryDialogs } from "../inventory/InventoryDialogs";
import { OverridesDialog } from "../overrides/OverridesDialog";
import { OptionsDialog } from "../payments/OptionsDialog";
import { PaymentsDialog } from "../payments/PaymentsDialog";
import { loadCommands } from "../scenarios/commands";
import { ScenarioDialogs } from "../scenarios/ScenarioDialogs";
import { useLoading, useScenarios } from "../scenarios/use-scenarios";
import { usualMethod } from "../sentence/sentence";
import { SessionsDialog } from "../sessions/SessionsDialog";
import controls from "../theme/controls.module.css";
import { ThresholdsDialog } from "../thresholds/ThresholdsDialog";
import { commands } from "./commands";
import styles from "./Dialogs.module.css";
import { Modal, Question } from "./Modal";
import { SearchList } from "./SearchList";
import listStyles from "./SearchList.module.css";
import { useWindow } from "./window-state";

export function Dialogs({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const window = useWindow();
  const client = useQueryClient();
  const open = useObservable(window.dialog);
  const close = () => window.dialog.set(null);

  async function tryTo(work: () => Promise<unknown>, done: string): Promise<void> {
    close();
    try {
      await work();
      window.say(done);
    } catch (error) {
      window.say(inWords(error), true);
    }
  }

  return (
    <>
      <InventoryDialogs open={open} />
      <ThresholdsDialog open={open} />
      <OverridesDialog open={open} />
      <PaymentsDialog open={open} />
      <OptionsDialog open={open} />
      <SessionsDialog open={open} />
      <ScenarioDialogs open={open} />
      <Modal name="palette" open={open} title="Find anything">
        <Palette causes={causes} />
      </Modal>
      <Modal name="causes" open={open} title="Answer bookings with">
        <Causes causes={causes} />
      </Modal>
      <Modal name="shortcuts" open={open} title="Keyboard shortcuts">
        <Shortcuts />
      </Modal>
      <Question
        name="back-to-normal"
        open={open}
        title="Back to normal?"
        text="Every toggle goes back to what the scenario says."
        yes="Back to normal"
        onYes={() => {
          close();
          void engine.backToNormal();
        }}
      />
      <Question
        name="clear-log"
        open={open}
        title="Clear the log?"
        text="All exchanges in the log are deleted. Bookings stay as they are."
        yes="Clear the log"
        danger
        onYes={() =>
          tryTo(async () => {
            await engine.api.clearExchanges();
            window.exchange.set(null);
            client.removeQueries({ queryKey: ["exchange"] });
          }, "The log is empty.")
        }
      />
      <Question
        name="reset"
        open={open}
        title="Reset everything?"
        text="Bookings and exchanges are deleted, and every toggle goes back to what the scenario says."
        yes="Reset everything"
        danger
        onYes={() =>
          tryTo(async () => {
            await engine.api.reset();
            window.exchange.set(null);
            window.booking.set(null);
            client.clear();
            await engine.refreshStatus();
          }, "Everything is as at the scenario's start.")
        }
      />
    </>
  );
}

function Palette({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const window = useWindow();
  const said = useObservable(engine.said);
  const { data: library } = useScenarios();
  const loading = useLoading();
  const list = [
    ...commands(engine, window, said?.status, causes),
    ...loadCommands(library?.scenarios ?? [], loading),
  ];
  return (
    <SearchList
      label="Find a command"
      placeholder="What should happen?"
      items={list.map((command) => ({
        id: command.id,
        group: command.group,
        text: `${command.title} ${command.detail ?? ""}`,
        content: (
          <>
            <span className={listStyles.title}>{command.title}</span>
            {command.detail && <span className={listStyles.detail}>{command.detail}</span>}
            {command.keys && <kbd className={controls.kbd}>{command.keys}</kbd>}
          </>
        ),
      }))}
      onTake={(id) => {
        window.dialog.set(null);
        list.find((command) => command.id === id)?.run();
      }}
    />
  );
}

const GROUPS: Record<string, string> = {
  slot: "Slot",
  guest: "Guest",
  payment: "Payment",
  cancellation: "Cancellation",
  offer: "Offer",
};

function Causes({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const window = useWindow();
  const said = useObservable(engine.said);
  const inForce = said?.status.behaviour.in_force.failure?.cause ?? null;
  const order = Object.keys(GROUPS);
  const sorted = [...causes].sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  return (
    <SearchList
      label="Find a cause"
      placeholder="Which failure should bookings get?"
      items={[
        {
          id: "booking",
          group: "No failure",
          text: "A booking, no failure",
          current: inForce === null,
          content: (
            <>
              <span className={listStyles.title}>A booking</span>
              {inForce === null && <span className={listStyles.current}>in force</span>}
            </>
          ),
        },
        ...sorted.map((info) => ({
          id: info.cause,
          group: GROUPS[info.group] ?? info.group,
          text: `${info.title} ${info.cause} ${info.meaning} ${info.methods.join(" ")}`,
          current: info.cause === inForce,
          content: (
            <>
              <span className={listStyles.cause}>
                <span className={listStyles.causeLine}>
                  <strong>{info.title}</strong>
                  <code>{info.cause}</code>
                </span>
                <span className={listStyles.meaning}>{info.meaning}</span>
              </span>
              <span className={listStyles.detail}>{usualMethod(info)}</span>
              {info.cause === inForce && <span className={listStyles.current}>in force</span>}
            </>
          ),
        })),
      ]}
      onTake={(id) => {
        window.dialog.set(null);
        void engine.change(`failure/${id}`, causePatch(id === "booking" ? null : id));
      }}
    />
  );
}

const SHORTCUTS: [string[], string][] = [
  [["Ctrl", "K"], "Find any command"],
  [["/"], "Filter the traffic"],
  [["F"], "All causes"],
  [["N"], "All kinds of faults of the network"],
  [["T"], "Error rates and latencies beside the limits"],
  [["Esc"], "Close what is open; else back to normal, after asking"],
  [["↑", "↓"], "Move through the rows"],
  [["PgUp", "PgDn"], "Move by a page"],
  [["Home", "End"], "Newest and oldest row"],
  [["Enter"], "Go into the details"],
  [["→", "←"], "In a walk-through: forward and back; also PgDn and PgUp, as clickers send them"],
  [["P"], "In a walk-through: presenter size"],
  [["?"], "This list"],
];

function Shortcuts() {
  return (
    <div className={styles.shortcuts}>
      <p className={controls.dialogTitle} aria-hidden>
        Keyboard shortcuts
      </p>
      <dl>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} className={controls.kbd}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className={controls.dialogActions}>
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </div>
    </div>
  );
}
