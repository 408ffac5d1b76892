// Sends the files of form[data-upload] one after the other, each as a stream of bytes of its own
// (PUT to the address in data-upload), and shows how far each has come. Without this script the
// form sends itself. What is chosen stays chosen until it has arrived.

const MEGABYTE = 1024 * 1024;
const KILO = 1000;

const figure = (bytes) => {
  if (bytes < KILO) return `${bytes} B`;
  if (bytes < KILO * KILO) return `${(bytes / KILO).toFixed(1)} kB`;
  return `${(bytes / KILO / KILO).toFixed(1)} MB`;
};

// What the server or the way to it said, as the name of one of the form's words or as a sentence.
const problemOf = (request) => {
  if (request.status === 0) return { word: "lost" };
  if (request.status === 413) return { word: "large", ...detailOf(request) };
  if (request.status === 400 && !detailOf(request).sentence) return { word: "old" };
  if (request.status === 404 || request.status === 403) return { word: "gone" };
  // The page to sign in answers instead, as a page or with "no such method".
  if (request.status < 300 || request.status === 401 || request.status === 405) return { word: "old" };
  return { word: "refused", ...detailOf(request) };
};

const detailOf = (request) => {
  try {
    const { detail } = JSON.parse(request.responseText);
    return detail ? { sentence: detail } : {};
  } catch {
    return {};
  }
};

const arrived = (request) => {
  const type = request.getResponseHeader("Content-Type") ?? "";
  return request.status === 201 && type.startsWith("application/json");
};

// How many are under way on this page: leaving it now would break them off.
let sending = 0;

class Row {
  constructor(file, form) {
    this.file = file;
    this.form = form;
    this.words = form.querySelector("[data-upload-words]").dataset;
    const made = form.querySelector("[data-upload-row]").content.cloneNode(true);
    this.item = made.firstElementChild;
    this.part("name").textContent = file.name;
    this.part("bar").setAttribute("aria-label", file.name);
    this.say("waits");
    this.part("cancel").hidden = true;
    this.show(0);
    form.querySelector("[data-upload-list]").append(made);
  }

  part(name) {
    return this.item.querySelector(`[data-${name}]`);
  }

  say(word) {
    this.part("state").textContent = this.words[word];
  }

  show(sent) {
    const percent = this.file.size ? Math.floor((100 * sent) / this.file.size) : 0;
    this.part("figure").textContent = `${figure(sent)} / ${figure(this.file.size)}`;
    this.part("bar").setAttribute("aria-valuenow", percent);
    this.part("fill").setAttribute("width", `${percent}%`);
  }

  tell(sentence) {
    this.form.querySelector("[data-upload-told]").textContent = `${this.file.name} ${sentence}`;
  }

  // Resolves to true once it has arrived, to false when it was stopped for good.
  async send() {
    for (;;) {
      const problem = this.barred() ?? (await this.once());
      if (!problem) return true;
      if (!(await this.again(problem))) return false;
    }
  }

  // What need not be tried at all.
  barred() {
    if (this.file.size === 0) return { word: "empty" };
    return this.file.size > this.form.dataset.largest * MEGABYTE ? { word: "large" } : null;
  }

  once() {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("PUT", this.form.dataset.upload);
      request.setRequestHeader("X-CSRFToken", this.form.elements.csrf_token.value);
      request.setRequestHeader("X-File-Name", encodeURIComponent(this.file.name));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        this.show(Math.min(event.loaded, this.file.size));
        this.say(event.loaded < event.total ? "sending" : "storing");
      });
      request.addEventListener("loadend", () => {
        sending -= 1;
        if (arrived(request)) this.done(JSON.parse(request.responseText));
        resolve(arrived(request) ? null : this.stopped ? { word: "stopped" } : problemOf(request));
      });
      this.stopped = false;
      this.part("problem").hidden = this.part("again").hidden = true;
      this.part("cancel").hidden = false;
      this.part("cancel").onclick = () => {
        this.stopped = true;
        request.abort();
      };
      this.say("sending");
      sending += 1;
      request.send(this.file);
    });
  }

  done(kept) {
    this.show(this.file.size);
    this.part("bar").setAttribute("aria-valuenow", 100);
    this.part("fill").setAttribute("width", "100%");
    this.part("cancel").hidden = true;
    this.part("state").textContent = `${this.words.done} SHA-256 ${kept.sha256}`;
    this.item.dataset.done = kept.sha256;
    this.tell(this.words.done);
  }

  // Says what happened and waits: true to try again. The next file need not wait for that.
  again({ word, sentence }) {
    const said = sentence ?? this.words[word];
    this.show(0);
    this.part("state").textContent = "";
    this.part("problem").textContent = said;
    this.part("problem").hidden = this.part("again").hidden = false;
    this.part("cancel").hidden = true;
    this.tell(said);
    this.item.dispatchEvent(new CustomEvent("upload-waits"));
    return new Promise((resolve) => {
      this.part("again").onclick = () => resolve(true);
    });
  }
}

// One after the other: a slow line is not shared by many. What failed waits for its button.
const sendAll = async (rows) => {
  for (const row of rows) {
    await new Promise((next) => {
      row.item.addEventListener("upload-waits", next, { once: true });
      row.send().then(next);
    });
  }
};

document.querySelectorAll("form[data-upload]").forEach((form) => {
  const input = form.querySelector('input[type="file"]');
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const rows = [...input.files].map((file) => new Row(file, form));
    form.reset(); // The rows hold the files from here on.
    sendAll(rows);
  });
});

addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});
