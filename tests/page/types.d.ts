// Made by `cargo verify types` from the types that pass the door; a test compares them.

declare namespace Door {
/**
 * Who is signed in.
 */
type AccountReport = { 
/**
 * `preferred_username`.
 */
name: string, 
/**
 * Tenant ID.
 */
tenant: string, };

/**
 * A problem, without what names a person.
 */
type Cause = { 
/**
 * The kind, for programs.
 */
kind: ProblemKind, 
/**
 * A few words.
 */
title: string, 
/**
 * What happened.
 */
detail: string, };

/**
 * A change of the configuration.
 */
type Change = { "set": { 
/**
 * Its dotted name.
 */
key: string, 
/**
 * The value, as a person writes it: `true`, `PT1H`, `contoso.com`.
 */
value: string, } } | { "unset": { 
/**
 * Its dotted name.
 */
key: string, } } | "set-aside";

/**
 * A thing that was looked at, for programs.
 */
type CheckReport = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is well.
 */
ok: boolean, 
/**
 * What is well, or the problem's title.
 */
text: string, 
/**
 * The problem.
 */
problem: Problem | null, };

/**
 * What a face can ask for.
 */
type Command = { "set": { 
/**
 * The status.
 */
status: Status, 
/**
 * For how long, 5 minutes to 24 hours; until changed if absent.
 */
seconds: number | null, 
/**
 * The status message that ends with it; the one before it ends in any case.
 */
message: StatusMessage | null, } } | { "set-duration": { 
/**
 * For how long; until changed if absent.
 */
seconds: number | null, } } | { "toggle": { 
/**
 * The status.
 */
status: Status, 
/**
 * The status message that goes with it.
 */
message: StatusMessage | null, } } | "clear" | "reset" | { "sign-in": { 
/**
 * How.
 */
method: SignInMethod, } } | "cancel-sign-in" | "sign-out" | "look" | "open" | "reload" | "quit";

/**
 * What `config --json` prints. Some ten KB with the longest values that keys take.
 */
type ConfigReport = { 
/**
 * Where `config.toml` is, or is to be.
 */
path: string, 
/**
 * Where the organisation sets keys, if it sets any.
 */
policy: string | null, 
/**
 * Why the configuration is not in force. Then no key is told as that file has it.
 */
mistake: MistakeReport | null, 
/**
 * Every key, in the order in which they are shown.
 */
keys: Array<KeyReport>, 
/**
 * Where a broken `config.toml` was moved to by the change that this answers.
 */
set_aside?: string | null, };

/**
 * What `doctor --json` prints.
 */
type Diagnosis = { 
/**
 * The version of whoever looked.
 */
version: string, 
/**
 * Whether every check is well.
 */
ok: boolean, 
/**
 * Each thing that was looked at.
 */
checks: Array<CheckReport>, };

/**
 * Why colleagues see something else.
 */
type Difference = { 
/**
 * For programs.
 */
cause: DifferenceCause, 
/**
 * A sentence.
 */
text: string, 
/**
 * The one next step.
 */
remedy: string, 
/**
 * Whether [`Command::Reset`](crate::Command::Reset) may end it.
 */
can_reset: boolean, };

/**
 * What lets colleagues see something else ("Manage presence state", precedence).
 */
type DifferenceCause = "teams-status" | "faded" | "no-session" | "other";

/**
 * The aggregated presence that colleagues see (Graph resource "presence"). Also holds values that cannot
 * be set, known or not.
 */
type Effective = { 
/**
 * Graph's `availability`, as it came.
 */
availability: string, 
/**
 * Graph's `activity`, as it came.
 */
activity: string, };

/**
 * A key.
 */
type KeyReport = { 
/**
 * Its dotted name.
 */
key: string, 
/**
 * What it is set to, or its default.
 */
value: Value | null, 
/**
 * What holds where nobody sets it.
 */
default: Value | null, 
/**
 * Who set it.
 */
origin: Origin, 
/**
 * What it means, in a sentence.
 */
meaning: string, 
/**
 * The values of a key that has only a few.
 */
choices: Array<string> | null, 
/**
 * What it can be set to.
 */
kind: Kind, };

/**
 * What a key can be set to.
 */
type Kind = "text" | "choice" | "bool" | "span" | "shortcut";

/**
 * A time without a confirmed session for what was wanted, while the program ran.
 */
type Lapse = { 
/**
 * From when.
 */
from: string, 
/**
 * Until when.
 */
to: string, 
/**
 * What was wanted at its end.
 */
wanted: Status, 
/**
 * The first problem that stood.
 */
problem: Cause | null, };

/**
 * Whether the service has the status message.
 */
type MessageState = "setting" | "set" | "not-set";

/**
 * The status message that goes with the wish.
 */
type MessageView = { 
/**
 * Its text.
 */
text: StatusMessage, 
/**
 * Whether the service has it.
 */
state: MessageState, 
/**
 * Why it is not set.
 */
problem: Problem | null, };

/**
 * A mistake in a file.
 */
type MistakeReport = { 
/**
 * The file.
 */
path: string, 
/**
 * From 1.
 */
line: number, 
/**
 * From 1, characters.
 */
column: number, 
/**
 * What is wrong, as part of a sentence.
 */
message: string, };

/**
 * Who set a key.
 */
type Origin = "default" | "file" | "policy";

/**
 * How a command ended.
 */
type Outcome = "done" | { "partly": Problem } | { "failed": Problem } | { "show-code": { 
/**
 * What the person types.
 */
user_code: Private<string>, 
/**
 * Where.
 */
verification_uri: string, } };

/**
 * A part of what was so, as the door gives it.
 */
