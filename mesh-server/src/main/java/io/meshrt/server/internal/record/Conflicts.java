// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Version;

/** What a writer is told whose record has another version than it expects. */
final class Conflicts {
  private Conflicts() {}

  /** Tells the version, and not the value: who may write may not always read. */
  static CommandException notExpected(String id, Version version) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("recordId", id).put("version", version.number()).put("stamp", version.stamp());
    return new CommandException(ErrorCode.CONFLICT.wire(), "The record has another version.", data);
  }
}
