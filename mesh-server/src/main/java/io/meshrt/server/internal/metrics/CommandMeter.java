// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** Measures one command; resolved when the command is registered. Thread-safe. */
public interface CommandMeter {
  /** One run ended after so many nanoseconds. */
  void record(Outcome outcome, long nanos);
}
