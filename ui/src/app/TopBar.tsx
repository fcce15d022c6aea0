import { Menu } from "@base-ui/react/menu";
import {
  Download,
  Ellipsis,
  Keyboard,
  Monitor,
  Moon,
  RotateCcw,
  Search,
  SquareArrowOutUpRight,
  Sun,
  Trash2,
  Users,
} from "lucide-react";
import { useState } from "react";
import { inWords } from "../api/client";
import { useEngine } from "../api/engine";
import { useObservable } from "../api/observable";
import type { Status } from "../api/types";
import { SessionMenu } from "../sessions/SessionMenu";
import controls from "../theme/controls.module.css";
import { theme as chosenTheme, setTheme, type Theme } from "../theme/theme";
import { CopyButton } from "./CopyButton";
import { downloadHar } from "./commands";
import { ServerMenu } from "./ServerMenu";
import styles from "./TopBar.module.css";
import { useWindow } from "./window-state";

export function TopBar() {
  const engine = useEngine();
  const window = useWindow();
  const status = useObservable(engine.said)?.status;
  // Menus open inside of the bar, so that they are part of a landmark.
  const [host, setHost] = useState<HTMLElement | null>(null);
  return (
    <header className={styles.bar} ref={setHost}>
      <div className={styles.brand} title={status && `Mock Partner ${status.version}`}>
        <Mark />
        <h1>Mock Partner</h1>
      </div>
      <SessionMenu host={host} />
      {status && (
        <>
          <ServerMenu listener={status.listener} />
          <Credentials credentials={status.credentials} />
          <button
            type="button"
            className={styles.scenarioBox}
            title={[status.scenario.title, status.scenario.description].filter(Boolean).join("\n\n")}
            onClick={() => window.showScenarios()}
          >
            <span className={styles.faint}>Scenario</span>
            <span className={styles.scenario}>{status.scenario.title || status.scenario.name}</span>
          </button>
        </>
      )}
      <div className={styles.tools}>
        <button type="button" className={controls.button} onClick={() => window.dialog.set("palette")}>
          <Search size={14} aria-hidden />
          Find
          <kbd className={controls.kbd}>Ctrl K</kbd>
        </button>
        <ThemeMenu host={host} />
        <MoreMenu host={host} />
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className={styles.markGround} />
      <path d="M8 12h11m0 0-3.5-3.5M19 12l-3.5 3.5" className={styles.markOut} />
      <path d="M24 20H13m0 0 3.5-3.5M13 20l3.5 3.5" className={styles.markBack} />
    </svg>
  );
}

function Credentials({ credentials }: { credentials: Status["credentials"] }) {
  if (!credentials.required) {
    return (
      <div className={styles.box}>
        <span className={styles.faint}>No sign-in needed</span>
      </div>
    );
  }
  const pair = `${credentials.username}:${credentials.password}`;
  return (
    <div className={styles.box} title={`User and password for Basic authentication: ${pair}`}>
      <span className={styles.faint}>Sign-in</span>
      <code className={styles.pair}>{pair}</code>
      <CopyButton text={pair} what="the credentials" />
    </div>
  );
}

const THEMES: { value: Theme; title: string; Symbol_: typeof Sun }[] = [
  { value: "system", title: "As the system", Symbol_: Monitor },
  { value: "light", title: "Light", Symbol_: Sun },
  { value: "dark", title: "Dark", Symbol_: Moon },
];

function ThemeMenu({ host }: { host: HTMLElement | null }) {
  const current = useObservable(chosenTheme);
  const shown = THEMES.find(({ value }) => value === current) ?? THEMES[0];
  const Symbol_ = shown?.Symbol_ ?? Monitor;
  return (
    <Menu.Root>
      <Menu.Trigger className={controls.icon} aria-label="Theme" title="Theme">
        <Symbol_ size={17} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal container={host}>
        <Menu.Positioner sideOffset={8} align="end" className={styles.positioner}>
          <Menu.Popup className={controls.popup}>
            <Menu.RadioGroup value={current} onValueChange={(value) => setTheme(value as Theme)}>
              {THEMES.map(({ value, title, Symbol_ }) => (
                <Menu.RadioItem key={value} value={value} className={controls.item} closeOnClick>
                  <Symbol_ size={15} aria-hidden />
                  {title}
                  <Menu.RadioItemIndicator className={styles.tick}>✓</Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function MoreMenu({ host }: { host: HTMLElement | null }) {
  const engine = useEngine();
  const window = useWindow();
  const status = useObservable(engine.said)?.status;
  const tryTo = (work: Promise<unknown>) => {
    work.catch((error: unknown) => window.say(inWords(error), true));
  };
  return (
    <Menu.Root>
      <Menu.Trigger className={controls.icon} aria-label="More" title="More">
        <Ellipsis size={18} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal container={host}>
        <Menu.Positioner sideOffset={8} align="end" className={styles.positioner}>
          <Menu.Popup className={controls.popup}>
            <Menu.Item className={controls.item} onClick={() => tryTo(downloadHar(engine))}>
              <Download size={15} aria-hidden />
              Download the log as HAR
            </Menu.Item>
            {window.platform.kind === "desktop" && status && (
              <Menu.Item
                className={controls.item}
                onClick={() => tryTo(window.platform.openExternal(window.address()))}
              >
                <SquareArrowOutUpRight size={15} aria-hidden />
                Open in a browser
              </Menu.Item>
            )}
            <Menu.Item className={controls.item} onClick={() => window.dialog.set("sessions")}>
              <Users size={15} aria-hidden />
              Sessions…
            </Menu.Item>
            <Menu.Item className={controls.item} onClick={() => window.dialog.set("shortcuts")}>
              <Keyboard size={15} aria-hidden />
              Keyboard shortcuts
            </Menu.Item>
            <Menu.Separator className={controls.separator} />
            <Menu.Item className={controls.item} onClick={() => window.dialog.set("clear-log")}>
              <Trash2 size={15} aria-hidden />
              Clear the log…
            </Menu.Item>
            <Menu.Item className={controls.item} onClick={() => window.dialog.set("reset")}>
              <RotateCcw size={15} aria-hidden />
              Reset everything…
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
