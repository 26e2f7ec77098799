// Starts the behaviour that each [data-module] names; every page works without it.

for (const element of document.querySelectorAll("[data-module]")) {
  const name = element.dataset.module;
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) continue;
  import(`./components/${name}.js`)
    .then((component) => component.start(element))
    .catch((error) => console.error(`The component ${name} did not start`, error));
}
