import type { VNode } from "preact";
import type { Role } from "../../shared/protocol";
import { t } from "../../shared/text";

const roles: readonly Role[] = ["client", "agent", "supervisor"];

/** Who hears whom, in words. The promise stands in the first row's last cell, always. */
export function MatrixWords(props: {
  hears(l: Role, s: Role): boolean;
  names: Record<Role, string>;
  silent?: boolean;
}): VNode {
  return (
    <table class="matrix words">
      <thead>
        <tr>
          <td class="self" />
          {roles.map((s) => (
            <th scope="col" key={s} class={s === "supervisor" ? "prompter" : ""}>
              {props.names[s]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {roles.map((l) => (
          <tr key={l}>
            <th scope="row">{props.names[l]}</th>
            {roles.map((s) => (
              <Cell key={s} listener={l} speaker={s} open={!props.silent && props.hears(l, s)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ listener, speaker, open }: { listener: Role; speaker: Role; open: boolean }): VNode {
  if (listener === speaker) return <td class="self">–</td>;
  const look = [
    open ? (speaker === "supervisor" ? "violet" : "granted") : "",
    listener === "client" && speaker === "supervisor" ? "promise" : "",
  ].join(" ");
  return <td class={look}>{t(open ? "matrix.heard" : "matrix.silence")}</td>;
}
