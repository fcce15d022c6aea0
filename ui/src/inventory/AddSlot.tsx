import { useState } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import { Segmented } from "../control-room/ChoiceGroup";
import { bounds, dayOfSeconds, fromField, toField } from "./day";
import { Field, Form, Select } from "./Form";
import { useDay, useInventoryChanged, useServices } from "./use-inventory";
import { MODES, PLACES } from "./words";

export function AddSlot() {
  const engine = useEngine();
  const window = useWindow();
  const changed = useInventoryChanged();
  const place = useObservable(window.place);
  const day = useDay();
  const services = useServices(place.merchant);
  const [service, setService] = useState(place.service);
  const [start, setStart] = useState(() => toField(bounds(day).from + 12 * 3600));
  const [minutes, setMinutes] = useState("60");
  const [places, setPlaces] = useState("1");
  const [mode, setMode] = useState("CONFIRMATION_MODE_SYNCHRONOUS");
  const [staff, setStaff] = useState("");
  const [room, setRoom] = useState("");
  const [party, setParty] = useState("");
  const chosen = service ?? services.rows[0]?.service_id ?? "";

  async function add(): Promise<string | null> {
    const at = fromField(start);
    if (place.merchant === null || chosen === "") return "Choose a merchant and a service first.";
    if (at === null) return "Say when it starts.";
    if (!/^\d+$/.test(minutes) || Number(minutes) < 1) return "It lasts a whole number of minutes.";
    if (!PLACES.test(places)) return "Places are a whole number from 1 on.";
    if (party !== "" && !/^\d{1,4}$/.test(party)) return "A party size is a whole number.";
    const resources = {
      ...(staff.trim() ? { staff_id: staff.trim() } : {}),
      ...(room.trim() ? { room_id: room.trim() } : {}),
      ...(party ? { party_size: Number(party) } : {}),
    };
    const slot = await engine.api.createSlot({
      merchant_id: place.merchant,
      service_id: chosen,
      start_sec: String(at),
      duration_sec: String(Number(minutes) * 60),
      spots_total: Number(places),
      confirmation_mode: mode,
      ...(Object.keys(resources).length > 0 ? { resources } : {}),
    });
    await changed();
    window.dialog.set(null);
    window.day.set(dayOfSeconds(at));
    window.place.set({ ...place, slot: slot.slot_id });
    window.say("The slot is there.");
    return null;
  }

  return (
    <Form
      label="Add a slot"
      save="Add the slot"
      changed
      onSave={add}
      onCancel={() => window.dialog.set(null)}
      cancel="Cancel"
    >
      <Select
        label="Service"
        value={chosen}
        options={services.rows.map((row) => ({ value: row.service_id, title: row.name }))}
        onChange={setService}
      />
      <Field label="Starts" type="datetime-local" value={start} onChange={setStart} />
      <Field label="Lasts" type="number" min={1} value={minutes} unit="minutes" onChange={setMinutes} />
      <Field label="Places" type="number" min={1} value={places} onChange={setPlaces} />
      <Segmented
        small
        inline
        label="Confirmed"
        choices={MODES}
        value={mode}
        pending={null}
        onChoose={setMode}
      />
      <Field label="Staff" mono value={staff} placeholder="any; an id" onChange={setStaff} />
      <Field label="Room" mono value={room} placeholder="any; an id" onChange={setRoom} />
      <Field label="Party size" type="number" min={1} value={party} placeholder="any" onChange={setParty} />
    </Form>
  );
}
