// A service: what it costs, and until when it can be booked and cancelled. Slots can say otherwise for themselves.

import { useEngine } from "../api/engine";
import type { Patch, Service } from "../api/inventory";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import own from "../bookings/BookingDetails.module.css";
import styles from "../details/Details.module.css";
import { plural } from "../traffic/format";
import { Field, Form, Select, useDraft } from "./Form";
import form from "./Form.module.css";
import { fromAmount, money, toAmount } from "./money";
import {
  amountOfDeposit,
  amountOfFee,
  currencyOf,
  depositPatch,
  feePatch,
  NO_AMOUNT,
} from "./payment-fields";
import { useInventoryChanged } from "./use-inventory";
import { CARD_RULES, MADE_BY, PREPAYMENT_TYPES } from "./words";

const HOUR = 3600;

export function ServiceDetails({ service }: { service: Service }) {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const currency = currencyOf(service.price, service.no_show_fee?.fee, service.deposit?.deposit);
  const draft = useDraft({
    name: service.name,
    price: toAmount(service.price),
    currency,
    prepayment_type: service.prepayment_type,
    no_show_fee: amountOfFee(service.no_show_fee),
    deposit: amountOfDeposit(service.deposit),
    require_credit_card: service.require_credit_card,
    book_hours: String(Number(service.min_advance_booking_sec) / HOUR),
    cancel_hours: String(Number(service.min_advance_online_canceling_sec) / HOUR),
  });
  const { values } = draft;

  async function save(): Promise<string | null> {
    const patch: Patch = {};
    const money_ = draft.changed.has("currency");
    if (draft.changed.has("name")) {
      if (values.name.trim() === "") return "A service needs a name.";
      patch.name = values.name.trim();
    }
    if (!/^[A-Z]{3}$/.test(values.currency)) return "A currency is three capital letters, such as USD.";
    if (draft.changed.has("price") || (money_ && values.price !== "")) {
      patch.price = fromAmount(values.price, values.currency);
    }
    if (draft.changed.has("no_show_fee") || (money_ && values.no_show_fee !== "")) {
      patch.no_show_fee = feePatch(values.no_show_fee, values.currency, service.no_show_fee);
    }
    if (draft.changed.has("deposit") || (money_ && values.deposit !== "")) {
      patch.deposit = depositPatch(values.deposit, values.currency, service.deposit);
    }
    if (Object.values(patch).includes(undefined)) return NO_AMOUNT;
    for (const [field, name] of [
      ["book_hours", "min_advance_booking_sec"],
      ["cancel_hours", "min_advance_online_canceling_sec"],
    ] as const) {
      if (!draft.changed.has(field)) continue;
      const hours = Number(values[field]);
      if (values[field].trim() === "" || !(hours >= 0)) return "Hours are a number from 0 on.";
      patch[name] = Math.round(hours * HOUR);
    }
    if (draft.changed.has("prepayment_type")) patch.prepayment_type = values.prepayment_type;
    if (draft.changed.has("require_credit_card")) patch.require_credit_card = values.require_credit_card;
    await engine.api.patchService(service.merchant_id, service.service_id, patch);
    await changed();
    draft.reset();
    window.say("Saved. The next request sees it.");
    return null;
  }

  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>{service.name}</h2>
        </div>
        <p className={styles.meta}>
          <span>{money(service.price)}</span>
          <span>{plural(service.slots, "slot")}</span>
        </p>
      </header>
      <div className={styles.panel}>
        <section className={styles.card} aria-label="Facts">
          <dl className={own.facts}>
            <dt>Service</dt>
            <dd>
              <code>{service.service_id}</code> <CopyButton text={service.service_id} what="the service id" />
            </dd>
            <dt>Merchant</dt>
            <dd>
              <code>{service.merchant_id}</code>
            </dd>
            <dt>Made</dt>
            <dd>{MADE_BY[service.made_by] ?? service.made_by}</dd>
          </dl>
        </section>
        <section className={styles.card} aria-label="Terms">
          <header className={styles.cardHead}>
            <h3>Terms of the service</h3>
          </header>
          <Form
            label="Terms of the service"
            save="Save"
            changed={draft.changed.size > 0}
            onSave={save}
            onCancel={draft.reset}
          >
            <Field label="Name" value={values.name} onChange={(value) => draft.set("name", value)} />
            <Field
              label="Price"
              value={values.price}
              unit={values.currency}
              placeholder="none"
              onChange={(value) => draft.set("price", value)}
            />
            <Field
              label="Currency"
              mono
              value={values.currency}
              onChange={(value) => draft.set("currency", value)}
            />
            <p className={form.group}>Payment</p>
            <Select
              label="Paid"
              value={values.prepayment_type}
              options={PREPAYMENT_TYPES}
              onChange={(value) => draft.set("prepayment_type", value)}
            />
            <Field
              label="No-show fee"
              value={values.no_show_fee}
              unit={values.currency}
              placeholder="none"
              onChange={(value) => draft.set("no_show_fee", value)}
            />
            <Field
              label="Deposit"
              value={values.deposit}
              unit={values.currency}
              placeholder="none"
              onChange={(value) => draft.set("deposit", value)}
            />
            <Select
              label="Card asked for"
              value={values.require_credit_card}
              options={CARD_RULES}
              onChange={(value) => draft.set("require_credit_card", value)}
            />
            <p className={form.group}>Time limits</p>
            <Field
              label="Book until"
              type="number"
              min={0}
              value={values.book_hours}
              unit="h before the start"
              onChange={(value) => draft.set("book_hours", value)}
            />
            <Field
              label="Cancel until"
              type="number"
              min={0}
              value={values.cancel_hours}
              unit="h before the start"
              onChange={(value) => draft.set("cancel_hours", value)}
            />
          </Form>
        </section>
      </div>
    </>
  );
}
