// Drives the inbox of the browser client against a server. args: url, folder of the modules
// Prints one JSON line per fact; the test reads them.
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const [url, folder] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(`${folder}/mesh.js`));
const { openInbox } = await import(pathToFileURL(`${folder}/inbox.js`));

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const codeOf = (promise) => promise.then(() => "none", (e) => e.code);

/** What a listener is told: numbers of messages, and the names of what else. */
class Heard {
  all = [];
  waiting = [];

  onMessage({ payload }) {
    this.add(payload);
  }

  onGap() {
    this.add("gap");
  }

  onRecovered() {
    this.add("recovered");
  }

  add(what) {
    this.all.push(what);
    this.waiting = this.waiting.filter(({ last, resolve }) => last !== what || resolve());
  }

  until(last) {
    return this.all.includes(last) || new Promise((resolve) => this.waiting.push({ last, resolve }));
  }

  get numbers() {
    return this.all.filter((what) => typeof what === "number");
  }
}

const errors = [];
const open = async (...tokens) => {
  const credentials = tokens.length && (async () => ({ token: tokens.length > 1 ? tokens.shift() : tokens[0] }));
  const client = await connect(url, { WebSocket, credentials: credentials || undefined, reconnect: { maxDelayMillis: 200 } });
  client.onError((error) => errors.push([error.kind, error.message]));
  return client;
};
const phone = { device: "phone" };
const inOrder = (numbers, from, to) =>
  numbers.length === to - from + 1 && numbers.every((number, i) => number === from + i);

// Opening again is answered behind the acknowledgement: then the server knows what was handled.
const settle = async (client, inbox) => {
  inbox.close();
  await openInbox(client, new Heard(), phone);
};

// What waits, in pages, and then what comes
const first = new Heard();
const ann = await open("ann");
const inbox = await openInbox(ann, first, phone);
await ann.command("keep", ["ann", 701, 720]);
await first.until(720);
say("waiting", inOrder(first.all, 1, 720));
say("state", [inbox.state, inbox.position.offset]);
say("again", await codeOf(openInbox(ann, first, phone)));

// Cuts, each with messages that are kept meanwhile
for (let cut = 0; cut < 20; cut++) {
  ann.command("drop", ["ann", 721 + 5 * cut, 725 + 5 * cut]).catch(() => {});
  await first.until(725 + 5 * cut);
}
say("cuts", [inOrder(first.numbers, 1, 820), first.all.includes("gap")]);

// Closed and opened again, on the same connection and on another one
const second = new Heard();
inbox.close();
const reopened = await openInbox(ann, second, phone);
await ann.command("keep", ["ann", 821, 821]);
await second.until(821);
reopened.close();
const third = new Heard();
const again = await openInbox(ann, third, phone);
await ann.command("keep", ["ann", 822, 822]);
await third.until(822);
await settle(ann, again);
await ann.close();
const later = await open("ann");
const fourth = new Heard();
const last = await openInbox(later, fourth, phone);
await later.command("keep", ["ann", 823, 823]);
await fourth.until(823);
say("reopened", [second.all, third.all, fourth.all]);

// Devices
const desk = new Heard();
const other = await open("ann");
await openInbox(other, desk, { device: "desk", from: "end" });
await other.command("keep", ["ann", 824, 824]);
await desk.until(824);
say("desk", desk.all);
const third_ = await open("ann");
say("tooMany", await codeOf(openInbox(third_, new Heard(), { device: "watch" })));

// Somebody else on the next connection
await settle(later, last);
await later.close();
const both = new Heard();
const changing = await open("ann", "bob");
await openInbox(changing, both, phone);
await changing.command("keep", ["ann", 825, 825]);
await both.until(825);
changing.command("drop", ["ann", 826, 826]).catch(() => {});
await both.until(3);
say("another", both.numbers);

const nobody = await open();
say("nobody", await codeOf(openInbox(nobody, new Heard())));
say("errors", errors);
for (const client of [other, third_, changing, nobody]) await client.close();
say("done", true);
