// Saves the hearing sheet part by part while it is typed, and shows what became of it.
//
//   sheet.put(part, options)   save this part of the form (options as in outbox.js)
//   sheet.set(values)          write {name: text or texts} into the fields, and save them
//   sheet.url                  where parts are sent
//
// The copy in this browser is made with every letter (outbox.js); it is sent when nobody types for a moment, when a field
// is left and when the page is. What an answer brings is put in its place only while nothing of the sheet waits and no IME composes.

const TYPING = 700;
const CHOOSING = 120;

const form = document.querySelector("#sheet");
const url = form.dataset.fields;
const groups = JSON.parse(form.dataset.groups);
const marks = JSON.parse(form.elements.marks.value || "{}");
const parts = new Map(Object.entries(groups).flatMap(([part, names]) => names.map((name) => [name, part])));
const shown = new Map();
const told = new Map();
const wrong = new Set();
const restored = new Set();
let composing = false;
let title = form.dataset.title;

// Which part of the form a control belongs to

function partOf(name) {
  if (parts.has(name)) return parts.get(name);
  if (name.startsWith("moment.")) return name.replace("moment.", "answers.").replace(/_(day|time)$/, "");
  return /^(answers|consents)\./.test(name) ? name : "";
}

const controlsOf = (part) => Array.from(form.elements).filter((one) => one.name && partOf(one.name) === part);
const keyOf = (part) => `${url}#${part}`;
const everyPart = () => Object.keys(groups).concat(Array.from(form.elements, (one) => partOf(one.name || ""))).filter(Boolean);
const placeOf = (part) => controlsOf(part).find((one) => one.type !== "hidden")?.closest(".q, .part");

function typedIn(part) {
  const given = controlsOf(part).filter((one) => !one.disabled && (!isTick(one) || one.checked));
  return given.map((one) => [one.name, one.value]);
}

const isTick = (control) => ["radio", "checkbox"].includes(control.type);

function put(part, { after = 0, anew = false } = {}) {
  const fields = [["part", part], [`base.${part}`, marks[part] || ""], ...typedIn(part)];
  outbox.put(keyOf(part), url, fields, { after, anew, batch: true, keep: true, part });
}

function set(values) {
  const touched = new Set(Object.keys(values).map(partOf).filter(Boolean));
  for (const [name, given] of Object.entries(values)) write(name, [].concat(given));
  for (const part of touched) put(part);
}

function write(name, wanted) {
  for (const control of form.elements) {
    if (control.name !== name) continue;
    if (isTick(control)) control.checked = wanted.includes(control.value) || (!wanted.some(Boolean) && control.value === "");
    else if (control.type !== "hidden" || !name.startsWith("answers.")) control.value = wanted.at(-1) ?? "";
  }
}

// Typing

document.addEventListener("compositionstart", () => (composing = true));
document.addEventListener("compositionend", (event) => {
  composing = false;
  typed(event.target, TYPING);
});
document.addEventListener("input", (event) => {
  if (!event.isComposing && !composing) typed(event.target, isTick(event.target) ? CHOOSING : TYPING);
});
document.addEventListener("change", (event) => {
  if (!isTick(event.target) && !composing) typed(event.target, 0);
});

function typed(control, after) {
  if (control.form !== form) return;
  const part = partOf(control.name || "");
  if (part) put(part, { after });
}

// One press takes either version, or joins both texts; whoever types on means the own words.
document.addEventListener("click", (event) => {
  if (event.target.name?.startsWith("take.")) take(event.target.closest("[data-part-name]"), event.target.dataset.set);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-join]");
  if (button) take(button.closest("[data-part-name]"), button.dataset.join);
});

function take(conflict, values) {
  const part = conflict.dataset.partName;
  for (const [name, given] of Object.entries(JSON.parse(values))) write(name, [].concat(given));
  marks[part] = conflict.dataset.base || "";
  put(part, { anew: true });
}

// What an answer brings

document.addEventListener("outbox:answer", ({ detail }) => {
  if (!detail.keys.some((key) => key.startsWith(`${url}#`)) || !detail.body?.marks) return;
  settle(detail.body);
});

function settle(answer) {
  for (const [name, mark] of Object.entries(answer.fields)) marks[name.replace("base.", "")] = mark;
  const conflicts = new Set(Object.keys(answer.conflicts));
  for (const part of new Set([...Object.keys(answer.marks), ...Object.keys(marks)])) {
    const news = (answer.marks[part] || "") !== (marks[part] || "");
    if (news && !outbox.waits(keyOf(part)) && !conflicts.has(part) && !wrong.has(part)) takeOver(part, answer);
  }
  rename(answer.title);
  if (!composing && !everyPart().some((part) => outbox.waits(keyOf(part)))) swap(answer.parts);
  showConflicts(answer.conflicts, answer.marks);
  showProblems(answer.problems);
}

// The page is called as its ticket is, whatever rings in front of its name.
function rename(saved) {
  document.title = document.title.replace(title, () => saved);
  title = saved;
}

// Somebody else saved this part: it is shown here too, with who it was.
function takeOver(part, answer) {
  marks[part] = answer.marks[part] || "";
  const names = new Set(controlsOf(part).map((one) => one.name));
  for (const name of names) write(name, answer.values[name] || []);
  if (answer.by[part]) note(part, "theirs", answer.by[part]);
}

function note(part, kind, words) {
  const place = placeOf(part);
  if (!place?.matches(".q")) return;
  place.querySelector(`.by[data-by=${kind}]`)?.remove();
  if (!words) return;
  const line = Object.assign(document.createElement("p"), { className: "by", textContent: words });
  line.dataset.by = kind;
  place.append(line);
}

