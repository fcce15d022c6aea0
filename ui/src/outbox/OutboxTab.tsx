// The outbox: what the aggregator is told, and the stand-in aggregator that takes it. Two views, and above
// both the one control that demonstrations need: failing the stand-in's next calls.

import { Tabs } from "@base-ui/react/tabs";
import { useState } from "react";
import { FailNext } from "./FailNext";
import { Notifications } from "./Notifications";
import styles from "./Outbox.module.css";
import { StandIn } from "./StandIn";

type View = "sent" | "stand-in";

export function OutboxTab() {
  const [view, setView] = useState<View>("sent");
  return (
    <Tabs.Root value={view} onValueChange={(value) => setView(value as View)} className={styles.root}>
      <div className={styles.tools}>
        <Tabs.List className={styles.views} aria-label="Outbox and stand-in">
          <Tabs.Tab value="sent" className={styles.view}>
            What we send
          </Tabs.Tab>
          <Tabs.Tab value="stand-in" className={styles.view}>
            Stand-in aggregator
          </Tabs.Tab>
        </Tabs.List>
        <FailNext />
      </div>
      <Tabs.Panel value="sent" className={styles.panel} tabIndex={-1}>
        <Notifications />
      </Tabs.Panel>
      <Tabs.Panel value="stand-in" className={styles.panel} tabIndex={-1}>
        <StandIn />
      </Tabs.Panel>
    </Tabs.Root>
  );
}
