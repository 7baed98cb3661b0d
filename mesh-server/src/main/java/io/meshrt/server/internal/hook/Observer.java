// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hook;

import io.meshrt.server.hook.Hooks;
import java.util.Set;

/** One observer. */
final class Observer {
  final Hooks hooks;
  final Set<Event> events;
  volatile boolean closed;

  Observer(Hooks hooks) {
    this.hooks = hooks;
    this.events = Event.of(hooks);
  }
}
