// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.session.Session;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Hears one topic of pushes and gives each parcel to the sessions of this node it is for. */
final class Delivery implements TopicListener {
  /** Runs an action for each session that hears the topic, on its I/O thread, in order. */
  interface Audience {
    void forEach(Consumer<? super Session> action);
  }

  private final Audience audience;
  private final Runnable onCleared;
  private final Runnable onGap;
  private final byte[] gapFrame;

  /**
   * Not heard anything yet.
   *
   * @param onCleared called when members were removed, or may have been
   * @param onGap counts gaps
   */
  Delivery(Topic topic, Audience audience, Runnable onCleared, Runnable onGap) {
    this.audience = audience;
    this.onCleared = onCleared;
    this.onGap = onGap;
    this.gapFrame =
        Dialect.builtInPush(
            Generation.V1,
            "gap",
            RawJson.parse(
                "{\"kind\":"
                    + RawJson.ofString(topic.kind())
                    + ",\"name\":"
                    + RawJson.ofString(topic.name())
                    + "}"));
  }

  @Override
  public void onPublication(Publication publication) {
    Parcel.decode(publication.payload()).ifPresent(this::deliver);
  }

  private void deliver(Parcel parcel) {
    switch (parcel.type()) {
      case PUSH -> {
        PushFrame push = new PushFrame(parcel.content());
        forThose(parcel, session -> session.offer(push));
      }
      case CLOSE -> {
        int code = parcel.closeCode();
        String reason = parcel.closeReason();
        forThose(parcel, session -> session.close(code, reason));
      }
      case CLEARED -> onCleared.run();
    }
  }

  private void forThose(Parcel parcel, Consumer<Session> action) {
    if (parcel.except().isEmpty()) {
      audience.forEach(action);
    } else {
      Predicate<Session> excepted = Exceptions.read(parcel.except());
      audience.forEach(
          session -> {
            if (!excepted.test(session)) {
              action.accept(session);
            }
          });
    }
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    onGap.run();
    audience.forEach(
        session -> {
          if (session.dialect().strict()) {
            session.offer(gapFrame);
          }
        });
    onCleared.run();
  }
}
