// Starting, stopping and moving the Booking Server, for the server menu and the band alike.

import { useState } from "react";
import { ApiError, inWords } from "../api/client";
import { useEngine } from "../api/engine";
import controls from "../theme/controls.module.css";

export interface ListenerControl {
  pending: boolean;
  refused: { sentence: string; suggestedPort: number | null } | null;
  change(change: { listening: boolean; port?: number }): Promise<boolean>;
}

export function useListener(): ListenerControl {
  const engine = useEngine();
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<ListenerControl["refused"]>(null);
  async function change(wish: { listening: boolean; port?: number }): Promise<boolean> {
    setPending(true);
    setRefused(null);
    try {
      await engine.api.putListener(wish);
      await engine.refreshStatus();
      return true;
    } catch (error) {
      const suggestedPort = error instanceof ApiError ? error.suggestedPort : null;
      const sentence = suggestedPort !== null && error instanceof ApiError ? error.message : inWords(error);
      setRefused({ sentence, suggestedPort });
      return false;
    } finally {
      setPending(false);
    }
  }
  return { pending, refused, change };
}

/** Why it did not work, in one sentence, with the way out as a button. */
export function PortRefusal({ listener }: { listener: ListenerControl }) {
  const { refused } = listener;
  if (!refused) return null;
  return (
    <div className={controls.refusal} role="alert">
      <span>{refused.sentence}</span>
      {refused.suggestedPort !== null && (
        <button
          type="button"
          className={controls.button}
          onClick={() => listener.change({ listening: true, port: refused.suggestedPort ?? undefined })}
        >
          Use port {refused.suggestedPort}
        </button>
      )}
    </div>
  );
}
