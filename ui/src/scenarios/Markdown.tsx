// What the audience is told, as its file has it in Markdown. Nothing in it can reach beyond the text: HTML is
// shown as it is written, pictures are their descriptions, and a link opens outside of this window.

import MarkdownToJsx, { RuleType } from "markdown-to-jsx/react";
import type { ReactNode } from "react";
import { useWindow } from "../app/window-state";
import styles from "./Markdown.module.css";

/** Headings would come between those of the window. */
const Heading = ({ children }: { children?: ReactNode }) => (
  <p>
    <strong>{children}</strong>
  </p>
);

function Link({ href, children }: { href?: string; children?: ReactNode }) {
  const window = useWindow();
  if (!href || !/^https?:\/\//i.test(href)) return <>{children}</>;
  return (
    <button
      type="button"
      className={styles.link}
      title={`Opens in your browser: ${href}`}
      onClick={() => void window.platform.openExternal(href)}
    >
      {children}
    </button>
  );
}

const OVERRIDES = {
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  a: Link,
};

export default function Markdown({ text }: { text: string }) {
  return (
    <MarkdownToJsx
      options={{
        disableParsingRawHTML: true,
        forceBlock: true,
        wrapper: "div",
        forceWrapper: true,
        overrides: OVERRIDES,
        renderRule: (next, node) => (node.type === RuleType.image ? (node.alt ?? "") : next()),
      }}
      className={styles.markdown}
    >
      {text}
    </MarkdownToJsx>
  );
}
