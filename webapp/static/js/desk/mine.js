// Two dialogs: changing the outcome of an earlier call, one for all lines of the day; and putting a card right.
import { act, root } from "./send.js";

const dialog = document.getElementById("correct-dialog");
const fields = dialog.querySelector("form").elements;

function offerTime() {
  const wants = fields.disposition.selectedOptions[0]?.dataset.next === "callback";
  dialog.querySelector("[data-correct-time]").hidden = !wants;
  fields.callback_at.required = wants;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-correct]");
  if (!opener) return;
  fields.call.value = opener.dataset.correct;
  fields.disposition.value = opener.dataset.outcomeNow;
  fields.callback_at.value = "";
  dialog.querySelector("[data-correct-who]").textContent = opener.dataset.who;
  offerTime();
  dialog.showModal();
});
fields.disposition.addEventListener("change", offerTime);
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { call, disposition, callback_at } = fields;
  dialog.close();
  act("/desk/correct", { call: call.value, disposition: disposition.value, callback_at: callback_at.value });
});

const card = document.getElementById("card-dialog");
const CARD = ["name", "company", "email"];
let editing = "";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-edit-card]");
  if (!opener) return;
  editing = root().dataset.attempt;
  for (const name of CARD) card.querySelector(`#card-${name}`).value = opener.dataset[name];
  card.showModal();
});
card.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  card.close();
  const values = Object.fromEntries(CARD.map((name) => [name, card.querySelector(`#card-${name}`).value]));
  if (editing === root().dataset.attempt) act("/desk/contact", values); // the next call's card is another's
});
