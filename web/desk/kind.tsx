import type { VNode } from "preact";
import { t } from "../shared/text";
import { CallBack, Handset, Headset, People } from "../shared/ui/icons";
import { Chat, Ticket, Video } from "./icons";

/** How somebody came: a picture and a word for each way, of places, sessions and calls alike. */

const pictures = {
  chat: Chat,
  voice: Headset,
  web: Headset,
  video: Video,
  callback: CallBack,
  phone: Handset,
  invitation: Ticket,
  internal: People,
};

type Known = keyof typeof pictures;

const known = (kind: string): Known => (kind in pictures ? (kind as Known) : "phone");

export function kindWord(kind: string): string {
  return t(`desk.kind_${known(kind)}`);
}

/** The picture in its square, with the word for who does not see it. */
export function KindTile({ kind }: { kind: string }): VNode {
  const Picture = pictures[known(kind)];
  return <Tile word={kindWord(kind)} picture={<Picture />} />;
}

export function Tile({ word, picture }: { word: string; picture: VNode }): VNode {
  return (
    <span class="tile" title={word}>
      {picture}
      <span class="hidden-label">{word}</span>
    </span>
  );
}

export function KindPicture({ kind, small = false }: { kind: string; small?: boolean }): VNode {
  const Picture = pictures[known(kind)];
  return <Picture small={small} />;
}
