// Keeps what is typed into a form in this browser until the server has it: form data-kept="words
// with {time}". The hearing sheet saves itself (outbox.js); here the person presses the button, and
// a dead server, a dead browser or an ended session in between must not cost a word.
// Without this script the form works as it is.

const PREFIX = "kept/";
const SENT = "kept-sent";
const LONGEST = 7 * 24 * 3600 * 1000;
const ANSWERED_WITHIN = 60_000;
const SKIPPED = new Set(["hidden", "submit", "button", "password", "file"]);

const me = document.body.dataset.person;

const keyOf = (form) => `${PREFIX}${me}${new URL(form.action).pathname}`;

const fieldsOf = (form) =>
  [...form.elements].filter((one) => one.name && !SKIPPED.has(one.type) && "value" in one);

const isChoice = (field) => field.type === "radio" || field.type === "checkbox";

const first = (field) => {
  if (isChoice(field)) return field.defaultChecked;
  if (field.options) return [...field.options].find((one) => one.defaultSelected)?.value ?? "";
  return field.defaultValue;
};

const present = (field) => (isChoice(field) ? field.checked : field.value);

const nameOf = (field) => (isChoice(field) ? `${field.name}=${field.value}` : field.name);

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && Date.now() - found.at < LONGEST ? found : null;
  } catch {
    return null;
  }
}

function write(key, found) {
  try {
    if (found) localStorage.setItem(key, JSON.stringify(found));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing: the words stay in the form alone, as without this script.
  }
}

// Every form that was taken leads on to another page; a sign-in has nobody's number on it.
function settle() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null");
  sessionStorage.removeItem(SENT);
  const [came] = performance.getEntriesByType("navigation");
  const isAnswer = sent && Date.now() - sent.at < ANSWERED_WITHIN && came?.redirectCount > 0;
  if (isAnswer && sent.key.startsWith(PREFIX + me)) write(sent.key, null);
}

function keep(form) {
  const before = read(keyOf(form))?.fields ?? {};
  // A page that came back with what is wrong holds the typed words as if they had been saved.
  const base = (field) => before[nameOf(field)]?.[0] ?? first(field);
  const changed = fieldsOf(form).filter((field) => present(field) !== base(field));
  const fields = Object.fromEntries(changed.map((field) => [nameOf(field), [base(field), present(field)]]));
  write(keyOf(form), changed.length ? { at: Date.now(), fields } : null);
}

// Only where the server still says what it said when it was typed: what was saved since stands.
function giveBack(form) {
  const found = read(keyOf(form));
  if (!found) return;
  const back = fieldsOf(form).filter((field) => {
    const [was, typed] = found.fields[nameOf(field)] ?? [];
    if (typed === undefined || was !== first(field) || present(field) === typed) return false;
    field[isChoice(field) ? "checked" : "value"] = typed;
    return true;
  });
  if (back.length) say(form, found.at);
}

function say(form, at) {
  const time = new Date(at).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo" });
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("role", "status");
  line.textContent = form.dataset.kept.replace("{time}", time);
  line.append(" ", discarding(form, line));
  const text = fieldsOf(form).find((field) => !isChoice(field) && field.value !== first(field));
  (text ?? fieldsOf(form)[0]).parentElement.append(line);
}

// What was given back can be given up again: the form says what the server says.
function discarding(form, line) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link";
  button.textContent = document.body.dataset.discard;
  button.addEventListener("click", () => {
    write(keyOf(form), null);
    form.reset();
    line.remove();
    fieldsOf(form)[0].focus();
  });
  return button;
}

const kept = (event) => event.target.closest?.("form[data-kept]");

settle();
document.querySelectorAll("form[data-kept]").forEach(giveBack);
for (const kind of ["input", "change", "submit"]) {
  document.addEventListener(kind, (event) => kept(event) && keep(kept(event)));
}
document.addEventListener("submit", (event) => {
  const form = kept(event);
  if (form) sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), at: Date.now() }));
});
