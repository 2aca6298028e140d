// Stands for the device's speech: a voice for one language that comes late, and a list of everything it was asked to say.
(() => {
  const said = [];
  let voices = [];
  const listeners = [];
  class Utterance {
    constructor(text) {
      this.text = text;
    }
  }
  const synth = {
    speaking: false,
    pending: false,
    getVoices: () => voices,
    addEventListener: (_kind, listener) => listeners.push(listener),
    cancel() {
      this.speaking = false;
      said.push("(cancel)");
    },
    speak(one) {
      this.speaking = true;
      said.push(`${one.lang}: ${one.text}`);
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synth });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
  window.said = () => said.filter((text) => text !== "(cancel)");
  window.saidAll = () => said;
  window.forget = () => void (said.length = 0);
  window.giveVoice = (lang) => {
    voices = [{ lang, name: "test", default: true, localService: true, voiceURI: lang }];
    listeners.forEach((listener) => listener());
  };
  const kept = "VOICE";
  if (kept) addEventListener("load", () => window.giveVoice(kept));
})();
