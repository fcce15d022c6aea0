// Who said what to whom, from top to bottom. Drawn as SVG by hand: lanes, and one arrow per message; those that were
// on the wire lead to their exchange. One tab stop, arrows inside.

import { type KeyboardEvent, type Ref, useState } from "react";
import type { Message } from "../../api/types";
import { toneOfLabel } from "../../traffic/format";
import styles from "./Diagram.module.css";
import { type Arrow, LINE_HEIGHT, layOut, TIME_WIDTH } from "./layout";
import { nameOf, partyName, timeOf } from "./words";

interface Props {
  ref?: Ref<SVGSVGElement>;
  bookingId: string;
  messages: Message[];
  /** The width that there is, in rem. */
  room: number;
  onOpen(exchange: number): void;
}

const REM = 16;

export function SequenceDiagram({ ref, bookingId, messages, room, onOpen }: Props) {
  const { width, height, headHeight, headWidth, lanes, arrows, pauses } = layOut(messages, room * REM);
  const links = arrows.filter(({ message }) => message.exchange_id !== null);
  const [at, setAt] = useState(0);
  const current = links[Math.min(at, links.length - 1)]?.index ?? -1;

  function onKeyDown(event: KeyboardEvent<SVGGElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = links.findIndex(({ index }) => index === current);
    const moves: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: links.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(links.length - 1, wanted));
    setAt(next);
    event.currentTarget.querySelectorAll("a")[next]?.focus();
  }

  return (
    <svg
      ref={ref}
      role="group"
      aria-label={`Sequence diagram of booking ${bookingId}`}
      viewBox={`0 0 ${width} ${height}`}
      className={styles.diagram}
      style={{ width: `${width / REM}rem`, height: `${height / REM}rem` }}
    >
      <g aria-hidden>
        {lanes.map(({ party, x }) => (
          <g key={party}>
            <line className={styles.lane} x1={x} x2={x} y1={headHeight} y2={height - 4} />
            <rect
              className={styles.head}
              x={x - headWidth / 2}
              y={1}
              width={headWidth}
              height={headHeight - 4}
              rx={7}
            />
            <text className={styles.party} x={x} y={headHeight / 2 + 4}>
              {partyName(party)}
            </text>
          </g>
        ))}
        {pauses.map(({ y, text }) => (
          <g key={y}>
            <line className={styles.pauseLine} x1={TIME_WIDTH} x2={width - 8} y1={y} y2={y} />
            <text className={styles.pause} x={(TIME_WIDTH + width) / 2} y={y + 4}>
              {text}
            </text>
          </g>
        ))}
      </g>
      <g role="list" aria-label="Messages, oldest first" onKeyDown={onKeyDown}>
        {arrows.map((arrow) => {
          const { message, index } = arrow;
          const { exchange_id } = message;
          return (
            <g key={index} role="listitem">
              {exchange_id === null ? (
                <g role="img" aria-label={nameOf(message)}>
                  <Drawn arrow={arrow} width={width} />
                </g>
              ) : (
                <a
                  href={`#exchange-${exchange_id}`}
                  className={styles.link}
                  aria-label={nameOf(message)}
                  tabIndex={index === current ? 0 : -1}
                  onFocus={() => setAt(links.findIndex((link) => link.index === index))}
                  onClick={(event) => {
                    event.preventDefault();
                    onOpen(exchange_id);
                  }}
                >
                  <Drawn arrow={arrow} width={width} />
                </a>
              )}
            </g>
          );
        })}
      </g>
    </svg>
  );
}

const HEAD = 8;

function Drawn({ arrow, width }: { arrow: Arrow; width: number }) {
  const { message, lines, top, height, y, fromX, toX } = arrow;
  const toRight = toX >= fromX;
  const inset = toRight ? 1 : -1;
  const tip = toX - inset * 2;
  const tone = message.kind === "answer" ? toneOfLabel(message.label) : undefined;
  const middle = (fromX + toX) / 2;
  return (
    <>
      <title>{nameOf(message)}</title>
      <rect className={styles.hit} data-hit x={2} y={top} width={width - 4} height={height - 1} rx={6} />
      <text className={styles.time} x={8} y={y + 4}>
        {timeOf(message.at)}
      </text>
      {lines.map((line, index) => (
        <text
          key={line}
          className={styles.label}
          data-kind={message.kind}
          data-tone={tone}
          x={middle}
          y={y - 6 - (lines.length - 1 - index) * LINE_HEIGHT}
        >
          {line}
        </text>
      ))}
      <line
        className={styles.line}
        data-kind={message.kind}
        data-tone={tone}
        x1={fromX + inset * 3}
        x2={tip - inset * (message.kind === "answer" ? 1 : HEAD - 2)}
        y1={y}
        y2={y}
      />
      <path
        className={styles.tip}
        data-kind={message.kind}
        data-tone={tone}
        d={`M ${tip - inset * HEAD} ${y - 4.5} L ${tip} ${y} L ${tip - inset * HEAD} ${y + 4.5}${message.kind === "answer" ? "" : " Z"}`}
      />
      {message.kind === "action" && <circle className={styles.start} cx={fromX} cy={y} r={3.5} />}
      {message.kind === "email" && (
        <path
          className={styles.envelope}
          d={`M ${fromX - 7} ${y - 5} h 14 v 10 h -14 z m 0 0 l 7 6 l 7 -6`}
        />
      )}
    </>
  );
}

/** What the kinds of arrows mean, for those who see them. */
export function Legend() {
  return (
    <ul className={styles.legend}>
      <li>
        <Sample kind="request" /> call
      </li>
      <li>
        <Sample kind="answer" /> answer
      </li>
      <li>
        <Sample kind="action" /> a person
      </li>
      <li>
        <Sample kind="email" /> e-mail preview, nobody sends it
      </li>
    </ul>
  );
}

function Sample({ kind }: { kind: Message["kind"] }) {
  return (
    <svg viewBox="0 0 30 12" className={styles.sample} aria-hidden>
      <line className={styles.line} data-kind={kind} x1={8} x2={24} y1={6} y2={6} />
      <path
        className={styles.tip}
        data-kind={kind}
        d={`M 21 1.5 L 29 6 L 21 10.5${kind === "answer" ? "" : " Z"}`}
      />
      {kind === "action" && <circle className={styles.start} cx={5} cy={6} r={3.5} />}
      {kind === "email" && (
        <path className={styles.envelope} d="M 1 2 h 11 v 8 h -11 z m 0 0 l 5.5 5 l 5.5 -5" />
      )}
    </svg>
  );
}
