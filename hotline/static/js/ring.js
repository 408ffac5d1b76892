// Shows what rings, on every page of whoever is on duty: asks for it several times a second and swaps it when it
// changed. Without this script the page shows what rang when it was loaded, and its buttons work.

const WATCHED = 300;
const HIDDEN = 3_000;
const OFF_DUTY = 20_000;
const PATIENCE = 4_000;
const BROKEN_AFTER = 5_000;
const LONGEST_PAUSE = 5_000;

const find = (selector) => document.querySelector(selector);
const box = () => find("[data-ring]");
let called = "";
let etag = "";
let onDuty = "onDuty" in box().dataset;
let asking = false;
let isOut = false;
let skew = 0;
let failures = 0;
let reached = Date.now();
let pressed = false;
let next = 0;

// Time since, by the clock of the server

function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() + skew - Date.parse(one.dataset.since)) / 1000));
    const words = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (one.textContent !== words) one.textContent = words;
  }
}

// Asking

function pause() {
  if (failures) return Math.min(WATCHED * 2 ** failures, LONGEST_PAUSE);
  if (!onDuty) return OFF_DUTY;
  return document.hidden ? HIDDEN : WATCHED;
}

async function ask() {
  if (asking) return;
  asking = true;
  clearTimeout(next);
  try {
    const headers = { "X-Poll": "1", ...(etag && { "If-None-Match": etag }), ...(!document.hidden && { "X-Watching": "1" }) };
    const answer = await fetch(box().dataset.ring, { headers, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    await take(answer);
  } catch {
    failures += 1;
  }
  asking = false;
  if (failures && !isOut && Date.now() - reached > BROKEN_AFTER) say("line");
  next = setTimeout(ask, pause());
}

async function take(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 403) return out();
  if (answer.status >= 400) throw new Error(answer.status);
  // The server is back: what waits here need not wait for its own next try.
  if (failures && outbox.state().waiting) outbox.hurry();
  failures = 0;
  isOut = false;
  reached = Date.now();
  say("");
  onDuty = answer.status !== 204;
  if (answer.status === 204) place("<div data-rings></div>");
  if (answer.status !== 200 || pressed) return;
  skew = Date.parse(answer.headers.get("X-At")) - Date.now();
  place(await answer.text());
  etag = answer.headers.get("ETag") || "";
}

// Signed in again in another window, it goes on by itself.
function out() {
  isOut = true;
  failures = 10;
  say("signed-out");
}

// Showing

function place(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const root = fresh.querySelector("[data-news]");
  swap(box().querySelector("[data-rings]"), fresh.querySelector("[data-rings]"));
  const line = fresh.querySelector("[data-line]");
  if (line && find("#line")) swap(find("#line"), line);
  tell(Number(root?.dataset.news || 0));
  tick();
}

// Whoever stands on a button of a call stays on it, and an open fold stays open.
function swap(place, fresh) {
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  const call = held?.closest("[data-call]")?.dataset.call;
  const open = place.querySelector("details")?.open;
  place.replaceChildren(...fresh.childNodes);
  if (open && place.querySelector("details")) place.querySelector("details").open = true;
  if (call) place.querySelector(`[data-call="${call}"] :is(button, a)`)?.focus({ preventScroll: true });
}

const told = new Set(Array.from(document.querySelectorAll("[data-call]"), (one) => one.dataset.call));

function tell(ringing) {
  const fresh = Array.from(box().querySelectorAll("[data-call]")).filter((one) => !told.has(one.dataset.call));
  for (const one of fresh) told.add(one.dataset.call);
  if (fresh.length) find("[data-ring-said]").textContent = fresh.map((one) => one.getAttribute("aria-label")).join(", ");
  const title = document.title.slice(called.length);
  called = ringing ? `(${ringing}) ${box().dataset.title} ` : "";
  document.title = called + title;
}

function say(kind) {
  for (const one of document.querySelectorAll("[data-ring-dead]")) one.hidden = one.dataset.ringDead !== kind;
}

// Taking

document.addEventListener("submit", (event) => {
  if (event.target.id !== "ring-act" || !event.submitter) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

let sending = false;

async function send(form, button) {
  if (sending) return;
  sending = true;
  refused("");
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { "X-Fragment": "1" }, redirect: "manual" });
    await follow(answer);
  } catch {
    say("line");
  } finally {
    sending = false;
  }
}

async function follow(answer) {
  const on = answer.headers.get("X-Go-To");
  if (on) return location.assign(on);
  if (answer.type === "opaqueredirect") return out();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  refused(page.querySelector("main h1")?.textContent || String(answer.status));
  return ask();
}

function refused(sentence) {
  const band = find("[data-ring-refused]");
  band.querySelector("div").textContent = sentence;
  band.hidden = !sentence;
}

// Nothing moves under a finger.
document.addEventListener("pointerdown", (event) => (pressed = Boolean(event.target.closest("[data-ring]"))));
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (pressed = false));
document.addEventListener("visibilitychange", () => document.hidden || ask());
addEventListener("online", ask);
addEventListener("focus", () => failures && ask());
setInterval(tick, 500);
ask();
