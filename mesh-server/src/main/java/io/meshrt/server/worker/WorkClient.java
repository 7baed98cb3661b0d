// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Identity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The client a piece of work is about, as its server knew it then. Of a connection whose server
 * died only the two ids are known.
 *
 * @param connectionId of its connection
 * @param nodeId of the server that holds the connection
 * @param identity who it is, if it was authenticated
 * @param metadata what authentication attached, if anything
 * @param remoteAddress as the server sees it
 * @param path of its upgrade request
 * @param queryString of its upgrade request, undecoded; may be empty
 * @param headers of its upgrade request by lower case name, those that the server {@linkplain
 *     io.meshrt.server.MeshServerBuilder#keepHeaders keeps}
 */
public record WorkClient(
    String connectionId,
    String nodeId,
    Optional<Identity> identity,
    Optional<JsonNode> metadata,
    String remoteAddress,
    String path,
    String queryString,
    Map<String, List<String>> headers) {
  /** Checks the ids. */
  public WorkClient {
    Objects.requireNonNull(connectionId, "connectionId");
    Objects.requireNonNull(nodeId, "nodeId");
    headers = Map.copyOf(headers);
  }

  /** A client of which only the ids are known. */
  public static WorkClient gone(String connectionId, String nodeId) {
    return new WorkClient(
        connectionId, nodeId, Optional.empty(), Optional.empty(), "", "", "", Map.of());
  }
}
