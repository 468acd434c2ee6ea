import type { VNode } from "preact";
import { BanDialog } from "../bans/dialog";
import { dialog } from "../dialogs";
import { FinishDialog } from "../finish/dialog";
import { InviteDialog } from "../invite/dialog";
import { KeysDialog } from "../keys/dialog";
import { NoticesDialog } from "../notices/dialog";
import { RedirectDialog } from "../redirect/dialog";
import { SoundCheckDialog } from "../sound/soundcheck";
import { PreviewDialog } from "../waiting/preview";

/** The dialog that is open. */
export function Dialogs(): VNode {
  return (
    <>
      <SoundCheckDialog />
      <Shown />
    </>
  );
}

function Shown(): VNode | null {
  const d = dialog.value;
  switch (d?.what) {
    case "invite":
      return <InviteDialog />;
    case "redirect":
      return <RedirectDialog whom={d} />;
    case "finish":
      return <FinishDialog id={d.session} key={d.session} />;
    case "ban":
      return <BanDialog id={d.session} />;
    case "preview":
      return <PreviewDialog place={d.place} key={d.place} />;
    case "keys":
      return <KeysDialog />;
    case "notices":
      return <NoticesDialog />;
    default:
      return null;
  }
}
