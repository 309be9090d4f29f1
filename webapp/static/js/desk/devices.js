// Which microphone and loudspeaker this computer's owner uses: remembered here, offered where there is a choice.
import { toneTo } from "../tones.js";

const KINDS = { microphone: "audioinput", speaker: "audiooutput" };
const hooks = {};

export const chosen = (what) => localStorage.getItem(`warmline-${what}`) ?? "";
export const onChosen = (what, hook) => { hooks[what] = hook; };

// Fills the selects of the headset check; names of devices are known only once the microphone is allowed.
export async function offer(box, allowed) {
  const found = allowed ? await navigator.mediaDevices.enumerateDevices() : [];
  for (const [what, kind] of Object.entries(KINDS)) {
    const select = box.querySelector(`[data-device="${what}"]`);
    const devices = found.filter((device) => device.kind === kind && device.deviceId && device.deviceId !== "default");
    select.closest("[data-device-row]").hidden = devices.length < 2;
    const known = devices.map((device) => device.deviceId).join();
    if (select.dataset.known === known) continue; // it may be open
    select.dataset.known = known;
    const [auto] = select.options;
    select.replaceChildren(auto, ...devices.map((device) => new Option(device.label, device.deviceId)));
    select.value = devices.some((device) => device.deviceId === chosen(what)) ? chosen(what) : "";
  }
}

toneTo(chosen("speaker"));
document.addEventListener("change", (event) => {
  const what = event.target.dataset?.device;
  if (!what) return;
  localStorage.setItem(`warmline-${what}`, event.target.value);
  if (what === "speaker") toneTo(event.target.value);
  hooks[what]?.(event.target.value);
});
