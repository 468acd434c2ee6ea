/** The types of /api/openapi.json. Made by go generate ./api; do not edit. */

export interface AcceptedOutBody {
  /** In which the operator's device rings; null: it is written. */
  call: Call | null;
  session: Session;
}

export interface AnswerOnInBody {
  answer_on: "browser" | "phone" | "both";
}

export interface AnswerOnOutBody {
  me: Operator;
}

export interface AskInBody {
  /** The visitor's random token; limits count by it. */
  browser?: string;
  language?: string;
  name?: string;
  /** As a person types it; without a country it is at home. */
  number: string;
  queue?: string;
  /** Whose button it was; a server may leave it out. */
  widget?: string;
}

export interface Ban {
  at: string;
  by: BanByStruct;
  reason: string;
  /** In which it was decided; empty: in none. */
  session: string;
  /** Null: for ever. */
  until: string | null;
  visitor: BanVisitorStruct;
}

export interface BanByStruct {
  id: string;
  name: string;
}

export interface BanVisitorStruct {
  id: string;
  name: string;
  number: number;
}

export interface BansOutBody {
  bans: Ban[];
}

export interface BeginSessionInBody {
  /** Of an invitation: what was said over the phone, or what the link holds. */
  code?: string;
  email?: string;
  kind?: "chat" | "invitation";
  language?: string;
  message_id?: string;
  name?: string;
  page?: PageSeen;
  parameters?: { [name: string]: string };
  phone?: string;
  queue?: string;
  /** The visitor's first message. */
  text?: string;
  widget?: string;
}

export interface BeginTalkInBody {
  /** The visitor's random token; limits count by it. */
  browser?: string;
  language?: string;
  name?: string;
  queue?: string;
  /** Whose button it was. */
  widget?: string;
}

export interface Call {
  agent: CallAgent | null;
  cause: string;
  client: CallClient;
  /** The reader's own; empty for all but supervisors and up. */
  comment: string;
  ended_at: string | null;
  hears: Hears[];
  id: string;
  kind: "callback" | "phone" | "internal" | "web";
  queue: string;
  recorded: boolean;
  started_at: string;
  state: "waiting" | "ringing_agent" | "ringing_client" | "talking" | "ended";
  /** Null for all but supervisors and up. */
  supervisor: CallSupervisor | null;
  talked_at: string | null;
}

export interface CallAgent {
  by: "phone" | "browser" | "";
  id: string;
  /** Was on the line and may come back until then; null: is not lost. */
  lost_until: string | null;
  name: string;
  party: string;
  phone: string;
  state: string;
}

export interface CallClient {
  by: "phone" | "browser" | "";
  /** Was on the line and may come back until then; null: is not lost. */
  lost_until: string | null;
  name: string;
  number: string;
  party: string;
  phone: string;
  state: string;
}

export interface CallOutBody {
  call: Call | null;
}

export interface CallSupervisor {
  by: "phone" | "browser" | "";
  id: string;
  /** Was on the line and may come back until then; null: is not lost. */
  lost_until: string | null;
  mode: "listen" | "whisper" | "barge";
  name: string;
  party: string;
  phone: string;
  since: string;
  state: "ringing" | "talking";
}

export interface Callback {
  /** The number that will ring. */
  caller: string;
  created_at: string;
  /** The call was interrupted before; they are first again. */
  cut_off: boolean;
  ended_at: string | null;
  id: string;
  number: string;
  number_shown: string;
  place: number;
  queue: string;
  reason: string;
  state: "waiting" | "agent_found" | "ringing" | "talking" | "away" | "ended";
  talked_at: string | null;
  /** Only in the answer to the request itself. */
  token?: string;
  /** The expected wait in steps: 60000 (or less), 120000, 300000, 600000 (or more); null: not known. */
  wait_ms: number | null;
}

export interface CallsOutBody {
  calls: Call[];
}

export interface ChangeProfileInBody {
  email?: string;
  language?: string;
  name?: string;
  parameters?: { [name: string]: string };
  phone?: string;
}

export interface Channel {
  enabled: boolean;
  /** Empty: the first queue. */
  queue: string;
}

export interface Channels {
  callback: Channel;
  chat: Channel;
  invitation: Channel;
  voice: Channel;
}

export interface CloseInBody {
  /** What was said is mailed to the visitor. */
  mail?: boolean;
  note?: string;
  /** One that can be chosen in the settings, by its id; may be empty. */
  result?: string;
}

export interface Coded {
  code: string;
  params: { [name: string]: string };
}

export interface Colour {
  dark: string;
  light: string;
}

export interface CommentInBody {
  text: string;
}

export interface CommentOutBody {
  saved_at: string;
}

export interface Consent {
  ask: boolean;
}

export interface ContactInBody {
  email?: string;
  name?: string;
  phone?: string;
}

export interface Counters {
  /** Can take nothing. */
  busy: number;
  /** Can take another chat. */
  free: number;
  paused: number;
  /** Wait behind those. */
  prequeued: number;
  /** Wait for them, and they see them. */
  queued: number;
}

export interface CountersOutBody {
  groups: GroupCounters[];
}

