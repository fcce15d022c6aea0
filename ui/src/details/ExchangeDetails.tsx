// The right column for one exchange: what was asked, what was answered, and why.

import { Tabs } from "@base-ui/react/tabs";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { ExchangeDetails as Exchange } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { callOf, clockTime, toneOf, took } from "../traffic/format";
import { BodyView } from "./BodyView";
import styles from "./Details.module.css";
import { Findings, NoFindings } from "./Findings";
import { Headers } from "./Headers";
import { Timing } from "./Timing";
import { Why } from "./Why";

type DetailsTab = "why" | "answer" | "request" | "headers";

export function ExchangeDetails({ id }: { id: number }) {
  const engine = useEngine();
  const [tab, setTab] = useState<DetailsTab>("why");
  const [reveal, setReveal] = useState<{ pointer: string } | null>(null);
  const { data, error } = useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => engine.api.exchange(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    placeholderData: keepPreviousData,
    retry: 1,
  });
  if (error) {
    return (
      <p className={controls.refusal} role="alert">
        {inWords(error)}
      </p>
    );
  }
  if (!data) return <p className={styles.nothing}>Fetching the exchange…</p>;
  const tabs: { value: DetailsTab; title: string; count?: number }[] = [
    { value: "why", title: "Why" },
    { value: "answer", title: "Answer" },
    { value: "request", title: "Request", count: data.finding_count },
    { value: "headers", title: "Headers" },
  ];
  const show = (pointer: string) => {
    setTab("request");
    setReveal({ pointer });
  };
  return (
    <>
      <Heading exchange={data} />
      <Tabs.Root value={tab} onValueChange={(value) => setTab(value as DetailsTab)} className={styles.tabs}>
        <Tabs.List className={styles.tabList} aria-label="Details of the exchange" activateOnFocus>
          {tabs.map(({ value, title, count }) => (
            <Tabs.Tab key={value} value={value} className={styles.tab}>
              {title}
              {count ? (
                <span className={styles.tabCount}>
                  {count}
                  <span className="visually-hidden"> findings</span>
                </span>
              ) : null}
            </Tabs.Tab>
          ))}
          <Tabs.Indicator className={styles.tabIndicator} />
        </Tabs.List>
        <Tabs.Panel value="why" className={styles.panel}>
          <Why exchange={data} />
          {data.findings.length > 0 && <Findings findings={data.findings} onReveal={show} />}
          <Answer exchange={data} />
          <Timing exchange={data} />
        </Tabs.Panel>
        <Tabs.Panel value="answer" className={styles.panel}>
          <Answer exchange={data} />
        </Tabs.Panel>
        <Tabs.Panel value="request" className={styles.panel}>
          {data.findings.length > 0 ? <Findings findings={data.findings} onReveal={show} /> : <NoFindings />}
          <BodyView
            title="Request body"
            body={data.request.body}
            size={data.request.body_size}
            what="the request body"
            note={data.request.redacted ? "redacted" : null}
            findings={data.findings}
            reveal={reveal}
          />
        </Tabs.Panel>
        <Tabs.Panel value="headers" className={styles.panel}>
          <Headers exchange={data} />
        </Tabs.Panel>
      </Tabs.Root>
    </>
  );
}

function Heading({ exchange }: { exchange: Exchange }) {
  const engine = useEngine();
  const window = useWindow();
  const { booking_id } = exchange;
  return (
    <header className={styles.heading}>
      <div className={styles.titleLine}>
        <h2>{callOf(exchange)}</h2>
        <span className={`${controls.pill} ${controls[toneOf(exchange)]}`}>{exchange.label}</span>
      </div>
      <p className={styles.meta}>
        <span>{clockTime(exchange.at)}</span>
        {exchange.note && <span>{exchange.note}</span>}
        <span>HTTP {exchange.status}</span>
        <span>{took(exchange.duration_us)}</span>
      </p>
      <div className={styles.actions}>
        <CopyButton
          text={() => engine.api.curl(exchange.id)}
          what="the request as a curl command"
          label="Copy as cURL"
        />
        {booking_id && (
          <button type="button" className={controls.quiet} onClick={() => window.showBooking(booking_id)}>
            Show the booking
          </button>
        )}
      </div>
    </header>
  );
}

function Answer({ exchange }: { exchange: Exchange }) {
  if (!exchange.response) {
    return <p className={styles.nothing}>No answer was sent: the client hung up first.</p>;
  }
  return (
    <BodyView
      title={`Answer, HTTP ${exchange.response.status}`}
      body={exchange.response.body}
      size={exchange.response.body_size}
      what="the answer's body"
    />
  );
}
