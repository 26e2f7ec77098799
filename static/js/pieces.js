// Exchanges pieces of a page with htmx under the one Trusted Types policy of the product; loaded only where they are.
import htmx from "../vendor/htmx.js";

// Pieces come from our own server and never hold a script: what does is refused, as are scripts made of text.
const refuse = () => {
  throw new TypeError("No script is made here");
};
const rules = {
  createHTML: (text) => (/<script\b/i.test(text) ? refuse() : text),
  createScript: refuse,
};
const trusted = window.trustedTypes ? window.trustedTypes.createPolicy("pieces", rules) : rules;

htmx.registerExtension("pieces", { init: (api) => api.initSecurity(trusted, refuse, refuse) });