export interface Day {
  /** Of those. */
  calls: number;
  /** Of those. */
  chats: number;
  /** Offers that were not answered. */
  missed: number;
  pause_ms: number;
  taken: number;
  talk_ms: number;
  wrap_up_ms: number;
}

export interface DemoLoginInBody {
  as: string;
}

export interface DemoLoginOutBody {
  me: Operator;
  /** A login that belongs to one tab. */
  token: string;
}

export interface EarInfo {
  name: string;
  phone: string;
  role: "client" | "agent" | "supervisor";
}

export interface Entry {
  at: string;
  by: EntryBy;
  data: unknown;
  kind: string;
  /** In what the reader may read: 1, 2, 3 ... */
  n: number;
}

export interface EntryBy {
  id: string;
  name: string;
  role: "visitor" | "operator" | "system";
}

export interface FileOutBody {
  items: FileValue[];
}

export interface FileValue {
  key: string;
  /** A secret is only told to be there. */
  value: string;
  /** FILE:LINE:COLUMN; empty: not written there, the default holds. */
  where: string;
}

export interface Flaw {
  /** Where the value stands in the body. */
  at: string;
  code: string;
  /** A sentence in the reader's language. */
  title: string;
}

export interface Form {
  email: "hidden" | "optional" | "required";
  name: "hidden" | "optional" | "required";
  phone: "hidden" | "optional" | "required";
}

export interface FoundInBody {
  login: string;
  name: string;
  password: string;
  /** From the link that sufler run has printed. */
  token: string;
}

export interface Group {
  /** A visitor without answer for so long is marked. */
  amber_ms: number;
  /** A visitor without connection for so long has left. */
  left_after_ms: number;
  /** The conversation of a visitor without connection for so long ends. */
  lost_after_ms: number;
  /** An operator who misses so many offers in a row is paused; 0: never. */
  misses: number;
  name: string;
  /** And after so long shown to supervisors, too. */
  red_ms: number;
  /** A visitor who writes nothing for so long is reminded; after as long again the conversation ends. 0: never. */
  silent_after_ms: number;
  /** Wrap-up ends by itself after so long; 0: never. */
  wrapup_max_ms: number;
}

export interface GroupCounters {
  counters: Counters;
  /** Why nobody of it can take another of the kind now; empty: somebody can. */
  may: string;
  name: string;
  people: PersonCounters[];
}

export interface Guard {
  granted: number;
  outside: number;
  stopped: number;
}

export interface Handed {
  /** The name. */
  from: string;
  note: string;
}

export interface Hears {
  listener: string;
  speaker: string;
}

export interface Holiday {
  /** 2026-12-24 */
  date: string;
  name: string;
  windows: Window[];
}

export interface Hours {
  holidays: Holiday[];
  id: string;
  name: string;
  /** By day, mon to sun; a day that is missing is closed. */
  week: { [name: string]: Window[] };
  /** As Europe/Prague. */
  zone: string;
}

export interface Interval {
  /** The supervisor's name; of away that of who was lost. */
  by: string;
  from_ms: number;
  mode: "waiting" | "talk" | "away" | "listen" | "whisper" | "barge";
  to_ms: number;
}

export interface Invitation {
  /** As it is said over the phone. */
  code: string;
  /** The code can be guessed and lives ten minutes at most. */
  code_expires_at: string;
  created_at: string;
  expires_at: string;
  id: string;
  /** Only in the answer to the request itself: it is kept nowhere. */
  link?: string;
  once: boolean;
  queue: string;
  uses: number;
}

export interface InvitationsOutBody {
  invitations: Invitation[];
}

export interface InviteInBody {
  /** Of the link; 0: ten minutes, at most 30 days. */
  life_ms?: number;
  /** One visitor, instead of all who have the code or the link. */
  once?: boolean;
  /** Empty: the first one that the operator serves. */
  queue?: string;
}

export interface KeepOutInBody {
  reason: string;
  /** Null: for ever. */
  until?: string | null;
}

export interface LastLine {
  at: string;
  from: "visitor" | "operator" | "system";
  n: number;
  text: string;
}

export interface LeaveInBody {
  /** The visitor's random token; limits count by it. */
  browser?: string;
  /** They agree that it is kept; needed where the widget asks. */
  consent?: boolean;
  /** One of the two is needed. */
  email?: string;
  language?: string;
  name?: string;
  /** The address of the page. */
  page?: string;
  phone?: string;
  text: string;
}

export interface LeaveOutBody {
  id: string;
}

export interface LineBatch {
  /** Answers and events as the WebSocket would bring them. */
  frames: unknown[];
  /** The number of the last frame. */
  last: number;
  /** The id of the line that was opened. It is a secret. */
  line?: string;
  /** Why the line has ended. */
  over: "" | "slow" | "refused" | "closing" | "left";
}

export interface ListMissedOutBody {
  /** The newest first. */
  missed: Missed[];
  /** How many are still to be seen to, of all that the reader may see. */
  open: number;
}

export interface ListedOutGroupBody {
  items: Group[];
  /** What a new one is until somebody says otherwise. */
  new: Group;
}

export interface ListedOutHoursBody {
  items: Hours[];
  /** What a new one is until somebody says otherwise. */
  new: Hours;
}

export interface ListedOutParameterBody {
  items: Parameter[];
  /** What a new one is until somebody says otherwise. */
  new: Parameter;
}

