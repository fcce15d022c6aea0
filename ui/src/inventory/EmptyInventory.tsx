// An inventory without merchants: the three ways in, each one step away.

import { FileUp, Sparkles } from "lucide-react";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import styles from "./Inventory.module.css";

export function EmptyInventory() {
  const window = useWindow();
  const engine = useEngine();
  const accepts = useObservable(engine.said)?.status.behaviour.in_force.unknown_inventory !== "reject";
  return (
    <div className={styles.empty}>
      <h3>No merchants yet</h3>
      <p>
        {accepts
          ? "That is fine: any merchant, service and slot that a client names springs into being. To have one to show, make it here."
          : "Requests are refused until there is one, since unknown inventory is refused now."}
      </p>
      <div className={styles.ways}>
        <button type="button" className={controls.primary} onClick={() => window.dialog.set("generate")}>
          <Sparkles size={14} aria-hidden />
          Generate a business
        </button>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("import")}>
          <FileUp size={14} aria-hidden />
          Import feeds
        </button>
        <button type="button" className={controls.button} onClick={() => window.tab.set("traffic")}>
          Go to the traffic
        </button>
      </div>
      <p className={styles.faint}>
        Merchant, service and availability feeds (JSON or .gz) can also be dropped here.
      </p>
    </div>
  );
}
