// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.dispatch.MeshDispatcher;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of one command to a worker. It may be kept and used from any thread after the
 * handler has returned.
 */
public interface WorkContext {
  /** Name of the command. */
  String command();

  /** Who asked. */
  WorkClient client();

  /**
   * The payload bound to a type.
   *
   * @return null when the payload is absent or JSON null
   * @throws io.meshrt.core.protocol.CommandException {@code EBADREQUEST} naming the field that does
   *     not fit
   */
  <T> @Nullable T payload(Class<T> type);

  /** As {@link #payload(Class)}, for generic types. */
  <T> @Nullable T payload(TypeReference<T> type);

  /** The payload as a tree; a null node when it is absent. */
  JsonNode payload();

  /** The payload as the JSON text that came; JSON null when it is absent. */
  RawJson rawPayload();

  /**
   * Names this command, for ever: every delivery of it has the same id. Whoever stores it together
   * with the effect of the command has the effect once.
   */
  String messageId();

  /**
   * 1 for the first delivery. More means that a worker began before and was not seen to end; a
   * worker that died within a tenth of a second of beginning may not be counted.
   */
  int deliveryCount();

  /**
   * Sends to clients over this worker's connection to the cluster, as {@link
   * MeshWorker#dispatcher}.
   */
  MeshDispatcher dispatcher();
}
