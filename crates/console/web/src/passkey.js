import { bytes, letters } from "./base64.js";
import { busy, idle } from "./busy.js";
import { fresh } from "./fresh.js";
import { make, text } from "./text.js";

const descriptors = (all) => all?.map((one) => ({ ...one, id: bytes(one.id) }));

/** What to sign, for browsers that do not read JSON themselves. */
function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: bytes(options.challenge), allowCredentials: descriptors(options.allowCredentials) };
}

/** @param {PublicKeyCredential} credential */
function told(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const written = parts.filter((part) => response[part]).map((part) => [part, letters(response[part])]);
  return {
    id: credential.id,
    rawId: letters(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(written), transports: response.getTransports?.() },
  };
}

/** @param {HTMLFormElement} form */
async function ceremony(form) {
  const sent = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const response = await fetch(form.dataset.begin, { method: "POST", body: sent, headers: { accept: "application/json" } });
  const asked = await response.json().catch(() => ({}));
  const options = asked.options?.publicKey ?? asked.options;
  if (!response.ok || !options) {
    const said = asked.message ?? asked.error;
    throw new Error(typeof said === "string" ? said : text("passkey-refused", "The server did not begin. Reload the page and try again.", { at: form }));
  }
  const credential = form.dataset.passkey === "register"
    ? await navigator.credentials.create({ publicKey: creation(options) })
    : await navigator.credentials.get({ publicKey: request(options) });
  for (const [name, value] of Object.entries(asked)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && name !== "options") field.value = String(value);
  }
  answer(form).value = JSON.stringify(told(credential));
}

function answer(form) {
  const there = form.elements.namedItem("answer");
  if (there) return there;
  const field = make("input", { type: "hidden", name: "answer" });
  form.append(field);
  return field;
}

/** What went wrong, in words. @param {Error} wrong @param {HTMLElement} form */
function reason(wrong, form) {
  const at = { at: form };
  switch (wrong.name) {
    case "NotAllowedError":
    case "AbortError": return text("passkey-stopped", "Nothing was signed: it was cancelled, took too long, or no passkey fits.", at);
    case "InvalidStateError": return text("passkey-known", "This device already holds a passkey for this account.", at);
    case "SecurityError": return text("passkey-insecure", "Passkeys work only over HTTPS and on the name that they were made for.", at);
    case "NotSupportedError": return text("passkey-unsupported", "This device cannot hold such a passkey.", at);
    case "TypeError": return text("passkey-offline", "The server cannot be reached. Try again.", at);
    default: return wrong.message;
  }
}

/** Forms that are answered by a passkey. They are hidden where there can be none. */
export function passkeys(part) {
  for (const form of fresh(part, "form[data-passkey]", passkeys)) {
    if (!globalThis.PublicKeyCredential) continue;
    form.hidden = false;
    const said = make("p", { className: "error" });
    said.setAttribute("role", "alert");
    form.append(said);
    form.addEventListener("submit", async (event) => {
      // The page is left by form.submit(), which asks nobody again.
      event.preventDefault();
      if (form.getAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      said.textContent = "";
      answer(form).value = "";
      busy(form, event.submitter);
      try {
        await ceremony(form);
        form.dispatchEvent(new CustomEvent("atoll:leaving"));
        form.submit();
      } catch (wrong) {
        said.textContent = reason(wrong, form);
        idle(form);
      } finally {
        form.removeAttribute("aria-busy");
      }
    });
  }
}
