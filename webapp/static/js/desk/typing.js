// Typed words: sent a moment after the last key and whenever a field is left, and marked saved only when the server
// has them. A field that is not saved yet is left alone by refreshes.
import { banner, text } from "./say.js";
import { parting, put, refresh } from "./send.js";

const PAUSE_MS = 400;
const AT_MOST_MS = 1500;
const AGAIN_MS = 3000;
const AGAIN_AFTER_PARTING_MS = [500, 2500];
const PARTED = "desk-parted";
const drafts = new Set();

export class Draft {
  // `read` gives the values to send, `element` is what refreshes leave alone meanwhile, `told` hears the answer.
  constructor(url, element, read, told = () => {}) {
    Object.assign(this, { url, element, read, told, timer: 0, first: 0, count: 0 });
    // The call it was typed in, whatever is on the desk when it is sent.
    this.attempt = element.closest("[data-of]").dataset.of;
  }

  touch(now = false) {
    this.element.setAttribute("hx-morph-skip", "");
    drafts.add(this);
    this.count += 1;
    this.first ||= Date.now();
    clearTimeout(this.timer);
    const wait = now || Date.now() - this.first > AT_MOST_MS ? 0 : PAUSE_MS;
    this.timer = setTimeout(() => this.send(), wait);
    if (this.count === 1 || now) this.told({ saving: true });
  }

  async send() {
    clearTimeout(this.timer);
    if (!drafts.has(this)) return true;
    this.first = 0;
    const count = this.count;
    try {
      const answer = await put(this.url, this.values());
      if (count === this.count) this.settle();
      banner("unsaved", "");
      this.told(answer);
      return answer.ok;
    } catch {
      banner("unsaved", text("desk_not_saved"), text("desk_retry"), sendAll);
      this.timer = setTimeout(() => this.send(), AGAIN_MS);
      return false;
    }
  }

  values() {
    return { attempt: this.attempt, ...this.read() };
  }

  settle() {
    drafts.delete(this);
    this.count = 0;
    this.element.removeAttribute("hx-morph-skip");
  }
}

export function sendAll() {
  return Promise.all([...drafts].map((draft) => draft.send()));
}

addEventListener("pagehide", () => {
  if (drafts.size) sessionStorage.setItem(PARTED, "1");
  drafts.forEach((draft) => parting(draft.url, draft.values()));
});
// What was sent in parting may arrive after the page was drawn again: look once more.
if (sessionStorage.getItem(PARTED)) {
  sessionStorage.removeItem(PARTED);
  AGAIN_AFTER_PARTING_MS.forEach((ms) => setTimeout(refresh, ms));
}
document.addEventListener("visibilitychange", () => { if (document.hidden) sendAll(); });
addEventListener("online", sendAll);
