// Keeps what was typed or ticked in this browser until the server has it, and sends it in order.
//
//   outbox.put(key, url, fields, options)   fields: [[name, value] …]; the newest of a key replaces one that was not tried
//   outbox.hurry()                          send now; resolves true when nothing waits, false while something is in the way
//   outbox.waits(key)                       the fields that wait under this key, undefined when none do
//   outbox.left()                           what an earlier page left here and this one sends
//   outbox.strangers(), outbox.dropStrangers()   what other people typed here and nobody has saved
//   outbox.state()                          {waiting, since, why}, as the event below tells it
//
// options: after (milliseconds to wait for a newer one), batch (may go in one request with others of the same url),
// part (then "ago.<part>" is sent too), keep (stays here when the server refuses it: text that must not vanish),
// anew (its "base." fields count, and not those of the one it replaces).
//
// Every request carries ago_ms, the age of what it says by the clock of this PC. Events on document:
//   outbox:state  {waiting, since, why}   why: "", "offline", "signed-out", "other" (somebody else is signed in here),
//                                         "refused", "unkept" (this browser keeps nothing)
//   outbox:answer {key, keys, status, body, goTo}   body: JSON or text; goTo: where the server sends the page. "fields" in it replaces fields of the same name that wait.

const PREFIX = "outbox/";
const PAUSES = [1000, 2000, 4000, 8000, 15000];
const PATIENCE = 15_000;
const ASK_AGAIN = 3000;
const LONGEST_WAIT = 4000;
const LOT = { entries: 60, letters: 20_000 };
const REFUSED = new Set([400, 403, 404, 405, 409, 410, 413, 415, 422]);

const me = Number(document.body.dataset.person);
const whoIsHere = document.body.dataset.outbox;
const tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

let token = "";
let entries = [];
const adopted = [];
let count = 0;
let busy = false;
let failures = 0;
let trouble = { why: "", since: 0 };
let unkept = false;
let timer = 0;
let told = "";

// Kept in this browser

function keep(entry) {
  try {
    localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry));
    unkept = false;
  } catch {
    unkept = true;
  }
}

function forget(entry) {
  entries = entries.filter((one) => one !== entry);
  drop(entry);
}

function drop(entry) {
  try {
    localStorage.removeItem(PREFIX + entry.id);
  } catch {
    // What cannot be read cannot be kept either.
  }
}

function stored() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map(read).filter(Boolean);
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

const newId = () => `${tab}.${String((count += 1)).padStart(6, "0")}`;

function put(key, url, fields, { after = 0, batch = false, part = "", keep: kept = false, anew = false } = {}) {
  const now = Date.now();
  const before = entries.find((one) => one.key === key && !one.tried);
  const entry = before || { id: newId(), tab, person: me, key, url, first: now };
  Object.assign(entry, { url, fields: before && !anew ? withOldBase(fields, before.fields) : fields, at: now, batch, part, kept, refused: false });
  entry.ready = Math.min(now + after, entry.first + LONGEST_WAIT);
  if (!before) entries.push(entry);
  keep(entry);
  tell();
  pumpAt(entry.ready);
}

// What a text is based on does not change because somebody typed on.
function withOldBase(fields, old) {
  const base = new Map(old.filter(([name]) => name.startsWith("base.")));
  return fields.map(([name, value]) => [name, base.has(name) ? base.get(name) : value]);
}

// What a page left that ended before it was answered goes on from here.

async function adopt() {
  const take = async () => {
    const alive = await living();
    const left = stored().filter((one) => one.person === me && one.tab !== tab && !alive.has(one.tab));
    for (const one of left.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      const mine = { ...one, id: newId(), tab, adopted: true, ready: 0 };
      keep(mine);
      drop(one);
      entries.push(mine);
      adopted.push(mine);
    }
  };
  await (navigator.locks ? navigator.locks.request(`${PREFIX}adopt`, take) : take());
  tell();
  pump();
}

// Every open page holds a lock of its own; a browser without locks sends twice rather than never.
async function living() {
  const found = navigator.locks ? await navigator.locks.query() : { held: [] };
  return new Set(found.held.map((lock) => lock.name.replace(`${PREFIX}tab/`, "")));
}

// Sending

function pumpAt(moment) {
  clearTimeout(timer);
  timer = setTimeout(pump, Math.max(0, moment - Date.now()));
}

async function pump() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  try {
    for (let lot = next(); lot.length && (await send(lot)); lot = next());
  } finally {
    busy = false;
    later();
  }
}

function later() {
  const waiting = entries.filter((one) => !one.refused);
  if (trouble.why) pumpAt(Date.now() + pauseNow());
  else if (waiting.length) pumpAt(Math.min(...waiting.map((one) => one.ready)));
  tell();
}

function pauseNow() {
  const signedOut = trouble.why === "signed-out" || trouble.why === "other";
  return signedOut ? ASK_AGAIN : PAUSES[Math.min(failures, PAUSES.length) - 1] || PAUSES[0];
}

function next() {
  const now = Date.now();
  const able = entries.filter((one) => !one.refused && one.ready <= now);
  const first = able[0];
  if (!first?.batch) return able.slice(0, 1);
  const lot = [];
  let letters = 0;
  for (const one of able.filter((each) => each.batch && each.url === first.url)) {
    letters += one.fields.reduce((sum, [, value]) => sum + value.length, 0);
    if (lot.length && (lot.length >= LOT.entries || letters > LOT.letters)) break;
    // What was tried and not answered goes first, just as it was; what was typed since follows it.
    if (!lot.some((other) => other.key === one.key)) lot.push(one);
  }
  return lot;
}

