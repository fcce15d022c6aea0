// Why the answer came out so: each step in plain words with who spoke, the one that settled it marked, and
// under it what would have made the answer another one.

import { Check, CircleDot } from "lucide-react";
import type { Decision, ExchangeDetails } from "../api/types";
import { Counterfactuals } from "./Counterfactuals";
import styles from "./Details.module.css";
import { layerWords } from "./layers";
import own from "./Why.module.css";

export function Why({ exchange }: { exchange: ExchangeDetails }) {
  const { decisions } = exchange;
  const deciding = decisions.find((decision) => decision.decided);
  const ideas = decisions.flatMap((decision) => decision.counterfactuals ?? []);
  return (
    <section className={styles.card} aria-label="Why this answer">
      <header className={styles.cardHead}>
        <h3>Why this answer?</h3>
        {deciding && <span className={styles.cardAside}>decided by {layerWords(deciding.layer).long}</span>}
      </header>
      {decisions.length === 0 ? (
        <p className={styles.nothing}>No steps were recorded for this exchange.</p>
      ) : (
        <ol>
          {decisions.map((decision, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
            <Step key={index} decision={decision} />
          ))}
        </ol>
      )}
      {ideas.length > 0 && <Counterfactuals key={exchange.id} exchange={exchange.id} ideas={ideas} />}
    </section>
  );
}

function Step({ decision }: { decision: Decision }) {
  const Symbol_ = decision.decided ? CircleDot : Check;
  const { short, Shape } = layerWords(decision.layer);
  return (
    <li className={own.decision} data-decided={decision.decided || undefined}>
      <Symbol_ size={15} aria-hidden />
      <div>
        <p>
          {decision.decided && <strong>This settled it: </strong>}
          {decision.text}
        </p>
        <p className={own.source}>
          <span className={own.layer}>
            <Shape size={12} aria-hidden />
            {short}
          </span>
          {decision.reference && <code>§ {decision.reference}</code>}
        </p>
      </div>
    </li>
  );
}
