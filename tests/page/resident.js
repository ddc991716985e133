// Plays the resident for the page in a browser without one; refuses to decide anything. `window.scene` says what it
// answers, and the check moves it.

const { hash } = location;
const scene = { is: "signed-in", broken: false, refuses: false, difference: false, ...JSON.parse(decodeURIComponent(hash.slice(1) || "{}")) };
const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
const problem = (kind, title, detail, remedy, ids = {}) => ({ kind, title, detail, remedy, ids });

/** @type {[key: string, kind: Door.Kind, value: Door.Value | null, initial: Door.Value | null, origin: Door.Origin, choices?: string[]][]} */
const KEYS = [
  ["client_id", "text", "22553876-f5ab-4529-bffb-cfe50aa89f87", null, "file"],
  ["tenant", "text", "contoso.com", "organizations", "file"],
  ["cloud", "choice", "global", "global", "default", ["global", "us-gov-high", "us-gov-dod", "custom"]],
  ["expiration", "span", "PT1H30M", "PT1H", "file"],
  ["on_quit", "choice", "clear", "clear", "policy", ["clear", "keep"]],
  ["on_start", "choice", "resume", "resume", "default", ["resume", "nothing", "available", "away"]],
  ["on_end", "choice", "resume", "resume", "default", ["resume", "clear"]],
  ["autostart", "bool", true, false, "file"],
  ["notifications", "choice", "problems", "problems", "default", ["problems", "all", "none"]],
  ["pin_away", "bool", false, false, "default"],
  ["device_code", "bool", true, true, "default"],
  ["language", "choice", "system", "system", "default", ["system", "en", "de"]],
  ["shortcuts.available", "shortcut", "Ctrl+Alt+Shift+A", null, "file"],
  ["shortcuts.presenting", "shortcut", "Ctrl+Alt+Shift+P", null, "file"],
  ["shortcuts.clear", "shortcut", null, null, "default"],
  ["shortcuts.open", "shortcut", "Ctrl+Alt+Shift+O", null, "policy"],
];

/** @returns {Door.ConfigReport} */
const config = () => ({
  path: "/home/megan/.config/presence-tray/config.toml",
  policy: "/etc/presence-tray/policy.toml",
  mistake: scene.broken ? { path: "config.toml", line: 3, column: 1, message: "unknown field `tenat`" } : null,
  keys: KEYS.map(([key, kind, value, initial, origin, choices]) => ({
    key, kind, choices: choices ?? null, default: initial, meaning: `What ${key} means, in a sentence that is as long as sentences are.`,
    ...(scene.is === "not-configured" ? { value: initial, origin: "default" } : { value, origin }),
  })),
});

/** @returns {Door.Diagnosis} */
const doctor = () => ({
  version: "0.1.0",
  ok: false,
  checks: [
    { name: "configuration", ok: true, text: "/home/megan/.config/presence-tray/config.toml", problem: null },
    { name: "network", ok: true, text: "https://graph.microsoft.com and https://login.microsoftonline.com can be reached", problem: null },
    { name: "sign-in", ok: true, text: "signed in as megan@contoso.com", problem: null },
    scene.refuses
      ? { name: "registration", ok: false, text: "Sign-in failed", problem: problem("sign-in-failed", "Sign-in failed", "The application was not found in the tenant.", "Check client_id and tenant in config.toml.", { code: "AADSTS700016" }) }
      : { name: "registration", ok: true, text: "registered", problem: null },
    { name: "tray", ok: false, text: "This desktop shows no tray", problem: problem("no-tray", "This desktop shows no tray", "The icon appears as soon as the desktop has a tray.", "On GNOME, turn on the extension.") },
  ],
});

