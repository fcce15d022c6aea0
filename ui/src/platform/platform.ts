// The one seam between the window and whatever it runs in. Everything else in this folder is an
// implementation of it, and nothing outside this folder may import the desktop shell's packages.

export interface Platform {
  kind: "browser" | "desktop";
  controlUrl: string;
  /** Null when the page was opened without one: then it says so instead of asking in vain. */
  token: string | null;
  /** The session that the page was opened for; null for the main partner. */
  session: string | null;
  /** Keeps the session that is shown for when the page is loaded again. */
  remember(session: string | null): void;
  copyText(text: string): Promise<void>;
  openExternal(url: string): Promise<void>;
}
