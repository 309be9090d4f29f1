// Clocks that run down: `data-clock-until`. The server's clock counts, not the computer's.
import { onShown, root } from "./send.js";
import { saveByClock } from "./wrapup.js";

const SAVE_BEFORE_S = 2;
let ahead = 0;
let savedFor = "";

function tick() {
  for (const clock of document.querySelectorAll("[data-clock-until]")) {
    const left = Math.ceil((Date.parse(clock.dataset.clockUntil) - Date.now() - ahead) / 1000);
    const seconds = Math.max(0, left);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("clock-short", seconds <= 10);
    const { attempt } = root().dataset;
    if (clock.matches("[data-auto-save]") && left <= SAVE_BEFORE_S && savedFor !== attempt) {
      savedFor = attempt;
      saveByClock();
    }
  }
}

onShown(() => {
  ahead = Date.parse(root().dataset.now) - Date.now();
  tick();
});
setInterval(tick, 1000);
