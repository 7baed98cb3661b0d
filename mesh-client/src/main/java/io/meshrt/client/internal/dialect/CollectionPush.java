// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server pushes about one collection.
 *
 * @param base the version it leads from
 * @param reset whether it leads from an empty collection instead
 * @param put who came or changed
 * @param gone ids of those who went
 * @param more whether the next push belongs to it
 * @param ordered whether the server pushes nothing newer than its answer before it
 */
public record CollectionPush(
    String id,
    long base,
    boolean reset,
    long version,
    List<CollectionItem> put,
    List<String> gone,
    boolean more,
    boolean ordered) {

  /** Copies the lists. */
  public CollectionPush {
    put = List.copyOf(put);
    gone = List.copyOf(gone);
  }

  /** Reads the payload of the push; what makes no sense in it is as if it were not there. */
  public static CollectionPush read(JsonNode push) {
    boolean reset = push.path("reset").asBoolean(false);
    boolean ordered = reset || push.has("base");
    long version = Math.max(0, push.path("version").asLong(0));
    List<CollectionItem> put = new ArrayList<>();
    for (JsonNode added : push.path("added")) {
      put.add(ordered ? CollectionItem.read(added) : CollectionItem.ofRecord(added));
    }
    push.path("changed").forEach(changed -> put.add(CollectionItem.read(changed)));
    List<String> gone = new ArrayList<>();
    push.path("removed")
        .forEach(one -> gone.add((one.isObject() ? one.path("id") : one).asText("")));
    return new CollectionPush(
        push.path("collectionId").asText(""),
        push.path("base").asLong(version - 1),
        reset,
        version,
        put,
        gone,
        push.path("more").asBoolean(false),
        ordered);
  }
}
