// Lays out JSON for reading without changing a single token: numbers keep all their digits, names their
// order and doubles stay double, because a body that is wrong must be seen as it came.

/** Null when the text is not JSON. */
export function prettyJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return text.trim();
  } catch {
    return null;
  }
  const out: string[] = [];
  let depth = 0;
  let index = 0;
  const newline = () => `\n${"  ".repeat(depth)}`;
  while (index < text.length) {
    const char = text[index] as string;
    if (char === '"') {
      const end = endOfString(text, index);
      out.push(text.slice(index, end));
      index = end;
      continue;
    }
    if (char === "{" || char === "[") {
      const close = nextToken(text, index + 1);
      if (text[close] === "}" || text[close] === "]") {
        out.push(char, text[close] as string);
        index = close + 1;
        continue;
      }
      depth += 1;
      out.push(char, newline());
    } else if (char === "}" || char === "]") {
      depth -= 1;
      out.push(newline(), char);
    } else if (char === ",") {
      out.push(char, newline());
    } else if (char === ":") {
      out.push(": ");
    } else if (!/\s/.test(char)) {
      out.push(char);
    }
    index += 1;
  }
  return out.join("");
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function nextToken(text: string, start: number): number {
  let index = start;
  while (index < text.length && /\s/.test(text[index] as string)) index += 1;
  return index;
}
