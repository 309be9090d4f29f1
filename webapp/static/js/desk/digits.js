// Digits choose: options of the first open question, then answers of the step; after the call, outcomes. Only outside
// of fields. The group that the digits mean now is marked, so that nobody has to guess.
import { onShown, root } from "./send.js";

function groups() {
  return [...document.querySelectorAll('[data-step] [data-digits]')];
}

function active() {
  const focused = document.activeElement?.closest?.('[data-step] [data-digits]');
  if (focused) return focused;
  const open = groups().find((g) => g.dataset.digits === "options" && !g.closest(".question").hasAttribute("data-done"));
  return open ?? groups().find((g) => g.dataset.digits === "answers");
}

export function markDigits() {
  const wrapUp = root()?.dataset.state === "wrap_up";
  const meant = wrapUp ? document.querySelector('[data-digits="outcomes"]') : active();
  for (const group of document.querySelectorAll("[data-digits]")) group.classList.toggle("digits-active", group === meant);
}

export function digitOf(event) {
  const found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  return found ? Number(found[1]) : null;
}

export function chooseDigit(digit, shift) {
  if (shift || root().dataset.state === "wrap_up") {
    document.querySelector(`[data-outcome][data-key="${digit}"]`)?.click();
    return;
  }
  const group = active();
  const button = group?.querySelectorAll("button")[digit - 1];
  if (!button) return;
  if (group.closest(".question")?.dataset.type === "multi") button.focus();
  button.click();
  markDigits();
}

onShown(markDigits);
document.addEventListener("focusin", markDigits);
document.addEventListener("focusout", () => setTimeout(markDigits));
