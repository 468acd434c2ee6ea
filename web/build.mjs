// Builds the pages into web/dist, or into the folder given: `node web/build.mjs [FOLDER]`.
// Everything under assets/ carries the hash of its content and may be cached for ever.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(here, "dist"));

/** Which sections of the texts each page carries. A key's section is what stands before its first point. */
export const sections = {
  stage: ["common", "connection", "role", "mode", "matrix", "stage"],
  desk: [
    ...["common", "connection", "role", "mode", "matrix", "cause", "why", "sound", "desk"],
    ...["chat", "session", "redirect", "invitation", "ban", "keys", "notices", "missed", "visitors", "day"],
  ],
  // The part of the desk that comes when it is opened.
  settings: ["settings"],
  shop: ["shop"],
  widget: ["widget"],
  // The parts of the widget that come when they are wanted.
  call: ["widget_call", "widget_sound", "widget_who"],
  talk: ["widget_talk", "widget_sound"],
  more: ["widget_more", "widget_who"],
};

const common = {
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: dist,
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".svg": "file" },
  publicPath: "/",
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

/** `import x from "texts:desk/cs"` is the part of cs.json that the desk speaks. */
export const texts = {
  name: "texts",
  setup(b) {
    b.onResolve({ filter: /^texts:/ }, (a) => ({ path: a.path.slice(6), namespace: "texts" }));
    b.onLoad({ filter: /.*/, namespace: "texts" }, async ({ path: which }) => {
      const [page, language] = which.split("/");
      const file = path.join(here, "shared/texts", `${language}.json`);
      const all = Object.entries(JSON.parse(await readFile(file, "utf8")));
      const mine = all.filter(([key]) => sections[page].includes(key.split(".")[0]));
      return { contents: JSON.stringify(Object.fromEntries(mine)), loader: "json", watchFiles: [file] };
    });
  },
};

/** The names of our variables that the widget's own style sheets use; the rest of the tokens stays at home. */
async function usedNames() {
  const folder = path.join(here, "widget");
  const names = await readdir(folder, { recursive: true });
  const css = await Promise.all(
    names.filter((n) => n.endsWith(".css")).map((n) => readFile(path.join(folder, n), "utf8")),
  );
  return new Set(css.join().match(/(?<=var\()--[\w-]+/g));
}

/** `import css from "sheet:./widget.css"` is a style sheet as text, for adoptedStyleSheets. */
export const sheets = {
  name: "sheets",
  setup(b) {
    b.onResolve({ filter: /^sheet:/ }, (a) => ({
      path: path.resolve(a.resolveDir, a.path.slice(6)),
      namespace: "sheet",
    }));
    b.onLoad({ filter: /.*/, namespace: "sheet" }, async ({ path: file }) => {
      const made = await build({ entryPoints: [file], bundle: true, minify: true, write: false, logLevel: "warning" });
      const used = await usedNames();
      const css = made.outputFiles[0].text
        // A rem is the customer's page's, whatever that page has made of it.
        .replace(/(\d*\.?\d+)rem\b/g, (_, n) => `${Number(n) * 16}px`)
        .replace(/(--[\w-]+):(?:\([^()]*\)|[^;{}])*;?(?=[-}])/g, (rule, name) => (used.has(name) ? rule : ""));
      return { contents: css, loader: "text" };
    });
  },
};

/** The output of one entry point, as a path under dist with a leading slash. */
function outputOf(result, entry) {
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    if (made.entryPoint?.endsWith(entry)) {
      const url = (f) => `/${path.relative(dist, path.resolve(f))}`;
      return { js: url(file), css: made.cssBundle ? url(made.cssBundle) : "" };
    }
  }
  throw new Error(`no output for ${entry}`);
}

async function page(template, target, made, icon, start = "") {
  const html = (await readFile(path.join(here, template), "utf8"))
    .replaceAll("{{js}}", made.js)
    .replaceAll("{{css}}", made.css)
    .replaceAll("{{start}}", start)
    .replaceAll("{{icon}}", icon);
  await mkdir(path.dirname(path.join(dist, target)), { recursive: true });
  await writeFile(path.join(dist, target), html);
}

async function clean() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (name !== ".gitkeep") await rm(path.join(dist, name), { recursive: true });
  }
}

async function main() {
  await clean();
  const from = (file) => path.join(here, file);
  const worklet = await build({ ...common, entryPoints: { ear: from("shared/ear/worklet.ts") } });
  const icon = await build({
    ...common,
    entryPoints: { favicon: from("shared/favicon.svg") },
    loader: { ".svg": "copy" },
  });
  const iconFile = Object.keys(icon.metafile.outputs).find((f) => f.endsWith(".svg"));
  const pages = await build({
    ...common,
    splitting: true,
    entryPoints: { stage: from("stage/main.tsx"), desk: from("desk/main.tsx"), shop: from("shop/main.tsx") },
    define: { EAR_WORKLET: JSON.stringify(outputOf(worklet, "shared/ear/worklet.ts").js) },
    plugins: [texts],
  });
  const start = await build({
    ...common,
    format: "iife",
    target: ["es2015"],
    entryPoints: { start: from("shared/start.ts") },
  });
  const startUrl = outputOf(start, "shared/start.ts").js;
  const invite = await build({ ...common, entryPoints: { invite: from("invite/invite.css") } });
  const widget = await build({
    ...common,
    splitting: true,
    entryPoints: { widget: from("widget/main.tsx"), visit: from("widget/visit/main.ts") },
    plugins: [texts, sheets],
    publicPath: undefined,
    charset: "utf8",
    // The widget is drawn whole by one effect, so it needs the signals and not their way into each component.
    alias: { "@preact/signals": "@preact/signals-core" },
  });
  await build({
    ...common,
    format: "iife",
    entryPoints: { widget: from("widget/loader.ts") },
    entryNames: "[name]",
    define: {
      WIDGET_APP: JSON.stringify(outputOf(widget, "widget/main.tsx").js),
      WIDGET_VISIT: JSON.stringify(outputOf(widget, "widget/visit/main.ts").js),
    },
  });
  const iconUrl = `/${path.relative(dist, path.resolve(iconFile))}`;
  await page("stage/index.html", "index.html", outputOf(pages, "stage/main.tsx"), iconUrl, startUrl);
  await page("desk/index.html", "desk/index.html", outputOf(pages, "desk/main.tsx"), iconUrl, startUrl);
  await page("shop/index.html", "demo/index.html", outputOf(pages, "shop/main.tsx"), iconUrl);
  // What is left in braces the server fills: whose page it is, and the invitation.
  await page("invite/index.html", "i/index.html", { css: outputOf(invite, "invite/invite.css").js }, iconUrl, startUrl);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
