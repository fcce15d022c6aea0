// What is asked before the merchant does something: once where it cannot be taken back, and whatever the action needs
// to know.

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "../api/engine";
import type { BookingAction, BookingDetails, CauseInfo, MerchantOrder } from "../api/types";
import { CARD_TYPE_CAUSE, CARD_TYPES } from "../control-room/presets";
import { fromField, toField } from "../inventory/day";
import { type Draft, Field, Form, Select, useDraft } from "../inventory/Form";
import controls from "../theme/controls.module.css";
import styles from "./ActionDialog.module.css";
import { ACTIONS } from "./actions";

interface Props {
  action: BookingAction;
  booking: BookingDetails;
  /** Throws when the engine refuses. */
  onAct(order: MerchantOrder): Promise<void>;
  onClose(): void;
}

type FieldName = "cause" | "card" | "description" | "refund" | "start" | "minutes" | "party";

const NO_CAUSES: CauseInfo[] = [];

export function ActionDialog({ action, booking, onAct, onClose }: Props) {
  const { question, follows, yes } = ACTIONS[action];
  const start = toField(booking.start_sec);
  const draft = useDraft<FieldName>({
    cause: "SLOT_UNAVAILABLE",
    card: "VISA",
    description: "",
    refund: "",
    start,
    minutes: String(Number(booking.duration_sec) / 60),
    party: booking.party_size === null ? "" : String(booking.party_size),
  });

  async function send(): Promise<string | null> {
    const order = orderOf(action, draft);
    if (typeof order === "string") return order;
    await onAct(order);
    return null;
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={controls.scrim} />
        <Dialog.Popup className={styles.dialog}>
          <header className={styles.head}>
            <Dialog.Title className={controls.dialogTitle}>
              {question?.(booking.guest || "the guest")}
            </Dialog.Title>
            <Dialog.Description className={controls.dialogText}>{follows}</Dialog.Description>
          </header>
          <Form
            label={ACTIONS[action].button.replace("…", "")}
            changed={action !== "reschedule" || draft.changed.size > 0}
            save={yes}
            cancel="Back"
            onSave={send}
            onCancel={onClose}
          >
            {action === "fail" && <FailFields draft={draft} />}
            {action === "cancel" && booking.prepayment_status === "PREPAYMENT_PROVIDED" && (
              <Select
                label="What was paid"
                value={draft.values.refund}
                options={[
                  { value: "", title: "As the terms say" },
                  { value: "true", title: "Is given back" },
                  { value: "false", title: "Is kept" },
                ]}
                onChange={(value) => draft.set("refund", value)}
              />
            )}
            {action === "reschedule" && <MoveFields draft={draft} />}
          </Form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function FailFields({ draft }: { draft: Draft<FieldName> }) {
  const engine = useEngine();
  const { data: causes = NO_CAUSES } = useQuery({
    queryKey: ["causes"],
    queryFn: () => engine.api.causes(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { values, set } = draft;
  return (
    <>
      <Select
        label="Cause"
        value={values.cause}
        options={causes
          .filter(({ cause }) => cause !== "OFFER_UNAVAILABLE")
          .map(({ cause, title }) => ({ value: cause, title }))}
        onChange={(value) => set("cause", value)}
      />
      <p className={styles.cause}>
        <code>{values.cause}</code> {causes.find(({ cause }) => cause === values.cause)?.meaning}
      </p>
      {values.cause === CARD_TYPE_CAUSE && (
        <Select
          label="Rejected card"
          value={values.card}
          options={CARD_TYPES}
          onChange={(value) => set("card", value)}
        />
      )}
      <Field
        label="Description"
        value={values.description}
        placeholder="for whoever debugs"
        onChange={(value) => set("description", value)}
      />
    </>
  );
}

function MoveFields({ draft }: { draft: Draft<FieldName> }) {
  const { values, set } = draft;
  return (
    <>
      <Field
        label="New start"
        type="datetime-local"
        value={values.start}
        onChange={(value) => set("start", value)}
      />
      <Field
        label="Lasts"
        type="number"
        min={1}
        unit="minutes"
        value={values.minutes}
        onChange={(value) => set("minutes", value)}
      />
      <Field
        label="Guests"
        type="number"
        min={1}
        value={values.party}
        onChange={(value) => set("party", value)}
      />
    </>
  );
}

/** The order, or what is wrong with the fields. Only what was changed is sent. */
function orderOf(action: BookingAction, { values, changed }: Draft<FieldName>): MerchantOrder | string {
  switch (action) {
    case "fail":
      return {
        action,
        cause: values.cause as MerchantOrder["cause"],
        ...(values.cause === CARD_TYPE_CAUSE && {
          rejected_card_type: values.card as MerchantOrder["rejected_card_type"],
        }),
        ...(values.description.trim() !== "" && { description: values.description.trim() }),
      };
    case "cancel":
      return { action, ...(values.refund !== "" && { refund: values.refund === "true" }) };
    case "reschedule": {
      const order: MerchantOrder = { action };
      if (changed.has("start")) {
        order.start_sec = fromField(values.start);
        if (order.start_sec === null) return "Say when it starts.";
      }
      if (changed.has("minutes")) {
        const seconds = Number(values.minutes) * 60;
        if (!Number.isInteger(seconds) || seconds < 1) return "It lasts a number of minutes.";
        order.duration_sec = seconds;
      }
      if (changed.has("party")) {
        const size = Number(values.party);
        if (!Number.isInteger(size) || size < 1) return "At least one guest comes.";
        order.party_size = size;
      }
      return order;
    }
    default:
      return { action };
  }
}
