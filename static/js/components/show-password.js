// A button beside a password shows what was typed, and hides it again when the form is sent.

export function start(field) {
  const input = field.querySelector("input[type=password]");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet field__show";
  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? field.dataset.hide : field.dataset.show;
  };
  show(false);
  // What is shown is no prose.
  input.spellcheck = false;
  input.autocapitalize = "off";
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
}
