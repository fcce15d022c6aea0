// The filter's text field with its offers. The text is the filter: what is typed, taken from an offer or
// removed as a chip ends up in one string.

import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { BOOKING_METHODS } from "../api/methods";
import type { CauseInfo } from "../api/types";
import { useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { type Filter, suggest, withoutToken } from "./filter";
import styles from "./Traffic.module.css";

interface Props {
  filter: Filter;
  causes: CauseInfo[];
  /** Enter: the person is done typing and wants to see what it found. */
  onEnter(): void;
  /** Whatever is typed next takes the wish back. */
  onType(): void;
  onLeave(): void;
}

export const FILTER_INPUT = "traffic-filter";

export function FilterBox({ filter, causes, onEnter, onType, onLeave }: Props) {
  const window = useWindow();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(window.filterText.get());
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);

  // Others may set the filter too: the palette, a link, the clear button of the empty table.
  useEffect(() => window.filterText.subscribe(() => setText(window.filterText.get())), [window]);

  const offers = useMemo(
    () =>
      suggest(text, {
        method: BOOKING_METHODS,
        outcome: ["ok", "failure", "error"],
        cause: causes.map((info) => info.cause),
        status: ["200", "4xx", "5xx", "401", "503"],
        direction: ["inbound", "outbound"],
      }),
    [text, causes],
  );
  const shown = open && offers.length > 0;

  function write(next: string): void {
    onType();
    setText(next);
    setActive(-1);
    window.filterText.set(next);
  }

  function take(index: number): void {
    const offer = offers[index];
    if (!offer) return;
    write(offer.text);
    setOpen(!offer.text.endsWith(" "));
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" && shown) {
      event.preventDefault();
      setActive((active + 1) % offers.length);
    } else if (event.key === "ArrowUp" && shown) {
      event.preventDefault();
      setActive((active - 1 + offers.length) % offers.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && shown && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Enter") {
      event.preventDefault();
      setOpen(false);
      onEnter();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (shown && active >= 0) setOpen(false);
      else if (text !== "") write("");
      else onLeave();
    }
  }

  return (
    <div className={styles.filter}>
      <div className={styles.filterField}>
        <Search size={15} className={styles.filterSymbol} aria-hidden />
        <input
          ref={input}
          id={FILTER_INPUT}
          type="text"
          role="combobox"
          className={styles.filterInput}
          aria-label="Filter traffic"
          aria-expanded={shown}
          aria-controls={shown ? id : undefined}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="Filter: method, outcome, booking, or any words in a body"
          value={text}
          onChange={(event) => {
            write(event.target.value);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {text === "" ? (
          <kbd className={controls.kbd} aria-hidden>
            /
          </kbd>
        ) : (
          <button
            type="button"
            className={styles.clear}
            aria-label="Clear the filter"
            onClick={() => write("")}
          >
            <X size={14} aria-hidden />
          </button>
        )}
        {shown && (
          <div role="listbox" id={id} aria-label="Ways to filter" className={styles.offers}>
            {offers.map((offer, index) => (
              <div
                key={offer.label}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={styles.offer}
                // Before the blur that the click would cause.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(index);
                }}
              >
                <code>{offer.label}</code>
                <span>{offer.about}</span>
              </div>
            ))}
          </div>
        )}
      </div>
      {(filter.tokens.length > 0 || filter.unknown.length > 0) && (
        <ul className={styles.chips} aria-label="Filters in use">
          {filter.tokens.map((token) => (
            <li key={`${token.key}:${token.value}`} className={styles.chip}>
              <code>
                {token.key}:{token.value}
              </code>
              <button
                type="button"
                aria-label={`Remove ${token.key}:${token.value}`}
                onClick={() => write(withoutToken(text, token))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
          {filter.unknown.map((part) => (
            <li key={part} className={styles.unknown}>
              <code>{part}</code> is not a filter; it is left out.
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
