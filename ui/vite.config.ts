import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Relative addresses, because the same files are served by the control port, embedded in a binary,
// and opened from the desktop shell's own protocol.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, target: ["es2022", "safari17"], assetsInlineLimit: 0 },
  // For `npm run dev`: the engine's own door is asked as if by its own page, since it turns away others.
  server: {
    proxy: {
      "/api": {
        target: "http://127.0.0.1:8791",
        changeOrigin: true,
        headers: { origin: "http://127.0.0.1:8791" },
      },
    },
  },
  test: {
    environment: "jsdom",
    // Long enough for a busy machine; no test waits for time to pass.
    testTimeout: 30_000,
    setupFiles: ["src/test/setup.tsx"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
