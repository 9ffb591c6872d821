// Says what is wrong with a field as soon as it is left, by the server's limits and in its words. The server decides.

const characters = (words) => [...words.replaceAll("\r\n", "\n").trim()].length;
const NEARLY = 0.8; // of what a field takes: from here on it is counted aloud

function numbered(words, pattern) {
  const days = (found) => found[2] >= 1 && found[2] <= 12 && found[3] >= 1 && found[3] <= 31;
  return [...words.normalize("NFKC").matchAll(new RegExp(pattern, "g"))].some(days);
}

function faultOfFiles(files, told, waiting) {
  if (!files.length && !waiting) return told.missing ?? "";
  if (files.length + waiting > Number(told.mostFiles)) return told.tooMany;
  const empty = files.find((file) => file.size === 0);
  if (empty) return told.empty.replace("{file}", () => empty.name);
  const big = files.find((file) => file.size > Number(told.mostBytes));
  return big ? told.tooBig.replace("{file}", () => big.name) : "";
}

const waitingFor = (field) => field.form.querySelectorAll(`[data-held="${field.id}"]:checked`).length;

export function faultOf(field) {
  const told = field.dataset;
  if (field.type === "file") return faultOfFiles([...field.files], told, waitingFor(field));
  const words = field.value.trim();
  if (!words) return told.missing ?? "";
  if (characters(words) > Number(told.most)) return told.tooLong;
  if (numbered(words, told.numberPattern)) return told.numbered;
  return told.pattern && !new RegExp(`^(?:${told.pattern})$`).test(words) ? told.notOfKind : "";
}

const isChecked = (field) => field instanceof Element && field.matches("form[data-sends] :is([data-most], [data-most-files])");

function show(field, fault) {
  const id = `${field.id}-mistake`;
  let said = document.getElementById(id);
  field.closest(".field").classList.toggle("has-mistake", Boolean(fault));
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((word) => word && word !== id);
  field.setAttribute("aria-describedby", [...others, ...(fault ? [id] : [])].join(" "));
  if (!fault) {
    said?.remove();
    field.removeAttribute("aria-invalid");
    return;
  }
  if (!said) {
    said = Object.assign(document.createElement("span"), { id, className: "mistake" });
    field.before(said);
  }
  said.textContent = fault;
  field.setAttribute("aria-invalid", "true");
}

function countAloud(field) {
  const most = Number(field.dataset.most);
  const count = characters(field.value);
  let said = field.parentElement.querySelector(".left");
  if (count < most * NEARLY) {
    said?.remove();
    return;
  }
  if (!said) {
    said = Object.assign(document.createElement("span"), { className: "left", ariaHidden: "true" });
    field.after(said);
  }
  said.textContent = `${count.toLocaleString("en")} / ${most.toLocaleString("en")}`;
}

function size(bytes) {
  const unit = bytes >= 1048576 ? [1048576, "MB"] : [1024, "KB"];
  return `${Math.max(bytes / unit[0], bytes && 0.1).toFixed(1).replace(/\.0$/, "")} ${unit[1]}`;
}

function listFiles(field) {
  field.parentElement.querySelector(".chosen")?.remove();
  if (!field.files.length) return;
  const list = Object.assign(document.createElement("ul"), { className: "chosen" });
  for (const file of field.files) {
    const line = document.createElement("li");
    line.textContent = `${file.name} · ${size(file.size)}`;
    list.append(line);
  }
  field.after(list);
}

document.addEventListener("focusout", ({ target }) => {
  if (isChecked(target) && target.type !== "file" && target.value.trim()) show(target, faultOf(target));
});

document.addEventListener("input", ({ target }) => {
  if (!isChecked(target) || target.type === "file") return;
  countAloud(target);
  if (target.getAttribute("aria-invalid") && !faultOf(target)) show(target, "");
});

document.addEventListener("change", ({ target }) => {
  if (!isChecked(target) || target.type !== "file") return;
  listFiles(target);
  show(target, target.files.length ? faultOf(target) : "");
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sends]")) return;
  const fields = [...event.target.elements].filter(isChecked);
  for (const field of fields) show(field, faultOf(field));
  const wrong = fields.find((field) => field.getAttribute("aria-invalid"));
  if (wrong || !event.target.checkValidity()) {
    event.preventDefault();
    if (wrong) wrong.focus();
    else event.target.reportValidity();
  }
});

// What is asked for is told by us, in the page's language, and not by the browser in its own.
for (const form of document.querySelectorAll("form[data-sends]")) form.noValidate = true;
