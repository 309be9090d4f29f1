// What every page does: keys from the registry, dialogs, clocks that run, confirmations, one line for what went wrong.
const data = JSON.parse(document.getElementById("page-data").textContent);

export function text(name) {
  return data.texts[name] ?? name;
}

export function toast(message) {
  const line = document.getElementById("toast");
  line.textContent = message;
  line.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { line.hidden = true; }, 5000);
}

// ---- keys
const CHORD_MS = 1200;
let pressed = [];
let chordTimer = 0;

function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog[open]");
}

function act(name) {
  if (name === "help") return document.getElementById("keys").showModal();
  if (name === "search") return document.querySelector("[data-search]")?.focus();
  const element = document.querySelector(`[data-action="${name}"]`);
  if (element) return element.click();
  document.body.dispatchEvent(new CustomEvent(`key:${name}`, { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.code.startsWith("Shift")) return;
  pressed = [...pressed, event.code].slice(-3);
  clearTimeout(chordTimer);
  chordTimer = setTimeout(() => { pressed = []; }, CHORD_MS);
  const fits = (key) => key.shift === event.shiftKey && key.codes.every((code, i) => pressed[pressed.length - key.codes.length + i] === code);
  const key = data.keys.filter(fits).sort((a, b) => b.codes.length - a.codes.length)[0];
  if (!key) return;
  event.preventDefault();
  pressed = [];
  act(key.name);
});

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-action="help"]')) act("help");
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  document.querySelectorAll("details:is(.menu, .more-places)[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details:is(.menu, .more-places)[open]").forEach((menu) => { menu.open = false; });
});

// ---- a select that sends its form; without scripts its button stays
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

// ---- clocks: <span data-clock-since="2026-03-04T09:00:00Z">
function shown(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock-since]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(clock.dataset.clockSince)) / 1000);
    const next = shown(seconds);
    if (clock.textContent !== next) clock.textContent = next;
  }
}
setInterval(tick, 1000);
tick();
document.addEventListener("htmx:after:swap", tick);

// ---- what went wrong, in one line
document.addEventListener("htmx:error", () => toast(text("connection_lost")));
