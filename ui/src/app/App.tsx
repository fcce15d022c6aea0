// The layout: bar, band, three columns, bottom line. What each shows is in its own folder.

import { Tabs } from "@base-ui/react/tabs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Unplug } from "lucide-react";
import { useEffect } from "react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { CauseInfo } from "../api/types";
import { BookingsTab } from "../bookings/BookingsTab";
import { ClockStrip } from "../clock/ClockStrip";
import { ControlRoom } from "../control-room/ControlRoom";
import { DetailsPane } from "../details/DetailsPane";
import { InventoryTab } from "../inventory/InventoryTab";
import { OutboxTab } from "../outbox/OutboxTab";
import { BrokenFile } from "../scenarios/BrokenFile";
import { ScenariosTab } from "../scenarios/ScenariosTab";
import { SentenceBand } from "../sentence/SentenceBand";
import { SessionOver } from "../sessions/SessionOver";
import { number } from "../traffic/format";
import { useTrafficView } from "../traffic/store";
import { TrafficTab } from "../traffic/TrafficTab";
import styles from "./App.module.css";
import { Dialogs } from "./Dialogs";
import { Footer } from "./Footer";
import { listenToKeys } from "./keyboard";
import { Spoken } from "./Spoken";
import { TopBar } from "./TopBar";
import { type TabName, useWindow } from "./window-state";

const NO_CAUSES: CauseInfo[] = [];

export function App() {
  const engine = useEngine();
  const state = useWindow();
  const connection = useObservable(engine.connection);
  const { data: causes = NO_CAUSES } = useQuery({
    queryKey: ["causes"],
    queryFn: () => engine.api.causes(),
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: 1000,
  });
  useEffect(() => listenToKeys(window, engine, state), [engine, state]);
  useForgetting();
  return (
    <div className={styles.app}>
      <TopBar />
      <ClockStrip />
      <SentenceBand causes={causes} />
      <BrokenFile />
      {connection.state === "gone" && <SessionOver />}
      {(connection.state === "lost" || connection.state === "refused") && (
        <p className={styles.lost} role="alert">
          <Unplug size={16} aria-hidden />
          {connection.state === "lost"
            ? "The engine does not answer. Trying again… What you see is what it said last."
            : "The engine does not know this window. Open it again with the address that Mock Partner printed."}
        </p>
      )}
      <main className={styles.columns}>
        <ControlRoom causes={causes} />
        <Middle causes={causes} />
        <DetailsPane />
      </main>
      <Footer />
      <Dialogs causes={causes} />
      <Spoken />
    </div>
  );
}

/** After a reset, by whomever, ids are given again: what was kept under them is of another exchange. */
function useForgetting(): void {
  const engine = useEngine();
  const window = useWindow();
  const client = useQueryClient();
  const resets = useObservable(engine.resets);
  useEffect(() => {
    if (resets === 0) return;
    window.exchange.set(null);
    client.removeQueries({ queryKey: ["exchange"] });
  }, [resets, window, client]);
}

function Middle({ causes }: { causes: CauseInfo[] }) {
  const engine = useEngine();
  const state = useWindow();
  const tab = useObservable(state.tab);
  const view = useTrafficView(engine.traffic);
  const bookings = useObservable(engine.said)?.status.counts.bookings ?? 0;
  const waiting = useObservable(engine.outbox)?.waiting ?? 0;
  const tabs: { value: TabName; title: string; count?: number }[] = [
    { value: "traffic", title: "Traffic", count: view.total },
    { value: "bookings", title: "Bookings", count: bookings },
    { value: "outbox", title: "Outbox", count: waiting },
    { value: "inventory", title: "Inventory" },
    { value: "scenarios", title: "Scenarios" },
  ];
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => state.tab.set(value as TabName)}
      className={styles.middle}
    >
      <Tabs.List className={styles.tabList} aria-label="What to look at">
        {tabs.map(({ value, title, count }) => (
          <Tabs.Tab key={value} value={value} className={styles.tab}>
            {title}
            {count !== undefined && <span className={styles.count}> {number(count)}</span>}
          </Tabs.Tab>
        ))}
        <Tabs.Indicator className={styles.tabIndicator} />
      </Tabs.List>
      <Tabs.Panel value="traffic" className={styles.panel} tabIndex={-1}>
        <TrafficTab causes={causes} />
      </Tabs.Panel>
      <Tabs.Panel value="bookings" className={styles.panel} tabIndex={-1}>
        <BookingsTab />
      </Tabs.Panel>
      <Tabs.Panel value="outbox" className={styles.panel} tabIndex={-1}>
        <OutboxTab />
      </Tabs.Panel>
      <Tabs.Panel value="inventory" className={styles.panel} tabIndex={-1}>
        <InventoryTab />
      </Tabs.Panel>
      <Tabs.Panel value="scenarios" className={styles.panel} tabIndex={-1}>
        <ScenariosTab />
      </Tabs.Panel>
    </Tabs.Root>
  );
}
