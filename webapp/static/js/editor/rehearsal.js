// The rehearsal: the moves so far are sent whole with the text as it is now, and the screen comes back.
import { toast, text } from "../page.js";
import { onChecked, stepAt } from "./checking.js";
import { ask, element, home } from "./server.js";
import * as tabs from "./tabs.js";

const stage = document.getElementById("rehearsal");
const languages = document.getElementById("rehearse-languages");
const sample = document.getElementById("sample");
let view = null;
let moves = [];
let language = home.dataset.language;
let node = "";
let seed = 1;
let stale = true;

function needs() {
  const found = view.state.doc.toString().match(/^ *contact: *\[([^\]]*)\]|needs:.*contact: *\[([^\]]*)\]/m);
  return (found?.[1] ?? found?.[2] ?? "").split(",").map((name) => name.trim()).filter(Boolean);
}

function fields() {
  const names = needs();
  if (sample.dataset.names === names.join()) return;
  sample.dataset.names = names.join();
  const typed = contact();
  sample.replaceChildren(...names.map((name) => {
    const input = element("input", { class: "form-control", id: `sample-${name}`, name, value: typed[name] ?? "" });
    input.addEventListener("change", play);
    return element("div", {}, element("label", { class: "form-label", for: `sample-${name}`, text: name }), input);
  }));
}

const contact = () => Object.fromEntries([...sample.querySelectorAll("input")].map((input) => [input.name, input.value]));

async function play() {
  stale = false;
  fields();
  const answer = await ask(home.dataset.rehearse, { text: view.state.doc.toString(), moves, language, contact: contact(), seed: `preview-${seed}`, node });
  if (!answer.ok) {
    stage.replaceChildren(element("p", { class: "field-error", role: "alert", text: answer.error ?? text("request_failed") }));
    return;
  }
  const focused = stage.contains(document.activeElement);
  moves = moves.slice(0, answer.kept);
  stage.innerHTML = answer.html;
  if (focused) stage.querySelector("[data-move=choose], [data-answer]")?.focus({ preventScroll: true });
}

function move(kind, value = "", answers = {}) {
  moves.push({ kind, value, answers });
  play();
}

function again(from = "") {
  moves = [];
  node = from;
  play();
}

function value(question, pressed) {
  const code = pressed?.dataset.answer;
  const open = question.querySelector("[data-open-words]")?.value;
  if (code === "@dk" || code === "@ref") return code;
  if (question.dataset.type !== "multi") return open !== undefined && pressed?.dataset.open ? { value: code, open } : code;
  const on = new Set([...question.querySelectorAll(".option[aria-pressed=true]")].map((option) => option.dataset.answer));
  if (code) on.has(code) ? on.delete(code) : on.add(code);
  if (pressed?.dataset.exclusive) return [code];
  question.querySelectorAll("[data-exclusive]").forEach((option) => { if (option !== pressed) on.delete(option.dataset.answer); });
  return open === undefined ? [...on] : { value: [...on], open };
}

// Words that were typed and not yet taken go along with the button that was pressed.
function typed() {
  const found = {};
  for (const input of stage.querySelectorAll("[data-typed]")) {
    const question = input.closest("[data-field]");
    if (input.value !== input.defaultValue) found[question.dataset.field] = input.value;
  }
  return found;
}

stage.addEventListener("click", (event) => {
  const option = event.target.closest("[data-answer]");
  if (option) {
    const question = option.closest("[data-field]");
    if (option.dataset.open && !question.querySelector("[data-open-words]").value) {
      question.querySelector("[data-open-words]").focus();
      question.dataset.waits = option.dataset.answer;
      return;
    }
    move("answer", "", { [question.dataset.field]: value(question, option) });
    return;
  }
  const button = event.target.closest("[data-move]");
  if (button) move(button.dataset.move, button.dataset.value ?? "", typed());
});
stage.addEventListener("change", (event) => {
  const question = event.target.closest("[data-field]");
  if (!question) return;
  if (event.target.matches("[data-typed]")) move("answer", "", { [question.dataset.field]: event.target.value });
  if (event.target.matches("[data-open-words]")) {
    const waiting = question.querySelector(`[data-answer="${question.dataset.waits ?? ""}"]`) ?? question.querySelector("[data-open][aria-pressed=true]");
    const again_ = waiting?.getAttribute("aria-pressed") === "true" && question.dataset.type === "multi";
    if (waiting) move("answer", "", { [question.dataset.field]: again_ ? value(question, null) : value(question, waiting) });
  }
});

function switchOf(codes) {
  languages.replaceChildren(...codes.map((code) => element("button", {
    type: "button", "aria-pressed": String(code === language), text: code.toUpperCase(),
    onclick: () => { language = code; switchOf(codes); play(); },
  })));
  // An attribute that says "false" still matches the style of a pressed one.
  languages.querySelectorAll("[aria-pressed=false]").forEach((button) => button.removeAttribute("aria-pressed"));
}

export function begin(editor) {
  view = editor;
  document.getElementById("rehearse-again").addEventListener("click", () => again());
  document.getElementById("rehearse-other").addEventListener("click", () => { seed += 1; play(); });
  document.getElementById("rehearse-here").addEventListener("click", () => {
    const step = stepAt(view.state.doc.lineAt(view.state.selection.main.head).number);
    if (step) again(step.id);
    else toast(text("editor_no_step"));
  });
  onChecked((answer) => {
    const codes = view.state.doc.toString().match(/^languages: *\[([a-z, ]+)\]/m)?.[1].split(",").map((code) => code.trim()) ?? [];
    if (codes.length && !codes.includes(language)) language = codes[0];
    if (answer.steps.length) switchOf(codes);
    stale = true;
    if (tabs.isShown("rehearsal")) play();
  });
  tabs.whenShown("rehearsal", () => { if (stale) play(); });
}
