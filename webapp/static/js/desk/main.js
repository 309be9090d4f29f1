// The desk: puts the parts together and fetches the body whenever the server says that something changed.
import "./buttons.js";
import "./choose.js";
import "./clocks.js";
import "./script.js";
import "./signals.js";
import "./mine.js";
import "./wrapup.js";
import { markDigits } from "./digits.js";
import { startPhone } from "./headset.js";
import { banner, line, text } from "./say.js";
import { onShown, quiet, refresh, root, shown } from "./send.js";

const SEEN_MS = 20000;
const LOST_AFTER_MS = 3000;
let lost = 0;

for (const topic of ["operator", "handoff", "callback", "resync"]) {
  document.body.addEventListener(`live:${topic}`, () => refresh());
}
document.body.addEventListener("live:refused", ({ detail }) => {
  const said = `refused_${detail.code}`;
  if (text(said) !== said) line(text(said), "bad");
  refresh();
});
document.body.addEventListener("live:call", ({ detail }) => {
  const { attempt: id, revision } = detail;
  refresh(() => id === root().dataset.attempt && revision !== undefined && revision <= Number(root().dataset.revision));
});
document.body.addEventListener("live:open", () => {
  clearTimeout(lost);
  lost = 0;
  banner("live", "");
  refresh();
});
document.body.addEventListener("live:lost", () => {
  lost ||= setTimeout(() => banner("live", text("desk_lost"), text("desk_retry"), refresh), LOST_AFTER_MS);
});
document.body.addEventListener("live:goodbye", () => {
  banner("login", text("desk_logged_out"), text("desk_log_in"), () => location.assign("/login"));
});
addEventListener("unhandledrejection", () => line(text("request_failed"), "bad"));

// On a phone the details of the contact stay folded until they are asked for.
const narrow = matchMedia("(max-width: 760px)").matches;
let contact = "";
onShown(() => {
  const more = document.getElementById("contact-more");
  if (narrow && more && contact !== root().dataset.attempt) more.open = false;
  contact = root().dataset.attempt;
});

let results = Number(root().dataset.results);
onShown(() => {
  if (root().dataset.results === undefined) return; // a step along the script leaves the bar as it is
  const now = Number(root().dataset.results);
  if (now > results) line(text("desk_result"), "busy");
  results = now;
});

setInterval(() => { if (root().dataset.state !== "offline") quiet("/desk/seen"); }, SEEN_MS);
shown();
markDigits();
startPhone();
document.getElementById("desk").dataset.ready = "1";
