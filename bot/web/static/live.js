// Listens for what changes in the room and puts it in place, gently: nothing half-typed is lost, the
// focus stays where it is, and the list does not jump.

import { tell } from "./post.js";
import { setAbout } from "./composer.js";

const GONE = "This page is no longer connected. Load it again to go on.";
const AGAIN = "Connecting again…";
const NEWER = "New messages";

let source = null;
const waiting = new Map();

/** Whether live updates arrive at the moment. */
export function isLive() {
  return source !== null && source.readyState === EventSource.OPEN;
}

export function startLive() {
  const app = document.querySelector("[data-live]");
  const list = document.getElementById("messages");
  if (!app || !list) return;
  connect(app.dataset.live, list);
  // A page that nobody looks at lets go of its connection, and catches up when it is looked at again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source.close();
    else if (source.readyState === EventSource.CLOSED) connect(app.dataset.live, list);
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  for (const kind of ["focusout", "settled", "input"]) {
    list.addEventListener(kind, () => setTimeout(() => catchUp(list), 0));
  }
}

function connect(url, list) {
  const opened = new EventSource(`${url}&after=${list.dataset.rev || 0}`);
  let broken = 0;
  source = opened;
  opened.addEventListener("open", () => {
    clearTimeout(broken);
    document.documentElement.classList.add("live");
  });
  opened.addEventListener("message", (event) => {
    put(list, JSON.parse(event.data));
    if (event.lastEventId) list.dataset.rev = event.lastEventId;
  });
  opened.addEventListener("panel", (event) => {
    surround(JSON.parse(event.data));
    if (event.lastEventId) list.dataset.rev = event.lastEventId;
  });
  opened.addEventListener("error", () => {
    clearTimeout(broken);
    document.documentElement.classList.remove("live");
    if (opened.readyState === EventSource.CLOSED) tell(GONE);
    else broken = setTimeout(() => tell(AGAIN), 8000);
  });
}

function catchUp(list) {
  for (const [id, data] of [...waiting]) {
    waiting.delete(id);
    put(list, data);
  }
}

function put(list, { id, html, own }) {
  const old = document.getElementById(`m-${id}`);
  if (!html) {
    if (old?.contains(document.activeElement)) document.getElementById("say")?.focus();
    old?.remove();
    return;
  }
  if (old && busy(old)) {
    waiting.set(id, { id, html, own });
    return;
  }
  const fresh = parse(html);
  if (old) swap(old, fresh);
  else add(list, fresh, own);
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Somebody is typing in there. */
function busy(element) {
  const fields = element.querySelectorAll("textarea, input:not([type=hidden])");
  const active = document.activeElement;
  return [...fields].some((field) => field.value !== field.defaultValue || field === active);
}

function swap(old, fresh) {
  for (const open of old.querySelectorAll("details[open][data-keep]")) {
    const same = fresh.querySelector(`details[data-keep="${CSS.escape(open.dataset.keep)}"]`);
    if (same) same.open = true;
  }
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  fresh.setAttribute("aria-live", "off"); // a card that changes a little is not read out again
  old.replaceWith(fresh);
  if (!active) return;
  const same = key && [...fresh.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key);
  (same || fresh).focus({ preventScroll: true });
}

function add(list, fresh, own) {
  const scroller = list.closest("[data-scroll]");
  const below = scroller ? -scroller.scrollTop : 0;
  fresh.classList.add("new");
  const next = [...list.children].find((e) => Number(e.dataset.id) > Number(fresh.dataset.id));
  list.insertBefore(fresh, next ?? null);
  if (!scroller) return;
  if (own || below < 60) scroller.scrollTop = 0;
  else offer(scroller);
}

/** A button that leads down to what is new, for somebody who reads further up. */
function offer(scroller) {
  if (scroller.parentElement.querySelector(".newer")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn newer";
  button.textContent = NEWER;
  button.addEventListener("click", () => {
    scroller.scrollTop = 0;
  });
  const gone = () => {
    if (-scroller.scrollTop > 60) return;
    button.remove();
    scroller.removeEventListener("scroll", gone);
  };
  scroller.addEventListener("scroll", gone);
  scroller.after(button);
}

function surround({ panel, side, under, stage, about, label, placeholder }) {
  if (stage) document.getElementById("main").dataset.stage = stage;
  refill(document.getElementById("under"), under);
  refill(document.getElementById("panel-body"), panel);
  refill(document.getElementById("ways"), side);
  setAbout(about, label, placeholder);
}

function refill(element, html) {
  if (!element) return;
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  const href = active?.getAttribute("href");
  element.innerHTML = html;
  if (href) element.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
}
