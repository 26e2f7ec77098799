// One press, one submission: a second press while the first is on its way is ignored, and words say so.
// The button is never disabled, so that its name and value travel, and a page come back to works again.

export function start(form) {
  let sentAt = 0;
  status(form); // a live region has to stand there before its words do

  form.addEventListener("submit", (event) => {
    // A network may swallow a request: after ten seconds the person may try again.
    if (sentAt && Date.now() - sentAt < 10_000) {
      event.preventDefault();
      return;
    }
    sentAt = Date.now();
    const pressed = event.submitter ?? form.querySelector("[type=submit]");
    pressed?.setAttribute("aria-disabled", "true");
    status(form).textContent = form.dataset.sending ?? "";
    setTimeout(() => release(form, pressed), 10_000);
  });

  window.addEventListener("pageshow", () => {
    sentAt = 0;
    for (const button of form.querySelectorAll("[aria-disabled=true]")) release(form, button);
  });
}

function release(form, button) {
  button?.removeAttribute("aria-disabled");
  status(form).textContent = "";
}

function status(form) {
  let line = form.querySelector("[data-sending-status]");
  if (!line) {
    line = document.createElement("p");
    line.className = "status";
    line.setAttribute("role", "status");
    line.dataset.sendingStatus = "";
    form.append(line);
  }
  return line;
}
