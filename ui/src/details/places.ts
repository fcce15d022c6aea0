// Where in a text of JSON the things are that JSON pointers name, so that a finding can be shown at its
// place. It reads the text itself and not a parsed copy, because the place is what is asked for; a text
// that breaks off is read as far as it goes.

export interface Place {
  /** Where the name of the field begins, or the value in a list. */
  from: number;
  to: number;
  /** False when the pointer names something that is not there: then this is what should hold it. */
  exact: boolean;
}

/** The places of these pointers; one that leads nowhere gets the nearest thing that should hold it. */
export function places(text: string, pointers: string[]): Map<string, Place> {
  const found = new Map<string, Place>();
  if (pointers.length === 0) return found;
  const all = new Map<string, Place>();
  const wanted = new Set<string>();
  for (const pointer of pointers) for (const step of stepsUp(pointer)) wanted.add(step);
  new Reader(text, (pointer, from, to) => {
    // Of a name that comes twice the last one counts, as it does for whoever reads the message.
    if (wanted.has(pointer)) all.set(pointer, { from, to, exact: true });
  }).run();
  for (const pointer of pointers) {
    const [nearest] = stepsUp(pointer).filter((step) => all.has(step));
    const place = nearest === undefined ? undefined : all.get(nearest);
    if (place) found.set(pointer, { ...place, exact: nearest === pointer });
  }
  return found;
}

/** "/a/b", "/a", "". */
function stepsUp(pointer: string): string[] {
  const steps = [pointer];
  let rest = pointer;
  while (rest !== "") {
    rest = rest.slice(0, rest.lastIndexOf("/"));
    steps.push(rest);
  }
  return steps;
}

class Reader {
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly saw: (pointer: string, from: number, to: number) => void,
  ) {}

  run(): void {
    this.#space();
    this.#value("", this.#at);
  }

  #value(pointer: string, from: number): void {
    const open = this.text[this.#at];
    if (open === "{") this.#members(pointer);
    else if (open === "[") this.#items(pointer);
    else if (open === '"') this.#string();
    else this.#plain();
    this.saw(pointer, from, this.#at);
  }

  #members(pointer: string): void {
    this.#at += 1;
    while (this.#more("}")) {
      const from = this.#at;
      if (this.text[from] !== '"') break;
      const name = this.#string();
      this.#space();
      if (this.text[this.#at] !== ":") break;
      this.#at += 1;
      this.#space();
      this.#value(`${pointer}/${escaped(name)}`, from);
    }
  }

  #items(pointer: string): void {
    this.#at += 1;
    for (let index = 0; this.#more("]"); index += 1) this.#value(`${pointer}/${index}`, this.#at);
  }

  /** Skips to the next member; false at the end, behind the bracket. */
  #more(close: string): boolean {
    this.#space();
    if (this.text[this.#at] === ",") this.#at += 1;
    this.#space();
    if (this.#at >= this.text.length) return false;
    if (this.text[this.#at] !== close) return true;
    this.#at += 1;
    return false;
  }

  #string(): string {
    const from = this.#at;
    this.#at += 1;
    while (this.#at < this.text.length && this.text[this.#at] !== '"') {
      this.#at += this.text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at = Math.min(this.#at + 1, this.text.length);
    const written = this.text.slice(from, this.#at);
    try {
      return String(JSON.parse(written));
    } catch {
      return written.slice(1, -1);
    }
  }

  #plain(): void {
    const from = this.#at;
    while (this.#at < this.text.length && !/[\s,\]}]/.test(this.text[this.#at] as string)) this.#at += 1;
    // Whatever this is, it must be left behind.
    if (this.#at === from) this.#at += 1;
  }

  #space(): void {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at += 1;
  }
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
