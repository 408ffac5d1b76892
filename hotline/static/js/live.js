// Keeps a list fresh: asks for its part of the page every 15 seconds and swaps it when it changed.
// Without this script the page is whole; it only has to be reloaded.

const EVERY = 15_000;
const PATIENCE = 10_000;
const part = document.querySelector("[data-live]");
const time = document.querySelector("[data-live-time]");
const said = document.querySelector("[data-live-said]");
const dead = document.querySelector("[data-live-dead]");
let etag = "";
let asking = false;

function clockFace() {
  const now = new Date(Date.now());
  const parts = { hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: "Asia/Tokyo" };
  return new Intl.DateTimeFormat("en-GB", parts).format(now).replace(/^0(?=\d)/, "");
}

// Somebody who stands in the list keeps it as it is, and so does what was chosen in it: nothing
// moves under a finger.
function isInUse() {
  return part.contains(document.activeElement) || part.querySelector("[data-choice]:checked") !== null;
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (!fresh || isInUse()) return false;
  part.replaceChildren(fresh);
  const news = fresh.dataset.news || "";
  if (said.textContent !== news) said.textContent = news;
  return true;
}

async function ask() {
  // One question at a time: a slow answer must not overwrite what a later one said.
  if (asking || document.hidden || isInUse()) return;
  asking = true;
  try {
    const headers = { "X-Poll": "1", ...(etag && { "If-None-Match": etag }) };
    const answer = await fetch(location.href, { headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect") return location.reload();
    if (answer.status === 200 && swap(await answer.text())) etag = answer.headers.get("ETag") || "";
    dead.hidden = answer.ok || answer.status === 304;
    if (dead.hidden) time.textContent = clockFace();
  } catch {
    dead.hidden = false;
  } finally {
    asking = false;
  }
}

if (part) {
  said.textContent = "";
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
