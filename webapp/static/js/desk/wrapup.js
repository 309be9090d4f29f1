// Outcome, callback and note: kept as a draft with every change, saved by the primary button or by the clock.
import { line, text } from "./say.js";
import { act, onShown, root } from "./send.js";
import { Draft } from "./typing.js";

const FRESH_MS = 5000;
let draft = null;
let chosen = { of: "", code: "", at: 0 };
const form = () => document.querySelector("[data-wrap-up]");

export function wrapUpValues() {
  const values = Object.fromEntries(new FormData(form()));
  const wants = form().querySelector('[data-outcome][aria-checked="true"]')?.dataset.next === "callback";
  if (!wants) delete values.callback_at;
  return { ...values, attempt: form().dataset.of };
}

function told(answer) {
  const place = document.getElementById("saved-line");
  if (place) place.textContent = answer.saving ? text("desk_saving") : answer.ok ? text("desk_saved") : answer.said ?? "";
  const clock = document.querySelector("[data-auto-save]");
  if (clock && answer.until) clock.dataset.clockUntil = answer.until;
}

function touch(now, here = form()) {
  if (draft?.element !== here) draft = new Draft("/desk/draft", here, () => Object.fromEntries(new FormData(here)), told);
  draft.touch(now);
}

function choose(button) {
  chosen = { of: form().dataset.of, code: button.dataset.outcome, at: Date.now() };
  mark(button);
  touch(true);
}

// A picture that was asked for before the choice was stored shows none: what was just chosen stays chosen.
onShown(() => {
  if (form()?.dataset.of !== chosen.of || Date.now() - chosen.at > FRESH_MS) return;
  const button = form().querySelector(`[data-outcome="${chosen.code}"]`);
  if (button) mark(button);
});

function mark(button) {
  for (const other of form().querySelectorAll("[data-outcome]")) other.setAttribute("aria-checked", String(other === button));
  form().elements.disposition.value = button.dataset.outcome;
  const box = form().querySelector("[data-callback]");
  box.hidden = button.dataset.next !== "callback";
  if (!box.hidden) box.scrollIntoView({ block: "nearest" });
  const primary = document.querySelector('#primary[data-kind="save"]');
  if (primary) primary.disabled = false;
}

// An instant for a wall clock in a zone: guess it as UTC, then correct by what that zone shows then.
function instantOf(wall, zone) {
  const guess = new Date(`${wall}:00Z`);
  const shown = (at) => new Date(`${new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(at).replace(" ", "T")}Z`);
  return new Date(guess.getTime() - (shown(guess).getTime() - guess.getTime()));
}

function showMyTime() {
  const box = form()?.querySelector("[data-callback]");
  if (!box) return;
  const wall = form().elements.callback_at.value;
  const place = box.querySelector("[data-mine-time]");
  const language = root().dataset.language;
  const at = wall ? instantOf(wall, box.dataset.zone) : null;
  place.textContent = at && !Number.isNaN(at.getTime())
    ? `${place.dataset.label} ${new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at)}`
    : "";
}

// Called by the clock when the wrap-up is about to end: what is chosen is saved rather than lost.
export function saveByClock() {
  const primary = document.querySelector('#primary[data-kind="save"]');
  if (primary && !primary.disabled) act("/desk/save", wrapUpValues());
}

document.addEventListener("click", (event) => {
  const outcome = event.target.closest("[data-outcome]");
  if (outcome) choose(outcome);
  const quick = event.target.closest("[data-quick]");
  if (quick) {
    form().elements.callback_at.value = quick.dataset.quick;
    showMyTime();
    touch(true);
  }
  const owner = event.target.closest("[data-owner]");
  if (owner) {
    for (const other of form().querySelectorAll("[data-owner]")) other.setAttribute("aria-pressed", String(other === owner));
    form().elements.callback_owner.value = owner.dataset.owner;
    touch(true);
  }
});
document.addEventListener("input", (event) => {
  const here = event.target.closest("[data-wrap-up]");
  if (!here) return;
  showMyTime();
  touch(false, here);
});
document.addEventListener("change", (event) => {
  const here = event.target.closest("[data-wrap-up]");
  if (here) touch(true, here);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-wrap-up]")) { event.preventDefault(); line(text("desk_saved")); }
});
onShown(showMyTime);
