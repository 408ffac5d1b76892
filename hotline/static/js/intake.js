// Makes the intake quick: companies are found while their name is typed, buttons fill fields, and keys go from question to question.
// Saving is done by sheet.js. Without scripts the page is whole: its buttons ask for the same things.

const PAUSE = 250;
const SLOW = 400;

const find = (selector) => document.querySelector(selector);
const belongs = (control) => control?.form?.id === "sheet";

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
  const named = button.dataset.company ? { company: button.dataset.company } : {};
  find("#hits").replaceChildren();
  sheet.set({ ...named, member_number: button.value, site: "", site_text: "" });
  find("#company").focus();
}

function keepApart(button) {
  const said = Array.from(document.querySelectorAll("input[name=apart]"), (one) => one.value);
  const all = [...new Set([...said, button.value])];
  button.closest("[data-offer]").remove();
  outbox.put(`${sheet.url}#apart`, sheet.url, all.map((number) => ["apart", number]), { batch: true });
}

const ACTS = { choose, contact: (button) => sheet.set(JSON.parse(button.dataset.set)), find: searchNow, apart: keepApart };

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!belongs(button) || !ACTS[button.name]) return;
  event.preventDefault();
  ACTS[button.name](button);
});

document.addEventListener("input", (event) => {
  if (event.target.id === "company" && !event.isComposing) searchSoon();
  if (["case_types", "primary"].includes(event.target.name)) mainType();
});
document.addEventListener("compositionend", (event) => event.target.id === "company" && searchSoon());

// The type that is chosen first is the main one until somebody says otherwise.
function mainType() {
  const chosen = Array.from(document.querySelectorAll("[name=case_types]:checked"), (one) => one.value);
  const primary = find("[name=primary]:checked, [name=primary][type=hidden]");
  if (primary?.type === "hidden" && !chosen.includes(primary.value)) primary.value = chosen[0] || "";
  const main = chosen.includes(primary?.value) ? primary.value : chosen[0];
  for (const label of document.querySelectorAll(".type")) {
    const box = label.querySelector("input");
    const mark = label.querySelector(".set");
    mark.textContent = !box.checked ? "" : box.value === main ? mark.dataset.main : mark.dataset.also;
  }
}

// Arrows in the list of companies

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey) return;
  if (event.target.closest?.("#hits, #company") && inHits(event)) event.preventDefault();
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

// From question to question

const questions = () => Array.from(document.querySelectorAll("#sheet .q:not(.conflict)")).filter((one) => one.checkVisibility());
const fieldsOf = (question) => Array.from(question.querySelectorAll("input:not([type=hidden]), textarea, select")).filter((one) => !one.disabled);

function isAnswered(question) {
  return fieldsOf(question).some((one) => (["radio", "checkbox"].includes(one.type) ? one.checked && one.value : one.value.trim()));
}

function go(step) {
  const all = questions();
  const at = all.indexOf(document.activeElement?.closest?.(".q"));
  const rest = step > 0 ? [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))] : all.slice(0, Math.max(at, 0)).reverse();
  const next = step > 0 ? rest.find((one) => !isAnswered(one)) || rest[0] : rest[0];
  const fields = next ? fieldsOf(next) : [];
  (fields.find((one) => one.checked) || fields[0])?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-go]");
  if (button) go(Number(button.dataset.go));
});

document.addEventListener("focusin", (event) => {
  for (const old of document.querySelectorAll(".q.is-now")) old.classList.remove("is-now");
  event.target.closest(".questions .q")?.classList.add("is-now");
});

// A page that shows what was typed is opened when it is saved; without a line what waits goes with us.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-after-saving]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await outbox.hurry();
  location.assign(link.href);
});

// The buttons that send the form

document.addEventListener("submit", (event) => {
  if (event.target.id !== "sheet") return;
  event.preventDefault();
  const way = event.submitter?.getAttribute("formaction");
  if (way) return leaveBy(way, event.submitter);
  if (event.submitter?.id === "save") outbox.put(`${sheet.url}#tell`, sheet.url, [["tell", "1"]], { batch: true });
  outbox.hurry();
});

// Every word is saved first; then the page goes on elsewhere.
async function leaveBy(way, button) {
  await outbox.hurry();
  outbox.put(`${sheet.url}#${button.name}`, way, [[button.name, button.value]]);
}

document.addEventListener("outbox:answer", ({ detail }) => {
  if (detail.key.startsWith(`${sheet.url}#`) && detail.goTo) location.assign(detail.goTo);
});

mainType();
