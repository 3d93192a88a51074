// The reply box: Enter sends, what is typed survives a reload, and a reply stays about the question
// that stood there when the typing began.

import { send } from "./post.js";
import { isLive } from "./live.js";

let next = null;

function parts() {
  const form = document.querySelector("[data-composer]");
  return form && { form, text: form.elements.namedItem("text"), about: form.elements.namedItem("about") };
}

/** What the next reply is about; waits while something is half-typed. */
export function setAbout(about, label, placeholder) {
  const box = parts();
  if (!box) return;
  if (box.text.value && box.about.value !== about) {
    next = [about, label, placeholder];
    return;
  }
  next = null;
  box.about.value = about;
  box.text.placeholder = placeholder;
  box.form.querySelector("[data-about]").textContent = label;
}

export function startComposer() {
  const box = parts();
  if (!box) return;
  const { form, text } = box;
  const key = `draft ${location.pathname}`;
  text.value ||= sessionStorage.getItem(key) ?? "";
  text.addEventListener("input", () => {
    sessionStorage.setItem(key, text.value);
    if (!text.value && next) setAbout(...next);
  });
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      if (text.value.trim()) form.requestSubmit();
    } else if (event.key === "ArrowUp" && !text.value && changeLast()) {
      event.preventDefault();
    }
  });
  form.addEventListener("submit", async (event) => {
    if (!isLive()) {
      sessionStorage.removeItem(key);
      return;
    }
    event.preventDefault();
    const sent = text.value;
    if (!(await send(form))) return;
    if (text.value === sent) text.value = "";
    sessionStorage.setItem(key, text.value);
    if (!text.value && next) setAbout(...next);
    text.focus();
  });
}

function changeLast() {
  const menu = [...document.querySelectorAll(".msg.own .msg-menu")].pop();
  if (!menu) return false;
  menu.open = true;
  const field = menu.querySelector("textarea");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  return true;
}
