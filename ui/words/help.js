// Owns what the help section says, and the text for the help desk; refuses to touch the page.

const NAMES = {
  "configuration": "Settings",
  "keyring": "Keyring",
  "network": "Network",
  "clock": "Clock",
  "registration": "App registration",
  "resident": "Presence Tray",
  "sign-in": "Sign-in",
  "permission": "Permission",
  "tray": "Tray",
  "shortcuts": "Shortcuts",
  "autostart": "Start at log-in",
};

/** What was looked at. */
export const name = (check) => NAMES[check] ?? check;

export const OK = "fine";
export const PROBLEM = "needs attention";
export const LOOKING = "Looking…";

/** What came of all checks. */
export function result(checks) {
  const ill = checks.filter(({ ok }) => !ok).length;
  return ill === 0 ? "Everything is fine." : `${ill} of ${checks.length} need attention.`;
}

/** The findings without names of people or of their folders. */
export function diagnostics(checks, userAgent) {
  const lines = checks.flatMap(({ name, ok, text, problem }) => ok
    ? [`${name}: ok: ${text}`]
    : [`${name}: problem: ${problem.title}. ${problem.detail} ${problem.remedy}`,
      ...Object.entries(problem.ids).map(([id, value]) => `  ${id}: ${value}`)]);
  return redacted(["Presence Tray", userAgent, "", ...lines].join("\n"));
}

function redacted(text) {
  return text
    .replace(/[^\s"'<>()]+@[^\s"'<>(),;]+/g, "(account)")
    .replace(/(\/home\/|\/Users\/|[A-Z]:\\Users\\)[^/\\\s]+/g, "$1(user)");
}
