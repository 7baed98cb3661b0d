// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

/** What of an envelope a value is. */
enum EnvelopePart {
  NONE,
  ID,
  COMMAND,
  PAYLOAD,
  ERROR
}
