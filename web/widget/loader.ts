import type { Mount } from "./mount";

/**
 * What a customer's page loads: `<script src="https://HOST/widget.js" data-widget="NAME" async></script>`.
 * It draws the closed button in a shadow root, says whether somebody is there, takes the page's calls of `sufler(…)`,
 * and brings the rest when it is wanted. Kept under 1.5 kB gzipped; it imports types only.
 */
const page = document.documentElement;
const script = document.currentScript as HTMLScriptElement;
const data = script.dataset;
const base = new URL(script.src).origin;
const words: Record<string, string> = {
  en: "Ask us,online,busy,closed",
  cs: "Zeptejte se,jsme tu,obsazeno,zavřeno",
  ru: "Спросите нас,на связи,заняты,закрыто",
};
const places: Record<string, number> = { online: 1, busy: 2, offline: 3 };

const make = (name: string) => document.createElement(name);
const host = make("sufler-widget");
const root = host.attachShadow({ mode: "open" });
// Where a browser has no such sheets it stops here: the page is without a widget, and otherwise as it was.
const sheet = new CSSStyleSheet();
sheet.replaceSync(
  ":host{all:initial;position:fixed;bottom:20px;z-index:999999999;color-scheme:light dark}" +
    "#open{all:unset;box-sizing:border-box;display:flex;align-items:center;gap:10px;height:56px;padding:0 20px;border-radius:28px;" +
    "background:var(--sufler-action,light-dark(#16181d,#eceef2));color:var(--sufler-on-ink,light-dark(#fff,#16181d));" +
    "font:600 15px/1 Inter,system-ui,sans-serif;cursor:pointer;box-shadow:0 8px 28px #0003}" +
    "#open:focus-visible{outline:auto}" +
    "small{font-weight:400}" +
    "i{width:9px;height:9px;border-radius:50%;background:#5fd38a;box-shadow:0 0 0 1px}" +
    ".busy i{background:#f0b429;border-radius:2px}.offline i{background:none}" +
    "@supports not (color:light-dark(red,red)){#open{background:#16181d;color:#fff}}",
);
root.adoptedStyleSheets = [sheet];

const button = make("button") as HTMLButtonElement;
const [name, state] = [make("span"), make("small")];
button.id = "open";
button.append(name, make("i"), state);

const label = () => {
  const w = (words[mount.language()] ?? (words.en as string)).split(",");
  name.textContent = w[0] as string;
  state.textContent = w[places[button.className] as number] as string;
};
const calls = window.sufler?.q ?? [];
const widget = data.widget || "default";
const mount: Mount = {
  root,
  button,
  base,
  data,
  widget,
  calls,
  label,
  info: fetch(`${base}/api/v1/widgets/${widget}`).then((r) => r.json()),
  language: () => (data.language || page.lang || navigator.language).slice(0, 2),
  open: (asked, at) => import(base + WIDGET_APP).then((app) => app.open(mount, asked, at)),
};
const visit = () => import(base + WIDGET_VISIT).then((v) => v.begin(mount));

window.sufler = (...call) => {
  calls.push(call);
  visit();
};
button.onpointerenter = button.onfocus = () => mount.open(false);
button.onclick = () => mount.open(true);
root.append(button);

// What the page's own policy keeps from us is told to its owner in the policy's words, and nothing half is shown.
document.addEventListener("securitypolicyviolation", (e) => {
  if (!e.blockedURI.includes(base.slice(5))) return;
  console.warn(`sufler needs ${e.effectiveDirective} ${base} ${base.replace("http", "ws")}`);
  host.remove();
});

mount.info.then(
  (info) => {
    // Not a widget but why there is none: an address that is not on its list, a name that nobody knows.
    if (!info.state) return console.warn(`sufler: ${info.title}`);
    // The page's own rules for sufler-widget win over these.
    const colours = Object.entries(info.theme).map(([of, c]) => `--sufler-${of}:light-dark(${c.light},${c.dark});`);
    sheet.insertRule(
      `:host(.${info.position}){${colours.join("")}${info.position}:20px;color-scheme:${info.scheme.replace("auto", "light dark")}}`,
    );
    host.className = info.position;
    button.className = info.state;
    label();
    document.body.append(host);
    // Shops that change their language in place change this attribute.
    new MutationObserver(label).observe(page, { attributeFilter: ["lang"] });
    const kept = /sufler/.test(`${Object.keys(localStorage)}`);
    if (kept || info.presence || info.proactive || calls.length || "invitation" in data) visit();
  },
  () => {},
);
