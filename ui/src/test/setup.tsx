import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import type { Mark } from "../details/marks";

// The environment lays nothing out: the virtual table is told that it has room for some rows.
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 600 },
  offsetWidth: { configurable: true, get: () => 800 },
  clientHeight: { configurable: true, get: () => 600 },
});
// The virtualiser refuses to scroll beyond the scroll height, so there must be one.
Object.defineProperty(HTMLElement.prototype, "scrollHeight", { configurable: true, get: () => 10_000_000 });
HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, to?: ScrollToOptions | number) {
  if (typeof to === "object") this.scrollTop = to.top ?? 0;
  this.dispatchEvent(new Event("scroll"));
} as typeof HTMLElement.prototype.scrollTo;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
HTMLElement.prototype.getAnimations ??= () => [];

// The editor measures text, which needs a real layout; a body's text is what the tests look at.
vi.mock("../details/CodeView", () => ({
  default: ({ text, label, marks = [] }: { text: string; label: string; marks?: Mark[] }) => (
    <section aria-label={label}>
      <pre>{text}</pre>
      {marks.map((mark) => (
        <p key={mark.text}>
          {text.slice(mark.from).split("\n")[0]} {mark.text}
        </p>
      ))}
    </section>
  ),
}));

afterEach(cleanup);
