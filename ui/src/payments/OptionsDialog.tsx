// Packs and memberships of guests: who owns which, what is left of it, one given to a guest, one used up or
// taken back. A request names one by `user_payment_option_id`.

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import type { OwnedOption } from "../api/payments";
import { CopyButton } from "../app/CopyButton";
import { Modal } from "../app/Modal";
import type { DialogName } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import { Field } from "../inventory/Form";
import controls from "../theme/controls.module.css";
import table from "../theme/table.module.css";
import { dateAndTime } from "../traffic/format";
import { KINDS, leftInWords, ORIGINS } from "./options";
import styles from "./Payments.module.css";

const EVERY_MS = 2000;

export function OptionsDialog({ open }: { open: DialogName | null }) {
  return (
    <Modal
      name="payment-options"
      open={open}
      wide
      title="Packs and memberships"
      about="What guests own and can pay with. Each booking with one takes a use; a cancelled one gives it back."
    >
      <Panel />
    </Modal>
  );
}

function Panel() {
  const engine = useEngine();
  const [refused, setRefused] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["payment-options"],
    queryFn: ({ signal }) => engine.api.paymentOptions(signal),
    refetchInterval: EVERY_MS,
  });

  async function tryTo(work: () => Promise<unknown>): Promise<boolean> {
    setRefused(null);
    try {
      await work();
      return true;
    } catch (error) {
      setRefused(inWords(error));
      return false;
    } finally {
      await refetch();
    }
  }

  return (
    <>
      {error && !data && (
        <p className={controls.refusal} role="alert">
          {inWords(error)}
        </p>
      )}
      {data?.length === 0 && <p className={styles.none}>No guest owns one yet. Give one below.</p>}
      {data && data.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard too
        <section className={table.scroll} aria-label="Packs and memberships of guests" tabIndex={0}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Guest’s copy</th>
                <th scope="col">Guest</th>
                <th scope="col">Merchant</th>
                <th scope="col">Left</th>
                <th scope="col">Where from</th>
                <th scope="col">
                  <span className="visually-hidden">Change it</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((option) => (
                <Row
                  key={option.user_payment_option_id}
                  option={option}
                  onPatch={(change) =>
                    tryTo(() => engine.api.patchPaymentOption(option.user_payment_option_id ?? "", change))
                  }
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Give onGive={(option) => tryTo(() => engine.api.givePaymentOption(option))} refused={refused} />
      <footer className={table.foot}>
        <p>
          A request pays with one as <code>payment_information.user_payment_option_id</code>.
        </p>
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </footer>
    </>
  );
}

interface RowProps {
  option: OwnedOption;
  onPatch(change: { current_count?: number; withdrawn?: boolean }): void;
}

function Row({ option, onPatch }: RowProps) {
  const id = option.user_payment_option_id ?? "";
  const counted = option.type !== "PAYMENT_OPTION_UNLIMITED_USE";
  const isUsedUp = counted && option.current_count === 0;
  return (
    <tr>
      <th scope="row">
        <span className={styles.token}>
          <code>{id}</code>
          <CopyButton text={id} what={id} />
        </span>
      </th>
      <td>
        <code>{option.user_id}</code>
      </td>
      <td>
        <code>{option.merchant_id}</code>
      </td>
      <td>{leftInWords(option)}</td>
      <td title={dateAndTime(option.created_at)}>{ORIGINS[option.origin]}</td>
      <td>
        <span className={styles.buttons}>
          {counted && (
            <button
              type="button"
              className={controls.quiet}
              aria-label={isUsedUp ? `Fill up ${id}` : `Use up ${id}`}
              onClick={() => onPatch({ current_count: isUsedUp ? option.original_count : 0 })}
            >
              {isUsedUp ? "Fill up" : "Use up"}
            </button>
          )}
          <button
            type="button"
            className={controls.quiet}
            aria-label={option.withdrawn ? `Give ${id} again` : `Take ${id} back`}
            onClick={() => onPatch({ withdrawn: !option.withdrawn })}
          >
            {option.withdrawn ? "Give again" : "Take back"}
          </button>
        </span>
      </td>
    </tr>
  );
}

interface GiveProps {
  onGive(option: Parameters<ReturnType<typeof useEngine>["api"]["givePaymentOption"]>[0]): Promise<boolean>;
  refused: string | null;
}

function Give({ onGive, refused }: GiveProps) {
  const [guest, setGuest] = useState("");
  const [merchant, setMerchant] = useState("");
  const [option, setOption] = useState("pack-of-ten");
  const [kind, setKind] = useState<string>("PAYMENT_OPTION_MULTI_USE");
  const [uses, setUses] = useState("10");
  const isPack = kind === "PAYMENT_OPTION_MULTI_USE";
  const fits = guest.trim() !== "" && merchant.trim() !== "" && (!isPack || /^[1-9]\d{0,5}$/.test(uses));

  async function give(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!fits) return;
    await onGive({
      user_id: guest.trim(),
      merchant_id: merchant.trim(),
      payment_option_id: option.trim(),
      type: kind as OwnedOption["type"],
      ...(isPack ? { original_count: Number(uses) } : {}),
    });
  }

  return (
    <form className={styles.give} aria-label="Give a guest one" onSubmit={give}>
      <Field label="Guest (user_id)" mono value={guest} onChange={setGuest} />
      <Field label="Merchant (merchant_id)" mono value={merchant} onChange={setMerchant} />
      <Field label="Of the option (payment_option_id)" mono value={option} onChange={setOption} />
      <Segmented small label="Kind" choices={KINDS} value={kind} pending={null} onChoose={setKind} />
      {isPack && <Field label="Uses" value={uses} onChange={setUses} />}
      <button type="submit" className={controls.primary} disabled={!fits || option.trim() === ""}>
        Give it
      </button>
      {refused && (
        <p className={controls.refusal} role="alert">
          {refused}
        </p>
      )}
    </form>
  );
}
