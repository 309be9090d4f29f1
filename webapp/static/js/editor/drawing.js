// The drawing beside the text: a click on a step leads to its line, the step at the cursor is marked.
import { text } from "../page.js";
import { jump, onChecked, stepAt, stepNamed } from "./checking.js";
import * as tabs from "./tabs.js";

const graph = document.getElementById("graph");
const note = document.getElementById("graph-note");
const size = document.getElementById("graph-size");
let shown = "";
let marked = null;
let first = true;

onChecked((answer) => {
  const old = !answer.drawing;
  graph.classList.toggle("old", old);
  note.hidden = !old;
  note.textContent = old ? text("editor_not_drawn") : "";
  if (!old && answer.drawing !== shown) {
    shown = answer.drawing;
    graph.innerHTML = shown;
    if (first) bring(graph.querySelector("a"));
    first = false;
    marked = null;
  }
});

export function mark(view) {
  const step = stepAt(view.state.doc.lineAt(view.state.selection.main.head).number);
  const link = step ? document.getElementById(`step-${step.id}`) : null;
  if (link === marked) return;
  marked?.classList.remove("here");
  marked = link;
  if (!link) return;
  link.classList.add("here");
  if (tabs.isShown("graph")) bring(link);
}

function bring(link) {
  const [box, frame] = [link.getBoundingClientRect(), graph.getBoundingClientRect()];
  if (box.top < frame.top || box.bottom > frame.bottom) graph.scrollTop += box.top - frame.top - frame.height / 2;
  if (box.left < frame.left || box.right > frame.right) graph.scrollLeft += box.left - frame.left - frame.width / 2;
}

export function begin(view) {
  graph.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const step = stepNamed(link.id.slice(5));
    if (step) jump(view, step.line);
  });
  size.addEventListener("click", () => {
    const whole = graph.classList.toggle("whole");
    size.setAttribute("aria-pressed", String(whole));
  });
  onChecked(() => mark(view));
  tabs.whenShown("graph", () => { marked = null; mark(view); });
}
