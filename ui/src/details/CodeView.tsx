// CodeMirror as a viewer: it draws the visible lines only, so a body of a megabyte opens at once. Loaded
// when first needed. Colours come from the window's own custom properties and follow its theme.

import { json } from "@codemirror/lang-json";
import {
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { Decoration, EditorView, keymap, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { Mark } from "./marks";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.bool, tags.null], color: "var(--code-atom)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--text)", fontSize: "0.75rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "0.5rem 0.75rem 0.5rem 0" },
  ".cm-content:focus-visible": { outline: "none" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--text-faint)" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 0.25rem", cursor: "pointer" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--neutral-soft)",
    border: "none",
    color: "var(--neutral)",
    padding: "0 0.375rem",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-panels": { backgroundColor: "var(--surface-sunken)", color: "var(--text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--text)" },
  ".cm-textfield": {
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line-control)",
    borderRadius: "var(--radius-small)",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--surface-raised)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-small)",
  },
  ".cm-flagged-error": { boxShadow: "inset 3px 0 0 var(--bad)", backgroundColor: "var(--bad-soft)" },
  ".cm-flagged-warning": { boxShadow: "inset 3px 0 0 var(--warn)", backgroundColor: "var(--warn-soft)" },
  ".cm-flagged-info": { boxShadow: "inset 3px 0 0 var(--neutral)", backgroundColor: "var(--neutral-soft)" },
  ".cm-finding": {
    paddingBlock: "0.125rem 0.25rem",
    fontFamily: "var(--font)",
    fontSize: "0.75rem",
    lineHeight: "1.4",
    whiteSpace: "normal",
  },
  ".cm-finding[data-severity=error]": { color: "var(--bad)", backgroundColor: "var(--bad-soft)" },
  ".cm-finding[data-severity=warning]": { color: "var(--warn)", backgroundColor: "var(--warn-soft)" },
  ".cm-finding[data-severity=info]": { color: "var(--neutral)", backgroundColor: "var(--neutral-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
});

/** Where no gutter keeps the text from the edge. */
const plainMargin = EditorView.theme({ ".cm-line": { paddingInlineStart: "0.75rem" } });

/** What is wrong with a line, under that line. */
class Note extends WidgetType {
  constructor(
    private readonly mark: Mark,
    private readonly indent: string,
  ) {
    super();
  }

  override eq(other: Note): boolean {
    return other.mark.text === this.mark.text && other.indent === this.indent;
  }

  override toDOM(): HTMLElement {
    const note = document.createElement("div");
    note.className = "cm-finding";
    note.dataset.severity = this.mark.severity;
    note.style.paddingInlineStart = `calc(${this.indent.length}ch + 6px)`;
    const shape = document.createElement("span");
    shape.setAttribute("aria-hidden", "true");
    shape.textContent = this.mark.shape;
    note.append(shape, ` ${this.mark.text}`);
    return note;
  }
}

function decorations(text: string, marks: Mark[]) {
  const ranges = marks.flatMap((mark) => {
    const lineStart = text.lastIndexOf("\n", mark.from - 1) + 1;
    const lineBreak = text.indexOf("\n", mark.from);
    const lineEnd = lineBreak < 0 ? text.length : lineBreak;
    const indent = text.slice(lineStart, mark.from).match(/^\s*/)?.[0] ?? "";
    return [
      Decoration.line({ class: `cm-flagged cm-flagged-${mark.severity}` }).range(lineStart),
      Decoration.widget({ widget: new Note(mark, indent), block: true, side: 1 }).range(lineEnd),
    ];
  });
  return Decoration.set(ranges, true);
}

interface Props {
  text: string;
  label: string;
  isJson: boolean;
  marks?: Mark[];
  /** Where to scroll to; a new object scrolls again. */
  reveal?: { from: number } | null;
  /** Scrolls there without taking the focus. */
  quiet?: boolean;
}

const NO_MARKS: Mark[] = [];

export default function CodeView({ text, label, isJson, marks = NO_MARKS, reveal, quiet }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<EditorView>(null);
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "aria-readonly": "true" }),
          EditorView.lineWrapping,
          isJson ? [json(), syntaxHighlighting(colours), codeFolding(), foldGutter()] : plainMargin,
          search({ top: true }),
          highlightSelectionMatches(),
          EditorView.decorations.of(decorations(text, marks)),
          keymap.of([...searchKeymap, ...foldKeymap]),
          look,
        ],
      }),
    });
    shown.current = view;
    return () => {
      shown.current = null;
      view.destroy();
    };
  }, [text, label, isJson, marks]);
  useEffect(() => {
    const view = shown.current;
    if (!reveal || !view || reveal.from > view.state.doc.length) return;
    view.dispatch({
      selection: { anchor: reveal.from },
      effects: EditorView.scrollIntoView(reveal.from, { y: "center" }),
    });
    if (!quiet) view.focus();
  }, [reveal, quiet]);
  return <div ref={host} style={{ height: "100%" }} />;
}
