// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does what {@link Letters} that came say, to the sessions of this node. */
final class OpenedLetters {
  private final Sessions sessions;

  private OpenedLetters(Sessions sessions) {
    this.sessions = sessions;
  }

  static void openIn(NodeMail mail, Sessions sessions) {
    OpenedLetters opened = new OpenedLetters(sessions);
    mail.handle(Letters.PUSH, opened::onPush);
    mail.handle(Letters.CLOSE, opened::onClose);
  }

  private CompletionStage<? extends @Nullable JsonNode> onPush(JsonNode letter) {
    byte[] frame = letter.path("frame").asText().getBytes(StandardCharsets.UTF_8);
    PushFrame push = new PushFrame(frame);
    Set<String> except = new HashSet<>();
    letter.path("except").forEach(text -> except.add(text.asText()));
    Predicate<Session> excepted = Exceptions.read(except);
    forEach(
        letter,
        session -> {
          if (!excepted.test(session)) {
            session.offer(push);
          }
        });
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<? extends @Nullable JsonNode> onClose(JsonNode letter) {
    int code = letter.path("code").asInt();
    String reason = letter.path("reason").asText();
    forEach(letter, session -> session.close(code, reason));
    return CompletableFuture.completedFuture(null);
  }

  private void forEach(JsonNode letter, Consumer<Session> action) {
    letter.path("ids").forEach(id -> sessions.find(id.asText()).ifPresent(action));
  }
}
