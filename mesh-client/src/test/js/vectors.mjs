// SPDX-License-Identifier: Apache-2.0
// Plays the test vectors of test-data/protocol/client, whose README explains the steps.
import assert from "node:assert/strict";
import { openInbox } from "../../main/resources/META-INF/resources/mesh/inbox.js";
import { openMemberships } from "../../main/resources/META-INF/resources/mesh/memberships.js";
import { MeshError } from "../../main/resources/META-INF/resources/mesh/mesh.js";
import { settled, setup } from "./fakes.mjs";
import { matches, withoutDefaults } from "./matching.mjs";

const CONNECTED = [{ call: "connect" }, { accept: {} }];
const MAX_PAUSE_MILLIS = 20_000;
const LOCAL_FAILURES = { AbortError: "ABORTED", TypeError: "INVALID" };

const positionOf = (position) => position ?? null;
const timeOf = (timeMillis) => timeMillis ?? null;
const itemOf = ({ message, position, timeMillis }) => ({
  message,
  position: positionOf(position),
  timeMillis: timeOf(timeMillis),
});
const memberOf = ({ connectionId, state, metadata }) => ({ connectionId, state: state ?? metadata ?? null });

const add = (numbers) => (value) => {
  const sum = { ...value };
  for (const [name, number] of Object.entries(numbers)) sum[name] = (sum[name] ?? 0) + number;
  return sum;
};

/** What the application does, by the name of the call; gives the result as JSON. */
const CALLS = {
  connect: ({ client }) => client.connect(),
  close: ({ client }) => void client.close(),
  command: ({ client }, { name, payload }, options) => client.command(name, payload, options),
  authenticate: ({ client }, { credentials }, options) => client.authenticate(credentials, options),
  registerCommand: ({ client }, step) => void client.registerCommand(step.name, handlerOf(step)),
  onMessage: (run, { name }) =>
    void run.client.onMessage(name, (payload) => run.hear({ payload })),
  onAnyMessage: (run) => void run.client.onAnyMessage((name, payload) => run.hear({ name, payload })),
  unsubscribe: ({ handles }, { on }) => void handles.get(on).close(),

  "rooms.join": async ({ client }, { room }, options) => (await client.rooms.join(room, options)).map(memberOf),
  "rooms.leave": ({ client }, { room }) => client.rooms.leave(room),
  "rooms.joined": ({ client }) => client.rooms.joined,
  "remembered.join": async ({ memberships }, { room }, options) =>
    (await (await memberships).join(room, options)).map(memberOf),
  "remembered.leave": async ({ memberships }, { room, here }) =>
    (await memberships).leave(room, { thisConnectionOnly: here }),
  "remembered.rooms": async ({ memberships }) => [...(await memberships).rooms].sort(),
  "remembered.token": async ({ memberships }) => (await memberships).token,
  "rooms.metadata": ({ client }, { room }) => client.rooms.metadata(room).get(),
  "metadata.get": ({ client }) => client.metadata.get(),
  "metadata.set": ({ client }, { value }) => client.metadata.set(value),
  "metadata.update": ({ client }, { value }) => client.metadata.update(value),
  "metadata.deepMerge": ({ client }, { value }) => client.metadata.deepMerge(value),

  "presence.subscribe": async (run, { room, as }, options) => {
    const told = ({ members, state, connectionId, ...event }) =>
      run.hear(members ? { ...event, members: members.map(memberOf) } : { ...event, connectionId, state: state ?? null });
    run.keep(as, await run.client.presence.subscribe(room, told, options));
  },
  "presence.publishState": ({ client }, { room, state, expireAfterMillis, silent }) =>
    client.presence.publishState(room, state, { expireAfterMillis, silent }),
  "presence.clearState": ({ client }, { room }) => client.presence.clearState(room),
  "presence.state": async ({ client }, { room }) => (await client.presence.state(room)).map(memberOf),
  "presence.members": ({ handles }, { on }) => handles.get(on).members.map(memberOf),

  "channels.subscribe": async (run, { channel, as, history, historyToListener, from, since }, { signal }) => {
    const listener = {
      onMessage: (message, place) => run.hear(itemOf({ message, ...place })),
      onRecovered: (recovered) => run.hear({ recovered }),
      onGap: ({ last, resumesAfter }) =>
        run.hear({ gap: { last: positionOf(last), resumesAfter: positionOf(resumesAfter) } }),
      onEnded: () => run.hear({ ended: true }),
    };
    const options = { history, historyToListener, from, since, signal };
    const subscription = run.keep(as, await run.client.channels.subscribe(channel, listener, options));
    return { history: subscription.history.map(itemOf), position: positionOf(subscription.position) };
  },
  "inbox.open": async (run, { device, fromEnd, as }, { signal }) => {
    const listener = {
      onMessage: (message, place) => run.hear(itemOf({ message, ...place })),
      onRecovered: (recovered) => run.hear({ recovered }),
      onGap: ({ last, resumesAfter }) =>
        run.hear({ gap: { last: positionOf(last), resumesAfter: positionOf(resumesAfter) } }),
      onEnded: () => run.hear({ ended: true }),
    };
    const options = { device, from: fromEnd ? "end" : undefined, signal };
    run.keep(as, await openInbox(run.client, listener, options));
    return null;
  },
  "channels.position": ({ handles }, { on }) => positionOf(handles.get(on).position),
  "channels.publish": async ({ client }, { channel, message, id }) =>
    positionOf(await client.channels.publish(channel, message, { id })),
  "channels.history": async ({ client }, { channel, limit, after }) => {
    const page = await client.channels.history(channel, { limit, after });
    return { ...page, messages: page.messages.map(itemOf), position: positionOf(page.position) };
  },

  "records.subscribe": async (run, { recordId, mode, as }, { signal }) => {
    const listener = {
      onUpdate: ({ patch, ...update }) => run.hear({ ...update, patch: patch ?? null }),
      onEnded: () => run.hear({ ended: true }),
    };
    run.keep(as, await run.client.records.subscribe(recordId, listener, { mode, signal }));
  },
  "records.value": ({ handles }, { on }) => {
    const { value, version, isLive } = handles.get(on);
    return { value, version, live: isLive };
  },
  "records.update": ({ handles }, step) => handles.get(step.on).update(add(step.add)),
  "records.get": ({ client }, { recordId }) => client.records.get(recordId),
  "records.write": ({ client }, { recordId, value, strategy, ifVersion }) =>
    client.records.write(recordId, value, { strategy, ifVersion }),
  "records.transaction": async ({ client }, { operations }) =>
    Object.fromEntries(await client.records.transaction(operations)),

  "collections.subscribe": async (run, { collectionId, as }, { signal }) => {
    const listener = { onUpdate: run.hear, onEnded: (code) => run.hear({ ended: code }) };
    run.keep(as, await run.client.collections.subscribe(collectionId, listener, { signal }));
  },
  "collections.value": ({ handles }, { on }) => {
    const { members, version, isLive } = handles.get(on);
    return { members, version, live: isLive };
  },
  "collections.unsubscribe": ({ client }, { collectionId }) => client.collections.unsubscribe(collectionId),
};

