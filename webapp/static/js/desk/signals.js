// What tells an operator who looks elsewhere that something changed: a tone, and the state in the tab's title.
import { callComes, callGoes } from "../tones.js";
import { onShown, root } from "./send.js";

const base = document.title;
let rings = false;
let before = "";
let call = "";

function title() {
  const state = root().dataset.state === "offline" ? "" : `${document.getElementById("desk-state").textContent.trim()} · `;
  document.title = `${rings ? "☎ " : ""}${state}${base}`;
}

// A closer's phone rings, or no longer.
export function ringing(on) {
  rings = on;
  title();
}

onShown(() => {
  const { state, attempt } = root().dataset;
  const begins = state === "talking" && (before !== "talking" || attempt !== call);
  if (before && begins) callComes(); // a reload in mid-call is no news
  if (before === "talking" && state === "wrap_up") callGoes();
  before = state;
  call = attempt;
  title();
});
