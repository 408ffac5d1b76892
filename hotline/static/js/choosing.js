// A list of which many are chosen at once: one box for all of them, and how many are chosen.
// Without this script each one is chosen by itself.

const all = document.querySelector("[data-chooses-all]");
const count = document.querySelector("[data-chosen]");

const boxes = () => [...document.querySelectorAll("[data-choice]")];

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = chosen ? count.dataset.chosen.replace("0", String(chosen)) : "";
  if (all) {
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

document.addEventListener("change", (event) => {
  if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
  tell();
});
if (all) all.closest("[hidden]")?.removeAttribute("hidden");
tell();
