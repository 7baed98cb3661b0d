// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** Counts of what goes to stores. */
public final class MirrorCounts implements MirrorMeter {
  private int waiting;
  private int handed;
  private int failed;

  @Override
  public synchronized void waiting(int change) {
    waiting += change;
  }

  @Override
  public synchronized void handed(int count) {
    handed += count;
  }

  @Override
  public synchronized void failed() {
    failed++;
  }

  @Override
  public synchronized String toString() {
    return "waiting " + waiting + ", handed " + handed + ", failed " + failed;
  }
}
