/**
 * Runs before everything else of a page, in words that old browsers know, and says where a browser cannot show it: a page
 * that looks half right would be worse. The page's own script does not begin then.
 */
const script = document.currentScript as HTMLScriptElement;
const words: Record<string, [string, string]> = {
  en: ["This browser is too old", "Sufler needs Chrome or Edge 123, Firefox 120, Safari 17.5 or a newer one."],
  cs: [
    "Tento prohlížeč je příliš starý",
    "Sufler potřebuje Chrome nebo Edge 123, Firefox 120, Safari 17.5 nebo novější.",
  ],
  ru: ["Этот браузер слишком старый", "Для Sufler нужен Chrome или Edge 123, Firefox 120, Safari 17.5 или новее."],
};

/** A whole page of ours needs all of it; the widget does with less. */
function lacks(whole: boolean): boolean {
  if (!("noModule" in script && "adoptedStyleSheets" in document)) return true;
  return whole && !("RTCPeerConnection" in window && CSS.supports("color", "light-dark(red, red)"));
}

function say(): void {
  const asked = navigator.language.slice(0, 2);
  const [title, hint] = words[asked] ?? (words.en as [string, string]);
  const box = document.createElement("main");
  box.className = "too-old";
  const heading = document.createElement("h1");
  const line = document.createElement("p");
  heading.textContent = title;
  line.textContent = hint;
  box.append(heading, line);
  document.documentElement.lang = asked in words ? asked : "en";
  document.body.textContent = "";
  document.body.append(box);
}

if (lacks("whole" in script.dataset)) {
  document.documentElement.className = "old";
  document.addEventListener("DOMContentLoaded", say);
}
