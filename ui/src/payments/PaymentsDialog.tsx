// Every payment to try: a sample booking of each mode, and the tokens by which a request chooses what the
// payment processor says. No money moves.

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Send, SquareArrowOutUpRight } from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { PaymentMode, SamplePayment, TestToken } from "../api/payments";
import { CopyButton } from "../app/CopyButton";
import { Modal } from "../app/Modal";
import { type DialogName, useWindow } from "../app/window-state";
import { PAYMENTS } from "../control-room/presets";
import controls from "../theme/controls.module.css";
import table from "../theme/table.module.css";
import { toneOfLabel } from "../traffic/format";
import { challengeUrl } from "./challenge";
import styles from "./Payments.module.css";
import { type Sent, sendPaid } from "./send";

export function PaymentsDialog({ open }: { open: DialogName | null }) {
  return (
    <Modal
      name="payments"
      open={open}
      wide
      title="Try a payment"
      about="Each sample is one true request with a payment token, and asks for its own payment whatever the toggles say. No money moves."
    >
      <Panel />
    </Modal>
  );
}

function Panel() {
  const engine = useEngine();
  const [sending, setSending] = useState(false);
  // In here, since nothing outside of a dialog is heard while it is open.
  const [sent, setSent] = useState<Sent | null>(null);
  const tokens = useQuery({
    queryKey: ["payment-tokens"],
    queryFn: () => engine.api.paymentTokens(),
    staleTime: Number.POSITIVE_INFINITY,
  });

  async function send(payment: SamplePayment): Promise<void> {
    if (sending) return;
    setSending(true);
    setSent(await sendPaid(engine, payment));
    setSending(false);
  }

  return (
    <>
      <section className={styles.modes} aria-labelledby="sample-modes">
        <h3 id="sample-modes">Send a sample booking</h3>
        <div className={styles.buttons}>
          {PAYMENTS.filter(({ value }) => value !== "inventory").map(({ value, title }) => (
            <button
              key={value}
              type="button"
              className={controls.button}
              aria-disabled={sending || undefined}
              onClick={() => send({ payment: value as PaymentMode })}
            >
              <Send size={13} aria-hidden />
              {title}
            </button>
          ))}
        </div>
        <p
          role="status"
          aria-label="What was answered"
          className={styles.sent}
          data-bad={sent?.bad || undefined}
        >
          {sent ? sent.text : "The answer is said here, and its row is in the traffic."}
        </p>
      </section>
      {tokens.error && (
        <p className={controls.refusal} role="alert">
          {inWords(tokens.error)}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard too */}
      <section className={table.scroll} aria-label="Test tokens" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Payment token</th>
              <th scope="col">What happens</th>
              <th scope="col">CreateBooking answers</th>
              <th scope="col">
                <span className="visually-hidden">Try it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.data?.map((token) => (
              <Row key={token.token} token={token} onSend={() => send({ payment_token: token.token })} />
            ))}
          </tbody>
        </table>
      </section>
      <footer className={table.foot}>
        <p>
          Send one as <code>payment_processing_parameters.unparsed_payment_method_token</code>, bare or inside
          a wallet’s JSON. A <code>tok_</code> name that is none of these is a 400.
        </p>
        <LastChallenge />
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </footer>
    </>
  );
}

function Row({ token, onSend }: { token: TestToken; onSend(): void }) {
  return (
    <tr>
      <th scope="row">
        <span className={styles.token}>
          <code>{token.token}</code>
          <CopyButton text={token.token} what={token.token} />
        </span>
      </th>
      <td>{token.meaning}</td>
      <td>
        <span className={`${controls.pill} ${controls[toneOfLabel(token.answer)]}`}>{token.answer}</span>
      </td>
      <td>
        <button
          type="button"
          className={controls.quiet}
          aria-label={`Send a sample with ${token.token}`}
          onClick={onSend}
        >
          <Send size={13} aria-hidden />
          Send
        </button>
      </td>
    </tr>
  );
}

/** Where the bank asked for a challenge last, and nobody went yet. */
function LastChallenge() {
  const engine = useEngine();
  const window = useWindow();
  const { data } = useQuery({
    queryKey: ["last-challenge"],
    queryFn: ({ signal }) => engine.api.lastChallenge(signal),
    refetchInterval: 2000,
  });
  if (!data) return null;
  return (
    <button
      type="button"
      className={controls.button}
      onClick={() => {
        window.platform.openExternal(challengeUrl(data)).catch(() => {
          window.say("The page could not be opened. Open the address in a browser.", true);
        });
      }}
    >
      <SquareArrowOutUpRight size={13} aria-hidden />
      Open the bank’s last challenge
    </button>
  );
}
