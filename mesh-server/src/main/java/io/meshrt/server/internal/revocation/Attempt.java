// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.revocation;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client that is about to subscribe, or to read: from before its guard is asked until it was
 * answered. Guarded by itself.
 */
public final class Attempt {
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
  private boolean revoked;
  private boolean answering;

  /** Before what the guard saw can have become wrong. */
  public Attempt() {}

  /** Whether it may still be answered; from then on a revocation waits for it. */
  public synchronized boolean tryAnswer() {
    answering = !revoked;
    return answering;
  }

  /** Whether it comes to nothing. */
  public synchronized boolean isRevoked() {
    return revoked;
  }

  /** It comes to nothing; completes when nothing of an answer is under way any more. */
  public synchronized CompletableFuture<@Nullable Void> revoke() {
    revoked = true;
    return answering ? done : CompletableFuture.completedFuture(null);
  }

  /** It was answered, or will not be. */
  public void finish() {
    done.complete(null);
  }
}
