// The state machine of section 5.3 as it is drawn: the engine says which moves there are, this says where they lie and
// how one booking went through them. Pure.

import type { BookingDetails, BookingStatus, Move } from "../api/types";

export const NODE = { width: 164, height: 34 };
export const SIZE = { width: 640, height: 244 };

/** The middle of each state; what is not here is told in words only. */
export const PLACES: Partial<Record<BookingStatus, { x: number; y: number }>> = {
  PENDING_MERCHANT_CONFIRMATION: { x: 190, y: 46 },
  CONFIRMED: { x: 190, y: 166 },
  DECLINED_BY_MERCHANT: { x: 552, y: 22 },
  FAILED: { x: 552, y: 68 },
  CANCELED: { x: 552, y: 116 },
  NO_SHOW: { x: 552, y: 166 },
  NO_SHOW_PENALIZED: { x: 552, y: 222 },
};

export const START = { x: 14, y: 106 };

export interface Edge {
  from: BookingStatus | null;
  to: BookingStatus;
  /** Who moves it so, in words. */
  label: string;
  /** This booking went this way. */
  taken: boolean;
  /** It could go this way from where it stands. */
  open: boolean;
}

export interface Walk {
  current: BookingStatus;
  /** All states that it was in, in order, the current one last. */
  visited: BookingStatus[];
}

export function walkOf(booking: Pick<BookingDetails, "status" | "timeline">): Walk {
  const visited = booking.timeline.map(({ status }) => status as BookingStatus);
  if (visited.at(-1) !== booking.status) visited.push(booking.status);
  return { current: booking.status, visited };
}

export function edgesOf(
  moves: readonly Move[],
  mode: BookingDetails["confirmation_mode"],
  walk: Walk,
): Edge[] {
  const edges = new Map<string, Edge & { movers: Set<string> }>();
  const asynchronous = mode === "CONFIRMATION_MODE_ASYNCHRONOUS";
  for (const move of moves) {
    const key = `${move.from} ${move.to}`;
    const applies = move.only === null || (move.only === "CONFIRMATION_MODE_ASYNCHRONOUS") === asynchronous;
    const edge = edges.get(key) ?? {
      from: move.from,
      to: move.to,
      label: "",
      taken: false,
      open: false,
      movers: new Set<string>(),
    };
    edge.open ||= applies && move.from === walk.current;
    edge.movers.add(wordsOfMove(move));
    edges.set(key, edge);
  }
  return [...edges.values()].map(({ movers, ...edge }) => ({
    ...edge,
    label: together([...movers]),
    taken: wasTaken(walk.visited, edge.from, edge.to),
  }));
}

/** "guest or merchant cancels", not "guest cancels or merchant cancels". */
function together(movers: string[]): string {
  const [first = "", second] = movers;
  if (second === undefined) return first;
  const verb = first.split(" ").slice(1).join(" ");
  return second.endsWith(` ${verb}`) ? `${first.split(" ")[0]} or ${second}` : movers.join(" or ");
}

function wasTaken(visited: BookingStatus[], from: BookingStatus | null, to: BookingStatus): boolean {
  if (from === null) return visited[0] === to;
  return visited.some((status, index) => index > 0 && status === to && visited[index - 1] === from);
}

function wordsOfMove(move: Move): string {
  if (move.by === "guest_books")
    return move.only === "CONFIRMATION_MODE_ASYNCHRONOUS" ? "to decide" : "at once";
  if (move.by === "guest_cancels") return "guest cancels";
  switch (move.action) {
    case "confirm":
      return "merchant accepts";
    case "decline":
      return "merchant declines";
    case "fail":
      return "partner gives up";
    case "cancel":
      return "merchant cancels";
    case "reschedule":
      return "merchant moves it";
    case "no_show":
      return "guest does not come";
    case "charge_no_show_fee":
      return "fee is taken";
    default:
      return String(move.action);
  }
}