export interface ListedOutQueueBody {
  items: Queue[];
  /** What a new one is until somebody says otherwise. */
  new: Queue;
}

export interface ListedOutResultBody {
  items: Result[];
  /** What a new one is until somebody says otherwise. */
  new: Result;
}

export interface ListedOutTagBody {
  items: Tag[];
  /** What a new one is until somebody says otherwise. */
  new: Tag;
}

export interface ListedOutTemplateBody {
  items: Template[];
  /** What a new one is until somebody says otherwise. */
  new: Template;
}

export interface ListedOutWidgetBody {
  items: Widget[];
  /** What a new one is until somebody says otherwise. */
  new: Widget;
}

export interface LoginInBody {
  login: string;
  password: string;
}

export interface LoginOutBody {
  me: Operator;
}

export interface MailFailure {
  /** The mail server's own words, or why it was not reached. */
  answer: string;
  at: string;
  given_up: boolean;
  subject: string;
  to: string;
}

export interface MailState {
  from: string;
  last_failure: MailFailure | null;
  last_sent_at: string | null;
  /** Without a mail server in the configuration nothing is mailed. */
  set_up: boolean;
  waiting: number;
}

export interface MeOutBody {
  demo: boolean;
  /** What this person may do to at least something. */
  may: string[];
  me: Operator;
}

export interface Member {
  answer_on: "browser" | "phone" | "both";
  call: MemberCall | null;
  chat_limit: number;
  /** Open, with those that wait for OK. */
  chats: number;
  /** Busy without having been chosen is having no room for more. */
  chosen: "online" | "busy" | "pause";
  id: string;
  name: string;
  phone: string;
  phone_registered: boolean;
  queue: string;
  rank: string;
  /** Of a pause; may be empty. */
  reason: string;
  robot: boolean;
  since: string;
  /** A page of theirs holds the sound. */
  sound: boolean;
  status: "offline" | "online" | "busy" | "pause" | "ringing" | "talking" | "wrap_up";
  /** Null for all but supervisors and up. */
  supervised_by: Prompter | null;
  /** The pause was not chosen: they did not answer offers. */
  unanswered: boolean;
  /** Of the oldest; null: none. */
  wrap_up_since: string | null;
  /** Of all that is open, how much waits for OK. */
  wrap_ups: number;
}

export interface MemberCall {
  id: string;
  number: string;
  since: string;
  with: string;
}

export interface MineOutBody {
  entries: Entry[];
  session: VisitorSession | null;
}

export interface Missed {
  at: string;
  done_at: string | null;
  /** The operator's name; empty with a time: a later contact has settled it. */
  done_by: string;
  email: string;
  id: string;
  /** How they came; empty: by the form. */
  kind: string;
  language: string;
  name: string;
  page: string;
  phone: string;
  queue: string;
  reason: "abandoned" | "no_answer" | "offline" | "not_reached" | "interrupted";
  session: string;
  text: string;
  visitor: string;
}

export interface ModeInBody {
  mode: "listen" | "whisper" | "barge";
}

export interface NoteInBody {
  text: string;
}

export interface Operator {
  /** Whoever is not cannot log in, and no visitors come to them. */
  active: boolean;
  answer_on: "browser" | "phone" | "both";
  groups: string[];
  id: string;
  login: string;
  name: string;
  phone: string;
  public_name: string;
  rank: "operator" | "supervisor" | "owner";
  robot: boolean;
}

export interface Overflow {
  queue: string;
  to: "" | "queue" | "form";
}

export interface PageSeen {
  referrer?: string;
  title?: string;
  url?: string;
}

export interface Parameter {
  /** In characters; a longer value is cut. */
  max_length: number;
  name: string;
  order: number;
  /** Operators see it. */
  shown: boolean;
  title: string;
}

export interface PeopleOutBody {
  items: Person[];
}

export interface Person {
  /** Whoever is not cannot log in, and no visitors come to them. */
  active: boolean;
  answer_on: "browser" | "phone" | "both";
  chat_limit: number;
  /** Visitors may read it below the public name. */
  description: string;
  groups: string[];
  id: string;
  login: string;
  name: string;
  phone: string;
  /** They may look at who waits before they accept. */
  preview: boolean;
  public_name: string;
  rank: "operator" | "supervisor" | "owner";
  robot: boolean;
}

export interface PersonCounters {
  counters: Counters;
  id: string;
  /** Why they cannot take another of the kind now; empty: they can. */
  may: string;
  name: string;
  status: string;
}

export interface PersonInBody {
  active?: boolean;
  /** 1 to 10. */
  chat_limit?: number;
  description?: string;
  groups?: string[];
  preview?: boolean;
  public_name?: string;
}

export interface Personal {
  /** Starred templates, the newest last. */
  favourites: string[];
  operator: string;
  /** Keys by action, as Alt+KeyC, where they differ from the usual ones. */
  shortcuts: { [name: string]: string };
}

export interface PhoneRow {
  address: string;
  extension: string;
  registered: boolean;
  since: string | null;
  user_agent: string;
}

export interface PhonesOutBody {
  phones: PhoneRow[];
}

