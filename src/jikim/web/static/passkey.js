/* Passkeys at the desk. A form that asks for one stays hidden until this script finds that the browser can answer;
   everything works without it, by the codes of an app. It talks to nobody: the answer goes with the form. */
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.isSecureContext;
  if (!able || /^[\d.]+$|:/.test(location.hostname)) continue; // no passkey is ever bound to a bare address

  const ask = async () => {
    const { publicKey } = JSON.parse(form.dataset.options);
    return form.dataset.passkey === "new"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  };

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[role=alert]");
    trouble.hidden = true;
    try {
      form.elements.passkey.value = JSON.stringify((await ask()).toJSON());
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
}
