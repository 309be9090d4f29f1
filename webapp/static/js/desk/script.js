// Questions of the script: an option is an answer at once, typed words are kept as they come and taken when the field is left.
import { line } from "./say.js";
import { put, refresh } from "./send.js";
import { Draft } from "./typing.js";

const drafts = new WeakMap();

function field(fieldset) {
  return fieldset.dataset.field;
}

function showError(fieldset, message) {
  const place = fieldset.querySelector(".field-error");
  place.textContent = message ?? "";
  place.hidden = !message;
  const input = fieldset.querySelector("[data-typed]");
  if (input) {
    input.toggleAttribute("aria-invalid", Boolean(message));
    if (message) input.setAttribute("aria-describedby", place.id);
  }
}

async function take(fieldset, values) {
  try {
    const answer = await put("/desk/script/answer", values);
    if (!answer.ok) line(answer.said ?? "", "bad");
    showError(fieldset, answer.errors?.[field(fieldset)]);
    refresh();
    return answer;
  } catch {
    return { ok: false };
  }
}

function valuesOf(fieldset, chosen) {
  const name = field(fieldset);
  const values = { [`q.${name}`]: chosen.length ? chosen : [""] };
  if (fieldset.dataset.type === "multi") values[`multi.${name}`] = "1";
  const words = fieldset.querySelector("[data-open-words]");
  const open = [...fieldset.querySelectorAll('[data-open="1"]')].some((b) => chosen.includes(b.dataset.answer));
  if (words && open) values[`o.${name}`] = words.value;
  return { values, open, words };
}

function chosenIn(fieldset) {
  const on = '[data-answer][aria-pressed="true"], [data-answer][aria-checked="true"]';
  return [...fieldset.querySelectorAll(on)].map((button) => button.dataset.answer);
}

function mark(button, on) {
  button.setAttribute(button.hasAttribute("aria-checked") ? "aria-checked" : "aria-pressed", String(on));
}

// A key that repeats keeps the answer; only a click on the chosen one takes it away.
function choose(button, byMouse) {
  const fieldset = button.closest(".question");
  const multi = fieldset.dataset.type === "multi" && !button.dataset.answer.startsWith("@");
  const chosen = chosenIn(fieldset).includes(button.dataset.answer);
  const was = chosen && (multi || byMouse);
  for (const other of fieldset.querySelectorAll("[data-answer]")) {
    const apart = !multi || other.dataset.exclusive || button.dataset.exclusive || other.dataset.answer.startsWith("@");
    if (other !== button && apart) mark(other, false);
  }
  mark(button, !was);
  fieldset.toggleAttribute("data-done", chosenIn(fieldset).length > 0);
  const typed = fieldset.querySelector("[data-typed]");
  if (typed && !was) typed.value = "";
  const { values, open, words } = valuesOf(fieldset, chosenIn(fieldset));
  if (words) words.hidden = !open;
  if (open && !words.value.trim()) { words.focus(); return; }
  take(fieldset, values);
}

function draftOf(input) {
  if (!drafts.has(input)) {
    const name = field(input.closest(".question"));
    drafts.set(input, new Draft("/desk/script/draft", input, () => ({ [`q.${name}`]: input.value })));
  }
  return drafts.get(input);
}

async function settle(input) {
  const fieldset = input.closest(".question");
  const draft = draftOf(input);
  const sent = input.value;
  draft.touch(true);
  const answer = await take(fieldset, { [`q.${field(fieldset)}`]: sent });
  if (answer.ok && input.value === sent && !answer.errors?.[field(fieldset)]) draft.settle();
}

// What the step's fields hold now, for moves that take the answers along.
export function stepValues() {
  const values = {};
  for (const input of document.querySelectorAll("[data-step] [data-typed]")) {
    const known = input.closest(".question").hasAttribute("data-done");
    if (input.value || known) values[`q.${field(input.closest(".question"))}`] = input.value;
  }
  return values;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".question [data-answer]");
  if (button) choose(button, event.detail > 0);
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-typed]")) draftOf(event.target).touch();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-typed]")) settle(event.target);
  if (event.target.matches("[data-open-words]")) {
    const fieldset = event.target.closest(".question");
    if (event.target.value.trim()) take(fieldset, valuesOf(fieldset, chosenIn(fieldset)).values);
  }
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  const wanted = event.target.value.trim().toLocaleLowerCase();
  for (const item of document.querySelectorAll(`[data-filtered="${event.target.dataset.filters}"]`)) {
    item.hidden = Boolean(wanted) && !item.textContent.toLocaleLowerCase().includes(wanted);
  }
});
