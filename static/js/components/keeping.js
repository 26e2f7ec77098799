// Keeps what is typed: says so when it could not be kept, and sends it once more when the page is left.

export function start(form) {
  let isTouched = false;
  let isLeaving = false;
  const keeping = () => document.getElementById("keeping");

  form.addEventListener("input", () => {
    isTouched = true;
  });
  // What is sent by a button holds everything; nothing is kept behind its back any more.
  form.addEventListener("submit", () => {
    isTouched = false;
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  document.body.addEventListener("htmx:before:request", (event) => {
    if (isLeaving) event.preventDefault();
  });
  document.body.addEventListener("htmx:after:swap", () => {
    isTouched = false;
  });
  document.body.addEventListener("htmx:error", () => {
    const line = keeping();
    if (line && !isLeaving) line.textContent = form.dataset.unkept;
  });
  window.addEventListener("pagehide", () => {
    if (isTouched) navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form));
  });
}