type Page = { 
/**
 * Until when the whole of it tells: now.
 */
until: string, 
/**
 * What was so, without gaps.
 */
spans: Array<SpanReport>, 
/**
 * The lapses that begin in one of these spans.
 */
lapses: Array<Lapse>, 
/**
 * What to ask for to get the next page; nothing at the end.
 */
next: number | null, };

/**
 * A value that faces may show to its person and that logs must not hold: its `Debug` says nothing.
 */
type Private<T> = T;

/**
 * What happened, what the program does about it, and the one next step.
 */
type Problem = { 
/**
 * The kind, for programs.
 */
kind: ProblemKind, 
/**
 * A few words, for a menu row.
 */
title: string, 
/**
 * What happened and what the program does about it, in sentences.
 */
detail: string, 
/**
 * The one next step for the person; empty when there is none to take.
 */
remedy: string, 
/**
 * Names and values for the help desk, such as `request-id`.
 */
ids: { [key in string]: string }, };

/**
 * The kinds of problem a face or a script may branch on.
 */
type ProblemKind = "not-configured" | "policy-ignored" | "not-saved" | "sign-in-needed" | "sign-in-cancelled" | "sign-in-expired" | "sign-in-failed" | "consent-needed" | "not-public-client" | "not-allowed" | "no-presence" | "rejected" | "message-kept" | "message-refused" | "token-refused" | "throttled" | "too-many-changes" | "service-busy" | "offline" | "keyring-unavailable" | "not-remembered" | "not-forgotten" | "browser-unavailable" | "shortcut" | "autostart" | "window-unavailable" | "no-tray" | "history-unreadable" | "clock-wrong" | "replaced" | "leaving" | "not-running" | "wrong-usage";

/**
 * How far the wish is.
 */
type Progress = "settled" | "setting" | "clearing" | "waiting";

/**
 * What can be read beside the snapshot.
 */
type Read = "config" | { "history": { 
/**
 * From when on.
 */
since: string, 
/**
 * [`Page::next`] of the page before; absent for the first.
 */
after: number | null, } } | "doctor";

/**
 * What comes in at the door: one object on a line of at most 64 KB.
 */
type Request = { "do": Command } | { "watch": boolean } | { "read": Read } | { "configure": Change };

/**
 * What the door answers, on a line of at most 64 KB.
 */
type Response = { "outcome": Outcome } | { "config": ConfigReport } | { "doctor": Diagnosis } | { "history": Page } | { "problem": Problem } | { "misunderstood": string };

/**
 * Whether the program ran.
 */
type Running = "unknown" | "not-running" | "asleep" | "running";

/**
 * Our presence session.
 */
type SessionReport = { 
/**
 * What it says.
 */
status: Status, 
/**
 * When it is renewed next.
 */
renews_at: string | null, 
/**
 * When it ends unless renewed.
 */
expires_at: string, };

/**
 * How a person signs in.
 */
type SignInMethod = "browser" | "device-code";

/**
 * Where the sign-in stands.
 */
type SignInReport = { "is": "not-configured" } | { "is": "looking" } | { "is": "signed-out" } | { "is": "signing-in", 
/**
 * The authorize URL, to copy.
 */
url: string | null, 
/**
 * The device code.
 */
user_code: string | null, 
/**
 * Where the device code is typed.
 */
verification_uri: string | null, 
/**
 * When the sign-in ends by itself.
 */
expires_at: string, } | { "is": "needed" } | { "is": "signed-in" };

/**
 * A report with what only a face needs beside it: a line of the door's `watch`.
 */
type Snapshot = { 
/**
 * Where the sign-in stands.
 */
sign_in: SignInReport, 
/**
 * How far the wish is.
 */
progress: Progress, 
/**
 * The messages that were chosen last, newest first, to pick from.
 */
recent_messages: Array<StatusMessage>, 
/**
 * What the desktop did not let the program do.
 */
desktop: Array<Problem>, 
/**
 * Where `config.toml` is, or is to be.
 */
config_file: string, 
/**
 * The code of the language in which the sentences are.
 */
language: string, 
/**
 * The wanted status.
 */
wanted: Status | null, 
/**
 * Until when it is wanted.
 */
until: string | null, 
/**
 * What our presence session says.
 */
session: SessionReport | null, 
/**
 * What colleagues see.
 */
effective: Effective | null, 
/**
 * Who is signed in.
 */
account: AccountReport | null, 
/**
 * Why colleagues see something else than the session says.
 */
difference: Difference | null, 
/**
 * The status message of the wanted status.
 */
message: MessageView | null, 
/**
 * The problem that matters most.
 */
problem: Problem | null, };

/**
 * A span of time in which one thing was so.
 */
type SpanReport = { 
/**
 * From when.
 */
from: string, 
/**
 * Until when.
 */
to: string, 
/**
 * Whether the program ran.
 */
is: Running, 
/**
 * The wanted status.
 */
wanted: Status | null, 
/**
 * Until when it is wanted.
 */
until: string | null, 
/**
 * What our presence session says.
 */
session: Status | null, 
/**
 * What colleagues were seen to see.
 */
seen: Effective | null, 
/**
 * The problem of the status.
 */
problem: Cause | null, };

/**
 * One of the five supported combinations of availability and activity ("presence: setPresence").
 */
type Status = "available" | "in-a-call" | "in-a-conference-call" | "away" | "presenting";

/**
 * The text below a person's name in Teams ("presence: setStatusMessage"): one line, not empty, without control
 * characters and of [`StatusMessage::LONGEST`] at most. Its `Debug` says nothing of it.
 */
type StatusMessage = string;

/**
 * What a key is set to.
 */
type Value = boolean | string;
}
