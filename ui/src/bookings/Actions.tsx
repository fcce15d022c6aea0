// The merchant's buttons. All of them are always there, in one order; those that are not legal now are grey and say
// why: to whoever points at them, goes there by keyboard, or presses them all the same.

import { useId, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { BookingAction, BookingDetails, MerchantOrder } from "../api/types";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { ActionDialog } from "./ActionDialog";
import styles from "./Actions.module.css";
import { ACTIONS, cameOf } from "./actions";

interface Props {
  booking: BookingDetails;
  /** What the engine answered. */
  onDone(details: BookingDetails): void;
}

export function Actions({ booking, onDone }: Props) {
  const engine = useEngine();
  const window = useWindow();
  const id = useId();
  const [asked, setAsked] = useState<BookingAction | null>(null);
  const [pointed, setPointed] = useState<BookingAction | null>(null);
  const [busy, setBusy] = useState(false);
  const states = booking.actions;

  async function act(order: MerchantOrder): Promise<void> {
    const details = await engine.api.act(booking.booking_id, order);
    onDone(details);
    window.say(cameOf(order.action, details));
  }

  async function atOnce(action: BookingAction): Promise<void> {
    setBusy(true);
    try {
      await act({ action });
    } catch (error) {
      window.say(inWords(error), true);
    } finally {
      setBusy(false);
    }
  }

  const reason = states.find(({ action }) => action === pointed)?.reason ?? null;
  return (
    <section className={styles.actions} aria-label="As the merchant">
      <h3 className={styles.title}>As the merchant</h3>
      <div className={styles.buttons}>
        {states.map(({ action, legal, reason }) => {
          const { button, question, final } = ACTIONS[action];
          const way = action === "confirm" ? controls.primary : final ? controls.danger : controls.button;
          return (
            <button
              key={action}
              type="button"
              className={`${legal ? way : controls.button} ${styles.button}`}
              aria-disabled={!legal || busy || undefined}
              aria-describedby={reason ? `${id}-${action}` : undefined}
              onPointerEnter={() => setPointed(legal ? null : action)}
              onPointerLeave={() => setPointed(null)}
              onFocus={() => setPointed(legal ? null : action)}
              onBlur={() => setPointed(null)}
              onClick={() => {
                if (!legal) setPointed(action);
                else if (busy) return;
                else if (question) setAsked(action);
                else void atOnce(action);
              }}
            >
              {button}
              {reason && (
                <span id={`${id}-${action}`} hidden>
                  {reason}
                </span>
              )}
            </button>
          );
        })}
        <p className={styles.reason} aria-hidden>
          {reason ?? inShort(states)}
        </p>
      </div>
      {asked && (
        <ActionDialog
          action={asked}
          booking={booking}
          onAct={async (order) => {
            await act(order);
            setAsked(null);
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function inShort(states: BookingDetails["actions"]): string {
  const grey = states.filter(({ legal }) => !legal).length;
  if (grey === 0) return "Everything is legal now.";
  if (grey === states.length) return "Nothing can be done with this booking any more.";
  return "Point at a grey button to read why it is not legal now.";
}
