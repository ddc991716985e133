// Plays a resident that makes no sense, does not answer, refuses, ends or tells too much: the page goes on, says so,
// and shows what is so as soon as it is told again.

const LATE = "the running Presence Tray did not respond: timed out";

/** @param {(scene: object) => Promise<import("playwright-core").Page>} open @param {string[]} faults */
export async function meetHostile(open, faults) {
  const expect = (holds, fault) => { if (!holds) faults.push(`hostile: ${fault}`); };
  for (const meet of [senseless, silent, refusing, lost, flooding]) {
    const page = await open({ language: "en" });
    await meet(page, expect).catch((error) => faults.push(`hostile, ${meet.name}: ${error.message}`));
    await page.close();
  }
}

/** What a snapshot may be in place of one: each key missing or of another kind, half of it, or far too much. */
async function senseless(page, expect) {
  const count = await page.evaluate(() => {
    const good = window.resident.snapshot;
    const without = (key) => Object.fromEntries(Object.entries(good()).filter(([name]) => name !== key));
    const keys = Object.keys(good());
    const long = "long words ".repeat(5_000) + "x".repeat(5_000);
    window.senseless = [
      null, 7, "text", [], {}, Object.fromEntries(Object.entries(good()).slice(0, 5)),
      ...keys.map(without),
      ...keys.flatMap((key) => [7, [], {}, [null], { is: 7 }, key === "language" ? null : "levitating"].map((value) => ({ ...good(), [key]: value }))),
      { ...good(), sign_in: { is: "signing-in" } },
      { ...good(), account: { name: long, tenant: long } },
      { ...good(), problem: { kind: "levitating", title: long, detail: long, remedy: long, ids: { [long]: long } } },
      { ...good(), message: { text: long, state: "set", problem: null }, recent_messages: Array(500).fill(long) },
      { ...good(), effective: { availability: long, activity: "Levitating" }, difference: { cause: "other", text: long, remedy: long, can_reset: true } },
    ];
    return window.senseless.length;
  });
  await page.setViewportSize({ width: 320, height: 640 });
  for (let nth = 0; nth < count; nth += 1) {
    const { says, beyond } = await told(page, `window.senseless[${nth}]`);
    expect(says, `a snapshot leaves the page blank: ${await text(page, nth)}`);
    expect(beyond <= 0, `a snapshot is ${beyond} pixels too wide: ${await text(page, nth)}`);
    const { holds } = await told(page, "window.resident.snapshot()");
    expect(holds === "Presenting", `the page does not come back from ${await text(page, nth)}: ${holds}`);
  }
  await page.evaluate(() => { window.senseless = null; });
}

const text = (page, nth) => page.evaluate((nth) => JSON.stringify(window.senseless[nth]).slice(0, 200), nth);

/** Tells the page a snapshot; what it shows of that. */
const told = (page, snapshot) => page.evaluate(`(async () => {
  window.resident.tell(${snapshot});
  await new Promise((done) => setTimeout(done, 25));
  const is = (id) => document.getElementById(id).checkVisibility();
  return {
    says: ["problem", "presence", "looking", "welcome", "signing-in", "guide", "broken"].some(is),
    holds: is("presence") && !is("problem") ? document.getElementById("holds-what").textContent : "",
    beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
})()`);

/** No request is ever answered: snapshots are shown all the same, and every section opens. */
async function silent(page, expect) {
  await page.evaluate(() => { window.resident.meet = () => new Promise(() => {}); });
  await told(page, "{ ...window.resident.snapshot(), problem: { kind: 'not-configured', title: '', detail: '', remedy: '', ids: {} } }");
  expect((await told(page, "window.resident.snapshot()")).holds === "Presenting", "a request without an answer keeps snapshots from being shown");
  for (const section of ["settings", "shortcuts", "help", "status"]) await page.click(`[data-section=${section}]`, { timeout: 1000 });
  await page.click("[data-status=away]", { timeout: 1000 });
  await page.evaluate(() => { window.resident.meet = null; });
  await page.click("[data-section=settings]", { timeout: 1000 });
  await page.waitForSelector("#key-tenant", { timeout: 1000 });
}

/** Every request fails: each control says so, and none shows what was not saved. */
async function refusing(page, expect) {
  const says = (css) => page.waitForFunction((css) => document.querySelector(css).textContent.includes("did not respond"), css, { timeout: 1000 });
  const meet = (late) => page.evaluate((late) => { window.resident.meet = late && (() => Promise.reject(late)); }, late);
  await page.click("[data-section=settings]");
  await page.waitForSelector("#key-autostart");
  await meet(LATE);
  await page.click("#key-autostart");
  await says("#key-autostart-wrong");
  expect(await page.isChecked("#key-autostart"), "a switch shows what was not saved");
  await page.selectOption("#key-notifications", "none");
  await says("#key-notifications-wrong");
  expect(await page.inputValue("#key-notifications") === "problems", "a select shows what was not saved");
  await page.click("[data-section=help]");
  await says("#findings");
  expect(await page.isEnabled("#look-again"), "nobody can look again");
  await meet(null);
  await page.click("#look-again");
  await page.waitForSelector("#findings .well");
  await meet(LATE);
  await page.click("[data-section=status]");
  await page.click("[data-status=away]");
  await says("#problem-detail");

  await meet(null);
  await page.evaluate(() => { window.resident.scene.is = "not-configured"; window.resident.tell(); });
  await page.click("#guide .primary");
  await page.fill("#guide-client-id", "22553876-f5ab-4529-bffb-cfe50aa89f87");
  await meet(LATE);
  await page.click("#guide [type=submit]");
  await says("#guide-verdict");
  expect(await page.isEnabled("#guide [type=submit]"), "the guide cannot be tried again");
}

/** The stream ends: nothing of it stays, what was still on its way is not shown, and the next try shows all. */
async function lost(page, expect) {
  await page.evaluate((late) => { window.resident.tell(); window.resident.tell(); window.resident.lose(late); window.resident.tell(); }, LATE);
  await page.waitForFunction(() => document.getElementById("problem-detail").textContent.includes("did not respond"), null, { timeout: 1000 });
  await page.evaluate(() => new Promise((done) => { window.resident.tell(); setTimeout(done, 100); }));
  expect(await page.isVisible("#problem") && !await page.isVisible("#presence"), "what was so before the stream ended still stands");
  await page.click("#again");
  await page.waitForSelector("#presence", { timeout: 1000 });
  expect(!await page.isVisible("#problem"), "the end of the stream is still told of");
}

/** A thousand snapshots a second, each unlike the one before: few requests come of it. */
async function flooding(page, expect) {
  const asked = await page.evaluate(async () => {
    const { resident } = window;
    const before = resident.asked;
    const problem = { kind: "not-configured", title: "Not set up yet", detail: "", remedy: "", ids: {} };
    for (let nth = 0; nth < 100; nth += 1) {
      const until = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
      for (let minutes = 0; minutes < 10; minutes += 1) resident.tell({ ...resident.snapshot(), until: until(minutes + nth), problem });
      await new Promise((done) => setTimeout(done, 10));
    }
    return resident.asked - before;
  });
  expect(asked <= 5, `a flood of snapshots is one of ${asked} requests`);
}
