// Says at the bottom left where the words are, and on top of the page what stands in their way.

const SOON = 5000;
const foot = document.querySelector("#saved");
const band = document.querySelector("[data-broken]");
const BANDS = { offline: "line", "signed-out": "signed-out", other: "other", refused: "refused", unkept: "unkept" };
const STATES = { offline: "local", "signed-out": "local", other: "local", refused: "refused", unkept: "unkept" };
const CLASSES = { saved: "is-saved", local: "is-local", refused: "is-broken", unkept: "is-broken" };

let last = "";
let soon = 0;

function say(state, facts) {
  for (const one of foot.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
  for (const name of Object.values(CLASSES)) foot.classList.remove(name);
  if (CLASSES[state]) foot.classList.add(CLASSES[state]);
  const words = foot.querySelector(`[data-state=${state}] [data-words]`);
  if (words && facts) words.textContent = Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words.dataset.words);
}

function warn(kind) {
  for (const one of band.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== kind;
  band.hidden = !kind;
}

function follow({ waiting, since, why }) {
  clearTimeout(soon);
  if (!why) {
    warn("");
    if (waiting) return say("saving");
    return say(last ? "saved" : foot.dataset.first, last ? { time: last } : null);
  }
  say(STATES[why], { fields: String(waiting) });
  for (const one of band.querySelectorAll("[data-dead-since]")) one.textContent = one.dataset.words.replace("{time}", sheet.clockFace(since));
  // A short pause of the line is no news; everything else is told at once.
  const wait = why === "offline" ? Math.max(0, since + SOON - Date.now()) : 0;
  soon = setTimeout(() => warn(BANDS[why]), wait);
}

document.addEventListener("outbox:state", ({ detail }) => follow(detail));
document.addEventListener("outbox:answer", ({ detail }) => {
  const { body, status } = detail;
  if (body?.saved) {
    last = body.saved;
    foot.querySelector("[data-saved-by]").textContent = body.saved_by;
  }
  if (status >= 400) sentence(body);
  if (body?.told?.length) tell(body.told);
  follow(outbox.state());
});

function sentence(page) {
  const words = typeof page === "string" ? new DOMParser().parseFromString(page, "text/html").querySelector("h1")?.textContent : "";
  if (words) band.querySelector("[data-sentence]").textContent = words;
}

function tell(sentences) {
  const place = document.querySelector("[data-told]");
  const line = place.querySelector("p");
  place.replaceChildren(...sentences.map((words) => {
    const one = line.cloneNode(true);
    one.querySelector("span").textContent = words;
    return one;
  }));
  place.hidden = false;
}

follow(outbox.state());

const strangers = document.querySelector("[data-strangers]");
strangers.hidden = !outbox.strangers().length;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-drop-strangers]")) return;
  outbox.dropStrangers();
  strangers.hidden = true;
});
