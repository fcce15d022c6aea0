// The page was served by the control port itself. The token comes in the fragment, which browsers never
// send to a server, and is taken out of the address bar at once so that it is not shared by accident.

import type { Platform } from "./platform";

const STORED_TOKEN = "mock-partner.token";

export function browserPlatform(window: Window): Platform {
  return {
    kind: "browser",
    controlUrl: window.location.origin,
    session: new URLSearchParams(window.location.hash.replace(/^#/, "")).get("session"),
    token: takeToken(window),
    remember: (session) => {
      const { pathname, search } = window.location;
      const fragment = session === null ? "" : `#session=${encodeURIComponent(session)}`;
      window.history.replaceState(null, "", pathname + search + fragment);
    },
    copyText: (text) => copyInPage(text, window.document),
    openExternal: async (url) => {
      window.open(url, "_blank", "noopener,noreferrer");
    },
  };
}

function takeToken(window: Window): string | null {
  const fragment = new URLSearchParams(window.location.hash.replace(/^#/, ""));
  const token = fragment.get("token");
  try {
    if (token) window.sessionStorage.setItem(STORED_TOKEN, token);
  } catch {
    // Storage may be switched off; then a reload needs the full address again.
  }
  if (token) {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    return token;
  }
  try {
    return window.sessionStorage.getItem(STORED_TOKEN);
  } catch {
    return null;
  }
}

/** Copies with the page's own means; the older way is for pages that are not a secure context. */
export async function copyInPage(text: string, document: Document): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    return;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("aria-hidden", "true");
    field.style.position = "fixed";
    field.style.opacity = "0";
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    if (!copied) throw new Error("copying was refused");
  }
}
