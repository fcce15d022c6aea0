// A grid of one-line rows of which only the visible ones exist: one tab stop, arrows inside, roles and
// row numbers for screen readers. It knows nothing of what a row is; traffic and bookings both use it.

import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
} from "react";
import styles from "./VirtualGrid.module.css";

export interface Column {
  key: string;
  title: string;
  /** Drawn in place of the title, which is still read out. */
  symbol?: ReactNode;
  end?: boolean;
}

export interface GridHandle {
  focus(): void;
  toTop(): void;
}

interface Props {
  ref?: Ref<GridHandle>;
  label: string;
  columns: Column[];
  /** The CSS widths of the columns. */
  template: string;
  /** Narrower, and it scrolls sideways. */
  minWidth?: string;
  count: number;
  rowKey(index: number): string | number;
  renderCells(index: number): ReactNode;
  rowTone?(index: number): string | undefined;
  selected: number;
  onSelect(index: number): void;
  /** Enter, or a click: the person wants to see the row, not only pass over it. */
  onOpen(index: number, by: "keyboard" | "pointer"): void;
  onEscape?(): boolean;
  onAtTop?(atTop: boolean): void;
  onNearEnd?(): void;
}

const ROW_REM = 1.8125;
const HEADER_REM = 1.875;
const ROWS_BEFORE_END = 30;

export function VirtualGrid(props: Props) {
  const { count, selected, rowKey, onNearEnd } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const rowHeight = Math.round(ROW_REM * rem);
  const headerHeight = Math.round(HEADER_REM * rem);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headerHeight,
    paddingStart: headerHeight,
    // New rows come in frames already; rendering each scroll event at once would only add to them.
    useFlushSync: false,
  });
  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    toTop: () => {
      if (scroller.current) scroller.current.scrollTop = 0;
    },
  }));

  const items = virtualizer.getVirtualItems();
  const lastShown = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (count > 0 && lastShown >= count - ROWS_BEFORE_END) onNearEnd?.();
  }, [count, lastShown, onNearEnd]);

  function moveTo(index: number): void {
    if (count === 0) return;
    const target = Math.max(0, Math.min(count - 1, index));
    props.onSelect(target);
    virtualizer.scrollToIndex(target);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(
      1,
      Math.floor(((scroller.current?.clientHeight ?? 0) - headerHeight) / rowHeight) - 1,
    );
    const moves: Record<string, number> = {
      ArrowDown: selected + 1,
      ArrowUp: selected < 0 ? 0 : selected - 1,
      PageDown: Math.max(selected, 0) + page,
      PageUp: Math.max(selected, 0) - page,
      Home: 0,
      End: count - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      event.preventDefault();
      moveTo(target);
    } else if (event.key === "Enter" && selected >= 0) {
      event.preventDefault();
      props.onOpen(selected, "keyboard");
    } else if (event.key === "Escape" && props.onEscape?.()) {
      event.preventDefault();
    }
  }

  const rowId = (index: number) => `${id}-${rowKey(index)}`;
  const selectedIsThere = items.some((item) => item.index === selected);
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={props.columns.length}
      aria-activedescendant={selectedIsThere ? rowId(selected) : undefined}
      tabIndex={0}
      className={styles.grid}
      style={{ "--columns": props.template, "--row-min": props.minWidth ?? "34rem" } as React.CSSProperties}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onAtTop?.(event.currentTarget.scrollTop <= 4)}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.headRow}>
          {props.columns.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={styles.cell}
              data-end={column.end || undefined}
            >
              {column.symbol ? (
                <>
                  {column.symbol}
                  <span className="visually-hidden">{column.title}</span>
                </>
              ) : (
                column.title
              )}
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: virtualizer.getTotalSize() - headerHeight }}
      >
        {items.map((item) => (
          <div
            key={item.index}
            id={rowId(item.index)}
            role="row"
            aria-rowindex={item.index + 2}
            aria-selected={item.index === selected}
            className={styles.row}
            data-tone={props.rowTone?.(item.index)}
            style={{ height: rowHeight, transform: `translateY(${item.start - headerHeight}px)` }}
            onPointerDown={() => props.onSelect(item.index)}
            onClick={() => props.onOpen(item.index, "pointer")}
          >
            {props.renderCells(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}

export function Cell({ children, end, title }: { children?: ReactNode; end?: boolean; title?: string }) {
  return (
    <div role="gridcell" className={styles.cell} data-end={end || undefined} title={title}>
      {children}
    </div>
  );
}
