// Checks the signed line that the QR code of a printed record carries behind the #; nothing of it is sent anywhere.

const LOWEST = 45;

export async function start(element) {
  const line = location.hash.slice(1);
  if (!/^(?:[0-9]{2}){50,1000}$/.test(line) || !globalThis.crypto?.subtle) return;
  const token = line.match(/../g).map((pair) => String.fromCharCode(Number(pair) + LOWEST)).join("");
  const answer = await fetch(element.dataset.keys);
  if (!answer.ok) return;
  const { keys, distrusted = [] } = await answer.json();
  const said = await claimsOf(token, keys);
  const outcome = said === null ? refusalOf(token, distrusted) : said.jti === element.dataset.code ? "holds" : "other";
  const shown = element.querySelector(`[data-outcome="${outcome}"]`);
  for (const place of shown.querySelectorAll("[data-said]")) place.textContent = said[place.dataset.said];
  shown.hidden = false;
}

// A key that is trusted no longer is not published: whether it made this line, nobody can say.
function refusalOf(token, distrusted) {
  const name = parsed(token.split(".")[0])?.kid;
  return distrusted.some((one) => one.endsWith(`#${name}`)) ? "distrusted" : "broken";
}

// What the line says, or null where no key of the issuer signed it; a browser that cannot check throws.
async function claimsOf(token, keys) {
  const parts = token.split(".");
  const header = parsed(parts[0]);
  const key = keys.find((one) => one.kid.endsWith(`#${header?.kid}`));
  if (parts.length !== 3 || header?.alg !== "Ed25519" || !key) return null;
  const publicKey = await crypto.subtle.importKey(
    "jwk",
    { kty: key.kty, crv: key.crv, x: key.x },
    { name: "Ed25519" },
    false,
    ["verify"],
  );
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  const signature = bytes(parts[2]);
  if (!signature || !(await crypto.subtle.verify({ name: "Ed25519" }, publicKey, signature, signed))) return null;
  return parsed(parts[1]);
}

function parsed(part) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes(part)));
  } catch {
    return null;
  }
}

function bytes(part) {
  try {
    return Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    return null;
  }
}
