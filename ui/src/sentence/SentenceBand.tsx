// The band under the top bar: the sentence, what is left of it, and one way back.

import { CircleCheck, CircleSlash, TriangleAlert, Users } from "lucide-react";
import { useRef } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { CauseInfo } from "../api/types";
import { PortRefusal, useListener } from "../app/use-listener";
import { useWindow } from "../app/window-state";
import { minutesAndSeconds, useCountdown } from "../clock/use-countdown";
import sessions from "../sessions/Sessions.module.css";
import controls from "../theme/controls.module.css";
import styles from "./SentenceBand.module.css";
import { asText, sentence } from "./sentence";
import { useFit } from "./use-fit";

const SYMBOLS = { normal: CircleCheck, changed: TriangleAlert, stopped: CircleSlash };

export function SentenceBand({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const said = useObservable(engine.said);
  const asked = useObservable(engine.asked);
  const secondsLeft = useCountdown();
  const listener = useListener();
  const session = useObservable(useWindow().session);
  const band = useRef<HTMLElement>(null);
  const spoken =
    said && sentence(said.status.behaviour, said.status.listener, causes, said.status.scenario.rules);
  useFit(band, spoken ? `${spoken.tone} ${secondsLeft !== null} ${asText(spoken.parts)}` : "");
  if (!said || !spoken) {
    return (
      <section
        ref={band}
        className={styles.band}
        data-tone="normal"
        aria-label="What the next request will get"
      >
        <p className={styles.sentence}>Connecting to the engine…</p>
      </section>
    );
  }
  const { behaviour } = said.status;
  const { tone, parts } = spoken;
  const Symbol_ = SYMBOLS[tone];
  const refused = asked.refused?.by === "normal" ? asked.refused.sentence : null;
  return (
    <section ref={band} className={styles.band} data-tone={tone} aria-label="What the next request will get">
      {session !== null && (
        <p className={sessions.chip}>
          <Users size={16} aria-hidden />
          <span title={session}>{session}</span>
        </p>
      )}
      <Symbol_ className={styles.symbol} aria-hidden />
      <div className={styles.words}>
        <p className={styles.sentence} role="status">
          {parts.map((part, index) => {
            const key = `${index}-${part.text}`;
            if (part.kind === "strong") return <strong key={key}>{part.text}</strong>;
            if (part.kind === "code") return <code key={key}>{part.text}</code>;
            return <span key={key}>{part.text}</span>;
          })}
        </p>
        {tone === "stopped" && said.status.listener.reason && (
          <p className={styles.reason}>{said.status.listener.reason}</p>
        )}
        {tone === "stopped" && <PortRefusal listener={listener} />}
        {refused && <p className={styles.reason}>{refused}</p>}
      </div>
      {secondsLeft !== null && (
        <p className={styles.countdown}>
          <span>Ends in</span> <strong>{minutesAndSeconds(secondsLeft)}</strong>
        </p>
      )}
      {tone === "stopped" && (
        <button
          type="button"
          className={controls.primary}
          disabled={listener.pending}
          onClick={() => listener.change({ listening: true })}
        >
          Start the server
        </button>
      )}
      {behaviour.changed && (
        <button
          type="button"
          className={`${controls.button} ${styles.back}`}
          disabled={asked.pending === "normal"}
          onClick={() => engine.backToNormal()}
        >
          Back to normal
        </button>
      )}
    </section>
  );
}
