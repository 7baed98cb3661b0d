// The chat: a room, its channel and its presence at a time; the address tells which.
import { byId, connect, element, ownName, persistently } from "./page.js";
import { tellFailure, textOf, updatePeople } from "./page.js";

const SHOWN = 300; // messages on the page
const TYPING_MILLIS = 3_000;
const PATIENCE_MILLIS = 300_000; // of a message that waits for the server to come back

const me = (() => {
  const known = sessionStorage.getItem("me") ?? Math.random().toString(36).slice(2);
  sessionStorage.setItem("me", known);
  return known;
})();
const client = connect();
const name = ownName(() => publishState());
const log = byId("log");
const messages = byId("messages");
const people = new Map(); // what those in the room say of themselves, by connection

let rooms = [];
let room;
let visit = new AbortController();
let typingTimer;
let said = 0;

// Rooms

async function start() {
  await client.connect();
  rooms = await persistently(() => client.command("chat/rooms"));
  const links = rooms.map((each) => {
    const link = element("a", { href: `#${each}`, textContent: each });
    return element("li", {}, link);
  });
  byId("rooms").replaceChildren(...links);
  addEventListener("hashchange", enter);
  await enter();
}

async function enter() {
  const asked = location.hash.slice(1);
  const left = room;
  room = rooms.includes(asked) ? asked : rooms[0];
  visit.abort();
  visit = new AbortController();
  const { signal } = visit;
  showRoom();
  try {
    if (left && left !== room) client.rooms.leave(left).catch(tellFailure);
    await persistently(() => client.rooms.join(room));
    if (signal.aborted) return;
    await Promise.all([
      publishState(),
      client.presence.subscribe(room, onPresence, { signal }),
      client.channels.subscribe(`chat:${room}`, listener, {
        history: 50,
        historyToListener: true,
        signal,
      }),
    ]);
  } catch (e) {
    if (!signal.aborted) tellFailure(e);
  }
}

function showRoom() {
  byId("room").textContent = `# ${room}`;
  byId("notice").textContent = "";
  messages.replaceChildren();
  byId("sending").replaceChildren();
  people.clear();
  showPeople();
  for (const link of byId("rooms").querySelectorAll("a")) {
    if (link.textContent === room) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// What was said, and what is said

const listener = {
  onMessage: (message, { timeMillis }) => add(messageItem(message, timeMillis)),
  onRecovered: (count) => add(eventItem(`Connected again, ${count} came meanwhile.`)),
  onGap: () => add(eventItem("Something is missing here.")),
  onEnded: () => add(eventItem("You are not heard here any more.")),
};

function add(item) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const { by } = item.dataset;
  item.classList.toggle("again", by !== undefined && by === messages.lastElementChild?.dataset.by);
  messages.append(item);
  while (messages.children.length > SHOWN) {
    messages.firstElementChild.remove();
    messages.firstElementChild.classList.remove("again");
  }
  if (atEnd) scrollToEnd();
}

const scrollToEnd = () => (log.scrollTop = log.scrollHeight);
const eventItem = (textContent) => element("li", { className: "event", textContent });

function messageItem(message, timeMillis) {
  const by = textOf(message?.by, 30) || "Somebody";
  const from = textOf(message?.from, 30);
  const face = element("span", { className: "face", textContent: [...by][0].toUpperCase() });
  face.setAttribute("aria-hidden", "true");
  face.style.setProperty("--hue", hueOf(by));
  const time = new Date(timeMillis ?? Date.now());
  const head = element(
    "p",
    { className: "by", textContent: by },
    ...(from === me ? [element("span", { className: "you", textContent: "you" })] : []),
    element("time", {
      dateTime: time.toISOString(),
      textContent: time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    }),
  );
  const text = element("p", { className: "text", textContent: textOf(message?.text, 500) });
  const item = element("li", {}, face, head, text);
  item.dataset.by = `${from} ${by}`;
  return item;
}

const hueOf = (text) => [...text].reduce((hash, c) => (hash * 31 + c.codePointAt(0)) % 360, 7);

// What this tab says

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  byId("text").value = "";
  setTyping(false);
  if (text) say({ by: name(), text, from: me }, `${me}-${++said}-${Date.now()}`);
});

/** The id lets it be sent twice and be there once. */
async function say(message, id) {
  const channel = `chat:${room}`;
  const item = element("li", {}, element("p", { className: "text", textContent: message.text }));
  byId("sending").append(item);
  scrollToEnd();
  try {
    const options = { id, timeoutMillis: PATIENCE_MILLIS };
    await persistently(() => client.channels.publish(channel, message, options));
    item.remove();
    byId("notice").textContent = "";
  } catch (e) {
    tellFailure(e);
    const again = element("button", { type: "button", textContent: "Send again" });
    again.addEventListener("click", () => {
      item.remove();
      say(message, id);
    });
    item.append(again);
  }
}

// Who is here, and who is typing

function onPresence(event) {
  updatePeople(people, event);
  showPeople();
}

function showPeople() {
  const others = [...people].filter(([id, state]) => id !== client.connectionId && state);
  const typing = others.filter(([, state]) => state.typing).map(([, state]) => nameOf(state));
  const names = others.map(([, state]) => nameOf(state)).sort();
  const shown = [`${name()} (you)`, ...names.slice(0, 40)];
  if (names.length > 40) shown.push(`and ${names.length - 40} more`);
  const items = shown.map((textContent) => element("li", {}, element("span", { textContent })));
  byId("people").replaceChildren(...items);
  byId("typing").textContent = typingText(typing);
}

const nameOf = (state) => textOf(state.name, 30);

function typingText(names) {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  return names.length === 2 ? `${names.join(" and ")} are typing…` : "Several are typing…";
}

byId("text").addEventListener("input", () => setTyping(byId("text").value !== ""));

function setTyping(typing) {
  const before = typingTimer !== undefined;
  clearTimeout(typingTimer);
  typingTimer = typing ? setTimeout(() => setTyping(false), TYPING_MILLIS) : undefined;
  if (typing !== before) publishState();
}

async function publishState() {
  showPeople();
  if (!client.rooms.joined.includes(room)) return;
  const state = () => ({ name: name(), typing: typingTimer !== undefined });
  await persistently(() => client.presence.publishState(room, state())).catch(tellFailure);
}

start().catch(tellFailure);
