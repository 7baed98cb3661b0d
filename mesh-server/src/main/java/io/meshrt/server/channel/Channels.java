// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Named streams of messages that clients subscribe to, on any node. Thread-safe, never blocks.
 *
 * <p>A name is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}; patterns have to match a whole name. Futures complete on handler
 * threads and fail with {@code EUNAVAILABLE} when the cluster cannot be asked.
 *
 * <p>Subscribers get each message once, in the order of acceptance, or are told that there was a
 * gap. Once something of a channel was kept, or a policy applies to it, all its publications are
 * numbered, and what a subscriber missed is recovered from history; a channel without is at most
 * once.
 */
public interface Channels extends ChannelPublisher {
  /** Lets all clients subscribe to a channel and read its history. */
  default ChannelRegistration expose(String channel) {
    return expose(channel, null);
  }

  /** Lets the clients a guard admits subscribe to a channel and read its history. */
  ChannelRegistration expose(String channel, @Nullable Guard guard);

  /** As {@link #expose(String)}, for all channels whose whole names match. */
  default ChannelRegistration expose(Pattern channels) {
    return expose(channels, null);
  }

  /** As {@link #expose(String, Guard)}, for all channels whose whole names match. */
  ChannelRegistration expose(Pattern channels, @Nullable Guard guard);

  /**
   * Lets the clients a guard admits publish to a channel. What is kept, the policy says.
   *
   * @param echo whether a publisher that subscribed gets its own messages too
   */
  ChannelRegistration exposePublish(String channel, Guard guard, boolean echo);

  /** As {@link #exposePublish(String, Guard, boolean)}, for all whose whole names match. */
  ChannelRegistration exposePublish(Pattern channels, Guard guard, boolean echo);

  /** As {@link #revokeConnection}. */
  default CompletableFuture<Boolean> revoke(Connection connection, String channel) {
    return revokeConnection(connection.id(), channel);
  }

  /** As {@link #revokeIdentity}. */
  default CompletableFuture<Integer> revoke(Identity identity, String channel) {
    return revokeIdentity(identity.id(), channel);
  }

  /**
   * Ends the subscription of a connection of any node. Once it has completed nothing more of the
   * channel is given to the connection, until it subscribes again, which only the guard of the
   * exposure prevents. Completes also when the connection's node is gone.
   *
   * @return whether it was subscribed; fails with {@code EUNAVAILABLE} when its node does not
   *     answer and is not known to be gone
   */
  CompletableFuture<Boolean> revokeConnection(String connectionId, String channel);

  /** As {@link #revokeConnection} for all connections of an identity; tells how many there were. */
  CompletableFuture<Integer> revokeIdentity(String identityId, String channel);

  /** How many connections of all nodes are subscribed; asks each node. */
  CompletableFuture<Integer> subscriberCount(String channel);

  /**
   * Tells when a channel whose name matches has subscribers, and had none on any node. Of the nodes
   * with such a listener exactly one is told, so all of them have it. What comes and goes within
   * 200 ms is not told, nor is who moves to another node within 400 ms. Called on handler threads,
   * for one channel one after the other.
   */
  ChannelRegistration onFirstSubscriber(Pattern channels, Consumer<? super String> listener);

  /** As {@link #onFirstSubscriber}, when the last subscriber on any node is gone. */
  ChannelRegistration onLastSubscriber(Pattern channels, Consumer<? super String> listener);

  /**
   * Forwards what others publish on a plain Redis pub/sub channel to the subscribers of the channel
   * of the same name, as texts, while there are any. At most once, without numbers. To be called on
   * all nodes, before clients subscribe.
   *
   * @throws IllegalStateException when the nodes do not share a Redis
   */
  ChannelRegistration bridge(String redisChannel);
}
