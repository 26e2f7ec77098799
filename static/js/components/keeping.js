// Keeps what is typed: says so when it could not be kept, and sends it once more when the page is left.

export function start(form) {
  let isTouched = false;
  const keeping = () => document.getElementById("keeping");

  form.addEventListener("input", () => {
    isTouched = true;
  });
  form.addEventListener("submit", () => {
    isTouched = false;
  });
  document.body.addEventListener("htmx:after:swap", () => {
    isTouched = false;
  });
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.body.addEventListener(name, () => {
      const line = keeping();
      if (line) line.textContent = form.dataset.unkept;
    });
  }
  window.addEventListener("pagehide", () => {
    if (isTouched) navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form));
  });
}
