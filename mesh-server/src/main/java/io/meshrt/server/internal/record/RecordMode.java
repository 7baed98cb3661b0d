// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

/** How a client wants to be told of changes. */
enum RecordMode {
  FULL,
  PATCH
}
