// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

/** Threads that the JVM starts with the first virtual ones, and keeps some of for ever. */
public final class VirtualThreads {
  private VirtualThreads() {}

  /** Whether a thread is one of those that carry or wake virtual threads. */
  public static boolean areServedBy(Thread thread) {
    return thread.getName().startsWith("VirtualThread-")
        || thread.getClass().getSimpleName().equals("CarrierThread");
  }
}
