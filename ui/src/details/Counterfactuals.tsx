// What would have made the answer another one, each with the means to try it: one control call, the request
// changed, or time. What came of it is said in place; the answer itself is a new exchange, which is shown.

import { CornerDownRight, Send } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { Change, Counterfactual } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import { span } from "../clock/time";
import controls from "../theme/controls.module.css";
import { toneOfLabel } from "../traffic/format";
import own from "./Counterfactuals.module.css";

export function Counterfactuals({ exchange, ideas }: { exchange: number; ideas: Counterfactual[] }) {
  return (
    <section className={own.ideas} aria-label="What would change the answer">
      <h4 className={own.title}>What would change it</h4>
      <ul>
        {ideas.map((idea, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <Idea key={index} exchange={exchange} idea={idea} />
        ))}
      </ul>
    </section>
  );
}

type Progress = "idle" | "working" | "applied" | "sent";

function Idea({ exchange, idea }: { exchange: number; idea: Counterfactual }) {
  const engine = useEngine();
  const window = useWindow();
  const [progress, setProgress] = useState<Progress>("idle");
  const [problem, setProblem] = useState<string | null>(null);
  const { change } = idea;
  // Time passes by a call as well, where there is any to wait for.
  const byCall = change.kind === "control" || (change.kind === "wait" && change.sec > 0);
  const needsCall = byCall && progress !== "applied" && progress !== "sent";

  async function attempt(work: () => Promise<Progress>): Promise<void> {
    const before = progress;
    setProgress("working");
    setProblem(null);
    try {
      setProgress(await work());
    } catch (error) {
      setProgress(before);
      setProblem(inWords(error));
    }
  }

  const apply = () =>
    attempt(async () => {
      if (change.kind === "control") await engine.api.perform(change);
      if (change.kind === "wait") engine.receiveClock(await engine.api.advance({ sec: change.sec }));
      await engine.refreshStatus();
      return "applied";
    });

  const send = () =>
    attempt(async () => {
      const sent = await engine.api.replay(exchange, inRequest(change) ? change : undefined);
      if (sent === null) window.say("Sent again. Its row is in the traffic.");
      else {
        window.showExchange(sent);
        window.say("Sent again. This is the new exchange.");
        document.getElementById("details")?.focus();
      }
      return "sent";
    });

  return (
    <li className={own.idea}>
      <CornerDownRight size={15} aria-hidden />
      <div>
        <p>
          {idea.text}{" "}
          {idea.would && (
            <span className={`${controls.pill} ${controls[toneOfLabel(idea.would)]}`}>{idea.would}</span>
          )}
        </p>
        <p className={own.exactly}>
          <code>{exactly(change)}</code>
        </p>
        <div className={own.actions}>
          {/* One button for both steps, so that the keyboard stays where it is. */}
          <button
            type="button"
            className={controls.button}
            aria-disabled={progress === "working" || undefined}
            onClick={() => {
              if (progress === "working") return;
              if (needsCall) void apply();
              else void send();
            }}
          >
            {!needsCall && <Send size={13} aria-hidden />}
            {needsCall ? callWords(change) : inRequest(change) ? "Send it so" : "Send it again"}
          </button>
          {inRequest(change) && (
            <CopyButton
              text={() => engine.api.curl(exchange, change)}
              what="the changed request as a curl command"
              label="Copy as cURL with this change"
            />
          )}
        </div>
        <p role="status" className={own.status}>
          {progress === "applied" &&
            `Done: ${change.kind === "wait" ? "the time has passed" : "it is in force"}. Send the request again to see the other answer.`}
          {progress === "sent" && "Sent again."}
        </p>
        {problem && (
          <p role="alert" className={controls.refusal}>
            {problem}
          </p>
        )}
      </div>
    </li>
  );
}

/** Whether the change is one of the request itself, and not of the partner or the time. */
function inRequest(change: Change): boolean {
  return change.kind === "request" || change.kind === "request_line" || change.kind === "header";
}

function callWords(change: Change): string {
  return change.kind === "wait" ? `Advance the clock by ${span(change.sec)}` : "Do this";
}

function exactly(change: Change): string {
  switch (change.kind) {
    case "control":
      return `${change.verb} ${change.path}${change.body === undefined ? "" : ` ${JSON.stringify(change.body)}`}`;
    case "request": {
      const place = change.pointer || "the whole body";
      return change.value === undefined ? `without ${place}` : `${place} = ${JSON.stringify(change.value)}`;
    }
    case "request_line":
      return `${change.verb} ${change.path}`;
    case "header":
      return change.value === null ? `without the header ${change.name}` : `${change.name}: ${change.value}`;
    case "wait":
      return change.sec > 0 ? `${change.sec} s later` : "the same request once more";
  }
}
