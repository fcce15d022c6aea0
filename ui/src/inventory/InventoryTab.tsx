// The inventory: merchants, the services of one, and a day of slots with the places left. What of it is
// looked at is the window's state; the details on the right follow it. Feeds can be dropped anywhere on it.

import { Menu } from "@base-ui/react/menu";
import { ChevronDown, Download, FileUp, Sparkles } from "lucide-react";
import { type DragEvent, useDeferredValue, useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import { downloadFeed, FEEDS } from "../app/commands";
import { useWindow } from "../app/window-state";
import { Cell, VirtualGrid } from "../grid/VirtualGrid";
import controls from "../theme/controls.module.css";
import { number, plural } from "../traffic/format";
import { DayView } from "./DayView";
import { EmptyInventory } from "./EmptyInventory";
import styles from "./Inventory.module.css";
import { useInventoryRefresh, useMerchants, useServices } from "./use-inventory";

export function InventoryTab() {
  const window = useWindow();
  const [words, setWords] = useState("");
  const [over, setOver] = useState(false);
  const place = useObservable(window.place);
  const merchants = useMerchants(useDeferredValue(words.trim()));
  const merchant = merchants.rows.find((row) => row.merchant_id === place.merchant) ?? null;
  const services = useServices(place.merchant);
  useInventoryRefresh();

  const showMerchant = (index: number) => {
    const row = merchants.rows[index];
    if (row) window.place.set({ merchant: row.merchant_id, service: null, slot: null });
  };
  const showService = (index: number) => {
    const row = services.rows[index];
    if (row) window.place.set({ merchant: row.merchant_id, service: row.service_id, slot: null });
  };
  // A click goes on to the slots; in narrow windows the details would lie over them.
  const open = (by: "keyboard" | "pointer") => {
    if (by === "keyboard") window.openDetails(by);
  };

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length === 0) return;
    window.dropped.set(files);
    window.dialog.set("import");
  }

  const empty = merchants.rows.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a button beside it, for the keyboard
    <div
      className={styles.tab}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <div className={styles.tools}>
        <input
          type="search"
          className={`${controls.field} ${styles.search}`}
          aria-label="Find a merchant"
          placeholder="Merchant: name, id or category"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="button" className={controls.button} onClick={() => window.dialog.set("generate")}>
          <Sparkles size={14} aria-hidden />
          Generate…
        </button>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("import")}>
          <FileUp size={14} aria-hidden />
          Import…
        </button>
        <ExportMenu />
      </div>
      {over && <p className={styles.dropHint}>Drop feed files to import them.</p>}
      {merchants.problem && (
        <p className={controls.refusal} role="alert">
          {merchants.problem}
        </p>
      )}
      {merchants.fetching && <p className={styles.line}>Fetching the inventory…</p>}
      {!merchants.fetching && !merchants.problem && empty && words === "" && <EmptyInventory />}
      {!merchants.fetching && !merchants.problem && empty && words !== "" && (
        <div className={styles.empty}>
          <h3>No merchant is called that</h3>
          <button type="button" className={controls.button} onClick={() => setWords("")}>
            Show all merchants
          </button>
        </div>
      )}
      {!empty && (
        <div className={styles.panes}>
          <div className={styles.lists}>
            <VirtualGrid
              label="Merchants"
              columns={[
                { key: "name", title: "Merchant" },
                { key: "slots", title: "Slots", end: true },
              ]}
              template="minmax(0, 1fr) auto"
              minWidth="0"
              count={merchants.rows.length}
              rowKey={(index) => merchants.rows[index]?.merchant_id ?? index}
              renderCells={(index) => {
                const row = merchants.rows[index];
                return (
                  row && (
                    <>
                      <Cell title={`${row.name} · ${row.merchant_id} · ${row.category || "no category"}`}>
                        <span className={styles.name}>{row.name}</span>
                      </Cell>
                      <Cell end>
                        <span className={styles.faint}>{number(row.slots)}</span>
                      </Cell>
                    </>
                  )
                );
              }}
              selected={merchants.rows.indexOf(merchant as never)}
              onSelect={showMerchant}
              onOpen={(index, by) => {
                showMerchant(index);
                open(by);
              }}
              onNearEnd={merchants.loadMore}
            />
            {merchant && (
              <VirtualGrid
                label={`Services of ${merchant.name}`}
                columns={[
                  { key: "name", title: "Service" },
                  { key: "slots", title: "Slots", end: true },
                ]}
                template="minmax(0, 1fr) auto"
                minWidth="0"
                count={services.rows.length}
                rowKey={(index) => services.rows[index]?.service_id ?? index}
                renderCells={(index) => {
                  const row = services.rows[index];
                  return (
                    row && (
                      <>
                        <Cell title={`${row.name} · ${row.service_id}`}>
                          <span className={styles.name}>{row.name}</span>
                        </Cell>
                        <Cell end>
                          <span className={styles.faint}>{number(row.slots)}</span>
                        </Cell>
                      </>
                    )
                  );
                }}
                selected={services.rows.findIndex((row) => row.service_id === place.service)}
                onSelect={showService}
                onOpen={(index, by) => {
                  showService(index);
                  open(by);
                }}
                onEscape={() => {
                  if (place.service === null) return false;
                  window.place.set({ ...place, service: null, slot: null });
                  return true;
                }}
                onNearEnd={services.loadMore}
              />
            )}
          </div>
          {merchant ? (
            <DayView key={merchant.merchant_id} merchant={merchant} services={services.rows} />
          ) : (
            <div className={styles.empty}>
              <h3>{plural(merchants.rows.length, "merchant")}</h3>
              <p>Choose one to see its services, and a day of its slots with the places left.</p>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

function ExportMenu() {
  const engine = useEngine();
  const window = useWindow();
  const [host, setHost] = useState<HTMLElement | null>(null);
  return (
    <div ref={setHost}>
      <Menu.Root>
        <Menu.Trigger className={controls.button}>
          <Download size={14} aria-hidden />
          Feeds
          <ChevronDown size={13} aria-hidden />
        </Menu.Trigger>
        <Menu.Portal container={host}>
          <Menu.Positioner sideOffset={6} align="end" className={styles.positioner}>
            <Menu.Popup className={controls.popup}>
              {FEEDS.map((feed) => (
                <Menu.Item
                  key={feed}
                  className={controls.item}
                  onClick={() => {
                    downloadFeed(engine, feed).catch((error: unknown) => window.say(inWords(error), true));
                  }}
                >
                  <Download size={15} aria-hidden />
                  Download {feed}.json
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}
