// Walk through a list with keys: J the next row, K the one before. The link of a row gets the focus,
// so that Enter opens it. keys.js presses the two buttons; without this script Tab does the walking.

const links = () => Array.from(document.querySelectorAll("[data-row] [data-row-link]"));

function step(by) {
  const all = links();
  const row = document.activeElement?.closest("[data-row]");
  const at = all.findIndex((one) => row?.contains(one));
  const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
}

function show() {
  for (const one of document.querySelectorAll("[data-rows-keys]")) one.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rows-step]");
  if (button) step(Number(button.dataset.rowsStep));
});

// The list is swapped for a fresh one now and then.
const list = document.querySelector("[data-live]");
if (list) new MutationObserver(show).observe(list, { childList: true });
show();
