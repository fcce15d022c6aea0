import { useEngine } from "../api/engine";
import type { Merchant } from "../api/inventory";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import own from "../bookings/BookingDetails.module.css";
import styles from "../details/Details.module.css";
import { plural } from "../traffic/format";
import { Field, Form, useDraft } from "./Form";
import { useInventoryChanged } from "./use-inventory";
import { MADE_BY } from "./words";

export function MerchantDetails({ merchant }: { merchant: Merchant }) {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const draft = useDraft({ name: merchant.name, category: merchant.category });

  async function save(): Promise<string | null> {
    const patch = Object.fromEntries([...draft.changed].map((name) => [name, draft.values[name].trim()]));
    if (patch.name === "") return "A merchant needs a name.";
    await engine.api.patchMerchant(merchant.merchant_id, patch);
    await changed();
    draft.reset();
    window.say("Saved.");
    return null;
  }

  return (
    <>
      <header className={styles.heading}>
        <div className={styles.titleLine}>
          <h2>{merchant.name}</h2>
        </div>
        <p className={styles.meta}>
          <span>{plural(merchant.services, "service")}</span>
          <span>{plural(merchant.slots, "slot")}</span>
        </p>
      </header>
      <div className={styles.panel}>
        <section className={styles.card} aria-label="Facts">
          <dl className={own.facts}>
            <dt>Merchant</dt>
            <dd>
              <code>{merchant.merchant_id}</code>{" "}
              <CopyButton text={merchant.merchant_id} what="the merchant id" />
            </dd>
            <dt>Made</dt>
            <dd>{MADE_BY[merchant.made_by] ?? merchant.made_by}</dd>
          </dl>
        </section>
        <section className={styles.card} aria-label="Edit">
          <header className={styles.cardHead}>
            <h3>Name and category</h3>
          </header>
          <Form
            label="The merchant"
            save="Save"
            changed={draft.changed.size > 0}
            onSave={save}
            onCancel={draft.reset}
          >
            <Field label="Name" value={draft.values.name} onChange={(value) => draft.set("name", value)} />
            <Field
              label="Category"
              value={draft.values.category}
              onChange={(value) => draft.set("category", value)}
            />
          </Form>
        </section>
      </div>
    </>
  );
}
