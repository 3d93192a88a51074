// Longer forms: lists grow a line at a time, a link copies in one click, and leaving with unsaved
// words asks first.

const ENTRY = "Entry";

export function startForms() {
  const wrong = document.querySelector("[aria-invalid=true]");
  for (const field of document.querySelectorAll("[data-local-zone]")) {
    // Only a guess for an untouched form: what somebody sent before stays as they wrote it.
    if (!wrong && field.value === "UTC") field.value = field.defaultValue = here();
  }
  for (const area of document.querySelectorAll("textarea[data-entries]")) grow(area);
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  for (const field of document.querySelectorAll("[data-select]")) {
    field.addEventListener("focus", () => field.select());
  }
  for (const form of document.querySelectorAll("form[data-form]")) guard(form);
  for (const other of document.querySelectorAll(".pick-line .other")) {
    other.addEventListener("input", () => {
      const pick = other.closest(".pick-line").querySelector(".pick input");
      if (other.value) pick.checked = true;
    });
  }
  wrong?.scrollIntoView({ block: "center" });
}

/** This browser's time zone, by its name. */
function here() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** One input for each entry in place of the lines of a text area, which still holds what is sent. */
function grow(area) {
  const box = document.createElement("div");
  box.className = "entries";
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  const described = area.getAttribute("aria-describedby");
  const sync = () => {
    area.value = [...box.children].map((input) => input.value).join("\n");
    const last = box.lastElementChild;
    if (last.value) add("");
    [...box.children].forEach((input, n) => {
      input.setAttribute("aria-label", `${label?.textContent ?? ""} ${ENTRY} ${n + 1}`.trim());
    });
  };
  function add(value, after = null) {
    const input = document.createElement("input");
    input.type = "text";
    input.dir = "auto";
    input.value = value;
    if (described) input.setAttribute("aria-describedby", described);
    if (after) after.after(input);
    else box.append(input);
    return input;
  }
  box.addEventListener("input", sync);
  box.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      (input.nextElementSibling ?? add("", input)).focus();
      sync();
    } else if (event.key === "Backspace" && !input.value && box.children.length > 1 && input.previousElementSibling) {
      event.preventDefault();
      input.previousElementSibling.focus();
      input.remove();
      sync();
    }
  });
  box.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").split(/\r?\n/).filter((line) => line.trim());
    if (lines.length < 2) return;
    event.preventDefault();
    let at = event.target;
    at.value += lines.shift();
    for (const line of lines) at = add(line, at);
    at.focus();
    sync();
  });
  for (const line of area.value.split("\n").filter((text) => text.trim())) add(line);
  add("");
  area.hidden = true;
  area.after(box);
  label?.addEventListener("click", () => box.firstElementChild.focus());
  [...box.children].forEach((input, n) => {
    input.setAttribute("aria-label", `${label?.textContent ?? ""} ${ENTRY} ${n + 1}`.trim());
  });
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.lastChild.textContent = "Copied";
  } catch {
    field.focus(); // it is selected: the keyboard copies it
  }
}

/** Ask before unsaved words are left behind. */
function guard(form) {
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
  });
  form.addEventListener("submit", () => {
    touched = false;
  });
  addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
}
