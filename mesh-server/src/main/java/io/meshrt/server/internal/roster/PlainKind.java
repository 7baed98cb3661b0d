// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;

/** Groups around which nothing is to be done. */
final class PlainKind implements GroupKind {
  @Override
  public String name() {
    return ConnectionGroups.KIND;
  }

  @Override
  public int maxPerSession() {
    return Integer.MAX_VALUE;
  }

  @Override
  public CompletableFuture<Void> beforeJoin(Session session, Topic group) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onJoined(Session session, Topic group) {}

  @Override
  public void afterLeave(Session session, Topic group) {}
}
