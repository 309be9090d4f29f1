// The recordings player: both sides drawn from peaks made on the server, speed, skips, links to a moment (#t=83).
import { text, toast } from "./page.js";

const player = document.getElementById("player");
const sound = document.getElementById("sound");

function moment() {
  const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}

function seek() {
  const at = moment();
  if (at !== null) sound.currentTime = Math.min(at, sound.duration || at);
}

async function draw() {
  const [answer, module] = await Promise.all([fetch(player.dataset.peaks), import(player.dataset.wavesurfer)]);
  const { seconds, sides } = await answer.json();
  if (!sides[0].length) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  module.default.create({
    container: "#wave",
    media: sound,
    peaks: sides,
    duration: seconds,
    height: 56,
    barWidth: 2,
    barGap: 1,
    cspNonce: player.dataset.nonce,
    cursorColor: colour("--tblr-body-color"),
    splitChannels: [
      { waveColor: colour("--wl-side-customer"), progressColor: colour("--wl-side-customer-played") },
      { waveColor: colour("--wl-side-operator"), progressColor: colour("--wl-side-operator-played") },
    ],
  });
}

if (player) {
  if (sound.readyState >= 1) seek();
  else sound.addEventListener("loadedmetadata", seek, { once: true });
  window.addEventListener("hashchange", seek);
  player.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.speed) {
      sound.playbackRate = Number(button.dataset.speed);
      for (const other of player.querySelectorAll("[data-speed]")) other.toggleAttribute("aria-pressed", false);
      button.setAttribute("aria-pressed", "true");
    }
    if (button.dataset.skip) sound.currentTime = Math.max(0, sound.currentTime + Number(button.dataset.skip));
    if (button.id === "copy-moment") {
      const link = new URL(location.href);
      link.hash = `t=${Math.floor(sound.currentTime)}`;
      history.replaceState(null, "", link);
      navigator.clipboard?.writeText(link.href).then(() => toast(text("player_copied")));
    }
  });
  draw();
}
