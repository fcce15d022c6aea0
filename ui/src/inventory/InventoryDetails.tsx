// The right column for what of the inventory is looked at: a slot, else a service, else a merchant.

import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import styles from "../details/Details.module.css";
import { MerchantDetails } from "./MerchantDetails";
import { ServiceDetails } from "./ServiceDetails";
import { SlotDetails } from "./SlotDetails";
import { useDay, useMerchants, useServices, useSlots } from "./use-inventory";

export function InventoryDetails() {
  const place = useObservable(useWindow().place);
  const day = useDay();
  const services = useServices(place.merchant);
  const slots = useSlots(place.slot === null ? null : place.merchant, place.service, day);
  const merchants = useMerchants("");
  const merchant = merchants.rows.find((row) => row.merchant_id === place.merchant);
  const slot = slots.rows.find((row) => row.slot_id === place.slot);
  const serviceId = place.slot === null ? place.service : (slot?.service_id ?? place.service);
  const service = services.rows.find((row) => row.service_id === serviceId);

  if (place.slot !== null) {
    if (slot) return <SlotDetails key={slot.slot_id} slot={slot} service={service} merchant={merchant} />;
    return (
      <p className={styles.nothing}>
        {slots.fetching ? "Fetching the slot…" : "This slot is not there any more, or lies on another day."}
      </p>
    );
  }
  if (place.service !== null) {
    if (service)
      return <ServiceDetails key={`${service.merchant_id}/${service.service_id}`} service={service} />;
    return (
      <p className={styles.nothing}>
        {services.fetching ? "Fetching the service…" : "This service is not there any more."}
      </p>
    );
  }
  if (merchant) return <MerchantDetails key={merchant.merchant_id} merchant={merchant} />;
  return <p className={styles.nothing}>Fetching the merchant…</p>;
}