/** @returns {Door.Snapshot} */
const snapshot = () => ({
  wanted: "presenting",
  until: scene.timed ? inMinutes(40) : null,
  session: { status: "presenting", renews_at: inMinutes(30), expires_at: inMinutes(60) },
  effective: { availability: "DoNotDisturb", activity: "Presenting" },
  account: ["signed-in", "needed"].includes(scene.is) ? { name: "megan@contoso.com", tenant: "contoso" } : null,
  difference: scene.difference ? { cause: "teams-status", text: "Teams itself shows Busy: a call, a meeting or a status chosen in Teams takes precedence over this one.", remedy: "", can_reset: true } : null,
  message: scene.message
    ? { text: "Back at 3", state: scene.message, problem: scene.message === "not-set" ? problem("message-kept", "Your message in Teams is kept", "You wrote a status message in Teams, so the one from here was not set. The status itself is set.", "To use the message from here, delete the one in Teams and choose the status again.") : null } : null,
  recent_messages: ["Back at 3", "Lunch", "Do not knock"],
  problem: scene.is === "not-configured" || scene.broken ? problem("not-configured", "Not set up yet", "There is no configuration.", "Set it up.")
    : scene.offline ? problem("offline", "Offline: will set Presenting when connected", "Microsoft’s service cannot be reached.", "Check your network connection.", { "request-id": "0a4f2b9c-7d1e-4f5a-9c3b-2e8d6a7f1c40" }) : null,
  sign_in: scene.is === "signing-in"
    ? { is: scene.is, url: null, user_code: "ABCD-EFGH", verification_uri: "https://microsoft.com/devicelogin", expires_at: inMinutes(14.9) } : { is: scene.is },
  progress: "settled",
  desktop: [problem("shortcut", "The shortcut for presenting does not work", "presenting = \"Ctrl+Alt+Shift+P\" in [shortcuts] cannot be used: another program has taken these keys.", "Choose other keys for it in config.toml.")],
  config_file: "/home/megan/.config/presence-tray/config.toml",
  language: scene.language,
});

/**
 * A day with a sleep, a lapse whose cause is known, and a change of mind.
 * @returns {Door.Page}
 */
const day = () => {
  const hours = (back) => inMinutes(-60 * back);
  const said = { wanted: null, until: null, session: null, seen: null, problem: null };
  const seen = (availability, activity) => ({ availability, activity });
  /** @type {Door.Cause} */
  const offline = { kind: "offline", title: "Offline: will set Available when connected", detail: "Microsoft’s service cannot be reached. Your choice is kept, and the program keeps trying." };
  /** @type {[back: number, is: Door.Running, what: Partial<Door.SpanReport>][]} */
  const parts = [
    [24, "unknown", {}],
    [22, "running", { wanted: "away", session: "away", seen: seen("Away", "Away") }],
    [17, "asleep", {}],
    [9, "running", { wanted: "available", session: "available", seen: seen("Available", "Available") }],
    [5, "running", { wanted: "available", problem: offline }],
    [4.5, "running", { wanted: "available", session: "available", seen: seen("Busy", "InAMeeting") }],
    [2, "not-running", {}],
    [1, "running", { wanted: "presenting", session: "presenting", seen: seen("DoNotDisturb", "Presenting") }],
  ];
  const spans = parts.map(([back, is, what], place) => ({ from: hours(back), to: hours(parts[place + 1]?.[0] ?? 0), is, ...said, ...what }));
  return { until: hours(0), spans: scene.busy ? spans : spans.slice(-1), lapses: scene.busy ? [{ from: hours(5), to: hours(4.5), wanted: "available", problem: offline }] : [], next: null };
};

/** @type {any} */
let listener = null;
/** @type {any} */
const page = window;
page.resident = {
  scene, snapshot,
  tell: (what = snapshot()) => listener.onmessage(what),
  /** Ends the stream. */
  lose: null,
  /** Answers in its place, if there is one. */
  meet: null,
  /** How many requests came. */
  asked: 0,
};
page.__TAURI__ = {
  core: {
    Channel: class {},
    async invoke(name, { snapshots, request }) {
      if (name === "watch") {
        listener = snapshots;
        setTimeout(page.resident.tell);
        return new Promise((_, reject) => { page.resident.lose = reject; });
      }
      page.resident.asked += 1;
      if (page.resident.meet) return page.resident.meet(request);
      if (request.do) return { outcome: "done" };
      if (request.read?.history) return { history: day() };
      if (request.read === "doctor") return { doctor: doctor() };
      return { config: config() };
    },
  },
};
