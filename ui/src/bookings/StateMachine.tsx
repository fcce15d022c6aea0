// The state machine of section 5.3, with the way that this booking took and the state that it is in. The sentence
// below says the same to those who do not see it.

import type { BookingDetails, BookingStatus } from "../api/types";
import details from "../details/Details.module.css";
import styles from "./StateMachine.module.css";
import { type Edge, edgesOf, NODE, PLACES, SIZE, START, walkOf } from "./state-machine";
import { wordsOf } from "./status";
import { useMoves } from "./use-booking";

export function StateMachine({ booking }: { booking: BookingDetails }) {
  const moves = useMoves();
  const walk = walkOf(booking);
  const edges = edgesOf(moves, booking.confirmation_mode, walk);
  const states = Object.keys(PLACES) as BookingStatus[];
  // A move within a state is none that its name would be said again for.
  const before = [...new Set(walk.visited)]
    .filter((status) => status !== walk.current)
    .map((status) => wordsOf(status).word.toLowerCase());
  return (
    <section className={details.card} aria-label="State machine">
      <header className={details.cardHead}>
        <h3>State machine</h3>
        <span className={details.cardAside}>§ 5.3</span>
      </header>
      <div className={styles.frame}>
        <svg
          role="img"
          aria-label={`State machine: this booking is ${wordsOf(booking.status).word}`}
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          className={styles.machine}
        >
          <circle className={styles.begin} cx={START.x} cy={START.y} r={6} />
          {/* What is lit lies over what is not. */}
          {[...edges]
            .sort((a, b) => weight(a) - weight(b))
            .map((edge) => (
              <DrawnEdge key={`${edge.from} ${edge.to}`} edge={edge} />
            ))}
          {states.map((status) => (
            <State
              key={status}
              status={status}
              way={
                status === walk.current ? "current" : walk.visited.includes(status) ? "visited" : undefined
              }
            />
          ))}
        </svg>
      </div>
      <p className={styles.words}>
        Now <strong>{wordsOf(booking.status).word.toLowerCase()}</strong> <code>{booking.status}</code>
        {before.length > 0 && <>, by way of {before.join(", ")}</>}. {nextOf(edges)}
      </p>
    </section>
  );
}

const weight = (edge: Edge) => (edge.taken ? 2 : edge.open ? 1 : 0);

function nextOf(edges: Edge[]): string {
  const open = edges.filter((edge) => edge.open);
  if (open.length === 0) return "This is final: nothing can follow.";
  const ways = open.map(({ to, label }) => `${wordsOf(to).word.toLowerCase()} (${label})`);
  return `From here: ${ways.join(", ")}.`;
}

function State({ status, way }: { status: BookingStatus; way: "current" | "visited" | undefined }) {
  const place = PLACES[status];
  if (!place) return null;
  const { word, tone, Shape } = wordsOf(status);
  const left = place.x - NODE.width / 2;
  return (
    <g className={styles.state} data-way={way} data-tone={tone}>
      <rect x={left} y={place.y - NODE.height / 2} width={NODE.width} height={NODE.height} rx={9} />
      <Shape x={left + 9} y={place.y - 7.5} size={15} aria-hidden />
      <text x={left + 30} y={place.y + 4.5}>
        {word}
      </text>
      {way === "current" && (
        <g className={styles.now}>
          <rect
            x={left + NODE.width - 42}
            y={place.y - NODE.height / 2 - 9}
            width={36}
            height={17}
            rx={8.5}
          />
          <text x={left + NODE.width - 24} y={place.y - NODE.height / 2 + 3.5}>
            now
          </text>
        </g>
      )}
    </g>
  );
}

function DrawnEdge({ edge }: { edge: Edge }) {
  const line = lineOf(edge);
  if (!line) return null;
  const { path, tip, label } = line;
  return (
    <g className={styles.edge} data-way={edge.taken ? "taken" : edge.open ? "open" : undefined}>
      <path className={styles.line} d={path} />
      <path className={styles.tip} d={tip} />
      <text x={label.x} y={label.y} textAnchor={label.anchor}>
        {edge.label}
      </text>
    </g>
  );
}

interface Line {
  path: string;
  tip: string;
  label: { x: number; y: number; anchor: "start" | "middle" };
}

function lineOf({ from, to }: Edge): Line | null {
  const target = PLACES[to];
  const source = from === null ? START : PLACES[from];
  if (!target || !source) return null;
  const half = NODE.width / 2;
  const low = NODE.height / 2;
  if (from === to) {
    const { x, y } = { x: source.x, y: source.y + low };
    return {
      path: `M ${x - 34} ${y} v 16 q 0 6 6 6 h 56 q 6 0 6 -6 v -9`,
      tip: tipAt(x + 34, y + 1, 0, -1),
      label: { x: x - 22, y: y + 36, anchor: "start" },
    };
  }
  if (source.x === target.x) {
    const end = target.y - low;
    const begin = source.y + low;
    const beside = Math.abs(end - begin) < 40 ? 12 : 8;
    return {
      path: `M ${source.x} ${begin} V ${end - 6}`,
      tip: tipAt(target.x, end - 1, 0, 1),
      label: { x: source.x + beside, y: (begin + end) / 2 + 4, anchor: "start" },
    };
  }
  const begin =
    from === null ? { x: START.x + 6, y: START.y } : { x: source.x + half, y: leaves(source.y, target.y) };
  const end = { x: target.x - half, y: from === null ? target.y : arrives(source.y, target.y) };
  const length = Math.hypot(end.x - begin.x, end.y - begin.y);
  const [dx, dy] = [(end.x - begin.x) / length, (end.y - begin.y) / length];
  return {
    path: `M ${begin.x} ${begin.y} L ${end.x - dx * 6} ${end.y - dy * 6}`,
    tip: tipAt(end.x - dx, end.y - dy, dx, dy),
    label: { x: (begin.x + end.x) / 2, y: (begin.y + end.y) / 2 + 4, anchor: "middle" },
  };
}

/** Arrows to places above leave above, so that they do not cross. */
function leaves(y: number, target: number): number {
  return y + Math.max(-11, Math.min(11, (target - y) / 5));
}

function arrives(source: number, y: number): number {
  return y + Math.max(-7, Math.min(7, (source - y) / 12));
}

function tipAt(x: number, y: number, dx: number, dy: number): string {
  const back = { x: x - dx * 8, y: y - dy * 8 };
  return `M ${back.x - dy * 4} ${back.y + dx * 4} L ${x} ${y} L ${back.x + dy * 4} ${back.y - dx * 4} Z`;
}
