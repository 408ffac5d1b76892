// The keys of a page. A control names its own in aria-keyshortcuts ("Alt+K", "Control+ArrowDown", "/"); this
// script presses it, and "?" lists them all. While text is composed no key does anything.
// Without this script every control is reached with Tab.

const SIGNS = { Control: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };
const LIST = ["?", "Alt+/"];
const SINGLES = "keys.singles";
const FIELDS = "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
// What a fold holds gets the focus when a key opens it.
const INSIDE = ":scope > :not(summary) :is(a[href], button, input, select, textarea):not(:disabled)";

const composes = (event) => event.isComposing || event.keyCode === 229;
const dialog = () => document.querySelector("#keys");
const singles = () => localStorage.getItem(SINGLES) !== "off";

// Which shortcut an event is

function held(event) {
  return [event.ctrlKey && "Control", event.altKey && "Alt", event.metaKey && "Meta", event.shiftKey && "Shift"].filter(Boolean);
}

// A letter is what stands on the key, also where a layout or Option makes something else of it.
function keyOf(event) {
  const typed = event.key.normalize("NFKC");
  if (/^[a-z0-9]$/i.test(typed)) return typed.toUpperCase();
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  if (place) return place[1];
  return event.altKey && event.code === "Slash" ? "/" : typed;
}

// Shift counts only where it is needed for nothing else: "?" is a key of its own.
function spoken(event) {
  const key = keyOf(event);
  const sign = key.length === 1 && !/[A-Z0-9]/.test(key);
  return [...held(event).filter((one) => !(sign && one === "Shift")), key].join("+");
}

function isTyping(at) {
  return at.isContentEditable || at.matches?.(FIELDS);
}

// "/" and "?" are letters too: they act only where nobody writes, and not for people who speak to their PC.
function isFree(event, shortcut) {
  return shortcut.includes("+") || (singles() && !isTyping(event.target));
}

// Which control it belongs to

const keysOf = (control) => control.getAttribute("aria-keyshortcuts").split(" ").filter(Boolean);
const controls = () => Array.from((document.querySelector("dialog:modal") || document).querySelectorAll("[aria-keyshortcuts]"));

function isReady(control) {
  return control.checkVisibility({ visibilityProperty: true }) && !control.matches(":disabled, [aria-disabled=true]") && !control.closest("[inert]");
}

function press(control) {
  if (!control.matches(FIELDS)) control.click();
  if (control.matches("summary")) return control.parentElement.querySelector(INSIDE)?.focus();
  if (!control.matches(FIELDS)) return;
  control.focus();
  control.select?.();
}

function act(event) {
  const shortcut = spoken(event);
  if (!isFree(event, shortcut)) return false;
  if (LIST.includes(shortcut) && dialog()) return open();
  const mine = controls().filter((one) => keysOf(one).includes(shortcut));
  const ready = mine.find(isReady);
  // A key that is kept down does its work once; only going on may repeat.
  if (ready && (!event.repeat || event.key.startsWith("Arrow"))) press(ready);
  return Boolean(ready);
}

document.addEventListener("keydown", (event) => {
  // Some browsers send a form with the Enter that ends a composition.
  if (composes(event)) return event.key === "Enter" && event.target.matches?.("input") && event.preventDefault();
  if (!event.defaultPrevented && act(event)) event.preventDefault();
});

// The list

function open() {
  if (dialog().open) return true;
  fill("page", (one) => !one.closest(".bar-top"));
  fill("everywhere", (one) => one.closest(".bar-top"));
  dialog().querySelector("[data-singles]").checked = singles();
  dialog().showModal();
  return true;
}

function fill(part, belongs) {
  const place = dialog().querySelector(`[data-keys="${part}"]`);
  const rows = rowsOf(controls().filter(belongs));
  place.querySelectorAll("tr:not([data-always])").forEach((one) => one.remove());
  place.prepend(...rows);
  place.closest("table").hidden = !place.children.length;
}

// Each shortcut once; of several controls the one that would be pressed.
function rowsOf(found) {
  const chosen = new Map();
  for (const one of found) {
    const keys = keysOf(one).join(" ");
    if (!chosen.has(keys) || (isReady(one) && !isReady(chosen.get(keys)))) chosen.set(keys, one);
  }
  return Array.from(chosen.values(), rowOf);
}

function rowOf(control) {
  const row = dialog().querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector("th").replaceChildren(...keysOf(control).flatMap((one) => [capOf(one), " "]));
  row.querySelector("[data-name]").textContent = nameOf(control);
  if (isReady(control)) row.querySelector("[data-not-now]").remove();
  return row;
}

function capOf(shortcut) {
  const cap = document.createElement("kbd");
  cap.textContent = shortcut.split("+").map((one) => SIGNS[one] || one).join("+");
  return cap;
}

function nameOf(control) {
  const said = control.dataset.keyName || control.getAttribute("aria-label");
  if (said) return said;
  const words = (control.labels?.[0] || control).cloneNode(true);
  words.querySelectorAll("kbd, [aria-hidden=true], input, select, textarea").forEach((one) => one.remove());
  return words.textContent.replace(/\s+/g, " ").trim();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens-keys]")) open();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("#keys [data-singles]")) return;
  if (event.target.checked) localStorage.removeItem(SINGLES);
  else localStorage.setItem(SINGLES, "off");
});

document.documentElement.classList.add("has-keys");
