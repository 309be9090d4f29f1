// A manual campaign's search: what is typed is looked for on the server, whose list of buttons takes the place of the last.
import { ask, onShown } from "./send.js";

const WAIT_MS = 250;
let waiting = 0;
let asked = 0;

async function find(box) {
  const mine = ++asked;
  const body = new URLSearchParams({ q: box.querySelector("input").value });
  const html = await (await ask(box.dataset.choose, { method: "POST", body })).text();
  if (mine === asked && box.isConnected) box.querySelector("[data-found]").innerHTML = html;
}

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-choose]");
  if (!box) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => find(box).catch(() => {}), WAIT_MS);
});

onShown(() => {
  const box = document.querySelector("[data-choose]");
  if (!box || box.dataset.begun) return;
  box.dataset.begun = "1";
  find(box).catch(() => {});
});
