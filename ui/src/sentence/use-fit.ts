// Letters as large as the band has room for: it keeps its height, so that nothing below it moves under the
// pointer when a toggle makes the sentence longer.

import { type RefObject, useLayoutEffect } from "react";

/** From the largest, 0; what they are is in the stylesheet. */
const SIZES = 4;
/** Where none fits, in a small window, the band grows and the letters stay readable. */
const USUAL = 1;

/** Sets `data-size` on the band so that it is no higher than its least height; `holds` is what it shows. */
export function useFit(band: RefObject<HTMLElement | null>, holds: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: something else needs other room
  useLayoutEffect(() => {
    const element = band.current;
    if (!element) return;
    const fits = (size: number) => {
      element.dataset.size = String(size);
      const least = Number.parseFloat(getComputedStyle(element).minHeight);
      return element.offsetHeight <= least + 0.5;
    };
    const adjust = () => {
      for (let size = 0; size < SIZES; size += 1) if (fits(size)) return;
      element.dataset.size = String(USUAL);
    };
    adjust();
    const observer = new ResizeObserver(adjust);
    observer.observe(element);
    return () => observer.disconnect();
  }, [band, holds]);
}
