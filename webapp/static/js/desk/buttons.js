// Buttons that post, keys while typing, and the guards of the one primary button: what it does changes with the state,
// so a key or a second click meant for the old meaning must not do the new one.
import { chooseDigit, digitOf } from "./digits.js";
import { line, text } from "./say.js";
import { act, onShown } from "./send.js";
import { stepValues } from "./script.js";
import { sendAll } from "./typing.js";
import { wrapUpValues } from "./wrapup.js";

const SETTLE_MS = 700;
const TWICE_MS = 3000;
const data = JSON.parse(document.getElementById("page-data").textContent);
let kind = "";
let changedAt = 0;
let armedAt = 0;

function valuesOf(button) {
  const values = JSON.parse(button.dataset.values || "{}");
  if (button.dataset.reads) values[button.dataset.readsAs] = document.getElementById(button.dataset.reads).value;
  if ("withStep" in button.dataset) Object.assign(values, stepValues());
  if ("withWrapUp" in button.dataset) Object.assign(values, wrapUpValues());
  return values;
}

function press(button) {
  button.closest("details.menu")?.removeAttribute("open");
  const values = valuesOf(button);
  if ("withWrapUp" in button.dataset) sendAll();
  act(button.dataset.post, values).then(() => clearRead(button));
}

function clearRead(button) {
  const read = button.dataset.reads && document.getElementById(button.dataset.reads);
  if (read && read.tagName !== "SELECT") read.value = "";
}

// A click made by a key (`detail` 0) on Hang up asks once more; any click right after the meaning changed is dropped.
function allowed(button, event) {
  if (button.id !== "primary") return true;
  if (Date.now() - changedAt < SETTLE_MS && event.isTrusted) return false;
  if (button.dataset.kind !== "hang_up" || event.detail > 0 || !event.isTrusted) return true;
  if (Date.now() - armedAt < TWICE_MS) return true;
  armedAt = Date.now();
  line(text("desk_press_again"), "busy");
  return false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-post]");
  if (button && !button.disabled && allowed(button, event)) press(button);
  if (event.target.matches("input[data-action], textarea[data-action]")) event.target.focus();
});

function typing(target) {
  return target.matches?.("input, textarea, select") || target.closest?.("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.repeat) return;
  const digit = digitOf(event);
  if (digit !== null && !event.altKey && !typing(event.target)) {
    event.preventDefault();
    chooseDigit(digit, event.shiftKey);
  } else if (event.altKey) {
    const key = data.keys.find((k) => k.codes.length === 1 && k.codes[0] === event.code && k.shift === event.shiftKey);
    const element = key && document.querySelector(`[data-action="${key.name}"]`);
    if (!element) return;
    event.preventDefault();
    element.click();
  } else if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
  }
});

onShown(() => {
  const primary = document.getElementById("primary");
  const now = primary?.dataset.kind ?? "";
  if (now === kind) return;
  kind = now;
  changedAt = Date.now();
  armedAt = 0;
  // Space and Enter follow the focus: it must not rest on a button that has just come to mean something else.
  if (document.activeElement === primary) primary.blur();
});
