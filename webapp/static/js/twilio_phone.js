// The browser phone at Twilio, by its Voice SDK: the same words and the same questions as phone.js.
// The token is good for an hour and names this phone; the SDK's own sounds and reports are left off, so that nothing
// is fetched from anywhere and nothing but the call leaves the page.
import { Device } from "../vendor/twilio_voice.esm.js";
import { AUDIO, microphone } from "./sound.js";

const RENEW_MS = 60_000;
const BAD_TOKEN = new Set([20101, 20104, 31201, 31204, 31205]);

class Silent {
  play() { return Promise.resolve(); }
  stop() {}
  setSinkIds() { return Promise.resolve(); }
}

async function token(url = "/twilio/token.json") {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error("no token");
  return (await reply.json()).token;
}

export class Phone {
  constructor(account, audio, told) {
    Object.assign(this, { account, audio, told, call: null, stream: null, autoAnswer: () => true, muted: false });
  }

  async openMicrophone(deviceId = "") {
    const stream = await microphone(() => { if (this.stream === stream) this.told("microphone"); }, deviceId);
    const before = this.stream;
    this.stream = stream;
    if (this.call) await this.device.audio.setInputDevice(stream.getTracks()[0].getSettings().deviceId).catch(() => {});
    before?.getTracks().forEach((one) => one.stop());
    return stream;
  }

  // Where the voice comes from.
  async speakTo(deviceId) {
    if (this.device?.audio?.isOutputSelectionSupported) await this.device.audio.speakerDevices.set(deviceId || "default").catch(() => {});
  }

  async register() {
    this.told("registering");
    try {
      this.device = new Device(await token(this.account.token_url), {
        ...(this.account.edge && { edge: this.account.edge }),
        codecPreferences: ["opus", "pcmu"],
        tokenRefreshMs: RENEW_MS,
        publishEvents: false,
        Sound: Silent,
      });
    } catch {
      this.told("refused");
      return;
    }
    this.device.on("registering", () => this.told("registering"));
    this.device.on("registered", () => this.told("registered"));
    this.device.on("unregistered", () => this.told("down"));
    this.device.on("error", (error) => this.told(BAD_TOKEN.has(error.code) ? "refused" : "down"));
    this.device.on("tokenWillExpire", () => this.renew());
    this.device.on("incoming", (call) => this.meet(call));
    this.device.register().catch(() => this.told("down"));
  }

  // Without a new token the phone stays up until the old one ends; then Twilio says so, and so does the page.
  renew() {
    token(this.account.token_url).then((fresh) => this.device.updateToken(fresh), () => {});
  }

  // Our token lets nobody ring this phone but our own account.
  meet(call) {
    if (this.call) { call.reject(); return; }
    this.call = call;
    call.on("accept", () => { this.mute(this.muted); this.told("up"); });
    for (const end of ["disconnect", "cancel", "reject"]) call.on(end, () => this.over(call));
    call.on("error", (error) => { if (error.code === 31401 || error.code === 31402) this.told("microphone"); });
    if (this.autoAnswer()) this.answer();
    else this.told("ringing");
  }

  answer() {
    if (this.call?.status() === "pending") this.call.accept({ rtcConstraints: { audio: AUDIO } });
  }

  decline() {
    if (this.call?.status() === "pending") this.call.reject();
  }

  over(call) {
    if (call !== this.call) return;
    this.call = null;
    this.told("idle");
  }

  mute(on) {
    this.muted = on;
    if (this.call?.status() === "open") this.call.mute(on);
  }

  playSound() {
    return Promise.resolve();
  }

  leave() {
    this.device?.destroy();
  }
}
