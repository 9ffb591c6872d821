// Sends a form without leaving the page: how far it has come, a way to stop it, and nothing typed is lost if it fails.
// What arrived is then shown as an ordinary page: the form goes once more, without its files, to ask for the receipt.

const taken = (template) => document.getElementById(template).content.firstElementChild.cloneNode(true);

function only(box, when) {
  for (const words of box.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== when;
}

function clear(form) {
  form.parentElement.querySelectorAll(".summary, .sending").forEach((box) => box.remove());
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
}

function tell(form, when, title = "", words = "") {
  clear(form);
  const box = taken("not-sent");
  only(box, when);
  if (title) box.querySelector("h2").textContent = title;
  if (words) box.querySelector("[data-when=refused]").textContent = words;
  form.before(box);
  box.focus();
}

function show(form) {
  for (const field of form.querySelectorAll("input[type=file]")) field.disabled = true;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "show", value: "receipt" }));
  form.submit(); // an ordinary sending: going back, printing and reloading work as they do everywhere
}

// Puts the answer's own page in the place of this one. Files that the other side holds are listed there; where it holds
// none of a field, those that nothing is wrong with stay chosen.
function replace(form, page) {
  const chosen = [...form.querySelectorAll("input[type=file]")].filter((field) => field.files.length);
  const next = page.querySelector("main");
  let kept = chosen.length > 0;
  for (const field of chosen) {
    const again = next.querySelector(`input[type=file][id="${field.id}"]`);
    const isHeld = next.querySelector(`[data-held="${field.id}"]`);
    if (again && !isHeld && !again.getAttribute("aria-invalid")) again.files = field.files;
    else kept = false;
  }
  if (kept) next.querySelectorAll("[data-files-again]").forEach((words) => words.remove());
  document.title = page.title;
  document.querySelector("main").replaceWith(next);
  for (const again of next.querySelectorAll("form[data-sends]")) again.noValidate = true;
  for (const field of next.querySelectorAll("input[type=file]")) {
    if (field.files.length) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const first = next.querySelector("[autofocus]") ?? next.querySelector("h1");
  if (first.tagName === "H1") first.tabIndex = -1;
  first.focus();
}

function arrive(form, request) {
  if (request.status >= 200 && request.status < 300) {
    show(form);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (page.querySelector("form[data-sends]") || request.status === 403 || request.status === 404) {
    replace(form, page);
    return;
  }
  const words = page.querySelector("main .lede")?.textContent ?? "";
  tell(form, words ? "refused" : "broken", page.querySelector("main h1")?.textContent, words);
}

function send(form) {
  const request = new XMLHttpRequest();
  clear(form);
  const box = taken("sending");
  const [bar, percent] = [box.querySelector("progress"), box.querySelector(".percent")];
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    percent.textContent = `${Math.floor(bar.value)} %`;
  };
  request.upload.onload = () => {
    only(box, "storing");
    bar.removeAttribute("value");
    box.querySelector("[data-cancel]").remove(); // it may be stored already: stopping would promise too much
  };
  request.onload = () => arrive(form, request);
  request.onerror = () => tell(form, "broken");
  request.onabort = () => tell(form, "cancelled");
  box.querySelector("[data-cancel]").onclick = () => request.abort();
  request.open("POST", form.action);
  const body = new FormData(form); // in the order of the form: words before files
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
  form.setAttribute("aria-busy", "true");
  form.append(box);
  request.send(body);
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-sends]")) return;
  event.preventDefault();
  send(event.target);
});

// Whoever goes back to a form that was sent finds it ready to be read, and to be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sends]")) {
    clear(form);
    form.querySelectorAll("input[name=show]").forEach((field) => field.remove());
    form.querySelectorAll("input[type=file]").forEach((field) => (field.disabled = false));
  }
});
