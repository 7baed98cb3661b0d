// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of Mesa's clients and dispatchers that are counted. Thread-safe, never blocks. */
public interface MesaMeter {
  /** Counts nothing. */
  MesaMeter NONE =
      new MesaMeter() {
        @Override
        public void authenticated(boolean accepted) {}

        @Override
        public void heard(Heard what) {}
      };

  /** What a publication of a dispatcher was. */
  enum Heard {
    /** A message to identities or everyone. */
    MESSAGE,
    /** Connections were to be closed. */
    DISCONNECT,
    /** Nothing that can be understood. */
    GARBAGE,
    /** It could not be passed on. */
    FAILED
  }

  /** A client authenticated, or was refused. */
  void authenticated(boolean accepted);

  /** A dispatcher published something. */
  void heard(Heard what);
}
