// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of workers that are counted. Thread-safe, never throws, never blocks. */
public interface WorkMeter {
  /** Counts nothing. */
  WorkMeter NONE = new WorkMeter() {};

  /** A server gave a command to a group. */
  default void forwarded() {}

  /** So many more commands of this server wait for workers, or fewer. */
  default void waiting(int change) {}

  /** A command was not forwarded: too many wait. */
  default void refused() {}

  /** No worker took a command in time. */
  default void noWorker() {}

  /** A copy of a command, or an event of a connection, was not forwarded. */
  default void dropped() {}

  /** This server sees so many more workers, or fewer. */
  default void workers(int change) {}

  /** A worker's handler ended. */
  default void handled(Outcome outcome, long nanos) {}

  /** A worker did not begin with a command, because its time was over. */
  default void expired() {}

  /** A worker did not run what had been done before. */
  default void repeated() {}

  /** Work is missing. */
  default void gap() {}

  /** A worker holds so many more partitions, or fewer. */
  default void partitions(int change) {}
}
