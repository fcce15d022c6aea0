// Why the answer came out so: each step in plain words, the one that settled it marked.

import { Check, CircleDot } from "lucide-react";
import type { ExchangeDetails } from "../api/types";
import { took } from "../traffic/format";
import styles from "./Details.module.css";
import own from "./Why.module.css";

const LAYERS: Record<string, string> = {
  protocol: "the protocol",
  header: "the header X-Mock-Partner",
  payload: "a tag in the guest's e-mail",
  expiring_toggle: "an expiring toggle",
  toggle: "a toggle",
  scenario: "the scenario",
  inventory: "the inventory",
  domain: "the partner's rules",
};

export function Why({ exchange }: { exchange: ExchangeDetails }) {
  const deciding = exchange.decisions.find((decision) => decision.decided);
  return (
    <>
      <section className={styles.card} aria-label="Why this answer">
        <header className={styles.cardHead}>
          <h3>Why this answer?</h3>
          {deciding && (
            <span className={styles.cardAside}>
              decided by {LAYERS[deciding.layer] ?? deciding.layer.replaceAll("_", " ")}
            </span>
          )}
        </header>
        <ol>
          {exchange.decisions.map((decision, index) => {
            const Symbol_ = decision.decided ? CircleDot : Check;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <li key={index} className={own.decision} data-decided={decision.decided || undefined}>
                <Symbol_ size={15} aria-hidden />
                <p>
                  {decision.decided && <strong>This settled it: </strong>}
                  {decision.text}
                  {decision.reference && <span className={own.reference}> § {decision.reference}</span>}
                </p>
              </li>
            );
          })}
        </ol>
      </section>
      <Timing exchange={exchange} />
    </>
  );
}

function Timing({ exchange: { timing } }: { exchange: ExchangeDetails }) {
  const parts = [
    { name: "Reading the request", us: timing.read_us, tone: "read" },
    { name: "Deciding and storing", us: timing.decide_us, tone: "decide" },
    { name: "Delay that was asked for", us: timing.delay_us, tone: "delay" },
  ].filter((part) => part.us > 0);
  const total = Math.max(1, timing.total_us);
  return (
    <section className={styles.card} aria-label="Timing">
      <header className={styles.cardHead}>
        <h3>Timing</h3>
        <span className={styles.cardAside}>{took(timing.total_us)} in all</span>
      </header>
      <div className={own.timeline} aria-hidden>
        {parts.map((part) => (
          <span key={part.tone} data-tone={part.tone} style={{ flexGrow: part.us / total }} />
        ))}
      </div>
      <dl className={own.timings}>
        {parts.map((part) => (
          <div key={part.tone}>
            <dt data-tone={part.tone}>{part.name}</dt>
            <dd>{took(part.us)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
