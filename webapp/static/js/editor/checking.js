// What is wrong with the text, and where its steps are: asked of the server a moment after each change.
import { text } from "../page.js";
import { ask, element, home } from "./server.js";

const findings = document.getElementById("findings");
const count = document.getElementById("findings-count");
const hooks = [];
let steps = [];

export const onChecked = (hook) => hooks.push(hook);
export const stepAt = (line) => steps.findLast((step) => step.line <= line && line <= step.last) ?? null;
export const stepNamed = (id) => steps.find((step) => step.id === id) ?? null;

// The linter's source: problems as CodeMirror wants them.
export async function check(view) {
  const document_ = view.state.doc;
  const answer = await ask(home.dataset.check, { text: document_.toString() });
  if (!answer.ok) return [];
  if (answer.steps.length) steps = answer.steps;
  list(answer.problems, view);
  hooks.forEach((hook) => hook(answer));
  return answer.problems.map((problem) => place(problem, document_));
}

function place(problem, document_) {
  const line = document_.line(Math.min(Math.max(problem.line, 1), document_.lines));
  const from = Math.min(line.from + Math.max(problem.column - 1, 0), line.to);
  return { from: from === line.to ? line.from : from, to: line.to, severity: problem.level, message: problem.message, source: problem.code };
}

function list(problems, view) {
  const errors = problems.filter((problem) => problem.level === "error").length;
  count.textContent = problems.length;
  count.classList.toggle("bad", errors > 0);
  const rows = problems.map((problem) => row(problem, view));
  findings.replaceChildren(...(rows.length ? rows : [element("li", { text: text("editor_no_findings") })]));
}

function row(problem, view) {
  const bad = problem.level === "error";
  const what = element("span", { class: `state state-${bad ? "bad" : "busy"}`, text: text(bad ? "editor_error" : "editor_warning") });
  const go = element("button", { type: "button", class: "link", text: `${text("editor_line")} ${problem.line}`, onclick: () => jump(view, problem.line) });
  const told = element("div", {}, go, " ");
  told.append(problem.message, " ", element("code", { title: problem.title, text: problem.code }));
  return element("li", { "data-rule": problem.code, "data-line": problem.line }, what, told);
}

export function jump(view, number) {
  const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
  view.focus();
}
