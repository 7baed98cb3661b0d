// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * A client's call of a command.
 *
 * @param id to be echoed
 * @param command as sent, repeated in replies to legacy clients; null when there was no such text
 * @param name what to look up: the bare name of a built-in, else the command as sent
 * @param builtIn whether the name is one of the framework's. An application may register an
 *     unprefixed ({@link Generation#BARE}) one itself; its registration then wins
 * @param generation how it was spoken
 * @param payload JSON null when a {@code mesh.v1} client sent none, {@code {}} when a legacy client
 *     did
 */
public record Request(
    RequestId id,
    @Nullable String command,
    String name,
    boolean builtIn,
    Generation generation,
    RawJson payload)
    implements Inbound {
  @Override
  public Kind kind() {
    return Kind.REQUEST;
  }

  /** The name as the client wrote it, for texts that it will read. */
  public String displayName() {
    return command == null ? name : command;
  }
}
