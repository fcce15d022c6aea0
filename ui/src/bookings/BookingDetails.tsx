// One booking, in the room of the details and most of the list: what the merchant can do, and in tabs its lifeline,
// both sides' views, the guest's e-mails, and its history with the message as it is on the wire.

import { Tabs } from "@base-ui/react/tabs";
import { PanelRightClose } from "lucide-react";
import { useState } from "react";
import type { BookingDetails as Details } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import { useWindow } from "../app/window-state";
import { BodyView } from "../details/BodyView";
import styles from "../details/Details.module.css";
import { span } from "../inventory/day";
import controls from "../theme/controls.module.css";
import { dateAndTime } from "../traffic/format";
import { Actions } from "./Actions";
import own from "./BookingDetails.module.css";
import { BothSides } from "./BothSides";
import { Emails } from "./Emails";
import { Timeline } from "./History";
import { Ledger } from "./Ledger";
import { Lifeline } from "./Lifeline";
import { StateMachine } from "./StateMachine";
import { StatusPill } from "./StatusPill";
import { useBooking } from "./use-booking";

type BookingTab = "lifeline" | "sides" | "emails" | "history";

export function BookingDetails({ id }: { id: string }) {
  const { data, problem, take } = useBooking(id);
  const [tab, setTab] = useState<BookingTab>("lifeline");
  if (problem && !data) {
    return (
      <p className={controls.refusal} role="alert">
        {problem}
      </p>
    );
  }
  if (!data) return <p className={styles.nothing}>Fetching the booking…</p>;
  const tabs: { value: BookingTab; title: string; count?: number; differs?: number }[] = [
    { value: "lifeline", title: "Lifeline" },
    { value: "sides", title: "Both sides", differs: data.differs.length },
    { value: "emails", title: "E-mails", count: data.emails.length },
    { value: "history", title: "History" },
  ];
  return (
    <div className={own.body}>
      <Heading booking={data} />
      <Actions key={data.booking_id} booking={data} onDone={take} />
      <Tabs.Root value={tab} onValueChange={(value) => setTab(value as BookingTab)} className={styles.tabs}>
        <Tabs.List className={styles.tabList} aria-label="Details of the booking" activateOnFocus>
          {tabs.map(({ value, title, count, differs }) => (
            <Tabs.Tab key={value} value={value} className={styles.tab}>
              {title}
              {count ? <span className={own.count}>{count}</span> : null}
              {differs ? <span className={own.badCount}>differ</span> : null}
            </Tabs.Tab>
          ))}
          <Tabs.Indicator className={styles.tabIndicator} />
        </Tabs.List>
        <Tabs.Panel value="lifeline" className={styles.panel}>
          <div className={own.lifeline}>
            <Lifeline booking={data} />
            <StateMachine booking={data} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="sides" className={styles.panel}>
          <BothSides booking={data} />
        </Tabs.Panel>
        <Tabs.Panel value="emails" className={styles.panel}>
          <Emails booking={data} />
        </Tabs.Panel>
        <Tabs.Panel value="history" className={styles.panel}>
          <Facts booking={data} />
          <Timeline booking={data} />
          <Ledger booking={data} />
          <BodyView title="As on the wire" body={JSON.stringify(data.booking)} what="the booking" />
        </Tabs.Panel>
      </Tabs.Root>
    </div>
  );
}

function Heading({ booking }: { booking: Details }) {
  const window = useWindow();
  return (
    <header className={own.heading}>
      <div className={own.headingText}>
        <div className={styles.titleLine}>
          <h2>{booking.guest || "No name given"}</h2>
          <StatusPill status={booking.status} />
          <code className={own.code}>{booking.status}</code>
        </div>
        <p className={styles.meta}>
          <span>{dateAndTime(booking.start_at)}</span>
          {Number(booking.duration_sec) > 0 && <span>{span(booking.duration_sec)}</span>}
          {booking.party_size != null && <span>party of {booking.party_size}</span>}
          <span>{booking.service_id}</span>
          <span>
            <code className={own.code}>{booking.booking_id}</code>
          </span>
        </p>
      </div>
      <button
        type="button"
        className={`${controls.quiet} ${own.close}`}
        onClick={() => {
          window.closeBooking();
          document.querySelector<HTMLElement>('[role="grid"]')?.focus();
        }}
      >
        <PanelRightClose size={15} aria-hidden />
        List only
      </button>
    </header>
  );
}

function Facts({ booking }: { booking: Details }) {
  return (
    <section className={styles.card} aria-label="Facts">
      <dl className={own.facts}>
        <dt>Booking</dt>
        <dd>
          <code>{booking.booking_id}</code> <CopyButton text={booking.booking_id} what="the booking id" />
        </dd>
        <dt>Merchant</dt>
        <dd>
          <code>{booking.merchant_id}</code>
        </dd>
        <dt>Service</dt>
        <dd>
          <code>{booking.service_id}</code>
        </dd>
        <dt>Confirmed</dt>
        <dd>
          {booking.confirmation_mode === "CONFIRMATION_MODE_ASYNCHRONOUS" ? "by the merchant" : "at once"}
        </dd>
        {booking.prepayment_status && (
          <>
            <dt>Prepayment</dt>
            <dd>
              <code>{booking.prepayment_status}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
