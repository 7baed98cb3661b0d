// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What lies between a link and its socket. Never blocks; belongs to the I/O thread. */
interface ByteLayer {
  /** Reads into {@code target}, which has room; -1 when nothing will come any more. */
  int read(ByteBuffer target) throws IOException;

  /** Whether another read may give more, though the socket has nothing new. */
  boolean hasMore(ByteBuffer target);

  /** Takes what it can of {@code source}; gives how much. */
  int write(ByteBuffer source) throws IOException;

  /** Writes what was taken and not written; false when the socket takes no more for now. */
  boolean flush() throws IOException;

  /** Whether there is something to write as soon as the socket takes it. */
  boolean awaitsSocket();

  /** Whether reading and writing have to wait for something other than the socket. */
  boolean isBusy();

  /** Whether reading cannot go on before the socket takes what is to be written. */
  boolean readsAfterWriting();

  /** Says good-bye, if that is possible at once. */
  void sayGoodBye() throws IOException;
}
