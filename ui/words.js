// Owns the sentences that the page says beside its fixed labels; refuses to touch the page.

const LABELS = {
  "available": "Available",
  "in-a-call": "In a call",
  "in-a-conference-call": "In a conference call",
  "away": "Away",
  "presenting": "Presenting",
};

export const AZ = `az ad app create --display-name "Presence Tray" \\
  --sign-in-audience AzureADMyOrg \\
  --is-fallback-public-client true \\
  --public-client-redirect-uris http://localhost \\
  --required-resource-accesses '[{"resourceAppId":"00000003-0000-0000-c000-000000000000","resourceAccess":[{"id":"8d3c54a7-cf58-4773-bf81-c0cd6ad522bb","type":"Scope"}]}]'`;

export const SAMPLE = `client_id = "00000000-0000-0000-0000-000000000000"
tenant = "organizations"   # or your tenant ID
`;

/** A time of the snapshot (RFC 3339 UTC) as people here write it; with the day when that is not today. */
export function clock(time, now = new Date()) {
  const at = new Date(time);
  const short = at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return short;
  return `${at.toLocaleDateString([], { weekday: "short" })} ${short}`;
}

/** What holds: a few words, and the sentence below them. */
export function holds({ wanted, until, session, progress }) {
  const says = session && LABELS[session.status];
  const still = session ? `Still ${says} until ${clock(session.expires_at)}.` : "";
  switch (progress) {
    case "setting":
      return [`Setting ${LABELS[wanted]}…`, still];
    case "clearing":
      return ["Clearing…", still];
    case "waiting":
      return [wanted ? `${LABELS[wanted]}, not set yet` : "Not cleared yet", still];
    default:
      if (!session) return ["No status set", "Teams decides what colleagues see."];
      return [says, until ? `Until ${clock(until)}.` : lease(session)];
  }
}

function lease({ renews_at, expires_at }) {
  return renews_at ? `Next renewal at ${clock(renews_at)}.` : `Expires at ${clock(expires_at)}.`;
}

/** Which drawing shows what holds. */
export function drawing({ wanted, session, progress }) {
  if (progress === "settled") return session ? `${session.status}.svg` : "none.svg";
  return wanted ? `${wanted}-setting.svg` : "none.svg";
}

/** What colleagues see; "" when that is not known. */
export function seen({ effective }) {
  if (!effective) return "";
  const availability = apart(effective.availability);
  const activity = apart(effective.activity);
  if (!activity || activity === availability) return `Colleagues see ${availability}.`;
  return `Colleagues see ${availability} (${activity.charAt(0).toLowerCase()}${activity.slice(1)}).`;
}

/** Graph's `InAConferenceCall` as people write it. */
function apart(name) {
  const words = name.replace(/([A-Z])/g, " $1").trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whose presence this is: a name and a note below it. */
export function account({ account, sign_in }) {
  const notes = {
    "not-configured": "Not set up yet",
    "looking": "Looking for your sign-in…",
    "signed-out": "Signed out",
    "signing-in": "Signing in…",
    "needed": "Sign in again",
    "signed-in": "Signed in",
  };
  return [account?.name ?? "Presence Tray", notes[sign_in.is]];
}

/** What the account's note says when the resident is gone. */
export const NOT_RUNNING = "Not running";

/** The title of the card that asks for a sign-in. */
export function welcome({ is }) {
  return is === "needed" ? "Sign in again" : "Sign in";
}

/** The title of the card of a sign-in under way. */
export function signingIn({ url, user_code }) {
  if (user_code) return "Sign in with a code";
  return url ? "Continue in your browser" : "Signing in…";
}

/** The entry of the durations that a wish with an end stands at. */
export function durationNow(until) {
  return `Until ${clock(until)}`;
}

/** Why what colleagues see is not what was chosen; "" when it is. */
export function difference({ difference }) {
  return difference ? `${difference.text} ${difference.remedy}` : "";
}

/** What is said when the configuration was looked at, and is still missing. */
export function stillNotSetUp({ problem }) {
  return problem?.title ?? "Not set up yet";
}

/** What a button says once it has copied, or has not. */
export function copiedOnButton(copied) {
  return copied ? "Copied" : "Select and copy by hand";
}

/** The same, for those who do not see the button. */
export function copiedAloud(copied) {
  return copied ? "Copied." : "Could not copy.";
}

/** The problem of a window whose resident does not answer. */
export function unreachable(error) {
  const detail = `${String(error).replace(/^./, (first) => first.toUpperCase())}.`;
  return { kind: "unreachable", title: "The window cannot reach Presence Tray", detail, remedy: "", ids: {} };
}

/** The next step for a person; "" when it is a button of this window. */
export function remedy({ kind, remedy }) {
  return ["sign-in-needed", "sign-in-cancelled", "sign-in-expired"].includes(kind) ? "" : remedy;
}

/** A problem in plain text, for the help desk. */
export function forHelpDesk({ title, detail, remedy, ids }) {
  const values = Object.entries(ids).map(([name, value]) => `${name}: ${value}`);
  return [title, detail, remedy, ...values].filter(Boolean).join("\n");
}
