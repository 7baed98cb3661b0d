// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import java.time.Duration;

/**
 * What to forward to workers, until it is said where. Immutable.
 *
 * <p>A command that is forwarded runs its middleware on this server, then waits for a worker of the
 * group: for the rest of its timeout. It fails with {@code ENOWORKER} when none has begun with it
 * shortly before the end (a tenth of the timeout, at most half a second), and none will later; with
 * {@code ETIMEOUT} when one has begun and not ended, or that is not known; with {@code ELIMIT} when
 * 10,000 commands of this server wait for the group; with {@code EUNAVAILABLE} when the cluster
 * cannot be asked.
 */
public interface Forwarding {
  /**
   * The same with a time limit for commands; the server's unless set. What nobody has begun with
   * after a minute is not begun with any more.
   *
   * @throws IllegalArgumentException when it is shorter than 100 ms
   */
  Forwarding withTimeout(Duration timeout);

  /**
   * Forwards to a group, whose workers answer. Commands of one identity, and those of one
   * connection without identity, are begun with in the order in which they came. A later forward or
   * handler for the same name takes its place: one group answers.
   *
   * @param group 1 to 64 letters, digits, underscores, dots and hyphens
   */
  ForwardRegistration toGroup(String group);

  /**
   * Gives a group a copy of each command, handled here or by another group, and does not wait for
   * it: what workers answer is dropped. A copy is made like by middleware that was added now, so
   * what earlier middleware refuses is not copied. Events of connections are forwarded as by {@link
   * #toGroup}.
   */
  ForwardRegistration copyToGroup(String group);
}
