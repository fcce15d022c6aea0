// The one seam between the window and whatever it runs in. Everything else in this folder is an
// implementation of it, and nothing outside this folder may import the desktop shell's packages.

export interface Platform {
  kind: "browser" | "desktop";
  controlUrl: string;
  /** Null when the page was opened without one: then it says so instead of asking in vain. */
  token: string | null;
  copyText(text: string): Promise<void>;
  openExternal(url: string): Promise<void>;
}
