// Sends the small forms (marked data-press) without leaving the page, where the page listens live.

import { isLive } from "./live.js";

const OFFLINE = "That didn’t reach Convenor. What you typed is still here; try again in a moment.";

/** Show a notice above the room; it says itself to screen readers. */
export function tell(sentence) {
  const notices = document.querySelector("[data-notices]");
  if (!notices) return;
  const notice = document.createElement("p");
  notice.className = "flash";
  const words = document.createElement("span");
  words.textContent = sentence;
  notice.append(words);
  notices.replaceChildren(notice);
}

/** Take the notice away. */
export function hush() {
  document.querySelector("[data-notices]")?.replaceChildren();
}

/** Post a form; returns whether it was taken. Moves on where the answer says so. */
export async function send(form, submitter) {
  if (form.getAttribute("aria-busy") === "true") return false;
  form.setAttribute("aria-busy", "true");
  try {
    // A form's own fields may be called "action" and "id", so its properties can't be trusted.
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: new FormData(form, submitter),
      headers: { Accept: "application/json" },
    });
    const said = await answer.json();
    if (said.where) location.assign(said.where);
    else if (said.go) location.assign(said.go);
    if (said.id) form.elements.namedItem("id").value = said.id;
    const words = said.notice || said.sentence;
    if (words) tell(words);
    else hush();
    return said.ok === true;
  } catch {
    tell(OFFLINE);
    return false;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

export function startPosts() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-press]") || !isLive()) return;
    event.preventDefault();
    if (!(await send(form, event.submitter))) return;
    const message = form.closest(".msg");
    form.reset();
    for (const open of message?.querySelectorAll("details[open]") ?? []) open.open = false;
    for (let menu = form.closest("details"); menu; menu = menu.parentElement.closest("details")) menu.open = false;
    form.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  });
}
