// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hook;

import io.meshrt.server.hook.Hooks;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What observers can be told. */
enum Event {
  CONNECT("onConnect"),
  DISCONNECT("onDisconnect"),
  AUTHENTICATE("onAuthenticate"),
  RECEIVE("onReceive"),
  SEND("onSend"),
  UNDELIVERABLE("onUndeliverable"),
  REPLAY("onReplay"),
  ROOM_JOIN("onRoomJoin"),
  ROOM_LEAVE("onRoomLeave"),
  ROOM_REFUSED("onRoomRefused"),
  ROOM_MESSAGE("onRoomMessage"),
  WORKER_JOIN("onWorkerJoin"),
  WORKER_LEAVE("onWorkerLeave"),
  ERROR("onError");

  private final String method;

  Event(String method) {
    this.method = method;
  }

  /** Those whose methods an observer overrides. */
  static Set<Event> of(Hooks hooks) {
    Set<Event> events = EnumSet.noneOf(Event.class);
    for (Event event : values()) {
      Method declared =
          Arrays.stream(Hooks.class.getMethods())
              .filter(candidate -> candidate.getName().equals(event.method))
              .findFirst()
              .orElseThrow();
      if (isOverridden(hooks, declared)) {
        events.add(event);
      }
    }
    return Collections.unmodifiableSet(events);
  }

  private static boolean isOverridden(Hooks hooks, Method declared) {
    try {
      return hooks
              .getClass()
              .getMethod(declared.getName(), declared.getParameterTypes())
              .getDeclaringClass()
          != Hooks.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
