// Renders icon.svg into the sizes that the desktop bundles want: `node src-tauri/icons/render.mjs`.
// Needs Chromium (or CHROMIUM=path). The results are committed, so a build never runs this.
// ICO and ICNS are written here: both are only lists of PNGs.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const chromium = process.env.CHROMIUM ?? "chromium";
const svg = readFileSync(join(here, "icon.svg"), "utf8");

// A window has a least size, so the small icons are drawn on a canvas and read from the page's text.
function pngs(sizes) {
  const folder = mkdtempSync(join(tmpdir(), "mock-partner-icon-"));
  try {
    const page = join(folder, "page.html");
    const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
    writeFileSync(page, `<!doctype html><script type="module">
      const image = new Image();
      image.src = "${source}";
      await image.decode();
      for (const size of ${JSON.stringify(sizes)}) {
        const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
        canvas.getContext("2d").drawImage(image, 0, 0, size, size);
        const line = document.createElement("pre");
        line.textContent = size + "=" + canvas.toDataURL("image/png").split(",")[1] + ";";
        document.body.append(line);
      }
    </script>`);
    const options = ["--headless", "--no-sandbox", "--virtual-time-budget=5000", "--dump-dom"];
    const text = execFileSync(chromium, [...options, `file://${page}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const found = text.matchAll(/<pre>(\d+)=([^;]+);/g);
    return Object.fromEntries([...found].map(([, size, data]) => [size, Buffer.from(data, "base64")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, data }, index) => {
    const at = 6 + 16 * index;
    // A byte holds at most 255, so the format writes 256 as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(data.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([head, ...images.map(({ data }) => data)]);
}

function icns(images) {
  const blocks = images.map(({ type, data }) => {
    const head = Buffer.alloc(8);
    head.write(type, "ascii");
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  });
  const body = Buffer.concat(blocks);
  const head = Buffer.alloc(8);
  head.write("icns", "ascii");
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

const sizes = pngs([16, 32, 48, 128, 256, 512]);
const write = (name, data) => writeFileSync(join(here, name), data);

write("32x32.png", sizes[32]);
write("128x128.png", sizes[128]);
write("128x128@2x.png", sizes[256]);
write("icon.png", sizes[512]);
write("icon.ico", ico([32, 16, 48, 256].map((size) => ({ size, data: sizes[size] }))));
write("icon.icns", icns([
  { type: "ic07", data: sizes[128] },
  { type: "ic08", data: sizes[256] },
  { type: "ic09", data: sizes[512] },
]));
