// Why nothing was to be told yet, and two steps that change it: each is one call.

import { Send } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import controls from "../theme/controls.module.css";
import traffic from "../traffic/Traffic.module.css";

export function EmptyOutbox() {
  const engine = useEngine();
  const behaviour = useObservable(engine.said)?.status.behaviour.in_force;
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const decides =
    behaviour?.confirmation === "asynchronous" && behaviour.merchant_reply.decision !== "manual";

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setWorking(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setWorking(false);
    }
  }

  return (
    <div className={traffic.empty}>
      <h3>Nothing to tell yet</h3>
      <p>
        The aggregator is told what the merchant’s side changes: a pending booking that is confirmed, declined
        or fails, a cancellation, another time, a no-show.
      </p>
      <div className={traffic.samples}>
        <button
          type="button"
          className={decides ? controls.button : controls.primary}
          disabled={working || decides}
          onClick={() =>
            attempt(() =>
              engine.api.patchBehaviour({
                confirmation: "asynchronous",
                merchant_reply: { decision: "confirm", after_sec: 5, cause: null },
              }),
            )
          }
        >
          {decides ? "1. The merchant decides: set" : "1. Let the merchant confirm after 5 s"}
        </button>
        <button
          type="button"
          className={decides ? controls.primary : controls.button}
          disabled={working}
          onClick={() => attempt(() => engine.api.sample("create_booking"))}
        >
          <Send size={14} aria-hidden />
          2. Send a sample request
        </button>
      </div>
      {problem && (
        <p className={controls.refusal} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
