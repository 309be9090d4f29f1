// Comments beside the draft, about the line at the cursor or the whole script.
import { text } from "../page.js";
import { jump, stepAt } from "./checking.js";
import { part } from "./server.js";

const panel = document.getElementById("panel-comments");
const count = document.getElementById("comments-count");
let view = null;

const line = () => view.state.doc.lineAt(view.state.selection.main.head);

export function about() {
  const words = document.getElementById("comment-about");
  if (words) words.textContent = `${text("editor_line")} ${line().number}: ${line().text.trim().slice(0, 80)}`;
}

function show(html) {
  if (html === null) return;
  panel.innerHTML = html;
  count.textContent = panel.querySelector("#comments").dataset.open;
  about();
}

export function begin(editor, settled) {
  view = editor;
  about();
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The server quotes the line from the draft it has: it must have this one.
    await settled();
    const whole = panel.querySelector("#comment-whole").checked;
    const fields = { text: panel.querySelector("#comment-text").value };
    if (!whole) Object.assign(fields, { line: line().number, node: stepAt(line().number)?.id ?? "" });
    show(await part(panel.dataset.comments, fields));
  });
  panel.addEventListener("click", async (event) => {
    const place = event.target.closest("[data-line]");
    if (place) jump(view, Number(place.dataset.line));
    const done = event.target.closest("[data-settle]");
    if (done) show(await part(done.dataset.settle));
  });
}
