// Bundles the tests of the pages and runs them: `node web/test.mjs` for the units,
// `node web/test.mjs --pages` for those that need a browser and a built bin/sufler.
// What else is given goes to node's test runner.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "../node_modules/.cache/sufler-tests");
const ending = process.argv.includes("--pages") ? /\.pages\.ts$/ : /\.test\.tsx?$/;

const files = readdirSync(here, { recursive: true }).filter((f) => ending.test(f) && !f.startsWith("dist"));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  entryPoints: files.map((f) => path.join(here, f)),
  outbase: here,
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { WEB: JSON.stringify(here) },
  logLevel: "warning",
});
const made = files.map((f) => path.join(out, f.replace(/\.tsx?$/, ".mjs")));
const more = process.argv.slice(2).filter((a) => a !== "--pages");
// A page that plays sound is not tried beside another: on a small machine both would stutter.
const single = process.argv.includes("--pages") ? ["--test-concurrency=1"] : [];
const ran = spawnSync(process.execPath, ["--test", ...single, ...more, ...made], { stdio: "inherit" });
process.exit(ran.status ?? 1);
