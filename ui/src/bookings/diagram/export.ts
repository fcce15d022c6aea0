// The diagram as a file that needs nothing else: colours as they are on the screen and the font are written into it.
// The page's policy lets pictures come from data addresses only, so the PNG is painted from one.

const SVG = "http://www.w3.org/2000/svg";

/** What the page's style sheets say, and a file has to say itself. */
const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];

/** Twice the size on the screen: sharp on a projector. */
const PNG_SCALE = 2;

/** Around the diagram, with room for its title above. */
const MARGIN = 16;
const TITLE_HEIGHT = 34;

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

export function standAlone(diagram: SVGSVGElement, fontFace: string, title: string): Drawing {
  const { width: inner, height: below } = diagram.viewBox.baseVal;
  const [width, height] = [inner + 2 * MARGIN, below + TITLE_HEIGHT + 2 * MARGIN];
  const [left, top] = [-MARGIN, -MARGIN - TITLE_HEIGHT];
  const copy = diagram.cloneNode(true) as SVGSVGElement;
  inlineStyles(diagram, copy);
  for (const area of copy.querySelectorAll("[data-hit]")) area.remove();
  for (const link of copy.querySelectorAll("a")) unwrap(link);
  for (const name of ["class", "style", "role", "aria-label"]) copy.removeAttribute(name);
  for (const element of copy.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (/^(class|style|role|tabindex|aria-|data-)/.test(name)) element.removeAttribute(name);
    }
  }
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const ground = { x: left, y: top, width, height, fill: surfaceOf(diagram) };
  const heading = { x: 8, y: top + MARGIN + 14, fill: getComputedStyle(diagram).color };
  copy.prepend(
    made("title", {}, title),
    made("style", {}, fontFace),
    made("rect", ground),
    made("text", { ...heading, "font-size": "15px", "font-weight": 650 }, title),
  );
  return { svg: new XMLSerializer().serializeToString(copy), width, height };
}

function inlineStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of PROPERTIES) {
    const value = style.getPropertyValue(name);
    if (value !== "") to.setAttribute(name, value);
  }
  [...from.children].forEach((child, index) => {
    const copy = to.children[index];
    if (copy) inlineStyles(child, copy);
  });
}

/** Exchanges cannot be opened from a file. */
function unwrap(link: Element): void {
  const group = document.createElementNS(SVG, "g");
  group.append(...link.childNodes);
  link.replaceWith(group);
}

function made(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  element.textContent = text;
  return element;
}

/** The colour behind it: the first ancestor's that has one. */
function surfaceOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== "" && colour !== "transparent" && !/, 0\)$/.test(colour)) return colour;
  }
  return "white";
}

export async function toPng({ svg, width, height }: Drawing): Promise<Blob> {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to paint on");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, refuse) => {
    canvas.toBlob((blob) => (blob ? done(blob) : refuse(new Error("nothing was painted"))), "image/png");
  });
}
