// Asks the device for a passkey, puts its answer into the form around it, and sends that form. Whatever goes wrong is
// said in the words that the page brought along; the way without a passkey stands beside it all the time.

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function asked(options, registers) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (registers) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = described(options.excludeCredentials);
    return navigator.credentials.create({ publicKey });
  }
  publicKey.allowCredentials = described(options.allowCredentials);
  return navigator.credentials.get({ publicKey });
}

function written(credential, registers) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (registers) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response: answer, clientExtensionResults: {} });
}

function fault(error, words) {
  if (error.name === "InvalidStateError") return words.known;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return words.cancelled;
  if (error instanceof TypeError || error.name === "OfflineError") return words.offline;
  return words.unable;
}

async function begun(box) {
  const body = new FormData();
  body.set("csrf_token", box.closest("form").elements.csrf_token.value);
  body.set("purpose", box.dataset.purpose);
  const answer = await fetch(box.dataset.begin, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new DOMException("refused", "OfflineError");
  }
  return answer.json();
}

export function start(box) {
  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  const [button, told] = [box.querySelector("button"), box.querySelector("[role=alert]")];
  const registers = box.dataset.purpose === "register";
  box.hidden = false;
  button.addEventListener("click", async () => {
    told.textContent = "";
    button.disabled = true;
    try {
      const credential = await asked(await begun(box), registers);
      box.querySelector("[name=credential]").value = written(credential, registers);
      // Not `requestSubmit`: the password may stay empty.
      box.closest("form").submit();
    } catch (error) {
      told.textContent = fault(error, box.dataset);
      button.disabled = false;
      button.focus();
    }
  });
}
