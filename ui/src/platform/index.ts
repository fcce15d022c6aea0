import { browserPlatform } from "./browser";
import type { Platform } from "./platform";
import { type Handover, tauriPlatform } from "./tauri";

export type { Platform } from "./platform";

declare global {
  interface Window {
    __MOCK_PARTNER__?: Handover;
  }
}

export function detectPlatform(): Platform {
  return window.__MOCK_PARTNER__ ? tauriPlatform(window.__MOCK_PARTNER__) : browserPlatform(window);
}
