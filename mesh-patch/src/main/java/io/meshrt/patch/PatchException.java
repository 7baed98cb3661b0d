// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

/**
 * Says that a patch is not one, or cannot be applied to the value at hand.
 *
 * <p>It is the only exception that a bad patch causes. Whoever follows a document by its patches
 * answers it by fetching the full value. The message names the operation by its number and never
 * contains paths or values.
 */
public final class PatchException extends RuntimeException {

  /** What is wrong, for programs. */
  public enum Code {
    /** The JSON is no patch, or a path is no JSON Pointer. */
    MALFORMED,
    /** A path leads nowhere in this value: the patch was made for another one. */
    NOT_APPLICABLE,
    /** A {@code test} operation found another value. */
    TEST_FAILED,
    /** The patch passes one of the {@link PatchLimits}. */
    TOO_LARGE
  }

  private final Code code;
  private final int operationIndex;

  PatchException(Code code, String message) {
    this(code, message, -1);
  }

  private PatchException(Code code, String message, int operationIndex) {
    super(message);
    this.code = code;
    this.operationIndex = operationIndex;
  }

  static PatchException malformed(String message) {
    return new PatchException(Code.MALFORMED, message);
  }

  static PatchException notApplicable(String message) {
    return new PatchException(Code.NOT_APPLICABLE, message);
  }

  static PatchException tooLarge(String message) {
    return new PatchException(Code.TOO_LARGE, message);
  }

  /** The same complaint, now about the operation with this number. */
  PatchException atOperation(int index) {
    return new PatchException(code, "operation " + index + ": " + getMessage(), index);
  }

  public Code code() {
    return code;
  }

  /** Which operation is at fault, counted from 0, or -1 when it is the patch as a whole. */
  public int operationIndex() {
    return operationIndex;
  }
}
