// One notification: where it stands, what it says, and each time that it was sent; sending it again and
// giving it up.

import { Ban, Send } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { Attempt, Notification } from "../api/outbox";
import { useWindow } from "../app/window-state";
import { useEngineNow } from "../clock/use-engine-now";
import { BodyView } from "../details/BodyView";
import styles from "../details/Details.module.css";
import controls from "../theme/controls.module.css";
import { clockTime, dateAndTime, plural, took } from "../traffic/format";
import own from "./Outbox.module.css";
import { StatePill } from "./StatePill";
import { useNotification } from "./use-outbox";
import { methodOf, nextIn, toldBy } from "./words";

export function NotificationDetails({ id }: { id: number }) {
  const { data, error } = useNotification(id);
  if (error) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={styles.nothing}>Fetching the notification…</p>;
  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>{methodOf(data)}</h2>
          <StatePill state={data.state} />
        </div>
        <p className={styles.meta}>
          <span>{toldBy(data)}</span>
          <span>made {dateAndTime(data.created_at)}</span>
        </p>
        <Actions key={data.id} notification={data} />
      </header>
      <div className={styles.panel}>
        <Facts notification={data} />
        <Attempts attempts={data.attempts} />
        <BodyView title="Body" body={JSON.stringify(data.body)} what="the notification’s body" />
      </div>
    </>
  );
}

function Actions({ notification }: { notification: Notification }) {
  const engine = useEngine();
  const window = useWindow();
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, state, booking_id } = notification;

  async function attempt(work: () => Promise<unknown>, done: string): Promise<void> {
    if (working) return;
    setWorking(true);
    setProblem(null);
    try {
      await work();
      window.say(done);
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setWorking(false);
    }
  }

  return (
    <>
      <div className={own.actions}>
        <button
          type="button"
          className={controls.button}
          aria-disabled={working || undefined}
          onClick={() => attempt(() => engine.api.resend(id), "It is sent again.")}
        >
          <Send size={13} aria-hidden />
          {state === "waiting" ? "Send now" : "Resend"}
        </button>
        {state === "waiting" && (
          <button
            type="button"
            className={controls.danger}
            aria-disabled={working || undefined}
            onClick={() => attempt(() => engine.api.giveUp(id), "It is given up. Resend takes that back.")}
          >
            <Ban size={13} aria-hidden />
            Give up
          </button>
        )}
        {booking_id !== null && (
          <button type="button" className={controls.quiet} onClick={() => window.showBooking(booking_id)}>
            Show the booking
          </button>
        )}
      </div>
      {problem && (
        <p role="alert" className={controls.refusal}>
          {problem}
        </p>
      )}
    </>
  );
}

function Facts({ notification }: { notification: Notification }) {
  const { state, reason, method, url, update_mask, booking_id, query } = notification;
  const [address = url] = url.split("?");
  const others = Object.entries(query as Record<string, string>).filter(([name]) => name !== "updateMask");
  return (
    <section className={styles.card} aria-label="What is sent">
      <dl className={own.facts}>
        {state === "waiting" && (
          <>
            <dt>Next try</dt>
            <dd>
              <NextTry notification={notification} />
            </dd>
          </>
        )}
        {reason && (
          <>
            <dt>Given up</dt>
            <dd className={own.reason}>{reason}</dd>
          </>
        )}
        {booking_id && (
          <>
            <dt>Booking</dt>
            <dd>
              <code>{booking_id}</code>
            </dd>
          </>
        )}
        {update_mask && (
          <>
            <dt>updateMask</dt>
            <dd>
              <code>{update_mask}</code>
            </dd>
          </>
        )}
        {others.map(([name, value]) => (
          <div key={name} className={own.fact}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
        <dt>Goes to</dt>
        <dd>
          <code>
            {method} {address}
          </code>
        </dd>
      </dl>
    </section>
  );
}

function NextTry({ notification }: { notification: Notification }) {
  const now = useEngineNow();
  const at = notification.next_attempt_at;
  return (
    <>
      <strong>{nextIn(notification, now)}</strong>
      {at && <span className={own.faint}>at {clockTime(at)}</span>}
    </>
  );
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  const window = useWindow();
  return (
    <section className={styles.card} aria-label="Attempts">
      <header className={styles.cardHead}>
        <h3>Attempts</h3>
        <span className={styles.cardAside}>{plural(attempts.length, "try", "tries")}</span>
      </header>
      {attempts.length === 0 ? (
        <p className={styles.nothing}>It was not sent yet.</p>
      ) : (
        <ol className={own.attempts}>
          {attempts.map((attempt) => (
            <li key={attempt.exchange_id}>
              <p className={own.attempt}>
                <span className={own.when}>{clockTime(attempt.at)}</span>
                <span
                  className={`${controls.pill} ${controls[(attempt.status ?? 500) < 400 ? "ok" : "bad"]}`}
                  title={took(attempt.duration_us)}
                >
                  {attempt.status ?? "no answer"}
                </span>
                <button
                  type="button"
                  className={controls.quiet}
                  onClick={() => window.showExchange(attempt.exchange_id)}
                >
                  Show the exchange
                </button>
              </p>
              {attempt.error && <p className={own.error}>{attempt.error}</p>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