export interface Place {
  callback: string;
  /** Only they may take it; null: whoever serves the queue. */
  for: PlaceFor | null;
  id: string;
  kind: "chat" | "voice" | "video" | "callback" | "phone" | "invitation";
  language: string;
  name: string;
  /** Empty for those who may not see it before they have accepted. */
  number: string;
  /** Who is asked, or has it; empty when several are asked. */
  offered_to: string;
  /** In its queue: 1 is next, 0 when somebody has accepted. */
  place: number;
  queue: string;
  /** What whoever has sent them on has left for the next operator. */
  redirected: Handed | null;
  session: string;
  since: string;
  state: "waiting" | "offered" | "accepted";
  /** Who has no name is called by it; 0: not known. */
  visitor_number: number;
  /** What they are told: 60000 (or less), 120000, 300000, 600000 (or more); null: nothing. */
  wait_ms: number | null;
  why: Reason;
}

export interface PlaceFor {
  id: string;
  name: string;
}

export interface Policy {
  /** How many people may be active; 0: as many as there are. */
  active_most: number;
  /** Who is away may be redirected to. */
  away_forwarded: boolean;
  /** Who is away is offered visitors from the web. */
  away_web: boolean;
  /** Operators may add tags that nobody has defined. */
  free_tags: boolean;
  /** A visitor may be sent the conversation. */
  mail_transcripts: boolean;
  operators_may_ban: boolean;
  unknown_parameters: "ignored" | "refused";
}

export interface Proactive {
  after_ms: number;
  enabled: boolean;
  /** Pages whose path begins so; a * at the end changes nothing. */
  path: string;
  /** By language. */
  text: { [name: string]: string };
}

export interface Problem {
  /** Stable; docs/messages.md lists them. */
  code: string;
  /** What to do next. */
  detail: string;
  /** What is wrong with each of several values. */
  flaws?: Flaw[];
  /** The values in the sentence. */
  params?: { [name: string]: string };
  /** The HTTP status. */
  status: number;
  /** A sentence in the reader's language. */
  title: string;
}

export interface PromptSaid {
  length_ms: number;
  text: string;
}

export interface Prompter {
  id: string;
  mode: string;
  name: string;
  since: string;
}

export interface PublicOperator {
  name: string;
}

export interface Queue {
  /** Who serves it; people of the first group are asked first. */
  groups: string[];
  /** When it is open; empty: always. */
  hours: string;
  /** After it a place overflows; 0: never. */
  max_wait_ms: number;
  name: string;
  /** How long one operator is asked. */
  offer_ms: number;
  /** The first queue is used by who names none. */
  order: number;
  overflow: Overflow;
  /** Between two rounds. */
  pause_ms: number;
  /** How many more may wait unseen; 0: none. */
  pre_size: number;
  /** Places of a queue with a higher one are served first. */
  priority: number;
  /** How long an operator whose desk is lost may come back before the visitor is queued again. */
  return_ms: number;
  /** How often all who are free are asked. */
  rounds: number;
  /** How many places operators see. */
  size: number;
  /** Who talked with the visitor before is asked first while online. */
  sticky: boolean;
  strategy: "longest_idle" | "round_robin" | "least_busy" | "ring_all";
  /** The first message of each conversation, by language; none where it is empty. */
  welcome: { [name: string]: string };
}

export interface Reason {
  code: string;
  /** By what keeps them, with count, who (the only one, or the one whose since it is), since and, of one whose chats are full, chats. */
  details: Coded[];
  params: { [name: string]: string };
}

export interface Record {
  comments: RecordComment[];
  facts: RecordFact[];
  files: RecordFile[];
  guard: Guard;
  /** One after another, counted from the beginning of the sound. */
  intervals: Interval[];
  row: RecordRow;
  tracks: RecordTrack[];
  waited_ms: number;
}

export interface RecordComment {
  /** The name. */
  by: string;
  changed_at: string;
  text: string;
}

export interface RecordFact {
  at: string;
  by: string;
  data: unknown;
  kind: string;
}

export interface RecordFile {
  bytes: number;
  may: boolean;
  name: string;
}

export interface RecordRow {
  call: string;
  cause: string;
  client_name: string;
  kind: string;
  number: string;
  /** The name. */
  operator: string;
  queue: string;
  started_at: string;
  talked_ms: number;
}

export interface RecordTrack {
  name: string;
  party: string;
  /** The highest sample of each 100 ms, 255 is full scale. */
  peaks: number[];
  role: string;
}

export interface RecordsOutBody {
  records: RecordRow[];
}

export interface RedirectInBody {
  group?: string;
  /** For the next operator. */
  note?: string;
  operator?: string;
  /** How it was, of the part that ends, as at the OK. */
  result?: string;
}

export interface RedirectTo {
  group?: string;
  /** For the next operator. */
  note?: string;
  operator?: string;
}

export interface Result {
  /** It can be chosen; one that cannot stays in old records. */
  active: boolean;
  id: string;
  order: number;
  title: string;
}

export interface RowVisitor {
  email: string;
  id: string;
  name: string;
  number: number;
  phone: string;
}

export interface SaidOutBody {
  /** Its number as its author counts; 0: it is kept, the number comes later. */
  n: number;
}

export interface SayInBody {
  /** The author's own: what is said again under it is one message. */
  id: string;
  text: string;
}

