// What the window shows: which tab, which row, which dialog. Outside React so that commands and keys can
// change it; nothing in here is known to the engine.

import { createContext, useContext } from "react";
import { Observable } from "../api/observable";
import type { BookingStatus } from "../api/types";
import type { Platform } from "../platform";
import type { Wanted } from "../scenarios/use-scenarios";

export type TabName = "traffic" | "bookings" | "outbox" | "inventory" | "scenarios";
export type DialogName =
  | "palette"
  | "causes"
  | "shortcuts"
  | "back-to-normal"
  | "clear-log"
  | "reset"
  | "generate"
  | "import"
  | "add-slot"
  | "delete-slot"
  | "thresholds"
  | "payments"
  | "payment-options"
  | "overrides"
  | "load-scenario"
  | "save-scenario"
  | "sessions"
  | "end-session";

/** What of the inventory is looked at; each next one only within the one before. */
export interface Place {
  merchant: string | null;
  service: string | null;
  slot: number | null;
}

export const NOWHERE: Place = { merchant: null, service: null, slot: null };

/** Which bookings are listed. */
export interface BookingFilter {
  /** What the guest's name or the booking's id has in it. */
  words: string;
  status: BookingStatus | null;
}

export const ANY_BOOKING: BookingFilter = { words: "", status: null };

export class WindowState {
  readonly tab = new Observable<TabName>("traffic");
  readonly exchange = new Observable<number | null>(null);
  readonly booking = new Observable<string | null>(null);
  readonly bookingFilter = new Observable(ANY_BOOKING);
  readonly notification = new Observable<number | null>(null);
  readonly place = new Observable<Place>(NOWHERE);
  /** The day whose slots are shown, as 2026-11-22; null is the engine's today. */
  readonly day = new Observable<string | null>(null);
  /** Files that were dropped on the window, for the import dialog. */
  readonly dropped = new Observable<File[]>([]);
  /** The card that is looked at. */
  readonly scenario = new Observable<string | null>(null);
  readonly scenarioWords = new Observable("");
  /** What is to be loaded once its question is answered. */
  readonly wanted = new Observable<Wanted | null>(null);
  /** The walk-through instead of the cards, and in letters for the back of a room. */
  readonly walking = new Observable(false);
  readonly presenting = new Observable(false);
  /** Matters in narrow windows only, where the details lie over the table. */
  readonly detailsOpen = new Observable(false);
  readonly dialog = new Observable<DialogName | null>(null);
  readonly filterText = new Observable("");
  readonly paused = new Observable(false);
  /** Whether the control room shows every kind of fault. */
  readonly faultsOpen = new Observable(false);
  /** The last thing worth saying to a screen reader, and to everybody in the corner for a moment. */
  readonly notice = new Observable<{ text: string; bad: boolean; at: number } | null>(null);

  /** The session whose partner is shown; null for the main one. */
  readonly session: Observable<string | null>;

  constructor(readonly platform: Platform) {
    this.session = new Observable(platform.session);
  }

  /** Shows another partner: what was looked at of this one means nothing there. */
  showSession(name: string | null): void {
    this.dialog.set(null);
    this.forgetChoices();
    this.walking.set(false);
    this.presenting.set(false);
    this.paused.set(false);
    this.session.set(name);
  }

  /** Shows the details of what is chosen. Who came by keyboard goes on in them, once they are drawn. */
  openDetails(by: "keyboard" | "pointer" = "pointer"): void {
    this.detailsOpen.set(true);
    if (by === "keyboard") requestAnimationFrame(() => document.getElementById("details")?.focus());
  }

  /** Where a browser finds this window, with what lets it in. */
  address(): string {
    const { controlUrl, token } = this.platform;
    const session = this.session.get();
    const fragment = new URLSearchParams({ token: token ?? "", ...(session === null ? {} : { session }) });
    return `${controlUrl}/#${fragment}`;
  }

  showExchange(id: number): void {
    this.tab.set("traffic");
    this.exchange.set(id);
    this.openDetails();
  }

  showBooking(id: string): void {
    this.tab.set("bookings");
    this.booking.set(id);
    this.openDetails();
  }

  showScenarios(walking = false): void {
    this.tab.set("scenarios");
    this.walking.set(walking);
    this.detailsOpen.set(false);
  }

  /** After a reset: what was looked at is gone. */
  forgetChoices(): void {
    this.exchange.set(null);
    this.booking.set(null);
    this.notification.set(null);
    this.place.set(NOWHERE);
    this.detailsOpen.set(false);
  }

  /** Esc in a list: what was chosen is so no more, and its details go. False where nothing was. */
  leave(isChosen: boolean, forget: () => void): boolean {
    if (!isChosen) return false;
    forget();
    this.detailsOpen.set(false);
    return true;
  }

  /** Back to the list alone. */
  closeBooking(): void {
    this.booking.set(null);
    this.detailsOpen.set(false);
  }

  say(text: string, bad = false): void {
    this.notice.set({ text, bad, at: Date.now() });
  }

  async copy(text: string, what: string): Promise<boolean> {
    try {
      await this.platform.copyText(text);
      this.say(`Copied ${what}.`);
      return true;
    } catch {
      this.say("Copying was refused. Select the text and copy it by hand.", true);
      return false;
    }
  }
}

export const WindowContext = createContext<WindowState | null>(null);

export function useWindow(): WindowState {
  const state = useContext(WindowContext);
  if (!state) throw new Error("a component asked for the window's state outside of WindowContext");
  return state;
}
