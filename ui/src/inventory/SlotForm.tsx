import { useEngine } from "../api/engine";
import type { InventorySlot, Patch, Service } from "../api/inventory";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import { fromField, toField } from "./day";
import { Field, Form, Select, useDraft } from "./Form";
import form from "./Form.module.css";
import {
  amountOfDeposit,
  amountOfFee,
  currencyOf,
  depositPatch,
  feePatch,
  NO_AMOUNT,
} from "./payment-fields";
import { useInventoryChanged } from "./use-inventory";
import { CARD_RULES, MODES, PLACES } from "./words";

const MOMENTS = [
  ["first_bookable_sec", "Book from"],
  ["last_bookable_sec", "Book until"],
  ["last_online_cancellable_sec", "Cancel until"],
] as const;

/** Only what was changed is sent; an emptied field goes back to what the service says. */
export function SlotForm({ slot, service }: { slot: InventorySlot; service: Service | undefined }) {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const { terms } = slot;
  const currency = currencyOf(
    terms?.no_show_fee?.fee,
    terms?.deposit?.deposit,
    service?.price,
    service?.no_show_fee?.fee,
    service?.deposit?.deposit,
  );
  const draft = useDraft({
    spots_total: String(slot.spots_total),
    confirmation_mode: slot.confirmation_mode,
    first_bookable_sec: toField(terms?.first_bookable_sec),
    last_bookable_sec: toField(terms?.last_bookable_sec),
    last_online_cancellable_sec: toField(terms?.last_online_cancellable_sec),
    no_show_fee: amountOfFee(terms?.no_show_fee),
    deposit: amountOfDeposit(terms?.deposit),
    require_credit_card: terms?.require_credit_card ?? "",
    availability_tag: slot.availability_tag,
  });
  const { values } = draft;

  async function save(): Promise<string | null> {
    const patch: Patch = {};
    const termsPatch: Patch = {};
    if (draft.changed.has("spots_total")) {
      if (!PLACES.test(values.spots_total)) return "Places are a whole number from 1 on.";
      patch.spots_total = Number(values.spots_total);
    }
    if (draft.changed.has("confirmation_mode")) patch.confirmation_mode = values.confirmation_mode;
    if (draft.changed.has("availability_tag")) patch.availability_tag = values.availability_tag;
    for (const [name] of MOMENTS) if (draft.changed.has(name)) termsPatch[name] = fromField(values[name]);
    if (draft.changed.has("no_show_fee")) {
      termsPatch.no_show_fee = feePatch(values.no_show_fee, currency, terms?.no_show_fee);
    }
    if (draft.changed.has("deposit")) {
      termsPatch.deposit = depositPatch(values.deposit, currency, terms?.deposit);
    }
    if (draft.changed.has("require_credit_card")) {
      termsPatch.require_credit_card = values.require_credit_card || null;
    }
    if (Object.values(termsPatch).includes(undefined)) return NO_AMOUNT;
    if (Object.keys(termsPatch).length > 0) patch.terms = termsPatch;
    await engine.api.patchSlot(slot.slot_id, patch);
    await changed();
    draft.reset();
    window.say("Saved. The next request sees it.");
    return null;
  }

  return (
    <Form label="The slot" save="Save" changed={draft.changed.size > 0} onSave={save} onCancel={draft.reset}>
      <Field
        label="Places"
        type="number"
        min={1}
        value={values.spots_total}
        unit={`${slot.spots_total - slot.spots_open} taken`}
        onChange={(value) => draft.set("spots_total", value)}
      />
      <Segmented
        small
        inline
        label="Confirmed"
        choices={MODES}
        value={values.confirmation_mode}
        pending={null}
        onChoose={(value) => draft.set("confirmation_mode", value)}
      />
      <p className={form.group}>Only for this slot</p>
      {MOMENTS.map(([name, label]) => (
        <Field
          key={name}
          label={label}
          type="datetime-local"
          value={values[name]}
          onChange={(value) => draft.set(name, value)}
        />
      ))}
      <Field
        label="No-show fee"
        value={values.no_show_fee}
        unit={currency}
        placeholder="as the service says"
        onChange={(value) => draft.set("no_show_fee", value)}
      />
      <Field
        label="Deposit"
        value={values.deposit}
        unit={currency}
        placeholder="as the service says"
        hint="Empty: as the service says. 0: none for this slot."
        onChange={(value) => draft.set("deposit", value)}
      />
      <Select
        label="Card asked for"
        value={values.require_credit_card}
        options={[{ value: "", title: "As the service says" }, ...CARD_RULES]}
        onChange={(value) => draft.set("require_credit_card", value)}
      />
      <Field
        label="Availability tag"
        mono
        value={values.availability_tag}
        onChange={(value) => draft.set("availability_tag", value)}
      />
    </Form>
  );
}
