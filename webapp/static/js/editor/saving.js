// Saving the draft as it is typed. What the server has not confirmed is kept in this browser; a reload brings it back.
import { text, toast } from "../page.js";
import { ask, home } from "./server.js";

const WAIT_MS = 900;
const RETRY_MS = 5000;
const key = `warmline-draft-${home.dataset.script}`;
const state = document.getElementById("save-state");
const published = document.getElementById("published-state");
const stale = document.getElementById("stale");

let revision = Number(home.dataset.revision);
let timer = 0;
let running = false;
let again = false;
let stopped = false;
let read = () => "";
let confirmed = "";

function tell(name, extra = "", bad = false) {
  state.textContent = [text(name), extra].filter(Boolean).join(" ");
  state.classList.toggle("bad", bad);
}

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ text: read(), revision }));
  } catch {
    // A full or forbidden store: the server still gets every change.
  }
}

function forget() {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

export function kept() {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

async function send() {
  if (running) { again = true; return; }
  running = true;
  const sent = read();
  tell("editor_saving");
  try {
    const answer = await ask(home.dataset.save, { text: sent, revision });
    if (answer.ok) accepted(answer, sent);
    else refused(answer);
  } catch {
    tell("editor_lost", "", true);
    timer = setTimeout(send, RETRY_MS);
  } finally {
    running = false;
    if (again && !stopped) { again = false; send(); }
  }
}

function accepted(answer, sent) {
  revision = answer.revision;
  confirmed = sent;
  if (read() === sent) {
    forget();
    tell("editor_saved", answer.at);
  } else {
    keep();
  }
  if (home.dataset.published) published.textContent = text(answer.same ? "editor_published" : "editor_differs");
}

function refused(answer) {
  if (answer.code !== "draft_stale") {
    tell("editor_unsaved", "", true);
    toast(answer.error ?? text("request_failed"));
    return;
  }
  stopped = true;
  tell("editor_unsaved", "", true);
  document.getElementById("stale-text").textContent = answer.error;
  stale.dataset.revision = answer.revision;
  stale.hidden = false;
  stale.scrollIntoView({ block: "nearest" });
}

export function changed() {
  keep();
  if (stopped) return;
  tell("editor_unsaved");
  clearTimeout(timer);
  timer = setTimeout(send, WAIT_MS);
}

export const isSaved = () => !stopped && !running && read() === confirmed;

// Saves at once; resolves when the server has everything, or with false when it will not come to that.
export async function settled() {
  clearTimeout(timer);
  if (!isSaved() && !stopped) await send();
  for (let i = 0; i < 100 && running; i += 1) await new Promise((done) => setTimeout(done, 50));
  return isSaved();
}

export function begin(reader, write) {
  read = reader;
  confirmed = reader();
  const local = kept();
  if (local && local.text !== reader()) {
    const base = local.revision;
    write(local.text);
    if (base === revision) toast(text("editor_restored"));
    revision = base;
    changed();
  } else {
    forget();
  }
  document.getElementById("take-theirs").addEventListener("click", () => { forget(); location.reload(); });
  document.getElementById("keep-mine").addEventListener("click", () => {
    revision = Number(stale.dataset.revision);
    stopped = false;
    stale.hidden = true;
    send();
  });
  window.addEventListener("pagehide", () => { if (!isSaved()) keep(); });
}
