import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import controls from "../theme/controls.module.css";
import { useWindow } from "./window-state";

interface Props {
  /** What to copy, or how to get it. */
  text: string | (() => Promise<string>);
  /** "the address": completes both "Copy …" and "Copied …". */
  what: string;
  /** Words on the button; without, it shows only a symbol. */
  label?: string;
}

export function CopyButton({ text, what, label }: Props) {
  const window = useWindow();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      setCopied(await window.copy(typeof text === "string" ? text : await text(), what));
    } catch {
      window.say(`Could not get ${what}. Try again in a moment.`, true);
    }
  }
  const Symbol_ = copied ? Check : Copy;
  return (
    <button
      type="button"
      className={label ? controls.quiet : controls.icon}
      onClick={copy}
      aria-label={label ? undefined : `Copy ${what}`}
      title={`Copy ${what}`}
    >
      <Symbol_ size={15} aria-hidden />
      {label && <span>{copied ? "Copied" : label}</span>}
    </button>
  );
}
