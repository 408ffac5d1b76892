// The key "/" goes to the search box, wherever nobody is typing. Without this script Tab does.

const box = document.querySelector("#search input");

function isTyping(event) {
  const at = event.target;
  return at.isContentEditable || at.matches("input, textarea, select") || event.isComposing;
}

if (box) {
  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key !== "/" || held || isTyping(event)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
