import { fresh } from "./once.js";

async function prove(form) {
  const sent = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const response = await fetch(form.dataset.begin, { method: "POST", body: sent });
  const asked = await response.json();
  if (!response.ok) throw new Error(asked.error ?? response.statusText);
  const { publicKey } = asked.options;
  const credential = form.dataset.passkey === "register"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  for (const [name, value] of Object.entries(asked)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  form.elements.namedItem("answer").value = JSON.stringify(credential.toJSON());
}

/** Forms that are answered by a passkey. */
export function passkeys(part) {
  for (const form of fresh(part, "form[data-passkey]", passkeys)) {
    if (!globalThis.PublicKeyCredential) continue;
    form.hidden = false;
    const said = Object.assign(document.createElement("p"), { className: "error" });
    said.setAttribute("role", "alert");
    form.append(said);
    form.addEventListener("submit", async (event) => {
      if (form.elements.namedItem("answer").value) return;
      event.preventDefault();
      said.textContent = "";
      try {
        await prove(form);
        form.submit();
      } catch (wrong) {
        said.textContent = wrong.message;
        for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
      }
    });
  }
}
