// Finds a number for this form while its person writes: a little work for one form, a great deal for many.

const AT_ONCE = 256; // hashes between two looks at what else there is to do
const NUMBER = (form) => form.elements.work;
let workedOn = "";

async function isFound(token, number, bits) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${token}:${number}`));
  return new DataView(digest).getUint32(0) >>> (32 - bits) === 0;
}

async function find(token, bits) {
  for (let first = 0; first < 1e9; first += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, more) => first + more);
    const found = await Promise.all(numbers.map((number) => isFound(token, number, bits)));
    const at = found.indexOf(true);
    if (at >= 0) return String(numbers[at]);
    await new Promise((go) => setTimeout(go));
  }
  return "";
}

document.addEventListener("input", async ({ target }) => {
  const form = target.form;
  const token = form?.elements.served?.value;
  if (!token || !NUMBER(form) || token === workedOn || !globalThis.crypto?.subtle) return;
  workedOn = token;
  const number = await find(token, Number(NUMBER(form).dataset.bits));
  if (form.elements.served.value === token) NUMBER(form).value = number;
});
