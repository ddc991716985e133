// Owns the sentences about status, account and sign-in beside the page's fixed labels; refuses to touch the page.

/** The five statuses by name. */
export const LABELS = {
  "available": "Available",
  "in-a-call": "In a call",
  "in-a-conference-call": "In a conference call",
  "away": "Away",
  "presenting": "Presenting",
};

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

/** What there is to say of the status message; it goes with the status that is chosen. */
export function message({ wanted, message }) {
  switch (message?.state) {
    case "setting":
      return "The message is being set.";
    case "set":
      return "The message is set, and ends with the status.";
    case "not-set":
      return message.problem ? `${message.problem.detail} ${message.problem.remedy}` : "The message is not set.";
    default:
      return wanted ? "" : "The message goes with the status that you choose.";
  }
}

/** Why what colleagues see is not what was chosen; "" when it is. */
export function difference({ difference }) {
  if (!difference) return "";
  // The next step is a button then.
  return difference.can_reset ? difference.text : `${difference.text} ${difference.remedy}`;
}

/** What removing the status set in Teams does. */
export function resetting({ session }) {
  return `This removes what you chose in Teams, also “Appear offline”, so that ${LABELS[session?.status] ?? "your status"} shows. A call or a meeting still shows.`;
}

/** The next step for a person; "" when it is a button of this window. */
export function remedy({ kind, remedy }) {
  return ["sign-in-needed", "sign-in-cancelled", "sign-in-expired"].includes(kind) ? "" : remedy;
}
