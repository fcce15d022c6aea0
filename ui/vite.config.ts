import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Relative addresses, because the same files are served by the control port, embedded in a binary,
// and opened from the desktop shell's own protocol.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, target: ["es2022", "safari17"], assetsInlineLimit: 0 },
  server: { port: 5173, strictPort: false },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
