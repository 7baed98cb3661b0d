// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import java.util.function.IntSupplier;

/** The events the server counts. Thread-safe, never throws, never blocks. */
public interface ServerMetrics {
  /** A connection is open. */
  void connectionOpened();

  /** A connection ended with this close code. */
  void connectionClosed(int code);

  /** Bytes of messages that came in. */
  void bytesIn(long bytes);

  /** Bytes of frames that went out. */
  void bytesOut(long bytes);

  /** A message was not what the protocol allows. */
  void malformedMessage();

  /** A limit refused or closed something. */
  void limitHit(Limit limit);

  /** A connection is closed because it reads too slowly. */
  void slowConsumer();

  /** A round trip to a client was measured. */
  void latency(long nanos);

  /** What all outboxes together hold, and the fullest of them, as the last look found it. */
  void outboxes(long totalBytes, long fullestBytes);

  /**
   * An upgrade was refused.
   *
   * @param reason one of a fixed set, never anything a client chose
   */
  void upgradeRefused(String reason);

  /** Whether upgrades are taken. */
  default void ready(boolean ready) {}

  /** A connection left because the server drains. */
  default void departed(Departure how) {}

  /**
   * The meter of a registered command.
   *
   * @param name as registered, never as a client sent it
   */
  CommandMeter command(String name);

  /** The one meter of all commands that nobody registered. */
  CommandMeter unknownCommand();

  /** What happens between nodes. */
  default ClusterMetrics cluster() {
    return ClusterMetrics.NONE;
  }

  /** How many identities are connected to this node can be asked here. */
  default void identities(IntSupplier count) {}

  /** A hook of an observer threw. */
  default void hookFailed() {}

  /** An event was not told to observers, because too many wait. */
  default void hookDropped() {}

  /** The meter of all channels. */
  default ChannelMeter channels() {
    return ChannelMeter.NONE;
  }

  /** The meter of rooms that clients send to, and of those that are remembered. */
  default RoomMeter rooms() {
    return RoomMeter.NONE;
  }

  /** The meter of all inboxes. */
  default InboxMeter inboxes() {
    return InboxMeter.NONE;
  }

  /** The meter of all records. */
  default RecordMeter records() {
    return RecordMeter.NONE;
  }

  /** The meter of what goes to stores of the application. */
  default MirrorMeter mirrors(MirrorMeter.Kind kind) {
    return MirrorMeter.NONE;
  }

  /** The meter of all collections. */
  default CollectionMeter collections() {
    return CollectionMeter.NONE;
  }

  /** The meter of Mesa's clients and dispatchers. */
  default MesaMeter mesa() {
    return MesaMeter.NONE;
  }

  /** The meter of workers, on both sides. */
  default WorkMeter work() {
    return WorkMeter.NONE;
  }
}
