// Takes the proof out of the letter's address, where nobody else can read it, into the form; the address forgets it.

function take() {
  const proof = location.hash.slice(1);
  if (!proof) return;
  history.replaceState(null, "", location.pathname + location.search);
  const field = document.getElementById("address");
  field.value = proof;
  field.type = "hidden";
  document.getElementById("by-hand").hidden = true;
  document.querySelector("form.ask button").focus();
}

addEventListener("hashchange", take); // a second letter, opened on the same page
take();
