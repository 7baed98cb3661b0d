// SPDX-License-Identifier: Apache-2.0
import { ChannelLine, ChannelSubscription } from "./channels.js";
import { MeshError, RETRY_MILLIS, isLost, isPassing } from "./core.js";
import { equal } from "./patch.js";

const INBOX = "mesh/inbox";
const ACKNOWLEDGE = "mesh/acknowledge-inbox";
const PACE_MESSAGES = 50;
const PACE_MILLIS = 1_000;

export async function openInbox(client, listener, options) {
  const types = { LineType: InboxLine, MemberType: InboxSubscription };
  const inboxes = Object.assign(Object.create(client.channels), types);
  return inboxes.subscribe(INBOX, listener, options);
}

class InboxLine extends ChannelLine {
  payload(anew) {
    const { target, waiting, client } = this;
    if (!anew) [this.first] = waiting;
    const { device, from } = this.first.options;
    if (!anew) return { ...target, device, from };
    if (this.identity !== client.serverInfo.identity) this.turnTo(client.serverInfo);
    return { ...target, device, recover: this.first.place };
  }

  turnTo({ identity }) {
    this.identity = identity;
    this.first.forget();
  }

  add(member) {
    if (!this.members.size && !this.waiting.size) return super.add(member);
    member.close(new MeshError("ECONFLICT", "The inbox is open."));
  }

  onAccepted(reply) {
    const [next] = this.waiting;
    this.identity = this.client.serverInfo.identity;
    if (!next || next === this.first) return super.onAccepted(reply);
    // whoever asked has left, and the next one may be another device
    this.accepted = this.asked = false;
    this.waiting.clear();
    this.add(next);
  }
}

class InboxSubscription extends ChannelSubscription {
  get place() {
    return this.placeAt(this.position);
  }

  placeAt(position) {
    const { last } = this;
    if (!equal(position, last?.position)) return position ?? undefined;
    return { ...position, time: last.timeMillis }; // another message may have the number by now
  }

  begin(page) {
    this.acks = new Acks(this);
    this.position = page.after ?? null;
    this.begun = true;
    this.line.members.add(this);
    this.accept();
    this.take(page);
  }

  onRenewed(page) {
    this.acks.send();
    this.position ??= page.after ?? null; // of another identity
    this.take(page);
  }

  take(page) {
    const { head: position, time: timeMillis } = page;
    if (timeMillis) this.last = { position, timeMillis };
    super.take(page);
  }

  deliver(item) {
    this.last = item;
    super.deliver(item);
  }

  forget() {
    this.position = null;
    this.recovering = false;
    this.acks.forget();
  }

  tell(method, ...values) {
    const [value, place] = values;
    const { client, subject, name } = this.line;
    const handled = this.placeAt(place?.position ?? value?.resumesAfter);
    client.tell(subject, name, async () => {
      if (this.closed) return;
      const done = handled && this.acks.begin(handled);
      try {
        const result = this.listener[method]?.(...values);
        if (result?.then) await result; // else it is done before anything else happens
      } finally {
        done?.();
      }
    });
  }

  tellGap(resumesAfter) {
    const { position } = this;
    super.tellGap(resumesAfter);
    this.position ??= position; // what could not be read can be on the next connection
  }

  end(error) {
    super.end(error);
    this.acks?.end();
  }

  close(reason) {
    this.acks?.end();
    super.close(reason);
  }
}

class Acks {
  handling = []; // and what was handled behind it
  handled = 0;

  constructor({ line, options }) {
    Object.assign(this, { line, client: line.client, device: options.device });
    this.client.onLeaving = () => this.send();
  }

  begin(place) {
    const { handling } = this;
    const item = { place };
    handling.push(item);
    return () => {
      item.done = true;
      if (handling === this.handling) this.advance();
    };
  }

  advance() {
    const { handling } = this;
    while (handling[0]?.done) {
      this.place = handling.shift().place;
      this.handled++;
    }
    if (this.over || this.handled >= PACE_MESSAGES) this.send();
    else if (this.handled) this.sendAfter(PACE_MILLIS);
  }

  sendAfter(millis) {
    this.timer ??= this.client.platform.setTimeout(() => this.send(), millis);
  }

  send() {
    const { client, line, device, place } = this;
    client.platform.clearTimeout(this.timer);
    this.timer = undefined;
    if (place === this.sent || client.status !== "CONNECTED") return;
    if (line.renewing && !this.over) return; // the server has to know first what this one knows
    this.sent = place;
    this.handled = 0;
    client.call(ACKNOWLEDGE, { device, ...place }, (error) => {
      if (place !== this.sent) return; // a later one tells as much
      if (error) this.onFailed(error);
      else this.refused = false;
    });
  }

  onFailed(error) {
    this.sent = undefined;
    if (isLost(error) || this.over) return;
    if (isPassing(error)) return this.sendAfter(RETRY_MILLIS);
    if (!this.refused) this.client.report("PROTEST", error, "CHANNEL", INBOX);
    this.refused = true;
  }

  forget() {
    this.handling = [];
    this.place = this.sent = undefined;
  }

  end() {
    if (this.over) return;
    this.over = true;
    this.send();
    this.client.onLeaving = undefined;
  }
}
