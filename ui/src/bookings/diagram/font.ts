// The font of the window as text, for drawings that are taken out of it. Loaded when something is exported.

import font from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?inline";

export const FONT_FACE = `@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(${font}) format("woff2")}`;
