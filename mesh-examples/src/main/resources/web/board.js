// The board: one record, which every tab edits. An edit is seen at once and written behind it.
import { byId, connect, element, ownName, persistently } from "./page.js";
import { tellFailure, textOf, updatePeople } from "./page.js";

const BOARD = "board:party";
const COLUMNS = { todo: "To do", doing: "Doing", done: "Done" };
const ORDER = Object.keys(COLUMNS);
const TOLD = 20; // updates in the list of what travels

const client = connect();
const name = ownName(() => publishState());
const shown = new Map(); // the elements of the cards, by id
const lists = new Map(); // the elements of the columns
const unsaved = new Map(); // how many edits of a card are under way
const people = new Map(); // what those who look say of themselves, by connection
let board;

async function start() {
  byId("columns").append(...ORDER.map(columnItem));
  await client.connect();
  board = await client.records.subscribe(BOARD, onUpdate, { mode: "patch" });
  await persistently(() => client.rooms.join(BOARD));
  await client.presence.subscribe(BOARD, onPresence);
  await publishState();
}

// Changing it

/** The function changes a draft; it runs again on what came instead if somebody else was first. */
async function edit(id, change) {
  const began = performance.now();
  countUnsaved(id, 1);
  try {
    await board.update((draft) => {
      const next = draft ?? { cards: {} };
      change(next.cards);
      return next;
    });
    const millis = Math.max(1, Math.round(performance.now() - began));
    byId("change").textContent = `confirmed in ${millis} ms`;
    byId("notice").textContent = "";
  } catch (e) {
    tellFailure(e);
  } finally {
    countUnsaved(id, -1);
  }
}

const editCard = (id, change) =>
  edit(id, (cards) => {
    if (!Object.hasOwn(cards, id)) throw new Error("Somebody has removed that card.");
    change(cards[id]);
  });

function take(id) {
  const me = name();
  const giveBack = board.value.cards[id]?.by === me;
  editCard(id, (card) => {
    if (card.by && card.by !== me) throw new Error(`${card.by} was first to take “${card.text}”.`);
    card.by = giveBack ? null : me;
  });
}

const vote = (id) => editCard(id, (card) => card.votes++);
const rename = (id, text) => editCard(id, (card) => (card.text = text));
const remove = (id) => edit(id, (cards) => delete cards[id]);
const move = (id, steps) =>
  editCard(id, (card) => {
    const place = ORDER.indexOf(columnOf(card)) + steps;
    card.column = ORDER[Math.min(Math.max(place, 0), ORDER.length - 1)];
  });

byId("adder").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  const id = `card-${Math.random().toString(36).slice(2)}`;
  byId("text").value = "";
  if (!text || !board) return;
  edit(id, (cards) => {
    const order = 1 + Math.max(0, ...Object.values(cards).map((card) => card.order));
    cards[id] = { text, column: "todo", order, votes: 0, by: null };
  });
});

// Showing it

function onUpdate({ value, version, reason, patch }) {
  const cards = value?.cards ?? {};
  byId("version").textContent = version.number;
  for (const [id, item] of shown) {
    if (Object.hasOwn(cards, id)) continue;
    shown.delete(id);
    if (item.contains(document.activeElement)) byId("text").focus({ preventScroll: true });
    item.remove();
  }
  const sorted = Object.entries(cards).sort(([, a], [, b]) => a.order - b.order);
  for (const column of ORDER) {
    showColumn(lists.get(column), sorted.filter(([, card]) => columnOf(card) === column));
  }
  tell(`${version.number} ${reason} ${patch ? JSON.stringify(patch) : ""}`);
}

const columnOf = ({ column }) => (Object.hasOwn(COLUMNS, column) ? column : ORDER[0]);

function columnItem(column) {
  const list = element("ul");
  const count = element("span", { className: "count" });
  const title = element("h2", { id: `column-${column}`, textContent: COLUMNS[column] }, count);
  const item = element("section", { className: "column" }, title, list);
  item.setAttribute("aria-labelledby", title.id);
  lists.set(column, { list, count });
  return item;
}

function showColumn({ list, count }, cards) {
  count.textContent = cards.length;
  cards.forEach(([id, card], index) => {
    const item = shown.get(id) ?? cardItem(id);
    item.show(card);
    const there = list.children[index];
    if (there !== item) keepingFocus(() => list.insertBefore(item, there ?? null));
  });
}

/** An element that is moved loses the focus. */
function keepingFocus(act) {
  const focused = document.activeElement;
  act();
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
}

function cardItem(id) {
  const text = element("textarea", { rows: 1, maxLength: 120 });
  const by = element("p", { className: "by" });
  const button = (className, act) => {
    const made = element("button", { type: "button", className });
    made.addEventListener("click", act);
    return made;
  };
  const taking = button("take", () => take(id));
  const votes = button("votes", () => vote(id));
  const back = button("back", () => move(id, -1));
  const on = button("on", () => move(id, 1));
  const gone = button("remove", () => remove(id));
  const actions = element("div", { className: "actions" }, taking, votes, back, on, gone);
  const item = element("li", { className: "card" }, text, by, actions);

  const label = (made, shownText, said) => {
    made.textContent = shownText;
    made.setAttribute("aria-label", said);
  };
  item.show = (card) => {
    const title = textOf(card.text, 120);
    const owner = textOf(card.by, 30);
    const place = ORDER.indexOf(columnOf(card));
    if (document.activeElement !== text) text.value = title;
    text.setAttribute("aria-label", `Text of ${title}`);
    by.textContent = owner ? `${owner} does it` : "Nobody does it yet";
    taking.hidden = owner !== "" && owner !== name();
    label(taking, owner ? "Give back" : "Take", `${owner ? "Give back" : "Take"} ${title}`);
    label(votes, `+ ${card.votes}`, `Vote for ${title}, ${card.votes} so far`);
    label(back, "←", `Move ${title} back`);
    label(on, "→", `Move ${title} on`);
    label(gone, "×", `Remove ${title}`);
    back.disabled = place === 0;
    on.disabled = place === ORDER.length - 1;
    item.dataset.text = title;
  };
  text.addEventListener("change", () => text.value.trim() && rename(id, text.value.trim()));
  text.addEventListener("blur", () => (text.value = item.dataset.text));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") text.value = item.dataset.text;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    text.blur();
  });
  shown.set(id, item);
  markUnsaved(id);
  return item;
}

function countUnsaved(id, more) {
  const count = (unsaved.get(id) ?? 0) + more;
  if (count) unsaved.set(id, count);
  else unsaved.delete(id);
  markUnsaved(id);
}

const markUnsaved = (id) => shown.get(id)?.classList.toggle("unsaved", unsaved.has(id));

function tell(text) {
  const list = byId("wire");
  list.prepend(element("li", { textContent: text.slice(0, 400) }));
  if (list.children.length > TOLD) list.lastElementChild.remove();
}

// Who is here

function onPresence(event) {
  updatePeople(people, event);
  showPeople();
}

function showPeople() {
  const others = [...people].filter(([id, state]) => id !== client.connectionId && state);
  const names = others.map(([, state]) => textOf(state.name, 30)).sort();
  const more = names.length > 3 ? [`${names.length - 3} more`] : [];
  byId("here").textContent = ["you", ...names.slice(0, 3), ...more].join(", ");
}

async function publishState() {
  showPeople();
  if (!client.rooms.joined.includes(BOARD)) return;
  const state = () => ({ name: name() });
  await persistently(() => client.presence.publishState(BOARD, state())).catch(tellFailure);
}

start().catch(tellFailure);
