// Lets a file be dropped anywhere on the page that asks for one, and says which one was chosen; it sends nothing.

const ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩";
const KIB = 1024;

/** Return a size in whole KiB, or in MiB from one on, in the digits asked for ("arab" or "latn"). */
export function sizeWords(bytes, digits, small, large) {
  const isLarge = bytes >= KIB * KIB;
  const count = String(Math.max(1, Math.round(bytes / (isLarge ? KIB * KIB : KIB))));
  const written = digits === "arab" ? count.replace(/\d/g, (digit) => ARABIC_DIGITS[digit]) : count;
  return `${written} ${isLarge ? large : small}`;
}

export function start(element) {
  const zone = element.querySelector(".drop");
  const control = element.querySelector("input[type=file]");
  const tell = (name) => {
    for (const one of element.querySelectorAll("[data-said]")) one.hidden = one.dataset.said !== name;
  };

  zone.classList.add("drop--live");
  // Where nothing can be dragged there is nothing to drop.
  const canDrop = matchMedia("(pointer: fine)").matches;
  element.querySelector("[data-words=choose]").hidden = canDrop;
  element.querySelector("[data-words=drop]").hidden = !canDrop;

  function look() {
    const [file] = control.files;
    if (!file) return tell("");
    if (file.size > Number(element.dataset.most)) {
      control.value = "";
      return tell("too-large");
    }
    const { digits } = document.documentElement.dataset;
    const size = element.querySelector("[data-file-size]");
    element.querySelector("[data-file-name]").textContent = file.name;
    size.textContent = sizeWords(file.size, digits, size.dataset.small, size.dataset.large);
    tell("chosen");
  }
  control.addEventListener("change", look);
  // A page come back to still holds its file.
  window.addEventListener("pageshow", look);

  const brings = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    zone.classList.add("drop--over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("drop--over");
  });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    // Without this the browser would leave the page and open the file.
    event.preventDefault();
    zone.classList.remove("drop--over");
    if (event.dataTransfer.files.length > 1) return tell("several");
    control.files = event.dataTransfer.files;
    look();
    zone.scrollIntoView({ block: "nearest" });
    control.focus();
  });
}
