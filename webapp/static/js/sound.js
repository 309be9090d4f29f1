// The microphone and how loud it is: the same for every browser phone.
export const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

// Asks for the microphone, `deviceId` if it is there; `lost` is called when it is unplugged. Raises what the browser raises.
export async function microphone(lost, deviceId = "") {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...AUDIO, ...(deviceId && { deviceId: { ideal: deviceId } }) } });
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
