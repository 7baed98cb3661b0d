// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletionStage;

/**
 * Answers clients of {@code mesh.v1} for the channel that all know by one name and that is another
 * one for each identity.
 */
public interface PersonalChannel {
  /** Subscribes a session to its own. */
  CompletionStage<?> subscribe(Session session, Request request);

  /** Ends that. */
  CompletionStage<?> unsubscribe(Session session, Request request);

  /** Reads a page of a session's own. */
  CompletionStage<?> history(Session session, Request request);
}