function swap(fresh) {
  for (const [id, html] of Object.entries(fresh)) {
    const place = document.getElementById(id);
    if (!place || shown.get(id) === html) continue;
    shown.set(id, html);
    keepingPlace(place, () => place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes));
  }
  document.dispatchEvent(new CustomEvent("sheet:swapped"));
}

// Open folds stay open, and the focus stays where it was.
function keepingPlace(place, change) {
  const open = new Set(Array.from(place.querySelectorAll("details[open]"), (one) => one.id));
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const range = focused?.matches("input:not([type]), textarea") ? [focused.selectionStart, focused.selectionEnd] : null;
  const unsent = Array.from(place.querySelectorAll("input:not([name]), input[name=severity_reason]"), (one) => [one.id, one.value]);
  change();
  for (const [id, value] of unsent) if (id && document.getElementById(id)) document.getElementById(id).value = value;
  for (const one of place.querySelectorAll("details")) one.open = one.open || open.has(one.id);
  const again = focused?.id ? document.getElementById(focused.id) : null;
  again?.focus({ preventScroll: true });
  if (again && range) again.setSelectionRange(...range);
}

// Versions that are the same as before stay where they are: a press on them must not be lost.
function showConflicts(conflicts, now) {
  for (const old of document.querySelectorAll("[data-part-name]")) {
    const part = old.dataset.partName;
    const stays = part in conflicts ? told.get(part) === conflicts[part] : outbox.waits(keyOf(part));
    if (!stays) old.remove();
    else if (part in conflicts) old.dataset.base = now[part] || "";
  }
  for (const [part, html] of Object.entries(conflicts)) {
    if (document.querySelector(`[data-part-name="${part}"]`)) continue;
    told.set(part, html);
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    fresh.dataset.base = now[part] || "";
    beside(part, fresh);
  }
  if (!document.querySelector("#versions [data-part-name]")) document.querySelector("#versions")?.remove();
}

function beside(part, conflict) {
  const place = placeOf(part) || document.querySelector(".sheet-head");
  // Nothing is taken before somebody presses it.
  for (const one of conflict.querySelectorAll("[type=radio]")) one.checked = false;
  conflict.classList.toggle("is-wide", place.matches(".q"));
  conflict.classList.toggle("p-0", !place.matches(".q"));
  place.matches(".q") ? place.after(conflict) : place.append(conflict);
}

// The sentence of a field stands under it, and goes when the field is saved.
function showProblems(problems) {
  // What has no name of a field was said by somebody else, who takes it away too.
  for (const old of document.querySelectorAll(".field-error[id]")) if (!(old.id.replace(/-error$/, "") in problems)) clear(old);
  wrong.clear();
  for (const [field, sentence] of Object.entries(problems)) {
    const part = partOf(field) || field;
    wrong.add(part);
    const controls = controlsOf(part).filter((one) => one.type !== "hidden");
    const id = `${field}-error`;
    if (!controls.length || document.getElementById(id)) continue;
    const line = Object.assign(document.createElement("p"), { className: "field-error", id });
    line.append(document.querySelector("#sentence").content.cloneNode(true));
    line.querySelector("span").textContent = sentence;
    controls.at(-1).closest(".q, .part").append(line);
    for (const one of controls.filter((each) => !isTick(each))) describe(one, id);
  }
  document.querySelector("#problems")?.remove();
}

function describe(control, id) {
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
}

function clear(line) {
  for (const one of document.querySelectorAll(`[aria-describedby="${CSS.escape(line.id)}"]`)) {
    one.removeAttribute("aria-invalid");
    one.removeAttribute("aria-describedby");
  }
  line.remove();
}

// What a page left that ended before it was answered stands in the fields again.

function restore() {
  for (const one of outbox.left()) {
    if (one.url !== url || restored.has(one.id)) continue;
    restored.add(one.id);
    const fields = one.fields.filter(([name]) => name !== "part" && !name.startsWith("base."));
    const part = one.fields.find(([name]) => name === "part")?.[1];
    const names = new Set(controlsOf(part).map((each) => each.name));
    for (const name of names) write(name, fields.filter(([each]) => each === name).map(([, value]) => value));
  }
}

// What waits for the line has a dashed edge and says since when it is kept here.
function edges({ why, since }) {
  const kept = why ? new Set(everyPart().filter((part) => outbox.waits(keyOf(part)))) : new Set();
  for (const old of document.querySelectorAll(".q.is-local")) old.classList.remove("is-local");
  for (const old of document.querySelectorAll(".by[data-by=local]")) old.remove();
  for (const part of kept) {
    const place = placeOf(part);
    place?.classList.add("is-local");
    note(part, "local", form.dataset.kept.replace("{time}", clockFace(since)));
  }
}

function clockFace(moment) {
  const face = { hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: "Asia/Tokyo" };
  return new Intl.DateTimeFormat("en-GB", face).format(moment).replace(/^0(?=\d)/, "");
}

document.addEventListener("outbox:state", ({ detail }) => {
  restore();
  edges(detail);
});

window.sheet = { put, set, url, partOf, clockFace };
for (const conflict of document.querySelectorAll("#versions [data-part-name]")) {
  conflict.dataset.base = marks[conflict.dataset.partName] || "";
  beside(conflict.dataset.partName, conflict);
}
if (document.querySelector("[data-part-name]")) document.querySelector("#versions")?.remove();
restore();
edges(outbox.state());
document.documentElement.classList.add("has-script");
