// Makes the intake quick: questions, severity and advice follow what is chosen, companies are found
// while their name is typed, and a save leaves the page only when it is saved.
// Without this script the page is whole: its buttons ask for the same things.

const PAUSE = 250;
const SLOW = 400;
const PLACE = "intake.place";

const find = (selector) => document.querySelector(selector);
const sheet = () => find("#sheet");
const belongs = (control) => control?.form?.id === "sheet";
const composes = (event) => event.isComposing || event.keyCode === 229;

// Where the words are

let unsaved = false;

function show(state) {
  for (const one of document.querySelectorAll("#saved [data-state]")) one.hidden = one.dataset.state !== state;
  find("#saved").classList.toggle("is-saved", state === "saved");
}

function touch() {
  if (unsaved) return;
  unsaved = true;
  show("unsaved");
}

addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// The parts that follow what is chosen

let asking = null;
let waiting = 0;
let composing = false;

function asked() {
  const query = new URLSearchParams();
  const given = new FormData(sheet());
  const names = new Set(Array.from(sheet().elements).filter((one) => "asks" in one.dataset || one.name === "apart").map((one) => one.name));
  for (const [name, value] of given) if (names.has(name) && value) query.append(name, value);
  return query;
}

function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, composing ? PAUSE * 4 : 120);
}

async function refresh() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const query = asked();
  try {
    const answer = await fetch(`${sheet().dataset.parts}?${query}`, { headers: { "X-Fragment": "1" }, signal: mine.signal, redirect: "manual" });
    if (!answer.ok) return;
    const html = await answer.text();
    if (composing || `${asked()}` !== `${query}`) return refreshSoon();
    swap(new DOMParser().parseFromString(html, "text/html"));
  } catch {
    // The parts stay as they are; saving says when the line is dead.
  }
}

function swap(fresh) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const news = fresh.getElementById(part.id);
    if (news) keepingWords(part, () => part.replaceChildren(...news.childNodes));
  }
}

// What was typed there and is not asked about stays, and so do the focus and an open fold.
function keepingWords(part, change) {
  const typed = new Map(Array.from(part.querySelectorAll("input:not([type]), textarea"), (one) => [one.id, one.value]));
  const ticked = new Set(Array.from(part.querySelectorAll("input:checked:not([data-asks])"), key));
  const open = new Set(Array.from(part.querySelectorAll("details[open]"), (one) => one.id));
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const range = focused && focused.matches("input:not([type]), textarea") ? [focused.selectionStart, focused.selectionEnd] : null;
  const company = find("[name=member_number]")?.value;
  change();
  const sameCompany = find("[name=member_number]")?.value === company;
  for (const one of part.querySelectorAll("input:not([type]), textarea")) if (typed.has(one.id)) one.value = typed.get(one.id);
  if (sameCompany) for (const one of part.querySelectorAll("input:not([data-asks])")) if (ticked.has(key(one))) one.checked = true;
  for (const one of part.querySelectorAll("details")) one.open = one.open || open.has(one.id);
  const again = focused?.id ? document.getElementById(focused.id) : null;
  again?.focus({ preventScroll: true });
  if (again && range) again.setSelectionRange(...range);
}

const key = (control) => `${control.name}\n${control.value}`;

// Companies while they are typed

let search = null;
let searching = 0;

function searchSoon() {
  clearTimeout(searching);
  searching = setTimeout(searchNow, PAUSE);
}

async function searchNow() {
  const box = find("#company");
  const q = box.value.trim();
  search?.abort();
  if ([...q].length < 2) return find("#hits").replaceChildren();
  const mine = (search = new AbortController());
  const slow = setTimeout(() => (find("[data-waiting]").hidden = false), SLOW);
  try {
    const answer = await fetch(`${box.dataset.search}?${new URLSearchParams({ q })}`, { headers: { "X-Fragment": "1" }, signal: mine.signal, redirect: "manual" });
    if (answer.ok && !mine.signal.aborted) place(await answer.text());
  } catch {
    // The list stays as it was; the button beside it asks again.
  } finally {
    clearTimeout(slow);
    if (search === mine) find("[data-waiting]").hidden = true;
  }
}

function place(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  find("#hits").replaceChildren(...fresh.body.childNodes);
}

function choose(button) {
  if (button.dataset.company) find("#company").value = button.dataset.company;
  find("[name=member_number]").value = button.value;
  find("#hits").replaceChildren();
  touch();
  refresh().then(() => find("#company").focus());
}

// Buttons that only change what stands in the fields

function set(values) {
  for (const [name, given] of Object.entries(values)) {
    const wanted = [].concat(given);
    for (const control of sheet().elements) {
      if (control.name !== name) continue;
      if (["radio", "checkbox"].includes(control.type)) control.checked = wanted.includes(control.value) || (!wanted.length && control.value === "");
      else if (control.type !== "hidden") control.value = wanted[0] ?? "";
    }
  }
  touch();
}

function keepApart(button) {
  const note = document.createElement("input");
  Object.assign(note, { type: "hidden", name: "apart", value: button.value });
  note.setAttribute("form", "sheet");
  find("#part-duplicates").append(note);
  button.closest("[data-offer]").remove();
  touch();
  refresh();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!belongs(button)) return;
  const act = { choose: () => choose(button), contact: () => set(JSON.parse(button.dataset.set)), find: searchNow, apart: () => keepApart(button) }[button.name];
  if (!act) return;
  event.preventDefault();
  act();
});

