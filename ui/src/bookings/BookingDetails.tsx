// One booking: the facts people ask for, what happened to it, and the message as it is on the wire.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import { BodyView } from "../details/BodyView";
import styles from "../details/Details.module.css";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import own from "./BookingDetails.module.css";
import { bookingTone } from "./BookingsTab";

export function BookingDetails({ id }: { id: string }) {
  const engine = useEngine();
  const window = useWindow();
  const version = useObservable(engine.bookingsVersion);
  const { data, error, refetch } = useQuery({
    queryKey: ["booking", id],
    queryFn: ({ signal }) => engine.api.booking(id, signal),
    placeholderData: keepPreviousData,
    retry: 1,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to fetch
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), 300);
    return () => clearTimeout(timer);
  }, [version, refetch]);

  if (error) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={styles.nothing}>Fetching the booking…</p>;
  const minutes = Math.round(Number(data.duration_sec) / 60);
  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>{data.guest || "No name given"}</h2>
          <span className={`${controls.pill} ${controls[bookingTone(data.status)]}`}>{data.status}</span>
        </div>
        <p className={styles.meta}>
          <span>{dateAndTime(data.start_at)}</span>
          {minutes > 0 && <span>{minutes} min</span>}
          {data.party_size != null && <span>party of {data.party_size}</span>}
        </p>
      </header>
      <div className={styles.panel}>
        <section className={styles.card} aria-label="Facts">
          <dl className={own.facts}>
            <dt>Booking</dt>
            <dd>
              <code>{data.booking_id}</code> <CopyButton text={data.booking_id} what="the booking id" />
            </dd>
            <dt>Merchant</dt>
            <dd>
              <code>{data.merchant_id}</code>
            </dd>
            <dt>Service</dt>
            <dd>
              <code>{data.service_id}</code>
            </dd>
            {data.prepayment_status && (
              <>
                <dt>Prepayment</dt>
                <dd>
                  <code>{data.prepayment_status}</code>
                </dd>
              </>
            )}
          </dl>
        </section>
        <section className={styles.card} aria-label="What happened">
          <header className={styles.cardHead}>
            <h3>What happened</h3>
          </header>
          <ol className={own.history}>
            {data.timeline.map((entry) => (
              <li key={`${entry.at}-${entry.event}`}>
                <p>{entry.text}</p>
                <p className={own.when}>
                  {dateAndTime(entry.at)}
                  {entry.exchange_id !== null && (
                    <button
                      type="button"
                      className={controls.quiet}
                      onClick={() => window.showExchange(entry.exchange_id as number)}
                    >
                      Show the exchange
                    </button>
                  )}
                </p>
              </li>
            ))}
          </ol>
        </section>
        <BodyView title="As on the wire" body={JSON.stringify(data.booking)} what="the booking" />
      </div>
    </>
  );
}