function handlerOf({ answer, error, waits }) {
  return () => {
    if (waits) return new Promise(() => {});
    if (error === "unexpected") throw new Error("not for the server");
    if (error) throw new MeshError(error.code, error.message, { data: error.data });
    return answer;
  };
}

function storeOf(token = null) {
  let kept = token;
  return { getItem: () => kept, setItem: (_, value) => (kept = value), removeItem: () => (kept = null) };
}

/** One vector, being played. */
class Run {
  outcomes = new Map();
  handles = new Map();
  heard = new Map();
  aborts = new Map();
  ids = new Map();

  constructor({ random = 0.5, maxAttempts, retriesFirstConnect, remembers, roomToken, ...given } = {}) {
    const { limits, reconnect, ...options } = given;
    const policy = reconnect ?? JSON.parse(JSON.stringify({ maxAttempts, retriesFirstConnect }));
    this.world = setup({ ...options, limits, reconnect: policy });
    this.world.random = random;
    this.client = this.world.client;
    this.heard.set("errors", this.world.errors);
    if (remembers) this.memberships = openMemberships(this.client, { store: storeOf(roomToken) });
  }

  keep(label, handle) {
    this.handles.set(label, handle);
    return handle;
  }

  async step(step) {
    const [kind] = Object.keys(step);
    assert.ok(STEPS[kind], `unknown step ${kind}`);
    await STEPS[kind](this, step);
    await settled();
  }

  call(step) {
    const { call, as: label = call, timeoutMillis } = step;
    const outcome = {};
    const { signal } = this.aborts.set(label, new AbortController()).get(label);
    const heard = this.heard.get(label) ?? [];
    const run = Object.create(this, { hear: { value: (event) => void heard.push(event) } });
    this.heard.set(label, heard);
    this.outcomes.set(label, outcome);
    const made = (async () => CALLS[call](run, step, { signal, timeoutMillis }))();
    made.then(
      (value) => Object.assign(outcome, { done: true, value: value ?? null }),
      (error) => Object.assign(outcome, { done: true, error }),
    );
  }

  accept(overrides) {
    const { socket, sockets } = this.world;
    assert.equal(socket?.readyState, 0, "the client makes no attempt");
    assert.deepEqual(sockets.at(-2)?.frames ?? [], [], "sent and not expected");
    this.ids.clear();
    if (overrides) socket.welcome(overrides);
    else socket.open();
  }

