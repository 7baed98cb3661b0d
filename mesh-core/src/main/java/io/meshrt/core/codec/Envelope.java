// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * What one frame held, before any dialect has said what it means. Immutable; holds copies, so the
 * buffer it was read from may be used again at once.
 */
public final class Envelope {
  static final Envelope NOT_AN_OBJECT = new Envelope(false, null, null, false, null, null);

  private final boolean object;
  private final @Nullable RequestId id;
  private final @Nullable String command;
  private final boolean commandText;
  private final @Nullable RawJson payload;
  private final @Nullable RawJson error;

  Envelope(
      boolean object,
      @Nullable RequestId id,
      @Nullable String command,
      boolean commandText,
      @Nullable RawJson payload,
      @Nullable RawJson error) {
    this.object = object;
    this.id = id;
    this.command = command;
    this.commandText = commandText;
    this.payload = payload;
    this.error = error;
  }

  /** Whether the frame was a JSON object; any other JSON value has none of the parts below. */
  public boolean isObject() {
    return object;
  }

  /** Whether there was an {@code id}, be it {@code null}. */
  public boolean hasId() {
    return id != null;
  }

  /** The id, or null when there was none. An id that is JSON's null is a {@link RequestId} too. */
  public @Nullable RequestId id() {
    return id;
  }

  /** Whether there was a {@code command} of any kind. */
  public boolean hasCommand() {
    return command != null;
  }

  /** Whether the command was a string, as it has to be to name anything. */
  public boolean isCommandText() {
    return commandText;
  }

  /**
   * The command: its text if it was a string, else the JSON it was written as, for example {@code
   * null} or {@code 5}; see {@link #isCommandText}. Null when there was none.
   */
  public @Nullable String command() {
    return command;
  }

  /** Whether there was a {@code payload}, be it {@code null}. */
  public boolean hasPayload() {
    return payload != null;
  }

  /** The payload exactly as it was written, {@link RawJson#NULL} when there was none. */
  public RawJson payload() {
    return payload == null ? RawJson.NULL : payload;
  }

  /** How many bytes the payload has; 0 when there was none. */
  public int payloadLength() {
    return payload == null ? 0 : payload.length();
  }

  /** The {@code error} exactly as it was written, or null when there was none. */
  public @Nullable RawJson error() {
    return error;
  }
}
