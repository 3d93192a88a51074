// Keys, menus and drawers: Esc closes what is open and gives the focus back, "?" shows the keys, "/"
// leads to the reply box, and a drawer keeps the focus while it covers the page.

const TYPING = "input, textarea, select, [contenteditable]";

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.(TYPING);
    if (event.key === "Escape") closeInner(event);
    else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "?") showKeys();
    else if (event.key === "/") toReply(event);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-edit] textarea, .reason[data-press] textarea") || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (field.value.trim()) field.form.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-keys]")) showKeys();
  });
  for (const drawer of document.querySelectorAll("[popover]")) {
    // Uncovered before it closes, so that the browser can give the focus back to what opened it.
    drawer.addEventListener("beforetoggle", (event) => event.newState === "closed" && cover(drawer, false));
    drawer.addEventListener("toggle", (event) => {
      if (event.newState === "open") cover(drawer, true);
      else if (document.activeElement === document.body) opener(drawer)?.focus();
    });
  }
}

function closeInner(event) {
  const inside = event.target.closest?.("details[open]:is(.menu, .disclose, .extra, .persona)");
  const open = inside ?? [...document.querySelectorAll("details.menu[open]")].pop();
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
  if (open.matches(".msg-menu") && event.target.matches("textarea")) {
    event.target.form.reset();
    document.getElementById("say")?.focus();
  }
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
}

function toReply(event) {
  const box = document.getElementById("say");
  if (!box) return;
  event.preventDefault();
  box.focus();
}

function opener(drawer) {
  return document.querySelector(`[popovertarget="${drawer.id}"]:not([popovertargetaction])`);
}

function cover(drawer, open) {
  for (const other of document.querySelectorAll(".skip, .app > :not(dialog)")) {
    if (other !== drawer) other.inert = open;
  }
  if (open) drawer.querySelector("button")?.focus();
}
