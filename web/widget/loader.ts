/**
 * What a customer's page loads: `<script src="https://HOST/widget.js" data-widget="NAME" async></script>`.
 * It draws the closed button in a shadow root, says whether somebody is there, and brings the rest when the
 * visitor reaches for it or when a request or a talk of theirs still runs. Kept under 1.5 kB gzipped; no imports.
 */
(() => {
  const page = document.documentElement;
  const script = document.currentScript as HTMLScriptElement;
  const base = new URL(script.src).origin;
  const words: Record<string, string[]> = {
    en: ["Ask us", "online", "busy", "closed now"],
    cs: ["Zeptejte se", "jsme tu", "hovoříme", "teď zavřeno"],
    ru: ["Спросите нас", "на связи", "заняты", "сейчас закрыто"],
  };
  const states = ["", "online", "busy", "offline"];

  const host = document.createElement("sufler-widget");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host{all:initial;position:fixed;right:20px;bottom:20px;z-index:2147483000;color-scheme:light dark}" +
      "#open{all:unset;box-sizing:border-box;display:flex;align-items:center;gap:10px;min-height:56px;padding:0 22px;border-radius:28px;" +
      "background:light-dark(#16181d,#eceef2);color:light-dark(#fff,#16181d);font:600 15px/1 Inter,system-ui,sans-serif;cursor:pointer;box-shadow:0 2px 6px #16181d14,0 12px 32px #16181d29}" +
      "#open[hidden]{display:none}#open:focus-visible{outline:2px solid light-dark(#16181d,#eceef2);outline-offset:2px}" +
      "small{font-size:12px;font-weight:400}" +
      "i{width:9px;height:9px;border-radius:50%;background:#5fd38a;box-shadow:0 0 0 1px #14692f}" +
      ".busy i{background:#f0b429;border-radius:2px;box-shadow:0 0 0 1px #8a5300}.offline i{background:none;box-shadow:inset 0 0 0 2px #a5adb8}",
  );
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  const name = document.createElement("span");
  const state = document.createElement("small");
  button.type = "button";
  button.id = "open";
  button.hidden = true;
  button.append(name, document.createElement("i"), state);

  const language = () => (script.dataset.language || page.lang || navigator.language).slice(0, 2);
  const label = () => {
    const w = words[language()] ?? (words.en as string[]);
    name.textContent = w[0] as string;
    state.textContent = w[states.indexOf(button.className)] ?? "";
  };

  let app: Promise<{ open(at: unknown): void }> | undefined;
  const bring = () => {
    app ??= import(base + WIDGET_APP);
    return app;
  };
  const open = (asked: boolean) => bring().then((a) => a.open({ root, button, base, language: language(), asked }));

  button.onpointerenter = button.onfocus = bring;
  button.onclick = () => open(true);
  root.append(button);
  (document.body ?? page).append(host);

  fetch(`${base}/api/v1/widget`)
    .then((r) => r.json())
    .then((info: { state: string }) => {
      button.className = info.state;
      button.hidden = false;
      label();
      // Shops that change their language in place change this attribute.
      new MutationObserver(label).observe(page, { attributeFilter: ["lang"] });
      if (localStorage["sufler.callback"] || localStorage["sufler.talk"]) open(false);
    })
    .catch(() => console.warn(`sufler: this page must allow connect-src ${base} ${base.replace("http", "ws")}`));
})();
