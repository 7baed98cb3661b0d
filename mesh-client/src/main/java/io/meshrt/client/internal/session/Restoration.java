// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.dialect.Dialect;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What has to be put back on a new connection: first the credentials, then what hooks restore. */
final class Restoration {
  private final Credentials credentials;
  private final List<RestoreHook> hooks = new ArrayList<>();
  private @Nullable Introduction introduction;

  Restoration(Credentials credentials) {
    this.credentials = credentials;
  }

  void add(RestoreHook hook) {
    hooks.add(hook);
  }

  void introduceBy(Introduction asking) {
    introduction = asking;
  }

  void onAuthenticated(RawJson accepted, RawJson answer, boolean expectsRooms) {
    credentials.onAccepted(accepted, answer);
    if (introduction != null && expectsRooms) {
      introduction.onAuthenticated();
    }
  }

  void introduce(Greeting greeting, Calls calls, Runnable next) {
    if (introduction == null) {
      next.run();
    } else {
      introduction.introduce(greeting, calls, next);
    }
  }

  /** Of the connection made last; empty without one. */
  String identity() {
    return credentials.identity();
  }

  /**
   * A connection is open.
   *
   * @param identity as the server says; empty for none
   */
  void presentCredentials(
      String identity, Calls calls, Runnable next, Consumer<RuntimeException> unable) {
    credentials.onOpen(identity);
    credentials.present(calls, next, unable);
  }

  void runHooks(Dialect dialect, Calls calls, boolean reconnected) {
    hooks.forEach(hook -> hook.restore(dialect, calls, reconnected));
  }

  void onLost() {
    hooks.forEach(RestoreHook::onLost);
  }

  void onClosed() {
    hooks.forEach(RestoreHook::onClosed);
  }
}
