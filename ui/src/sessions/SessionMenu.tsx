// Which partner the window shows, where there is more than the main one. While it is another, this says so
// in a colour of its own.

import { Menu } from "@base-ui/react/menu";
import { ChevronDown, House, Settings2, Users } from "lucide-react";
import { useObservable } from "../api/observable";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { plural } from "../traffic/format";
import styles from "./Sessions.module.css";
import { useSessions } from "./use-sessions";

const MAIN = "";

export function SessionMenu({ host }: { host: HTMLElement | null }) {
  const window = useWindow();
  const current = useObservable(window.session);
  const { data } = useSessions();
  const sessions = data?.sessions ?? [];
  if (sessions.length === 0 && current === null) return null;
  return (
    <Menu.Root>
      <Menu.Trigger
        className={styles.trigger}
        data-session={current !== null || undefined}
        aria-label={`Session: ${current ?? "main"}`}
        title={current ?? undefined}
      >
        <Users size={15} aria-hidden />
        <span className={styles.triggerLabel}>Session</span>
        <strong>{current ?? "main"}</strong>
        <ChevronDown size={14} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal container={host}>
        <Menu.Positioner sideOffset={8} align="start" className={styles.positioner}>
          <Menu.Popup className={`${controls.popup} ${styles.popup}`}>
            <Menu.RadioGroup
              value={current ?? MAIN}
              onValueChange={(name: string) => window.showSession(name === MAIN ? null : name)}
            >
              <Menu.RadioItem value={MAIN} className={controls.item} closeOnClick>
                <House size={15} aria-hidden />
                <span>main</span>
                <span className={styles.about}>outside of all sessions</span>
                <Menu.RadioItemIndicator className={styles.tick}>✓</Menu.RadioItemIndicator>
              </Menu.RadioItem>
              {sessions.map(({ name, exchanges, changed }) => (
                <Menu.RadioItem key={name} value={name} className={controls.item} closeOnClick>
                  <Users size={15} aria-hidden />
                  <span className={styles.name} title={name}>
                    {name}
                  </span>
                  <span className={styles.about}>
                    {plural(exchanges, "exchange")}
                    {changed && ", toggled"}
                  </span>
                  <Menu.RadioItemIndicator className={styles.tick}>✓</Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className={controls.separator} />
            <Menu.Item className={controls.item} onClick={() => window.dialog.set("sessions")}>
              <Settings2 size={15} aria-hidden />
              All sessions: begin, end, addresses…
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
