// Tones that this page makes itself: an operator hears a call come and go without looking at the page.
const LOUD = 0.15;
let context = null;
let sink = "";

function output() {
  context ??= new AudioContext();
  if (context.setSinkId && sink !== (context.sinkId || "")) context.setSinkId(sink).catch(() => {});
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
}

// The loudspeaker that tones come from; "" is the computer's own choice.
export function toneTo(deviceId) {
  sink = deviceId;
}

// `notes` are [hertz, from, until] in seconds from now.
function play(notes) {
  const here = output();
  for (const [hertz, from, until] of notes) {
    const tone = here.createOscillator();
    const gain = here.createGain();
    tone.frequency.value = hertz;
    gain.gain.value = 0;
    gain.gain.setTargetAtTime(LOUD, here.currentTime + from, 0.01);
    gain.gain.setTargetAtTime(0, here.currentTime + until, 0.02);
    tone.connect(gain).connect(here.destination);
    tone.start(here.currentTime + from);
    tone.stop(here.currentTime + until + 0.2);
  }
}

export const callComes = () => play([[660, 0, 0.09], [880, 0.11, 0.22]]);
export const callGoes = () => play([[440, 0, 0.12]]);
export const trial = () => play([[520, 0, 0.3], [660, 0.35, 0.65], [780, 0.7, 1.1]]);

// A soft double beep while a closer's phone rings; returns what stops it.
export function ring() {
  const beep = () => play([[520, 0, 0.22], [520, 0.35, 0.57]]);
  beep();
  const timer = setInterval(beep, 2000);
  return () => clearInterval(timer);
}