export interface SayMineInBody {
  /** The page's own: what is said again under it is one message. */
  id: string;
  text: string;
}

export interface Session {
  accepted_at: string | null;
  /** So long after unanswered_at it is marked amber. */
  amber_ms: number;
  call: string;
  closed_at: string | null;
  ended_at: string | null;
  id: string;
  kind: "chat" | "voice" | "video" | "callback" | "phone" | "invitation";
  language: string;
  /** What was said last. */
  last: LastLine | null;
  /** The visitor has no connection since; null: is here. */
  left_at: string | null;
  note: string;
  /** Who has it, or had it last. */
  operator: SessionOperator | null;
  outcome: "" | "talked" | "abandoned" | "refused" | "banned" | "lost" | "nobody_free" | "failed";
  /** In the line; empty: nowhere. */
  place: string;
  queue: string;
  /** And so long after it red; supervisors are to see to it. */
  red_ms: number;
  /** What the operator before has left for this one. */
  redirected: Handed | null;
  requested_at: string;
  /** Of the last operator who gave one. */
  result: string;
  /** The number of the newest entry. */
  seq: number;
  state: "requested" | "queued" | "active" | "wrap_up" | "closed";
  tags: string[];
  /** The oldest message of the visitor that nobody has answered. */
  unanswered_at: string | null;
  visitor: VisitorInfo;
  widget: string;
}

export interface SessionOperator {
  id: string;
  name: string;
}

export interface SessionRow {
  accepted_at: string | null;
  call: string;
  ended_at: string | null;
  id: string;
  kind: string;
  note: string;
  /** The name. */
  operator: string;
  outcome: string;
  queue: string;
  requested_at: string;
  result: string;
  state: string;
  tags: string[];
  visitor: RowVisitor;
}

export interface SessionsOutBody {
  sessions: SessionRow[];
}

export interface SetupOutBody {
  /** Nobody exists yet. */
  needed: boolean;
}

export interface ShortcutsInBody {
  /** By action, as Alt+KeyC or KeyG KeyC (KeyboardEvent.code); empty: off. */
  shortcuts: { [name: string]: string };
}

export interface StageInfo {
  /** Null while it is set up. */
  call: Call | null;
  ears: EarInfo[];
  language: string;
  voice: string;
}

export interface StatusInBody {
  /** Of a pause; colleagues read it. */
  reason?: string;
  status: "online" | "busy" | "pause";
}

export interface SuperviseInBody {
  mode: "listen" | "whisper" | "barge";
}

export interface Tag {
  name: string;
}

export interface TakenOutBody {
  /** How many messages were taken so far. */
  taken: number;
}

export interface Talk {
  created_at: string;
  /** The operator was lost in the talk; they are first now. */
  cut_off: boolean;
  ended_at: string | null;
  id: string;
  /** What the page offers its sound to. */
  leg: string;
  /** The public name of who talks. */
  operator: string;
  place: number;
  queue: string;
  reason: string;
  state: "waiting" | "agent_found" | "talking" | "away" | "ended";
  talked_at: string | null;
  /** Only in the answer to the request itself. */
  token?: string;
  /** The expected wait in steps: 60000 (or less), 120000, 300000, 600000 (or more); null: not known. */
  wait_ms: number | null;
}

export interface TeamOutBody {
  people: Member[];
}

export interface Template {
  /** Of scope group. */
  group: string;
  id: string;
  /** Empty: any. */
  language: string;
  /** Of scope operator. */
  operator: string;
  order: number;
  scope: "all" | "group" | "operator";
  /** Typed after #; may be empty. One of each for whom it is and its language. */
  shortcut: string;
  /** Formatted as messages are; {visitor} and {operator} become names. */
  text: string;
  title: string;
}

export interface TestMailInBody {
  to: string;
}

export interface TestMailOutBody {
  /** The mail server's own words. */
  answer: string;
}

export interface TrunkRow {
  name: string;
  since: string | null;
  state: string;
  /** The provider's own words. */
  text: string;
}

export interface TrunksOutBody {
  trunks: TrunkRow[];
}

export interface VisitorHere {
  banned: boolean;
  browser: string;
  /** Looks at pages and has asked for nothing. */
  browsing: boolean;
  email: string;
  entry_url: string;
  /** A page of theirs is open. */
  here: boolean;
  here_since: string | null;
  id: string;
  language: string;
  name: string;
  /** Short, to be called by. */
  number: number;
  os: string;
  /** What they look at. */
  page: VisitorPage | null;
  parameters: VisitorValue[];
  phone: string;
  referrer: string;
  /** The open one; empty: none. */
  session: string;
  /** How many there were before. */
  sessions: number;
  widget: string;
}

export interface VisitorInfo {
  banned: boolean;
  browser: string;
  email: string;
  entry_url: string;
  /** A page of theirs is open. */
  here: boolean;
  here_since: string | null;
  id: string;
  language: string;
  name: string;
  /** Short, to be called by. */
  number: number;
  os: string;
  /** What they look at. */
  page: VisitorPage | null;
  parameters: VisitorValue[];
  phone: string;
  referrer: string;
  /** How many there were before. */
  sessions: number;
}

export interface VisitorPage {
  at: string;
  title: string;
  url: string;
}

