// Headset check and the phone of this desk: microphone, level, registration; banners with a cause and one thing to do.
import { banner, text } from "./say.js";
import { onShown, quiet, refresh, root } from "./send.js";
import { chosen, offer, onChosen } from "./devices.js";
import { ring, trial } from "../tones.js";
import { ringing } from "./signals.js";

const OWN_PHONE = "warmline-own-phone";
const HEARD = 0.04;
let account = null;
let phone = null;
let sounds = null;
let stopRing = null;
let stopMeter = null;
const stands = { mic: false, heard: false, phone: "", own: localStorage.getItem(OWN_PHONE) === "1" };

const usable = () => account && account.kind !== "missing" && (account.kind === "none" || account.kind === "sip" || !needsBrowser() || (stands.mic && stands.phone === "registered"));
const needsBrowser = () => account?.kind === "browser" && !(stands.own && account.network !== "twilio");

function check(name, ok, message) {
  const item = document.querySelector(`[data-check="${name}"]`);
  if (!item) return;
  item.classList.toggle("check-ok", ok);
  if (message) item.querySelector("[data-check-text]").textContent = message;
}

function draw() {
  const box = document.querySelector("[data-headset]");
  if (box && account) {
    box.hidden = account.kind === "none" || account.kind === "missing";
    box.querySelector(".checks").hidden = !needsBrowser();
    const own = box.querySelector("[data-own-phone]");
    own.checked = !needsBrowser();
    own.disabled = account.kind === "sip";
    own.closest("label").hidden = account.network === "twilio"; // there the phone's name decides
    box.querySelector("[data-own-phone-box]").hidden = needsBrowser();
    for (const name of ["endpoint", "password", "domain"]) box.querySelector(`[data-own-${name}]`).textContent = account[name] ?? "";
    box.querySelector("[data-headset-allow]").hidden = stands.mic;
    offer(box, stands.mic);
  }
  check("mic", stands.mic, stands.mic ? text("desk_mic_allowed") : "");
  check("level", stands.heard, stands.heard ? text("desk_mic_ok") : text("desk_mic_say"));
  check("phone", stands.phone === "registered", { registered: text("desk_phone_ok"), registering: text("desk_phone_wait"), refused: text("desk_phone_refused"), down: text("desk_phone_down") }[stands.phone] ?? "");
  const word = document.getElementById("phone-word");
  if (word) word.textContent = needsBrowser() && stands.phone === "registered" ? "☎" : "";
  const bar = document.getElementById("meter-in");
  if (bar) bar.hidden = !needsBrowser() || !stands.mic;
  const ready = document.querySelector("[data-needs-phone]");
  if (ready) ready.disabled = !usable();
}

function heard(level) {
  for (const bar of document.querySelectorAll(".meter > i")) bar.style.setProperty("--level", level.toFixed(2));
  if (level > HEARD && !stands.heard) { stands.heard = true; draw(); }
}

const MIC = { NotAllowedError: "desk_mic_blocked", NotFoundError: "desk_mic_missing" };

async function allow() {
  try {
    const stream = await phone.openMicrophone(chosen("microphone"));
    stands.mic = true;
    banner("mic", "");
    stopMeter?.();
    stopMeter = sounds.meter(stream, heard);
  } catch (error) {
    stands.mic = false;
    banner("mic", text(MIC[error.name] ?? "desk_mic_failed"), text("desk_retry"), allow);
  }
  draw();
}

const WORKING = () => root().dataset.state !== "offline";

const HEARS = {
  registering: () => { stands.phone = "registering"; },
  registered: () => {
    stands.phone = "registered";
    banner("phone", "");
    if (WORKING()) quiet("/desk/phone-up");
  },
  refused: () => { stands.phone = "refused"; banner("phone", text("desk_phone_refused"), text("desk_retry"), () => location.reload()); },
  down: () => { if (!needsBrowser()) return; stands.phone = "down"; banner("phone", text("desk_phone_down"), text("desk_retry"), () => location.reload()); },
  microphone: () => { stands.mic = false; banner("mic", text("desk_mic_missing"), text("desk_retry"), allow); },
  sound: () => banner("sound", text("desk_sound_blocked"), text("desk_sound"), () => phone.playSound().then(() => banner("sound", ""))),
  ringing: () => { stopRing ??= ring(); ringing(true); },
  up: () => quietRing(),
  idle: () => quietRing(),
};

function quietRing() {
  stopRing?.();
  stopRing = null;
  ringing(false);
}

function told(word) {
  HEARS[word]();
  draw();
}

async function startBrowserPhone() {
  sounds = await import("../sound.js");
  const { Phone } = await import(account.network === "twilio" ? "../twilio_phone.js" : "../phone.js");
  phone = new Phone(account, document.getElementById("remote-audio"), told);
  phone.autoAnswer = () => root().dataset.line !== "2";
  addEventListener("pagehide", () => phone.leave());
  Promise.resolve(phone.register()).then(() => phone.speakTo(chosen("speaker")));
  const state = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  if (state?.state === "granted") await allow();
  else if (WORKING()) banner("mic", text("desk_mic_blocked"), text("desk_allow"), allow);
}

export async function startPhone() {
  try {
    account = await (await fetch("/desk/phone.json")).json();
    if (account.kind === "missing") banner("phone", text("desk_phone_missing"));
    if (needsBrowser()) await startBrowserPhone();
  } catch {
    banner("phone", text("desk_phone_down"), text("desk_retry"), () => location.reload());
  }
  draw();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-headset-allow]")) allow();
  if (event.target.closest("[data-headset-trial]")) { trial(); check("sound", true, text("desk_sound_played")); }
  if (event.target.closest("[data-phone-answer]")) phone?.answer();
  if (event.target.closest("[data-phone-decline]")) phone?.decline();
  if (event.target.closest('[data-action="mute"]')) phone?.mute(!phone.muted);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-own-phone]")) return;
  stands.own = event.target.checked;
  localStorage.setItem(OWN_PHONE, stands.own ? "1" : "0");
  if (stands.own) {
    phone?.leave();
    banner("phone", "");
    banner("mic", "");
  } else {
    location.reload();
  }
  draw();
  refresh();
});
onChosen("microphone", () => { stands.heard = false; allow(); });
onChosen("speaker", (id) => phone?.speakTo(id));
onShown(() => {
  if (phone) phone.mute(Boolean(root().dataset.muted));
  draw();
});
