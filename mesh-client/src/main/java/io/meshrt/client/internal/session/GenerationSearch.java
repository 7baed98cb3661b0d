// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.Generation;
import io.meshrt.client.internal.dialect.GenerationDecision;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.Envelope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Gives one connection's {@link GenerationDecision} its time, and carries out what it says. */
final class GenerationSearch {
  static final Duration GREETING_TIME = Duration.ofMillis(250);
  static final Duration PROBE_TIME = Duration.ofSeconds(2);

  private final Loop loop;
  private final GenerationDecision decision;
  private final Host host;
  private Loop.@Nullable Timer timer;

  /** The connection. */
  interface Host {
    long nextId();

    void send(byte[] frame);

    void onDecided(Greeting greeting);

    /** The server does not speak what it should. */
    void onMismatch(String problem);

    /** Nothing was found out in time. */
    void onUnclear(String problem);
  }

  GenerationSearch(Loop loop, @Nullable Generation wanted, Host host) {
    this.loop = loop;
    this.decision = new GenerationDecision(wanted);
    this.host = host;
  }

  void start() {
    timer = loop.schedule(GREETING_TIME, () -> proceed(decision.onQuiet()));
    proceed(decision.onOpen());
  }

  /** Takes a frame; false when it says nothing about the generation. */
  boolean onFrame(Envelope envelope) {
    GenerationDecision.Next next = decision.onFrame(envelope);
    proceed(next);
    return next != GenerationDecision.Next.WAIT;
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void proceed(GenerationDecision.Next next) {
    switch (next) {
      case WAIT -> {}
      case PROBE -> {
        long firstId = host.nextId();
        host.nextId();
        decision.probes(firstId).forEach(host::send);
        timer = loop.schedule(PROBE_TIME, () -> proceed(decision.onProbesUnanswered()));
      }
      case DECIDED -> {
        stop();
        host.onDecided(decision.greeting());
      }
      case REFUSED -> host.onMismatch(decision.problem());
      case UNCLEAR -> host.onUnclear(decision.problem());
    }
  }
}
