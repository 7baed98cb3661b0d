// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.XnioIoThread;

/**
 * The I/O threads that carry connections, numbered as they turn up: our own worker's or, when
 * embedded, whatever threads the host runs requests on. Thread-safe.
 */
final class IoThreads {
  private final Map<XnioIoThread, IoThread> threads = new ConcurrentHashMap<>();
  private final AtomicInteger nextIndex = new AtomicInteger();

  IoThread of(XnioIoThread thread) {
    return threads.computeIfAbsent(
        thread, added -> new IoThread(added, nextIndex.getAndIncrement()));
  }
}
