/** Somebody who came in vain, until it has been seen to. */
export interface Missed {
  id: string;
  reason: "abandoned" | "no_answer" | "offline" | "not_reached" | "interrupted";
  kind: string;
  at: string;
  queue: string;
  language: string;
  name: string;
  phone: string;
  email: string;
  text: string;
  session: string;
  visitor: string;
  done_at: string | null;
  done_by: string;
}
