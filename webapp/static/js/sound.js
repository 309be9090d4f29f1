// The microphone, how loud it is, and the tone of a call that rings: the same for every browser phone.
export const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

// Asks for the microphone; `lost` is called when it is unplugged. Raises what the browser raises.
export async function microphone(lost) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
  stream.getTracks()[0].addEventListener("ended", lost);
  return stream;
}

// How loud a stream is, 0..1, some ten times a second.
export function meter(stream, shown) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    shown(Math.min(1, loud * 6));
  }, 100);
  return () => { clearInterval(timer); context.close(); };
}

// A soft double beep while a call rings; returns what stops it.
export function ringTone() {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  gain.connect(context.destination);
  const tone = context.createOscillator();
  tone.frequency.value = 520;
  tone.connect(gain);
  tone.start();
  const beep = () => [0, 0.35].forEach((at) => {
    gain.gain.setTargetAtTime(0.15, context.currentTime + at, 0.01);
    gain.gain.setTargetAtTime(0, context.currentTime + at + 0.22, 0.02);
  });
  beep();
  const timer = setInterval(beep, 2000);
  return () => { clearInterval(timer); context.close(); };
}
