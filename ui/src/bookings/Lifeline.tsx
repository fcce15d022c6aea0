// The sequence diagram of one booking with what goes with it: what the arrows mean, and the ways to take it along.

import { FileDown, ImageDown } from "lucide-react";
import { useRef } from "react";
import type { BookingDetails } from "../api/types";
import { saveAs } from "../app/save";
import { useWindow } from "../app/window-state";
import details from "../details/Details.module.css";
import controls from "../theme/controls.module.css";
import styles from "./BookingDetails.module.css";
import { standAlone, toPng } from "./diagram/export";
import { Legend, SequenceDiagram } from "./diagram/SequenceDiagram";
import { wordsOf } from "./status";
import { useWidth } from "./use-width";

export function Lifeline({ booking }: { booking: BookingDetails }) {
  const window = useWindow();
  const drawing = useRef<SVGSVGElement>(null);
  const [frame, room] = useWidth();

  async function take(kind: "svg" | "png"): Promise<void> {
    const diagram = drawing.current;
    if (!diagram) return;
    const name = `booking-${booking.booking_id}.${kind}`;
    try {
      const { FONT_FACE } = await import("./diagram/font");
      const { word } = wordsOf(booking.status);
      const title = `${booking.guest || "A guest"} · booking ${booking.booking_id} · ${word}`;
      const drawn = standAlone(diagram, FONT_FACE, title);
      saveAs(kind === "svg" ? new Blob([drawn.svg], { type: "image/svg+xml" }) : await toPng(drawn), name);
      window.say(`Saved the diagram as ${name}.`);
    } catch {
      window.say("The diagram could not be drawn into a file. Try the other kind.", true);
    }
  }

  return (
    <section className={details.card} aria-label="Who said what to whom">
      <header className={details.cardHead}>
        <h3>Who said what to whom</h3>
        <span className={details.cardTools}>
          <button type="button" className={controls.quiet} onClick={() => take("svg")}>
            <FileDown size={15} aria-hidden />
            Save as SVG
          </button>
          <button type="button" className={controls.quiet} onClick={() => take("png")}>
            <ImageDown size={15} aria-hidden />
            Save as PNG
          </button>
        </span>
      </header>
      <div ref={frame} className={styles.scroller}>
        <SequenceDiagram
          ref={drawing}
          bookingId={booking.booking_id}
          messages={booking.messages}
          room={room - 0.5}
          onOpen={(exchange) => window.showExchange(exchange)}
        />
      </div>
      <div className={styles.tools}>
        <Legend />
      </div>
    </section>
  );
}
