// The desktop shell puts the engine's address and token into the page before it loads.

import type { Platform } from "./platform";

export interface Handover {
  control_url: string;
  token: string;
}

export function tauriPlatform(handover: Handover): Platform {
  return {
    kind: "desktop",
    controlUrl: handover.control_url.replace(/\/$/, ""),
    token: handover.token,
    session: null,
    // The shell's page has no address that people see.
    remember: () => undefined,
    copyText: async (text) => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // WebKitGTK may refuse the page's clipboard; the shell's own always works.
        const { writeText } = await import("@tauri-apps/plugin-clipboard-manager");
        await writeText(text);
      }
    },
    openExternal: async (url) => {
      const { openUrl } = await import("@tauri-apps/plugin-opener");
      await openUrl(url);
    },
  };
}