export interface VisitorProfile {
  email: string;
  name: string;
  phone: string;
}

export interface VisitorSession {
  accepted_at: string | null;
  ended_at: string | null;
  id: string;
  kind: string;
  /** The number of the newest entry. */
  n: number;
  operator: PublicOperator | null;
  /** In the queue, 1 is next; 0: not known. */
  place: number;
  queue: string;
  /** Why it ended. */
  reason: string;
  requested_at: string;
  state: "waiting" | "active" | "ended";
  /** The expected wait; null: not known. */
  wait_ms: number | null;
}

export interface VisitorValue {
  name: string;
  title: string;
  value: string;
}

export interface VisitorsHere {
  /** Of those whom the reader may see; the list holds the 500 who came last. */
  total: number;
  visitors: VisitorHere[];
}

export interface WaitingOutBody {
  places: Place[];
}

export interface WholeSessionOutBody {
  entries: Entry[];
  session: Session;
}

export interface Widget {
  channels: Channels;
  company: string;
  consent: Consent;
  /** Operators see what is being written, and the visitor is told so. */
  draft_preview: boolean;
  form: Form;
  /** Under the company's name, by language. */
  greeting: { [name: string]: string };
  id: string;
  /** For a visitor whose language it does not speak. */
  language: string;
  languages: string[];
  /** Visitors never see it. */
  name: string;
  /** Where the form goes that is shown when nobody is there. */
  offline_mail: string;
  /** The pages that may carry it, each as https://www.example.com. */
  origins: string[];
  position: "right" | "left";
  /** Visitors are listed who have not asked for anything. */
  presence: boolean;
  proactive: Proactive;
  scheme: "auto" | "light" | "dark";
  /** By the name of a colour; what is missing stays as it is. */
  theme: { [name: string]: Colour };
}

export interface WidgetCallback {
  /** The number that will ring. */
  caller: string;
  enabled: boolean;
  /** The country's prefix, +420. */
  home: string;
  /** What may be called. */
  prefixes: string[];
}

export interface WidgetChannel {
  /** Busy, and nobody can wait any more. */
  full: boolean;
  kind: "chat" | "callback" | "voice" | "invitation";
  /** Of one that is closed; null: not known. */
  opens_at: string | null;
  /** Of one that is busy: where one would stand; 0: not known. */
  place: number;
  state: "open" | "busy" | "closed";
  /** Of one that is busy: the wait in steps, 60000 (or less), 120000, 300000, 600000 (or more); null: not known. */
  wait_ms: number | null;
}

export interface WidgetInfo {
  callback: WidgetCallback;
  /** What is off is not here; in the order of the rows. */
  channels: WidgetChannel[];
  company: string;
  consent: Consent;
  /** There are recorded voices for who has no microphone. */
  demo: boolean;
  draft_preview: boolean;
  form: Form;
  /** By language. */
  greeting: { [name: string]: string };
  id: string;
  language: string;
  languages: string[];
  /** A message that is left reaches somebody. */
  offline: boolean;
  position: "right" | "left";
  presence: boolean;
  proactive: WidgetProactive | null;
  scheme: "auto" | "light" | "dark";
  state: "online" | "busy" | "offline";
  talk: WidgetTalk;
  /** By the names of CSS variables, without their dashes. */
  theme: { [name: string]: Colour };
}

export interface WidgetProactive {
  after_ms: number;
  path: string;
  /** By language. */
  text: { [name: string]: string };
}

export interface WidgetTalk {
  enabled: boolean;
}

export interface Window {
  /** 08:00 */
  from: string;
  /** 24:00 is the end of the day. */
  to: string;
}

