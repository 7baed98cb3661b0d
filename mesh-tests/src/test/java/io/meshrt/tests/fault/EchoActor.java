// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import io.meshrt.client.MeshClient;
import java.time.Duration;

/** Calls a command that needs nothing but its node; it must be answered, and correctly. */
final class EchoActor extends Actor {
  private static final Duration TIMEOUT = ServersUnderFault.ANSWER;

  private final MeshClient client;

  EchoActor(MeshClient client) {
    super("echo");
    this.client = client;
  }

  @Override
  boolean needsRedis() {
    return false;
  }

  @Override
  void step(int number) {
    boolean answered =
        tally()
            .isDone(
                () ->
                    client
                        .command("echo", number, Integer.class, TIMEOUT)
                        .thenAccept(echo -> check(number, echo)));
    if (!answered) {
      tally().surprise("no answer to " + number);
    }
  }

  private void check(int number, int echo) {
    if (echo != number) {
      tally().surprise(echo + " instead of " + number);
    }
  }
}
