// What both pages need: the connection and its badge, a name, elements made of text.
import { MeshClient } from "/mesh/mesh.js";

const BIRDS = ["Heron", "Wren", "Swift", "Robin", "Plover", "Finch", "Osprey", "Dipper"];
const STATES = {
  DISCONNECTED: "Not connected",
  CONNECTING: "Connecting…",
  CONNECTED: "Connected",
  RECONNECTING: "Reconnecting…",
  CLOSED: "Closed",
};

export const byId = (id) => document.getElementById(id);

/** Makes an element. What people wrote goes in as textContent, which is never markup. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A client that goes on trying; the badge in the header tells how it stands. */
export function connect() {
  const client = new MeshClient("/socket", { reconnect: { retriesFirstConnect: true } });
  const badge = byId("status");
  const latency = byId("latency");
  const show = () => {
    badge.dataset.status = client.status;
    badge.textContent = STATES[client.status];
    showLatency();
  };
  const showLatency = () => {
    const { latencyMillis } = client.serverInfo;
    latency.textContent = latencyMillis === undefined ? "" : `${latencyMillis} ms`;
  };
  client.onStatus(show);
  setInterval(showLatency, 1_000);
  show();
  client.connect().catch((e) => tellFailure(e));
  return client;
}

/** Asks again when the connection was lost meanwhile: for what may well be done twice. */
export async function persistently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (e) {
      if (e.code !== "CONNECTION_LOST") throw e;
    }
  }
}

/** Says what went wrong; nothing takes it back. */
export function tellFailure(error) {
  if (error?.name !== "AbortError") byId("notice").textContent = error?.message ?? "";
}

/** Takes an event of a room's presence into a map of what people say of themselves. */
export function updatePeople(people, { type, members, connectionId, state }) {
  if (members) {
    people.clear();
    for (const member of members) people.set(member.connectionId, member.state);
  } else if (type === "LEFT") {
    people.delete(connectionId);
  } else if (type !== "ENDED") {
    people.set(connectionId, state);
  }
}

/** The name in the field, kept for this tab; a bird until somebody says otherwise. */
export function ownName(onChange) {
  const field = byId("name");
  const bird = BIRDS[Math.floor(Math.random() * BIRDS.length)];
  field.value = sessionStorage.getItem("name") ?? bird;
  sessionStorage.setItem("name", field.value);
  field.addEventListener("change", () => {
    field.value = field.value.trim() || bird;
    sessionStorage.setItem("name", field.value);
    onChange();
  });
  return () => field.value;
}

/** What came from others as a text that fits. */
export const textOf = (value, length) => String(value ?? "").slice(0, length);
