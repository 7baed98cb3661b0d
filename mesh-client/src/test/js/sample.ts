// SPDX-License-Identifier: Apache-2.0
// Has to pass `tsc --strict`.
import {
  MeshClient,
  MeshError,
  applyPatch,
  connect,
  type ChannelGap,
  type ChannelPosition,
  type ClientOptions,
  type CollectionMember,
  type CollectionUpdate,
  type PresentMember,
  type RecordVersion,
} from "../../main/resources/META-INF/resources/mesh/mesh.js";
import {
  openInbox,
  type InboxListener,
  type InboxMessage,
  type InboxSubscription,
} from "../../main/resources/META-INF/resources/mesh/inbox.js";

interface Product {
  name: string;
  stock: number;
}

const options: ClientOptions = {
  credentials: async () => ({ token: "t" }),
  reconnect: { maxAttempts: 5 },
  limits: { maxQueuedCalls: 100 },
};

export async function sample(signal: AbortSignal): Promise<void> {
  const client: MeshClient = await connect("/socket", options);
  client.onStatus(({ status, gaveUp }) => console.log(status === "DISCONNECTED" && gaveUp));
  client.onError(({ kind, subject, name }) => console.log(kind === "GAP", subject, name.length));
  client.registerCommand<Product>("confirm", async (product, { command }) => product.stock + command.length);
  client.onMessage<number>("price", (price) => console.log(price.toFixed(2))).close();

  const price: number = await client.command<number>("price", { id: 1 }, { signal, timeoutMillis: 500 });
  const { identity } = await client.authenticate({ token: "t" });
  console.log(price, identity.length);

  const members = await client.rooms.join("lobby");
  console.log(members[0]?.connectionId, client.rooms.joined.length);
  await client.metadata.set({ name: "Ann" });
  const topic = await client.rooms.metadata("lobby").get<{ topic: string }>();
  console.log(topic?.topic);

  const present = new Map<string, string | undefined>();
  const presence = await client.presence.subscribe<string>("lobby", (event) => {
    switch (event.type) {
      case "INITIAL":
      case "RESTORED":
        event.members.forEach((member: PresentMember<string>) => present.set(member.connectionId, member.state));
        break;
      case "JOINED":
      case "STATE":
        present.set(event.connectionId, event.state);
        break;
      case "LEFT":
        present.delete(event.connectionId);
        break;
      case "ENDED":
        present.clear();
    }
  });
  presence.close();
  await client.presence.publishState("lobby", "typing", { expireAfterMillis: 5_000 });

  const news = await client.channels.subscribe<string>(
    "news",
    {
      onMessage: (text, { position }) => console.log(text.length, position?.offset),
      onGap: ({ last, resumesAfter }: ChannelGap) => console.log(last?.offset, resumesAfter?.epoch),
    },
    { history: 20, signal },
  );
  const position: ChannelPosition | null = news.position;
  console.log(position, news.history[0]?.message.length);
  await client.channels.publish("news", "Rain", { id: "report-17" });

  const product = await client.records.subscribe<Product>("product:456", ({ value, reason, patch }) =>
    console.log(value.stock, reason === "LOCAL", patch?.length),
  );
  const sold: RecordVersion = await product.update((draft) => {
    draft.stock--;
  });
  await product.update((draft) => ({ ...draft, name: "nut" }));
  try {
    await client.records.write("product:456", { name: "nut", stock: 3 }, { ifVersion: sold });
  } catch (e) {
    if (e instanceof MeshError && e.code === "ECONFLICT") console.log(e.data);
  }
  const tasks = await client.collections.subscribe<Product>(
    "in-stock",
    {
      onUpdate: ({ members, added, removed, reason }: CollectionUpdate<Product>) =>
        console.log(members[0]?.value.stock, added.length, removed[0]?.version.number, reason === "RESYNC"),
      onEnded: (code) => console.log(code === "ELIMIT"),
    },
    { signal },
  );
  const first: CollectionMember<Product> | undefined = tasks.members[0];
  console.log(first?.id, tasks.version, tasks.isLive);
  const bills: InboxListener<Product> = {
    onMessage: async ({ name, payload }: InboxMessage<Product>, { position, timeMillis }) =>
      console.log(name.length, payload.stock, position?.offset, timeMillis),
    onGap: ({ last, resumesAfter }) => console.log(last?.offset, resumesAfter?.offset),
    onEnded: (code) => console.log(code === "EUNAUTHORIZED"),
  };
  const inbox: InboxSubscription = await openInbox(client, bills, { device: "phone", from: "unread", signal });
  console.log(inbox.state === "LIVE", inbox.position?.offset);
  inbox.close();
  (await openInbox<Product>(client, ({ payload }) => payload.stock)).close();

  const value: Product = applyPatch<Product>(product.value, [{ op: "replace", path: "/stock", value: 1 }]);
  console.log(value.name);
  await client.close();
}
