// The dialogs over the inventory. Each ends in one control call.

import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { Modal, Question } from "../app/Modal";
import { type DialogName, useWindow } from "../app/window-state";
import { AddSlot } from "./AddSlot";
import { Generate } from "./Generate";
import { Import } from "./Import";
import { useInventoryChanged } from "./use-inventory";

export function InventoryDialogs({ open }: { open: DialogName | null }) {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();

  async function deleteSlot(): Promise<void> {
    window.dialog.set(null);
    const { slot } = window.place.get();
    if (slot === null) return;
    try {
      await engine.api.deleteSlot(slot);
      window.place.update((place) => ({ ...place, slot: null }));
      await changed();
      window.say("The slot is deleted.");
    } catch (error) {
      window.say(inWords(error), true);
    }
  }

  return (
    <>
      <Modal
        name="generate"
        open={open}
        title="Generate a business"
        about="With services, staff or rooms, opening hours and slots from today on. The same seed gives the same business."
      >
        <Generate />
      </Modal>
      <Modal
        name="import"
        open={open}
        title="Import feeds"
        about="Merchant, service and availability feeds, as JSON or packed with gzip."
      >
        <Import />
      </Modal>
      <Modal name="add-slot" open={open} title="Add a slot" about="It can be booked by the next request.">
        <AddSlot />
      </Modal>
      <Question
        name="delete-slot"
        open={open}
        title="Delete this slot?"
        text="It goes from the inventory. A slot that a booking holds stays: cancel the booking first."
        yes="Delete the slot"
        danger
        onYes={() => void deleteSlot()}
      />
    </>
  );
}
