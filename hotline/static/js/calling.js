// Follows a call that we make: asks every second where it stands, until it is over.
// Without this script the page is whole; it only has to be reloaded.

const EVERY = 1_000;
const part = document.querySelector("[data-progress]");

function goesOn() {
  return part?.querySelector("[data-going-on]")?.dataset.goingOn === "1";
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (fresh && fresh.textContent !== part.firstElementChild?.textContent) part.replaceChildren(fresh);
}

async function ask() {
  try {
    const answer = await fetch(part.dataset.progress, { headers: { "X-Poll": "1" }, redirect: "manual" });
    if (answer.ok) show(await answer.text());
  } catch {
    // The line is dead for a moment: what stands there stays, and the next second asks again.
  }
  if (goesOn()) setTimeout(ask, EVERY);
}

if (goesOn()) setTimeout(ask, EVERY);
