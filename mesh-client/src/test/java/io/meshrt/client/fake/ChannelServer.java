// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Our own server with one channel for one client: keeps the newest messages, answers in order, and
 * pushes behind its answers what came after them. It numbers from the first message on; a wipe
 * begins a new epoch.
 */
public final class ChannelServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 3;

  private final SplittableRandom random;
  private final int kept;
  private final ArrayDeque<JsonNode> pending = new ArrayDeque<>();
  private final ArrayDeque<String> outgoing = new ArrayDeque<>();
  private final List<String> published = new ArrayList<>();
  private FakeSocket socket;
  private boolean subscribed;
  private int epochs = 1;
  private long head;

  /**
   * A server.
   *
   * @param kept how many messages the history holds
   */
  public ChannelServer(SplittableRandom random, int kept) {
    this.random = random;
    this.kept = kept;
  }

  /** The client connected. */
  public void onConnected(FakeSocket next) {
    socket = next;
    socket.receive(Frames.welcome());
  }

  /** The connection broke. */
  public void onLost() {
    socket = null;
    subscribed = false;
    pending.clear();
    outgoing.clear();
  }

  /** Somebody publishes. */
  public void publish() {
    head++;
    published.add(epoch() + head);
    if (subscribed) {
      outgoing.add(ChannelFrames.message("c", epoch(), head));
    }
  }

  /** Everything is lost but the subscription. */
  public void wipe() {
    epochs++;
    head = 0;
    if (subscribed) {
      outgoing.add(ChannelFrames.gap("c", epoch(), 0));
    }
  }

  /** Takes what came and does a little; false when there was nothing to do. */
  public boolean work() {
    if (socket == null) {
      return false;
    }
    for (String frame : socket.takeSent()) {
      pending.add(parse(frame));
    }
    if (!pending.isEmpty() && random.nextBoolean()) {
      run(pending.remove());
      return true;
    }
    if (!outgoing.isEmpty()) {
      socket.receive(outgoing.remove());
      return true;
    }
    return !pending.isEmpty();
  }

  /** All that was ever published, in order: epoch and offset. */
  public List<String> published() {
    return List.copyOf(published);
  }

  /** Whether the client is subscribed. */
  public boolean subscribed() {
    return subscribed;
  }

  private void run(JsonNode call) {
    long id = call.path("id").longValue();
    JsonNode payload = call.path("payload");
    switch (call.path("command").textValue()) {
      case "mesh/subscribe-channel" -> {
        subscribed = true;
        outgoing.add(Frames.reply(id, answer(payload.path("recover"))));
      }
      case "mesh/unsubscribe-channel" -> {
        outgoing.add(Frames.reply(id, "" + subscribed));
        subscribed = false;
      }
      case "mesh/get-channel-history" ->
          outgoing.add(
              random.nextInt(10) == 0
                  ? Frames.failure(id, "EUNAVAILABLE", "not now")
                  : Frames.reply(id, answer(payload.path("after"))));
      case "pong" -> {}
      default -> throw new AssertionError(call);
    }
  }

  private String answer(JsonNode after) {
    if (published.isEmpty() && epochs == 1) {
      return ChannelFrames.unnumbered();
    }
    if (after.isMissingNode()) {
      return ChannelFrames.head(epoch(), head);
    }
    boolean sameEpoch = after.path("epoch").textValue().equals(epoch());
    long oldest = Math.max(1, head - kept + 1);
    long next = sameEpoch ? after.path("offset").longValue() + 1 : 1;
    long first = Math.max(next, oldest);
    boolean recovered = sameEpoch && first == next;
    return ChannelFrames.following(
        epoch(), head, recovered, first, Math.min(head, first + PAGE - 1));
  }

  private String epoch() {
    return "e" + epochs + "-";
  }

  private static JsonNode parse(String frame) {
    try {
      return JSON.readTree(frame);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