function bodyOf(lot) {
  const body = new URLSearchParams();
  const age = (one) => String(Math.max(0, Date.now() - one.at));
  for (const one of lot) {
    for (const [name, value] of one.fields) body.append(name, value);
    if (one.part) body.append(`ago.${one.part}`, age(one));
  }
  body.append("ago_ms", age(lot.at(-1)));
  body.append("csrf_token", token || document.querySelector("input[name=csrf_token]")?.value || "");
  return body;
}

function request(lot, more) {
  for (const one of lot) {
    one.tried = true;
    keep(one);
  }
  return fetch(lot[0].url, { method: "POST", body: bodyOf(lot), headers: { "X-Fragment": "1" }, redirect: "manual", ...more });
}

// True: go on with the next ones.
async function send(lot) {
  if (trouble.why && trouble.why !== "offline" && !(await back())) return false;
  tell();
  try {
    const answer = await request(lot, { signal: AbortSignal.timeout(PATIENCE) });
    return await judge(lot, answer, await answer.text());
  } catch {
    return fail("offline");
  }
}

async function judge(lot, answer, text) {
  if (answer.ok) return done(lot, answer, text);
  if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) {
    const before = token;
    if (!(await back())) return false;
    if (answer.type === "opaqueredirect") return done(lot, answer, text);
    if (answer.status === 400 && token !== before) return true;
  }
  return REFUSED.has(answer.status) ? refuse(lot, answer, text) : fail("offline");
}

// Whether the person of this page is signed in here; then with a token that is good.
async function back() {
  const here = await fetch(whoIsHere, { headers: { "X-Poll": "1" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (!here.ok) return fail("offline");
  const { person, token: fresh } = await here.json();
  if (person !== me) return fail(person === null ? "signed-out" : "other");
  token = fresh;
  return true;
}

function fail(why) {
  if (!trouble.why) trouble.since = Date.now();
  trouble.why = why;
  failures += 1;
  return false;
}

function done(lot, answer, text) {
  trouble = { why: "", since: 0 };
  failures = 0;
  for (const one of lot) forget(one);
  const body = parsed(answer, text);
  rebase(lot[0].url, body?.fields || {});
  answered(lot, answer, body);
  return true;
}

// What waits for the same address was typed on top of what is saved now.
function rebase(url, fields) {
  for (const one of entries.filter((each) => each.url === url && !each.tried)) {
    one.fields = one.fields.map(([name, value]) => [name, Object.hasOwn(fields, name) ? fields[name] : value]);
    keep(one);
  }
}

function refuse(lot, answer, text) {
  trouble = { why: "", since: 0 };
  failures = 0;
  for (const one of lot) {
    if (one.kept) keep(Object.assign(one, { refused: true, tried: false }));
    else forget(one);
  }
  answered(lot, answer, parsed(answer, text));
  return true;
}

function parsed(answer, text) {
  return /json/.test(answer.headers.get("Content-Type")) ? JSON.parse(text) : text;
}

function answered(lot, answer, body) {
  const keys = lot.map((one) => one.key);
  document.dispatchEvent(new CustomEvent("outbox:answer", { detail: { key: keys[0], keys, status: answer.status, body, goTo: answer.headers.get("X-Go-To") } }));
}

// Telling

function state() {
  const waiting = entries.filter((one) => !one.refused);
  const oldest = Math.min(...waiting.map((one) => one.at), Date.now());
  const why = trouble.why || (entries.length > waiting.length ? "refused" : "");
  if (unkept && waiting.length) return { waiting: waiting.length, since: oldest, why: "unkept" };
  return { waiting: waiting.length, since: trouble.since || oldest, why: waiting.length || why === "refused" ? why : "" };
}

function tell() {
  const now = state();
  const words = JSON.stringify([now.waiting, now.why]);
  if (words === told) return;
  told = words;
  document.dispatchEvent(new CustomEvent("outbox:state", { detail: now }));
}

async function hurry() {
  for (const one of entries) one.ready = 0;
  clearTimeout(timer);
  pump();
  while (entries.some((one) => !one.refused)) {
    if (trouble.why) return false;
    await new Promise((go) => setTimeout(go, 30));
  }
  return true;
}

// The last moments of a page: the copy here stays until somebody hears that it arrived.
function leave() {
  const fresh = entries.filter((one) => !one.tried && !one.refused && !entries.some((other) => other.tried && other.key === one.key));
  if (trouble.why || !fresh.length) return;
  for (const url of new Set(fresh.map((one) => one.url))) {
    const lot = fresh.filter((one) => one.url === url);
    for (const part of lot[0].batch ? [lot] : lot.map((one) => [one])) request(part, { keepalive: true }).catch(() => {});
  }
}

const waits = (key) => entries.findLast((one) => one.key === key && !one.refused)?.fields;

// What somebody else typed in this browser stays until that person signs in here, or somebody throws it away.
const strangers = () => stored().filter((one) => one.person !== me);
const dropStrangers = () => strangers().forEach(drop);

window.outbox = { put, hurry, waits, state, left: () => adopted, strangers, dropStrangers };

if (me) {
  navigator.locks?.request(`${PREFIX}tab/${tab}`, () => new Promise(() => {}));
  adopt();
  addEventListener("online", pump);
  addEventListener("focus", pump);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? hurry() : adopt()));
  addEventListener("beforeunload", (event) => {
    if (state().why === "unkept") event.preventDefault();
  });
}