// Typing and choosing

document.addEventListener("compositionstart", () => (composing = true));
document.addEventListener("compositionend", (event) => {
  composing = false;
  if (event.target.id === "company") searchSoon();
});

document.addEventListener("input", (event) => {
  const control = event.target;
  if (!belongs(control)) return;
  touch();
  control.removeAttribute("aria-invalid");
  if (control.id === "company" && !event.isComposing) searchSoon();
  mineAgain(control);
  if ("asks" in control.dataset) {
    if (["case_types", "primary"].includes(control.name)) mainType();
    refreshSoon();
  }
});

document.addEventListener("change", (event) => {
  const control = event.target;
  if (!belongs(control)) return;
  if (control.dataset.set) set(JSON.parse(control.dataset.set));
  if (control.name.endsWith("_unknown") && control.checked) forget(control.closest("[data-moment]"));
});

// A time that is typed is known.
document.addEventListener("input", (event) => {
  const moment = event.target.closest?.("[data-moment]");
  if (moment && event.target.type !== "checkbox") moment.querySelector("[type=checkbox]").checked = false;
});

function forget(moment) {
  for (const one of moment.querySelectorAll("input:not([type])")) one.value = "";
}

// Whoever types into a field that two people wrote means the own words.
function mineAgain(control) {
  const part = control.name.replace(/_(day|time|unknown)$/, "_at").replace("site_text", "site");
  const take = document.getElementsByName(`take.${part}`);
  for (const one of take) if (one.value === "mine" && !control.name.startsWith("take.")) one.checked = true;
}

// The type that is chosen first is the main one until somebody says otherwise.
function mainType() {
  const chosen = Array.from(sheet().querySelectorAll("[name=case_types]:checked"), (one) => one.value);
  const primary = sheet().querySelector("[name=primary]:checked, [name=primary][type=hidden]");
  if (primary?.type === "hidden" && !chosen.includes(primary.value)) primary.value = chosen[0] || "";
  const main = chosen.includes(primary?.value) ? primary.value : chosen[0];
  for (const label of document.querySelectorAll(".type")) {
    const box = label.querySelector("input");
    const mark = label.querySelector(".set");
    mark.textContent = !box.checked ? "" : box.value === main ? mark.dataset.main : mark.dataset.also;
  }
}

// Arrows in the list of companies; the other keys stand on their controls.

document.addEventListener("keydown", (event) => {
  if (!composes(event) && event.target.closest?.("#hits, #company") && inHits(event)) event.preventDefault();
});

function inHits(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = Array.from(find("#hits").querySelectorAll("button"));
  if (event.key === "Escape" && buttons.length) {
    find("#hits").replaceChildren();
    find("#company").focus();
    return true;
  }
  if (event.key === "Enter" && event.target.id === "company") {
    searchNow();
    return true;
  }
  if (!step || !buttons.length) return false;
  const at = buttons.indexOf(document.activeElement) + step;
  (at < 0 ? find("#company") : buttons[Math.min(at, buttons.length - 1)]).focus();
  return true;
}

// Saving

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "sheet") return;
  event.preventDefault();
  save(form, event.submitter);
});

let saving = false;

async function save(form, button) {
  if (saving) return;
  saving = true;
  broken("");
  show("saving");
  try {
    const body = new URLSearchParams(new FormData(form, belongs(button) ? button : undefined));
    const answer = await fetch(button?.getAttribute("formaction") || form.action, { method: "POST", body, headers: { "X-Fragment": "1" }, redirect: "manual" });
    await follow(answer);
  } catch {
    broken("line");
  } finally {
    saving = false;
  }
}

async function follow(answer) {
  const on = answer.headers.get("X-Go-To");
  if (on) {
    unsaved = false;
    remember();
    return location.assign(on);
  }
  if (answer.type === "opaqueredirect") return broken("signed-out");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("sheet")) return broken(answer.status < 500 ? "refused" : "line", page.querySelector("h1")?.textContent);
  document.body.replaceChildren(...page.body.childNodes);
  touch();
  (find("[aria-invalid=true]") || find("#versions") || find("#problems"))?.focus();
}

// "" takes the band away; its words stand in the page, in the reader's language.
function broken(kind, sentence) {
  const band = find("[data-broken]");
  for (const one of band.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== kind;
  if (sentence) band.querySelector("[data-sentence]").textContent = sentence;
  band.hidden = !kind;
  if (kind) {
    unsaved = true;
    show("unsaved");
  }
}

// After a save the page stands where it stood.

function remember() {
  const scrolled = Array.from(document.querySelectorAll(".desk-main > *"), (one) => one.scrollTop);
  sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, focus: document.activeElement?.id, scrolled, window: scrollY }));
}

function returnToPlace() {
  const place = JSON.parse(sessionStorage.getItem(PLACE) || "null");
  sessionStorage.removeItem(PLACE);
  if (place?.path !== location.pathname) return;
  document.querySelectorAll(".desk-main > *").forEach((one, at) => (one.scrollTop = place.scrolled[at] || 0));
  scrollTo(0, place.window);
  if (place.focus) document.getElementById(place.focus)?.focus({ preventScroll: true });
}

document.documentElement.classList.add("has-script");
returnToPlace();
if ("unsaved" in sheet().dataset) touch();
