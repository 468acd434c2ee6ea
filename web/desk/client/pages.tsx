import type { VNode } from "preact";
import { clock } from "../../shared/format";
import { t } from "../../shared/text";
import { type Seen, seenAt } from "../sessions/facts";

/** How many pages are shown before the rest is asked for. */
const most = 50;

/** Where the visitor was and is; grows while they walk (M098). */
export function Pages({ pages, now, here }: { pages: readonly Seen[]; now: string; here: boolean }): VNode {
  return (
    <section aria-labelledby="client-pages">
      <h2 id="client-pages">{t("session.pages")}</h2>
      {pages.length === 0 && <p class="empty">{t("session.no_pages")}</p>}
      <ol class="pages">
        {pages.slice(0, most).map((p, i) => (
          <li key={p.n}>
            <time class="num">{clock(seenAt(p))}</time>
            <PageLink url={p.data.url} title={p.data.title} />
            {i === 0 && here && p.data.url === now && <span class="chip talk">{t("session.now")}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A link only to what is a page; it opens in a tab of its own, and that tab is told nothing of us (M099). */
export function PageLink({ url, title }: { url: string; title: string }): VNode {
  if (!isPage(url)) return <span>{title || url}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" title={title || url}>
      {pathOf(url)}
    </a>
  );
}

export function isPage(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** The page's own part of an address, as people read it. */
export function pathOf(url: string): string {
  if (!isPage(url)) return url;
  const u = new URL(url);
  return decode(u.pathname + u.search);
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
