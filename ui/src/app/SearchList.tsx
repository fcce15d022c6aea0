// A text field over a list that it narrows: the palette and the causes dialog are both one of these.

import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import styles from "./SearchList.module.css";

export interface SearchItem {
  id: string;
  group: string;
  /** What the words are looked for in. */
  text: string;
  current?: boolean;
  content: ReactNode;
}

interface Props {
  label: string;
  placeholder: string;
  items: SearchItem[];
  onTake(id: string): void;
}

export function SearchList({ label, placeholder, items, onTake }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return items.filter((item) => {
      const lower = `${item.group} ${item.text}`.toLowerCase();
      return words.every((word) => lower.includes(word));
    });
  }, [items, text]);

  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView?.({ block: "nearest" });
  }, [active]);

  function onKeyDown(event: KeyboardEvent): void {
    const last = found.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
    };
    const target = moves[event.key];
    if (target !== undefined) {
      event.preventDefault();
      setActive(target);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = found[active];
      if (item) onTake(item.id);
    }
  }

  return (
    <>
      <div className={styles.field}>
        <Search size={17} aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} role="listbox" id={id} aria-label={label} className={styles.list} tabIndex={-1}>
        {found.map((item, index) => (
          <div key={item.id} role="presentation">
            {item.group !== found[index - 1]?.group && (
              <p className={styles.group} aria-hidden>
                {item.group}
              </p>
            )}
            <div
              id={`${id}-${index}`}
              data-index={index}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              aria-current={item.current || undefined}
              className={styles.item}
              onPointerMove={() => setActive(index)}
              onClick={() => onTake(item.id)}
            >
              {item.content}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles.none}>Nothing is called that. Try fewer letters.</p>}
    </>
  );
}
