// The second line's boards: clocks that count down, cards that are dragged or moved by a dialog, fresh contents when
// something happens. A board is not exchanged while somebody types in it, drags on it or has its dialog open.
import { toast, text } from "./page.js";

const EVERY_MS = 20000;
const board = document.getElementById("board");
const dialog = document.getElementById("move");
let dragged = null;
let missed = false;

// ---- clocks: <span data-due="2026-03-04T09:05:00Z">
function span(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function tick() {
  for (const clock of board.querySelectorAll("[data-due]")) {
    if (!clock.dataset.due) continue;
    const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
    const word = clock.parentElement.querySelector(".clock-word");
    clock.textContent = span(Math.abs(left));
    clock.classList.toggle("clock-late", left < 0);
    clock.closest(".lead-row")?.classList.toggle("lead-late", left < 0);
    if (word) word.textContent = left < 0 ? word.dataset.over : word.dataset.left;
  }
}
setInterval(tick, 1000);
tick();

// ---- fresh contents
function busy() {
  return dragged || document.querySelector("dialog[open]") || board.querySelector("form:focus-within, details.send-back[open]");
}

async function refresh() {
  if (busy()) { missed = true; return; }
  missed = false;
  const answer = await fetch(board.dataset.board, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || busy()) return;
  const open = [...board.querySelectorAll("details[open][id]")].map((one) => one.id);
  const focused = document.activeElement?.closest("#board [id]")?.id;
  const stood = board.querySelector(".funnel")?.scrollLeft ?? 0;
  board.innerHTML = await answer.text();
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (board.querySelector(".funnel")) board.querySelector(".funnel").scrollLeft = stood;
  if (focused) document.getElementById(focused)?.querySelector("a, button, summary")?.focus();
  tick();
}
let asked = 0;
function soon() {
  clearTimeout(asked);
  asked = setTimeout(refresh, 300);
}
for (const topic of [...board.dataset.topics.split(" "), "open", "resync"]) document.body.addEventListener(`live:${topic}`, soon);
setInterval(refresh, EVERY_MS);
document.addEventListener("focusout", () => { if (missed) soon(); });

// ---- moving a card
function choose(card, stage) {
  const form = dialog.querySelector("[data-move-form]");
  const targets = card.dataset.targets.split(" ");
  dialog.querySelector("[data-move-name]").textContent = card.dataset.name;
  dialog.querySelector("[data-move-problem]").hidden = true;
  form.reset();
  form.action = card.dataset.move;
  for (const option of form.elements.stage.options) option.hidden = option.disabled = !targets.includes(option.value);
  form.elements.stage.value = stage ?? targets[0];
  show();
  dialog.showModal();
}

function show() {
  const form = dialog.querySelector("[data-move-form]");
  const stage = form.elements.stage.value;
  for (const part of form.querySelectorAll("[data-with]")) part.hidden = part.dataset.with !== stage;
  form.elements.amount.required = stage === "won";
  form.elements.ready.required = stage === "later_pool";
  form.elements.reason.required = stage === "lost" || stage === "later_pool";
}

async function send(address, fields) {
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const answer = await fetch(address, { method: "POST", body: fields, headers: { ...token, Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) return "";
  return (await answer?.json().catch(() => null))?.error ?? text("request_failed");
}

if (dialog) {
  dialog.addEventListener("change", show);
  dialog.addEventListener("close", () => { if (missed) soon(); });
  dialog.querySelector("[data-move-form]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await send(event.target.action, new FormData(event.target));
    const line = dialog.querySelector("[data-move-problem]");
    line.textContent = problem;
    line.hidden = !problem;
    if (!problem) { dialog.close(); refresh(); }
  });
  board.addEventListener("click", (event) => {
    if (event.target.closest("[data-moves]")) choose(event.target.closest("[data-move]"));
  });
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-move]");
    if (card && event.code === "KeyM" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      choose(card);
    }
  });
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    dragged.classList.add("dragging");
    for (const stage of dragged.dataset.targets.split(" ")) board.querySelector(`[data-stage="${stage}"]`)?.classList.add("may-drop");
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest(".may-drop");
    board.querySelectorAll(".drop-here").forEach((one) => one !== column && one.classList.remove("drop-here"));
    if (column && dragged) { event.preventDefault(); column.classList.add("drop-here"); }
  });
  board.addEventListener("drop", async (event) => {
    const column = event.target.closest(".may-drop");
    if (!column || !dragged) return;
    event.preventDefault();
    const card = dragged;
    dragged = null;
    const stage = column.dataset.stage;
    if (["won", "lost", "later_pool"].includes(stage)) { choose(card, stage); return; }
    const fields = new FormData();
    fields.set("stage", stage);
    const problem = await send(card.dataset.move, fields);
    if (problem) toast(problem);
    refresh();
  });
  board.addEventListener("dragend", () => {
    dragged = null;
    board.querySelectorAll(".dragging, .may-drop, .drop-here").forEach((one) => one.classList.remove("dragging", "may-drop", "drop-here"));
    if (missed) soon();
  });
}
