// SPDX-License-Identifier: Apache-2.0
// Does what the stock client of ThinWS does: <url> <connectionID> <room>. Says every frame.
const [url, connectionID, room] = process.argv.slice(2);

const say = (way, frame) => console.log(JSON.stringify({ way, frame }));

function hash(text) {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) | 0;
  return `${value}`;
}

class ThinWSClient {
  messageID = Math.floor(Math.random() * 2 ** 52);

  constructor(url, connectionID, onMessage, onOpen, timeout = 50) {
    Object.assign(this, { url, id: hash(connectionID), onMessage, onOpen, timeout });
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.url);
    this.socket.onopen = () => {
      this.post({ type: "connect", connectionID: this.id });
      this.onOpen?.();
    };
    this.socket.onmessage = ({ data }) => this.onMessage(data);
    this.socket.onclose = () => setTimeout(() => this.open(), this.timeout);
    this.socket.onerror = () => {};
  }

  post(frame) {
    const numbered = { messageID: this.messageID++, ...frame };
    say("sent", numbered);
    this.socket.send(JSON.stringify(numbered));
  }

  subscribe(roomID) {
    this.post({ type: "subscribe", roomID });
  }

  send(message, roomID) {
    this.post({ type: "message", message, roomID });
  }
}

let first = true;
const client = new ThinWSClient(
  url,
  connectionID,
  (text) => say("got", JSON.parse(text)),
  () => {
    if (first) client.subscribe(room);
    first = false;
  },
);
process.stdin.on("data", (text) => client.send(`${text}`.trim(), room));
process.stdin.on("end", () => process.exit(0));
