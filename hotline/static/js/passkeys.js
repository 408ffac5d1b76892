// Passkeys: asks the server what to sign, the browser for its answer, and sends that with the form.
//
//   <form data-passkey="make|show" data-options="…" data-cancelled="…"> with fields csrf_token and credential,
//   and a place for words, [data-passkey-said]. Such forms are hidden where nothing can come of them.
//   data-autofill: a passkey is also offered where the mail address is typed.

const FRESH = 4 * 60_000;

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const forms = [...document.querySelectorAll("form[data-passkey]")];
const autofill = forms.find((form) => "autofill" in form.dataset);
let waiting = null;
let offered = 0;
let busy = false;

function say(form, words) {
  form.querySelector("[data-passkey-said]").textContent = words;
}

async function ask(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": form.elements.csrf_token.value } });
  if (answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json")) return prepared(await answer.json());
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = page.querySelector("main h1")?.textContent?.trim();
  throw Object.assign(new Error("refused"), { words });
}

function prepared(options) {
  const known = (list) => list?.map((one) => ({ ...one, id: decode(one.id) }));
  const ready = { ...options, challenge: decode(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: decode(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = known(options.allowCredentials);
  return ready;
}

function sent(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response });
}

async function answer(form, more = {}) {
  const publicKey = await ask(form);
  if (more.signal?.aborted) return;
  const found = form.dataset.passkey === "make" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey, ...more });
  if (!found) return;
  form.elements.credential.value = sent(found);
  form.submit();
}

async function press(form, button) {
  busy = true;
  waiting?.abort();
  waiting = null;
  say(form, "");
  button.setAttribute("aria-busy", "true");
  try {
    await answer(form);
  } catch (error) {
    busy = false;
    say(form, error.words || (error.name === "InvalidStateError" && form.dataset.known) || form.dataset.cancelled);
    offer();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function offer() {
  if (!autofill || !(await PublicKeyCredential.isConditionalMediationAvailable?.()) || busy) return;
  waiting?.abort();
  waiting = new AbortController();
  offered = Date.now();
  // Whoever types a password instead leaves this unanswered; that is no trouble to tell of.
  answer(autofill, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
}

if (window.PublicKeyCredential && forms.length) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(form, event.submitter || form.querySelector("button"));
    });
  }
  for (const one of document.querySelectorAll("[data-passkey-none]")) one.hidden = true;
  offer();
  // What the server asked for is good for five minutes: whoever comes back later is asked anew.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && offered && Date.now() - offered > FRESH) offer();
  });
}
