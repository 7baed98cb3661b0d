// SPDX-License-Identifier: Apache-2.0
import { equal } from "./patch.js";
import { Line, Lines, Member, RETRY_MILLIS, checkedName, isLost, isPassing } from "./core.js";

const HISTORY = "mesh/get-channel-history";
const PAGE = 300;

const positionOf = ({ epoch, offset }) => (epoch ? { epoch, offset } : null);

const sameEpoch = (a, b) => a?.epoch === b?.epoch;
const isKnown = (position, cursor) =>
  position && sameEpoch(position, cursor) && position.offset <= cursor.offset;

function itemOf({ message, time: timeMillis, ...place }) {
  return { message, position: positionOf(place), timeMillis };
}

function pageOf({ history = [], publications = [], ...page }) {
  const { epoch } = page;
  const items = (list) => list.map((entry) => itemOf(entry.offset ? { epoch, ...entry } : entry));
  const newest = items(history);
  return { ...page, head: positionOf(page), newest, following: items(publications) };
}

export class Channels extends Lines {
  constructor(client) {
    super(client, "channel", "channel", "onMessage", ChannelLine, ChannelSubscription);
    this.on("subscription-message", (line, push) => line.onLive(itemOf(push)));
    this.on("channel-gap", (line, push) => line.onLive({ gap: true, ...itemOf(push) }));
    this.on("channel-revoked", (line) => line.end());
  }

  async publish(channel, message = null, { id, ...options } = {}) {
    const payload = { channel: checkedName(channel), message, id };
    return positionOf(await this.client.ask("mesh/publish-channel", payload, options));
  }

  async history(channel, { limit = 50, after, since, ...options } = {}) {
    const payload = { channel: checkedName(channel), limit, after, since };
    const page = pageOf(await this.client.ask(HISTORY, payload, options));
    const { newest, following, head: position, recovered, more = false } = page;
    if (recovered === undefined) return { messages: newest, position, complete: true, more };
    return { messages: following, position, complete: recovered, more };
  }
}

export class ChannelLine extends Line {
  cursor = null;

  payload(anew) {
    const { target, cursor } = this;
    if (anew) return { ...target, recover: cursor ?? undefined };
    [this.first] = this.waiting;
    const { history, from, since } = this.first.options;
    return { ...target, historyLimit: history ?? (since && PAGE), recover: from, since };
  }

  onAccepted(reply) {
    const page = pageOf(reply);
    this.cursor = page.head;
    if (this.waiting.delete(this.first)) this.first.begin(page);
    this.admit();
  }

  join(member) {
    const { history, from: after, since } = member.options;
    if (!history && !member.past) return member.begin({ head: this.cursor, newest: [] });
    this.members.add(member);
    const query = { ...this.target, limit: history ?? PAGE, after, since };
    this.client.call(HISTORY, query, (error, reply) => {
      if (error) member.close(error);
      else if (!member.ended) member.begin(pageOf(reply));
    });
  }

  onLive(item) {
    this.cursor = item.position ?? this.cursor;
    this.each("onLive", item);
  }

  onRenewing() {
    this.each("onRenewing");
  }

  onRenewed(reply) {
    const page = pageOf(reply);
    const asked = this.cursor;
    this.cursor = page.head;
    this.each("onRenewed", page, asked);
  }
}

export class ChannelSubscription extends Member {
  position = null;
  history = [];
  held = [];
  reads = 0;

  get state() {
    return this.ended ? "ENDED" : this.live ? "LIVE" : "CATCHING_UP";
  }

  get past() {
    return this.options.from ?? this.options.since;
  }

  begin(page) {
    this.begun = true;
    this.line.members.add(this);
    this.accept();
    if (this.past) {
      this.position = this.options.from ?? null;
      this.stored = !this.position;
      return this.take(page);
    }
    this.history = page.newest;
    if (this.options.historyToListener) [...this.history].reverse().forEach(this.deliver, this);
    this.position = page.head;
    this.goLive();
    if (this.line.renewing) this.onRenewing();
  }

  onLive(item) {
    if (this.live) return this.handle(item);
    this.missed ||= this.held.length > 511;
    this.held = this.missed ? [] : [...this.held, item];
  }

  handle(item) {
    const { position } = this;
    if (isKnown(item.position, position)) return;
    const foreign = item.position && position && !sameEpoch(item.position, position);
    if (item.gap) this.tellGap(item.position);
    else if (foreign) this.read(); // the history knows what lies between
    else this.deliver(item);
  }

  deliver({ message, position, timeMillis }) {
    this.tell("onMessage", message, { position, timeMillis });
    this.position = position ?? this.position;
    this.unnumbered ||= !position;
  }

  tellGap(resumesAfter) {
    this.tell("onGap", { last: this.position, resumesAfter });
    this.position = resumesAfter;
    this.recovering = false;
  }

  onRenewing() {
    if (!this.recovering) this.recovered = 0;
    this.recovering = this.begun;
    this.live = false;
    this.reads++;
  }

  onRenewed(page, asked) {
    const { position, unnumbered } = this;
    const { head } = page;
    if (!this.begun) return;
    if (equal(position, asked) && (position || !head)) return this.take(page);
    if (!position && head) {
      const beginning = { epoch: head.epoch, offset: 0 };
      if (unnumbered) this.tellGap(beginning);
      this.position = beginning;
    }
    this.read();
  }

  read() {
    const { channel, position: after, line } = this;
    const { client } = line;
    const number = ++this.reads;
    const isCurrent = () => number === this.reads && !this.ended;
    const since = this.stored ? `${after.epoch}-${after.offset}` : undefined;
    this.live = this.missed = false;
    client.call(HISTORY, { channel, limit: PAGE, after, since }, (error, reply) => {
      if (!isCurrent()) return;
      if (!error) return this.take(pageOf(reply));
      if (isLost(error)) return;
      if (isPassing(error) || error.code === "ELIMIT") {
        return client.platform.setTimeout(() => isCurrent() && this.read(), RETRY_MILLIS);
      }
      client.report("GAP", error, "CHANNEL", channel);
      this.tellGap(null);
      this.goLive();
    });
  }

  take({ recovered, following, head, more }) {
    const start = following[0]?.position;
    if (!recovered) this.tellGap(start ? { ...start, offset: start.offset - 1 } : head);
    for (const item of following) {
      if (isKnown(item.position, this.position)) continue;
      this.deliver(item);
      this.recovered++;
    }
    if (more && following.length) return this.read();
    this.stored = false;
    this.position = head ?? this.position;
    if (this.missed && head) this.read();
    else this.goLive();
  }

  goLive() {
    this.live = true;
    if (this.recovering) this.tell("onRecovered", this.recovered);
    this.recovering = false;
    while (this.live && this.held.length) this.handle(this.held.shift());
  }
}
