// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.session.Session;

/** Told of handlers and middleware that failed without meaning to. Any thread; only enqueues. */
@FunctionalInterface
public interface FailureListener {
  /** A command of this session was answered with {@code ESERVER} because of {@code error}. */
  void onFailure(Session session, Throwable error);
}
