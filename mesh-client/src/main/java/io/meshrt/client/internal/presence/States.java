// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.presence.StateOptions;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The states this client published about itself. Owned by the state thread. */
final class States {
  private final BuiltIns builtIns;
  private final Map<String, PublishedState> byRoom = new LinkedHashMap<>();

  States(BuiltIns builtIns) {
    this.builtIns = builtIns;
  }

  void publish(String room, RawJson state, StateOptions options, Call.Outcome reply) {
    PublishedState published = byRoom.computeIfAbsent(room, PublishedState::new);
    published.onPublishing();
    long millis = options.expireAfter().map(d -> d.toMillis()).orElse(0L);
    builtIns.call(
        room,
        Names.PUBLISH_PRESENCE_STATE,
        payload(room, state, millis, options.silent()),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            published.onPublished(state, options, builtIns.loop().nanoTime());
            reply.onReply(payload);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            published.onPublishFailed();
            forgetIfIdle(published);
            reply.onFailure(failure);
          }
        });
  }

  void clear(String room, RawJson payload, Call.Outcome reply) {
    drop(room);
    builtIns.call(
        room,
        Names.CLEAR_PRESENCE_STATE,
        payload,
        new Call.Outcome() {
          @Override
          public void onReply(RawJson answer) {
            reply.onReply(answer);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            if (BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST)) {
              reply.onReply(RawJson.NULL); // the state was the connection's
            } else {
              reply.onFailure(failure);
            }
          }
        });
  }

  /** What was published in a room is not to be published again. */
  void drop(String room) {
    PublishedState published = byRoom.remove(room);
    if (published != null) {
      published.end();
    }
  }

  void restore() {
    for (PublishedState published : List.copyOf(byRoom.values())) {
      if (published.state(builtIns.loop().nanoTime()) == null) {
        published.forget();
        forgetIfIdle(published);
        continue;
      }
      builtIns.restore(
          published.room,
          Names.PUBLISH_PRESENCE_STATE,
          ClientError.Subject.PRESENCE_STATE,
          published.room,
          new Again(published));
    }
  }

  private final class Again implements Restore {
    private final PublishedState published;

    Again(PublishedState published) {
      this.published = published;
    }

    @Override
    public boolean wanted() {
      return published.state(builtIns.loop().nanoTime()) != null;
    }

    @Override
    public RawJson payload() {
      long now = builtIns.loop().nanoTime();
      return States.this.payload(
          published.room,
          Objects.requireNonNull(published.state(now)),
          published.remainingMillis(now),
          published.silent());
    }

    @Override
    public void onRestored(RawJson reply) {}

    @Override
    public void onRefused(RuntimeException failure) {
      published.forget();
      forgetIfIdle(published);
    }
  }

  private void forgetIfIdle(PublishedState published) {
    if (published.idle()) {
      byRoom.remove(published.room, published);
    }
  }

  private RawJson payload(String room, RawJson state, long expireAfterMillis, boolean silent) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("roomName", room);
    payload.put("state", state);
    if (expireAfterMillis > 0) {
      payload.put("expireAfter", expireAfterMillis);
    }
    if (silent) {
      payload.put("silent", true);
    }
    return builtIns.json().encode(payload);
  }
}
