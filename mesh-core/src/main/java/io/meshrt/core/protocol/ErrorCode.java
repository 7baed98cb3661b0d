// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

/**
 * The codes with which a request fails while its connection lives on. Applications may use codes of
 * their own in a {@link CommandException}; these are the ones the framework itself answers with.
 */
public enum ErrorCode {
  /** The request or one of its fields is malformed; the message names the field. */
  BAD_REQUEST("EBADREQUEST"),
  /** No such command. */
  NOT_FOUND("ENOTFOUND"),
  /** A guard, an exposure rule or a handler refused. */
  ACCESS_DENIED("EACCESS"),
  /** The caller has not authenticated, or its credentials were refused. */
  UNAUTHORIZED("EUNAUTHORIZED"),
  /** A count limit of the connection or node is reached. */
  LIMIT("ELIMIT"),
  /** The caller sends faster than it may. */
  RATE("ERATE"),
  /** A value is larger than its limit. */
  TOO_LARGE("ETOOLARGE"),
  /** No answer in time; the outcome is unknown. */
  TIMEOUT("ETIMEOUT"),
  /** The state moved on since the caller read it. */
  CONFLICT("ECONFLICT"),
  /** No worker takes this command. */
  NO_WORKER("ENOWORKER"),
  /** Something the request needs cannot be reached or is overloaded; trying later may help. */
  UNAVAILABLE("EUNAVAILABLE"),
  /** A failure whose details stay on the server, under the error id named in the message. */
  SERVER("ESERVER"),
  /** Never on the wire: the connection was lost while the call was in flight; outcome unknown. */
  CONNECTION_LOST("CONNECTION_LOST"),
  /** Never on the wire: the client or connection was closed before the call could be sent. */
  CLOSED("CLOSED");

  private final String wire;

  ErrorCode(String wire) {
    this.wire = wire;
  }

  /** The code as it stands in a frame, for example {@code ENOTFOUND}. */
  public String wire() {
    return wire;
  }
}