  sent(expected) {
    const frame = this.world.socket.frames.shift();
    if (expected === null) return assert.equal(frame, undefined, `sent ${JSON.stringify(frame)}`);
    assert.ok(frame, `nothing was sent, expected ${JSON.stringify(expected)}`);
    if (typeof expected.id === "string" && expected.command) this.bind(expected.id, frame.id);
    const found = matches(withoutDefaults(this.frameOf(expected)), withoutDefaults(frame));
    assert.ok(found, `sent ${JSON.stringify(frame)}, expected ${JSON.stringify(expected)}`);
  }

  bind(name, id) {
    assert.ok(Number.isSafeInteger(id) && id >= 0, `id ${id}`);
    assert.ok(![...this.ids.values()].includes(id), `id ${id} was used before`);
    this.ids.set(name, id);
  }

  frameOf(frame) {
    return this.ids.has(frame?.id) ? { ...frame, id: this.ids.get(frame.id) } : frame;
  }

  settledOutcome(label) {
    const outcome = this.outcomes.get(label);
    assert.ok(outcome.done, `${label} is not done`);
    return outcome;
  }

  end() {
    assert.deepEqual(this.world.socket?.frames ?? [], [], "sent and not expected");
    for (const [label, events] of this.heard) {
      const unexpected = events.filter(({ kind }) => kind !== "LISTENER_FAILED"); // the application's own
      assert.deepEqual(unexpected, [], `told to ${label} and not expected`);
    }
  }
}

function part(expected, actual, what) {
  const json = JSON.parse(JSON.stringify(actual ?? null));
  const found = matches(expected, json, true);
  assert.ok(found, `${what} is ${JSON.stringify(json)}, expected ${JSON.stringify(expected)}`);
}

const STEPS = {
  call: (run, step) => run.call(step),
  abort: ({ aborts }, { abort }) => aborts.get(abort).abort(),
  accept: (run, { accept }) => run.accept(accept),
  open: (run) => run.accept(undefined),
  refuse: ({ world: { socket } }, { refuse }) => {
    assert.equal(socket.readyState, 0, "the client makes no attempt");
    if (refuse) socket.onerror({ message: `Unexpected server response: ${refuse}` });
    socket.end();
  },
  receive: (run, { receive, on }) => {
    const { sockets, socket } = run.world;
    (on === "previous" ? sockets.at(-2) : socket).tell(run.frameOf(receive));
  },
  receiveText: ({ world }, { receiveText }) => world.socket.tell(receiveText),
  drop: ({ world }, { drop, reason }) => world.socket.end(drop, reason),
  advance: ({ world }, { advance }) => world.clock.advance(advance),
  reconnect: async (run, { reconnect }) => {
    const { sockets, socket, clock } = run.world;
    const made = sockets.length;
    socket.end(1006);
    for (let waited = 0; sockets.length === made && waited < MAX_PAUSE_MILLIS; waited += 100) await clock.advance(100);
    run.accept(reconnect);
  },
  expectSend: (run, { expectSend }) => run.sent(expectSend),
  expectState: ({ client, world }, { expectState, ...about }) => {
    assert.equal(client.status, expectState);
    const { connectionId = null } = client;
    const { closeCode, reason, gaveUp } = world.changes.at(-1) ?? {};
    part(about, { closeCode, reason, gaveUp, connectionId }, expectState);
  },
  expectAttempts: ({ world }, { expectAttempts }) => assert.equal(world.sockets.length, expectAttempts, "attempts"),
  expectClose: ({ world }, { expectClose }) => {
    assert.ok(expectClose.includes(world.socket.closedWith), `closed with ${world.socket.closedWith}`);
  },
  expectPending: ({ outcomes }, { expectPending }) => assert.ok(!outcomes.get(expectPending).done, "it is done"),
  expectResult: (run, { expectResult, is }) => {
    const { error, value } = run.settledOutcome(expectResult);
    assert.equal(error, undefined);
    part(is, value, expectResult);
  },
  expectError: (run, { expectError, code, ...about }) => {
    const { error } = run.settledOutcome(expectError);
    assert.ok(error, `${expectError} did not fail`);
    assert.equal(LOCAL_FAILURES[error.name] ?? error.code, code);
    part(about, { message: error.message, data: error.data }, expectError);
  },
  expectEvent: ({ heard }, { expectEvent, is }) => {
    const [event] = heard.get(expectEvent)?.splice(0, 1) ?? [];
    if (is === null) return assert.equal(event, undefined, `${expectEvent} was told ${JSON.stringify(event)}`);
    assert.ok(event, `${expectEvent} was told nothing, expected ${JSON.stringify(is)}`);
    part(is, event, expectEvent);
  },
};

/** Plays one vector; fails where the client does something else. */
export async function play({ start = "connected", given, steps }) {
  const run = new Run(given);
  const all = [...(start === "connected" ? CONNECTED : []), ...steps];
  for (const [i, step] of all.entries()) {
    try {
      await run.step(step);
    } catch (e) {
      e.message = `step ${i + 1 - all.length + steps.length} ${JSON.stringify(step)}: ${e.message}`;
      throw e;
    }
  }
  run.end();
}
