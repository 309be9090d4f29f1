// The tabs beside the text, by the pattern of WAI-ARIA: arrows move, Home and End jump.
const list = document.querySelector(".editor .tabs");
const tabs = [...list.querySelectorAll("[role=tab]")];
const shownHooks = {};

export function show(name) {
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
  }
  shownHooks[name]?.();
}

export const isShown = (name) => document.getElementById(`tab-${name}`).getAttribute("aria-selected") === "true";
export const whenShown = (name, hook) => { shownHooks[name] = hook; };

list.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) show(tab.id.slice(4));
});
list.addEventListener("keydown", (event) => {
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = tabs[(to + tabs.length) % tabs.length];
  next.focus();
  show(next.id.slice(4));
});