/** What each request takes and answers, by its method and its path under /api/v1. */
export interface Requests {
  /** Who is kept out */
  "GET /bans": { body: undefined; answer: BansOutBody };
  /** Let a visitor in again */
  "DELETE /bans/{visitor}": { body: undefined; answer: undefined };
  /** Ask to be phoned */
  "POST /callbacks": { body: AskInBody; answer: Callback };
  /** Cancel a callback */
  "DELETE /callbacks/{id}": { body: undefined; answer: Callback };
  /** Show a callback to its visitor */
  "GET /callbacks/{id}": { body: undefined; answer: Callback };
  /** The calls that run */
  "GET /calls": { body: undefined; answer: CallsOutBody };
  /** One call, also after its end */
  "GET /calls/{id}": { body: undefined; answer: Call };
  /** Write one's comment on a call */
  "PUT /calls/{id}/comment": { body: CommentInBody; answer: CommentOutBody };
  /** End a call of one's own */
  "POST /calls/{id}/hangup": { body: undefined; answer: undefined };
  /** Leave; the call goes on */
  "DELETE /calls/{id}/supervision": { body: undefined; answer: undefined };
  /** Change the mode; answered once it holds */
  "PATCH /calls/{id}/supervision": { body: SuperviseInBody; answer: CallOutBody };
  /** Ring my phone to listen, whisper or barge in */
  "POST /calls/{id}/supervision": { body: SuperviseInBody; answer: CallOutBody };
  /** Whom a visitor can be redirected to */
  "GET /counters": { body: undefined; answer: CountersOutBody };
  /** Be somebody of the demo in this tab */
  "POST /demo/login": { body: DemoLoginInBody; answer: DemoLoginOutBody };
  /** The call of the stage */
  "GET /demo/stage": { body: undefined; answer: StageInfo };
  /** Change the mode of the stage's supervisor */
  "PUT /demo/stage/mode": { body: ModeInBody; answer: StageInfo };
  /** Play the next prompt at the supervisor's phone */
  "POST /demo/stage/prompt": { body: undefined; answer: PromptSaid };
  /** A recorded voice for who has no microphone */
  "GET /demo/voice/{name}": { body: undefined; answer: undefined };
  /** One's own open invitations */
  "GET /invitations": { body: undefined; answer: InvitationsOutBody };
  /** Invite somebody by a code and a link */
  "POST /invitations": { body: InviteInBody; answer: Invitation };
  /** Take back an invitation of one's own */
  "DELETE /invitations/{id}": { body: undefined; answer: undefined };
  /** Say hello where no WebSocket comes through */
  "POST /line": { body: undefined; answer: LineBatch };
  /** Leave a line */
  "DELETE /line/{line}": { body: undefined; answer: undefined };
  /** Wait for what is new on a line */
  "GET /line/{line}": { body: undefined; answer: LineBatch };
  /** Say something on a line */
  "POST /line/{line}": { body: undefined; answer: TakenOutBody };
  /** Log in to the desk */
  "POST /login": { body: LoginInBody; answer: LoginOutBody };
  /** End the login */
  "POST /logout": { body: undefined; answer: undefined };
  /** Who I am and what I may do */
  "GET /me": { body: undefined; answer: MeOutBody };
  /** Choose where calls ring */
  "PUT /me/answer_on": { body: AnswerOnInBody; answer: AnswerOnOutBody };
  /** What my day was so far */
  "GET /me/day": { body: undefined; answer: Day };
  /** Take a star away */
  "DELETE /me/favourites/{template}": { body: undefined; answer: Personal };
  /** Star a template */
  "PUT /me/favourites/{template}": { body: undefined; answer: Personal };
  /** My favourites and shortcuts */
  "GET /me/personal": { body: undefined; answer: Personal };
  /** Choose my own keys */
  "PUT /me/shortcuts": { body: ShortcutsInBody; answer: Personal };
  /** Choose a status */
  "PUT /me/status": { body: StatusInBody; answer: Member };
  /** Who came in vain */
  "GET /missed": { body: undefined; answer: ListMissedOutBody };
  /** Say that somebody was seen to */
  "POST /missed/{id}/done": { body: undefined; answer: Missed };
  /** Everybody of ours */
  "GET /people": { body: undefined; answer: PeopleOutBody };
  /** Change what somebody may and has */
  "PATCH /people/{id}": { body: PersonInBody; answer: Person };
  /** The softphones and where they are registered */
  "GET /phones": { body: undefined; answer: PhonesOutBody };
  /** Calls, the newest first */
  "GET /records": { body: undefined; answer: RecordsOutBody };
  /** Every call that fits, as a file */
  "GET /records/export": { body: undefined; answer: undefined };
  /** All that is kept of a call */
  "GET /records/{call}": { body: undefined; answer: Record };
  /** A file of a record, whole or in ranges */
  "GET /records/{call}/files/{name}": { body: undefined; answer: undefined };
  /** Sessions, the newest first */
  "GET /sessions": { body: undefined; answer: SessionsOutBody };
  /** Begin to write to us */
  "POST /sessions": { body: BeginSessionInBody; answer: VisitorSession };
  /** End it */
  "DELETE /sessions/mine": { body: undefined; answer: VisitorSession };
  /** What a visitor writes in, for a page without WebSocket */
  "GET /sessions/mine": { body: undefined; answer: MineOutBody };
  /** Say something to us */
  "POST /sessions/mine/messages": { body: SayMineInBody; answer: SaidOutBody };
  /** One session with all that happened in it */
  "GET /sessions/{id}": { body: undefined; answer: WholeSessionOutBody };
  /** Keep the visitor of a session out, and end it */
  "POST /sessions/{id}/ban": { body: KeepOutInBody; answer: undefined };
  /** The OK after the end: only now there is room for another */
  "POST /sessions/{id}/close": { body: CloseInBody; answer: Session };
  /** End a conversation */
  "POST /sessions/{id}/end": { body: undefined; answer: Session };
  /** Say something to the visitor */
  "POST /sessions/{id}/messages": { body: SayInBody; answer: SaidOutBody };
  /** Write a note, for staff alone */
  "POST /sessions/{id}/notes": { body: NoteInBody; answer: Entry };
  /** Hand a conversation to somebody else */
  "POST /sessions/{id}/redirect": { body: RedirectInBody; answer: Session };
  /** Take a tag off a session */
  "DELETE /sessions/{id}/tags/{tag}": { body: undefined; answer: undefined };
  /** Put a tag on a session */
  "PUT /sessions/{id}/tags/{tag}": { body: undefined; answer: undefined };
  /** Write down who the visitor is */
  "PATCH /sessions/{id}/visitor": { body: ContactInBody; answer: Session };
  /** What the configuration file says, to be read only */
  "GET /settings/file": { body: undefined; answer: FileOutBody };
  /** The groups of people and their rules */
  "GET /settings/groups": { body: undefined; answer: ListedOutGroupBody };
  /** Take away one of the groups of people and their rules */
  "DELETE /settings/groups/{id}": { body: undefined; answer: undefined };
  /** Add one of the groups of people and their rules, or replace it */
  "PUT /settings/groups/{id}": { body: Group; answer: Group };
  /** The opening hours */
  "GET /settings/hours": { body: undefined; answer: ListedOutHoursBody };
  /** Take away one of the opening hours */
  "DELETE /settings/hours/{id}": { body: undefined; answer: undefined };
  /** Add one of the opening hours, or replace it */
  "PUT /settings/hours/{id}": { body: Hours; answer: Hours };
  /** How mail is */
  "GET /settings/mail": { body: undefined; answer: MailState };
  /** Send a mail to try the mail server */
  "POST /settings/mail/test": { body: TestMailInBody; answer: TestMailOutBody };
  /** The parameters that pages may tell */
  "GET /settings/parameters": { body: undefined; answer: ListedOutParameterBody };
  /** Take away one of the parameters that pages may tell */
  "DELETE /settings/parameters/{id}": { body: undefined; answer: undefined };
  /** Add one of the parameters that pages may tell, or replace it */
  "PUT /settings/parameters/{id}": { body: Parameter; answer: Parameter };
  /** What holds for everybody */
  "GET /settings/policy": { body: undefined; answer: Policy };
  /** Decide what holds for everybody */
  "PUT /settings/policy": { body: Policy; answer: Policy };
  /** The waiting lines */
  "GET /settings/queues": { body: undefined; answer: ListedOutQueueBody };
  /** Take away one of the waiting lines */
  "DELETE /settings/queues/{id}": { body: undefined; answer: undefined };
  /** Add one of the waiting lines, or replace it */
  "PUT /settings/queues/{id}": { body: Queue; answer: Queue };
  /** The answers to how it was */
  "GET /settings/results": { body: undefined; answer: ListedOutResultBody };
  /** Take away one of the answers to how it was */
  "DELETE /settings/results/{id}": { body: undefined; answer: undefined };
  /** Add one of the answers to how it was, or replace it */
  "PUT /settings/results/{id}": { body: Result; answer: Result };
  /** The tags that everybody knows */
  "GET /settings/tags": { body: undefined; answer: ListedOutTagBody };
  /** Take away one of the tags that everybody knows */
  "DELETE /settings/tags/{id}": { body: undefined; answer: undefined };
  /** Add one of the tags that everybody knows, or replace it */
  "PUT /settings/tags/{id}": { body: Tag; answer: Tag };
  /** The prepared messages */
  "GET /settings/templates": { body: undefined; answer: ListedOutTemplateBody };
  /** Take away one of the prepared messages */
  "DELETE /settings/templates/{id}": { body: undefined; answer: undefined };
  /** Add one of the prepared messages, or replace it */
  "PUT /settings/templates/{id}": { body: Template; answer: Template };
  /** The widgets */
  "GET /settings/widgets": { body: undefined; answer: ListedOutWidgetBody };
  /** Take away one of the widgets */
  "DELETE /settings/widgets/{id}": { body: undefined; answer: undefined };
  /** Add one of the widgets, or replace it */
  "PUT /settings/widgets/{id}": { body: Widget; answer: Widget };
  /** Tell whether the first owner is to be created */
  "GET /setup": { body: undefined; answer: SetupOutBody };
  /** Create the first owner and log them in */
  "POST /setup": { body: FoundInBody; answer: LoginOutBody };
  /** Talk from the page */
  "POST /talks": { body: BeginTalkInBody; answer: Talk };
  /** End a talk */
  "DELETE /talks/{id}": { body: undefined; answer: Talk };
  /** Show a talk to its visitor */
  "GET /talks/{id}": { body: undefined; answer: Talk };
  /** Who does what */
  "GET /team": { body: undefined; answer: TeamOutBody };
  /** The providers' lines and how they are */
  "GET /trunks": { body: undefined; answer: TrunksOutBody };
  /** Tell who one is; what is not named stays */
  "PATCH /visitor": { body: ChangeProfileInBody; answer: VisitorProfile };
  /** Who is on the pages now */
  "GET /visitors": { body: undefined; answer: VisitorsHere };
  /** Who waits */
  "GET /waiting": { body: undefined; answer: WaitingOutBody };
  /** Take somebody who waits */
  "POST /waiting/{place}/accept": { body: undefined; answer: AcceptedOutBody };
  /** Look at somebody who waits without taking them */
  "GET /waiting/{place}/preview": { body: undefined; answer: WholeSessionOutBody };
  /** Send somebody who waits to somebody else */
  "POST /waiting/{place}/redirect": { body: RedirectTo; answer: undefined };
  /** Pass an offer on */
  "POST /waiting/{place}/skip": { body: undefined; answer: undefined };
  /** What the widget of a page that names none may offer */
  "GET /widget": { body: undefined; answer: WidgetInfo };
  /** What a widget may offer */
  "GET /widgets/{id}": { body: undefined; answer: WidgetInfo };
  /** Leave a message while nobody is there */
  "POST /widgets/{id}/messages": { body: LeaveInBody; answer: LeaveOutBody };
}
