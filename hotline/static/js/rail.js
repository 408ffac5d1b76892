// The right column of the desk: what was said and read back is ticked and sent behind the typing, also
// when the server is away; who is being rung is looked up every few seconds.
// Without this script every line has a button of its own.

const EVERY = 4000;
const PATIENCE = 8000;
const RAIL = ["part-promise", "part-severity", "part-advice", "part-readback", "part-readback-state"];

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const boxes = (within) => all("input[data-said]", within);
const time = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "numeric", minute: "2-digit", second: "2-digit" });

// Ticking

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("input[data-said]");
  if (!box) return;
  const said = box.checked;
  window.outbox.put(box.dataset.key, said ? box.dataset.said : box.dataset.unsaid, said ? [["as_read", box.dataset.asRead]] : []);
  paint(box, said ? time.format(new Date()) : "", true);
  follow(box);
});

// What a line shows: its time, and whether the server has it.
function paint(box, at, waits) {
  const line = box.closest(".say");
  const shown = find("time", line);
  shown.textContent = at;
  shown.hidden = !at;
  line.classList.toggle("is-local", waits);
  line.classList.remove("is-changed");
  const by = find("[data-by]", line);
  if (by && waits) by.remove();
  refuse(line, "");
}

function refuse(line, sentence) {
  const place = find("[data-line-refused]", line);
  place.textContent = sentence;
  place.className = "field-error";
  place.hidden = !sentence;
}

// The next line, its key and the count follow what is ticked.
function follow(box) {
  const list = box.closest("section");
  const open = boxes(list).filter((one) => !one.checked);
  for (const one of boxes(list)) mark(one, one === open[0]);
  const done = boxes(list).length - open.length + all(".says > .is-read", list).length;
  const count = find("[data-count]", list);
  if (count) count.textContent = count.dataset.count.replace("{said}", done).replace("{all}", done + open.length);
  const send = find("[data-needs-said]", list);
  if (send) {
    send.disabled = !done;
    find("#send-why").hidden = Boolean(done);
  }
  keyOfTheFold(list, open);
}

function mark(box, isNext) {
  const line = box.closest(".say");
  line.classList.toggle("is-next", isNext);
  find("kbd", line).hidden = !isNext;
  if (isNext) box.setAttribute("aria-keyshortcuts", box.dataset.shortcut);
  else box.removeAttribute("aria-keyshortcuts");
}

// The key opens a fold first, and then ticks what is in it, line by line.
function keyOfTheFold(list, open) {
  const summary = find("summary[data-shortcut]", list);
  if (!summary) return;
  const isIn = summary.parentElement.open && open.length;
  if (isIn) summary.removeAttribute("aria-keyshortcuts");
  else summary.setAttribute("aria-keyshortcuts", summary.dataset.shortcut);
}

// At once and not when the fold tells of it: the next press of the key may follow at once too.
document.addEventListener("click", (event) => {
  const summary = event.target.closest?.("summary[data-shortcut]");
  if (!summary) return;
  event.preventDefault();
  const fold = summary.parentElement;
  fold.open = !fold.open;
  follow(boxes(fold)[0] || fold);
  if (fold.open) fold.scrollIntoView({ block: "nearest" });
});

// A line that was ticked with a key shows the one that follows.
document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input[data-said]");
  if (box) requestAnimationFrame(() => find(".is-next", box.closest("section"))?.scrollIntoView({ block: "nearest" }));
});

// What the server says to it

document.addEventListener("outbox:answer", ({ detail }) => {
  for (const key of detail.keys || [detail.key]) {
    const box = boxes().find((one) => one.dataset.key === key);
    if (!box || window.outbox.waits(key)) continue;
    if (detail.status < 300) paint(box, box.checked ? detail.body?.at || find("time", box.closest(".say")).textContent : "", false);
    else refused(box, detail.body);
  }
  if (detail.status < 300 && (detail.keys || [detail.key]).some((key) => key.startsWith("read-back/"))) refresh(["part-readback-state"]);
});

function refused(box, body) {
  box.checked = !box.checked;
  paint(box, "", false);
  follow(box);
  refuse(box.closest(".say"), body?.sentence || find("[data-gone]")?.textContent || "");
}

// What waits in this browser stands here whatever the server showed.
function restore(within) {
  for (const box of boxes(within)) {
    const waiting = window.outbox.waits(box.dataset.key);
    if (waiting === undefined) continue;
    box.checked = waiting.length > 0;
    paint(box, box.checked ? find("time", box.closest(".say")).textContent || time.format(new Date()) : "", true);
  }
  for (const list of new Set(boxes(within).map((box) => box.closest("section")))) follow(boxes(list)[0]);
}

// Forms behind the typing: not to wait, to send, to make a code

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("behind" in form.dataset)) return;
  event.preventDefault();
  send(form, event.submitter);
});

const beside = (name, form) => find(`[data-${name}="${form.id}"]`) || find(`[data-${name}]`, form);

async function send(form, button) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  say(beside("refused", form), "");
  unreached(form, false);
  try {
    const answer = await fetch(button?.getAttribute("formaction") || form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, button)),
      headers: { "X-Fragment": "1" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) return done(form, told);
    if (told.sentence) return say(beside("refused", form), told.sentence);
    unreached(form, true);
  } catch {
    unreached(form, true);
  } finally {
    delete form.dataset.busy;
  }
}

async function done(form, told) {
  const id = form.id;
  await refresh(RAIL, true);
  const place = id && find(`[data-answer="${id}"]`);
  if (place) place.textContent = told.sentence || "";
}

function say(place, sentence) {
  if (!place) return;
  find("span", place).textContent = sentence;
  place.className = "field-error";
  place.hidden = !sentence;
}

function unreached(form, is) {
  const band = find("[data-unreached]", form);
  if (band) band.hidden = !is;
  else if (is) say(beside("refused", form), find("[data-away]")?.textContent || "");
}

// The column as the server has it now, without leaving what is typed beside it.
async function refresh(parts, closeFolds = false) {
  try {
    const answer = await fetch(location.pathname, { headers: { "X-Fragment": "1" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of parts) place(document.getElementById(id), fresh.getElementById(id), closeFolds);
  } catch {
    // It stays as it is; the next answer brings it up to date.
  }
}

function place(part, news, closeFolds) {
  if (!part || !news) return;
  const open = closeFolds ? [] : all("details[open]", part).map((one) => one.id);
  part.replaceChildren(...news.childNodes);
  for (const one of all("details", part)) one.open = one.open || open.includes(one.id);
  restore(part);
}

// Who is being rung

let tag = "";

async function look() {
  const here = find("#rung");
  if (here && find("[data-live]", here) && !document.hidden) await ask(here);
  setTimeout(look, EVERY);
}

async function ask(here) {
  try {
    const answer = await fetch(here.dataset.rung, { headers: { "X-Poll": "1", ...(tag && { "If-None-Match": tag }) }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") || "";
    here.innerHTML = await answer.text();
    if (!find("[data-live]", here)) refresh(["part-promise", "part-severity"]);
  } catch {
    // The next look tries again.
  }
}

// Parts are put in their place by the sheet too: what waits here is shown in them again.
const watcher = new MutationObserver((changes) => {
  for (const one of new Set(changes.map((change) => change.target))) if (one.matches?.("[data-part]")) restore(one);
});
for (const id of RAIL) {
  const part = document.getElementById(id);
  if (part) watcher.observe(part, { childList: true });
}

document.documentElement.classList.add("has-script");
restore(document);
setTimeout(look, EVERY);
