// A supervisor's phone on the page of live calls: it picks up by itself, because only listening makes it ring.
const says = document.getElementById("phone-says");
const say = (word) => { if (word in says.dataset) says.textContent = says.dataset[word]; };

async function start() {
  const account = await (await fetch("/live-calls/phone.json")).json();
  if (account.kind !== "browser") { say(account.kind); return; }
  const { Phone } = await import(account.network === "twilio" ? "./twilio_phone.js" : "./phone.js");
  const phone = new Phone(account, document.getElementById("remote-audio"), say);
  addEventListener("pagehide", () => phone.leave());
  await phone.openMicrophone().catch(() => say("microphone"));
  phone.register();
}

start().catch(() => say("down"));
