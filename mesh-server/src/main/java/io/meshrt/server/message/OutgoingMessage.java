// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.message;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A message to be sent, and who is not to get it. Immutable: what changes it returns another one,
 * and each sending is a message of its own. Thread-safe, never blocks; the payload was read when
 * the message was made.
 *
 * <p>Every connection gets one copy, however often it is meant. Messages of one sender to one
 * target arrive in the order of the calls: to one identity also when it was addressed among others,
 * to one room, to everyone; to connections each on its own. There is no order between targets of
 * different kinds.
 *
 * <p>Futures complete on handler threads, when the cluster has accepted the message, and fail with
 * {@code EUNAVAILABLE} when it cannot be asked, the outcome then being unknown.
 */
public interface OutgoingMessage {
  /** Stands for everyone in a list of identities. */
  String EVERYONE = "*";

  /** Most identities and connections that may be excepted, together. */
  int MAX_EXCEPTIONS = 1_000;

  /**
   * The same for nobody of these identities, whatever the target: all their connections are left
   * out, on all nodes.
   *
   * @throws IllegalArgumentException with more than {@value #MAX_EXCEPTIONS} exceptions
   */
  default OutgoingMessage except(String... ids) {
    return except(List.of(ids));
  }

  /** As {@link #except(String...)}. */
  OutgoingMessage except(Collection<String> ids);

  /** The same, but not for these connections. */
  default OutgoingMessage exceptConnections(String... ids) {
    return exceptConnections(List.of(ids));
  }

  /** As {@link #exceptConnections(String...)}. */
  OutgoingMessage exceptConnections(Collection<String> ids);

  /**
   * The same, kept for the identities it is sent to, whether or not they are there: it waits in
   * their inboxes, and reaches those clients alone that open one. Only for {@link #to(Collection)},
   * and not together with {@link #exceptConnections(Collection)}.
   *
   * @see io.meshrt.server.inbox.InboxOptions#keptByDefault
   */
  OutgoingMessage kept();

  /** The same only for those who are there, as a push: it is kept for nobody. */
  OutgoingMessage transientOnly();

  /**
   * The same, but not for whom one with this key is kept already: within 60 s, and 4,096 messages
   * with keys to the same identity. Only for {@link #to(Collection)}; without effect where it is
   * not kept.
   *
   * @param key 1 to 255 bytes of UTF-8
   */
  OutgoingMessage dedupKey(String key);

  /** As {@link #to(Collection)}. */
  default CompletableFuture<MessageReceipt> to(String... ids) {
    return to(List.of(ids));
  }

  /**
   * Sends to all connections of identities, wherever they are, or keeps it for them. One request
   * for each identity; repeated ids count once, and without any there is nothing to do. With {@link
   * #EVERYONE} among the ids as {@link #toEveryone}. Of more than 1,000 ids the next thousand
   * follows when the one before was accepted; what is sent to identities meanwhile follows behind.
   * Fails with {@code ELIMIT} when more than a million wait.
   */
  CompletableFuture<MessageReceipt> to(Collection<String> ids);

  /**
   * Sends to all connections, those without an identity too unless authentication is required. One
   * request.
   */
  CompletableFuture<MessageReceipt> toEveryone();

  /** As {@link #toConnections(Collection)}. */
  default CompletableFuture<MessageReceipt> toConnections(String... ids) {
    return toConnections(List.of(ids));
  }

  /** Sends to some connections: one request for each node that holds one of them. */
  CompletableFuture<MessageReceipt> toConnections(Collection<String> ids);

  /** Sends to the members of a room. One request. */
  CompletableFuture<MessageReceipt> toRoom(String room);
}
