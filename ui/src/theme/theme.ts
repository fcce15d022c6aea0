// Light, dark, or as the system says. The choice is kept; the colours themselves are in tokens.css.

import { Observable } from "../api/observable";

export type Theme = "system" | "light" | "dark";

const STORED_THEME = "mock-partner.theme";

export const theme = new Observable<Theme>(stored());

export function setTheme(next: Theme): void {
  theme.set(next);
  try {
    localStorage.setItem(STORED_THEME, next);
  } catch {
    // Without storage the choice lasts until the window is closed.
  }
}

export function applyTheme(root: HTMLElement): void {
  const apply = () => {
    if (theme.get() === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme.get());
  };
  theme.subscribe(apply);
  apply();
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(STORED_THEME);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}
