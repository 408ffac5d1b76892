// Buttons that copy a text which is shown once. Without this script it can be marked and copied by hand.

for (const button of document.querySelectorAll("[data-copies]")) {
  const told = document.querySelector("[data-copied]");
  button.addEventListener("click", async () => {
    const shown = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(shown.textContent);
      told.textContent = told.dataset.copied;
    } catch {
      // Marked, it takes one key.
      getSelection().selectAllChildren(shown);
      told.textContent = told.dataset.notCopied;
    }
  });
}
