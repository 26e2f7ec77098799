// Keeps the time left up to date. The words at five and at one minute are the only ones announced.

const ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩";

/** Return the time as 04:35 or 1:04:35 in the digits asked for ("arab" or "latn"). */
export function clockWords(seconds, digits) {
  const whole = Math.max(0, Math.ceil(seconds));
  const pair = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const words = `${hours ? `${hours}:` : ""}${pair(Math.floor(whole / 60) % 60)}:${pair(whole % 60)}`;
  return digits === "arab" ? words.replace(/\d/g, (digit) => ARABIC_DIGITS[digit]) : words;
}

function digitsOf(element) {
  if (/[٠-٩]/.test(element.textContent)) return "arab";
  if (/[0-9]/.test(element.textContent)) return "latn";
  return element.closest("[data-digits]")?.dataset.digits ?? "latn";
}

export function start(element) {
  const deadline = Date.parse(element.dataset.deadline);
  if (Number.isNaN(deadline)) return;

  // The server's clock where it is given: the reader's device may be minutes wrong. The wall clock goes on
  // while a device sleeps, which performance.now() does not; so it is corrected once and then read.
  const rendered = Date.parse(element.dataset.now ?? "");
  const correction = Number.isNaN(rendered) ? 0 : rendered - performance.timeOrigin;
  const now = () => Date.now() + correction;
  const digits = digitsOf(element);

  const voice = document.createElement("span");
  voice.className = "visually-hidden";
  voice.setAttribute("aria-live", "polite");
  element.after(voice);
  element.setAttribute("aria-live", "off");

  const secondsLeft = () => (deadline - now()) / 1000;
  let before = secondsLeft();

  function tick() {
    const left = secondsLeft();
    for (const [moment, words] of [[300, element.dataset.five], [60, element.dataset.one]]) {
      if (before > moment && left <= moment && words) voice.textContent = words;
    }
    before = left;
    if (left <= 0) {
      element.textContent = element.dataset.over || clockWords(0, digits);
      voice.textContent = element.textContent;
      return;
    }
    element.textContent = clockWords(left, digits);
    setTimeout(tick, left * 1000 % 1000 || 1000);
  }
  tick();
}
