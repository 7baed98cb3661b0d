// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.metadata;

/** How a change of metadata meets what is there. */
enum Strategy {
  REPLACE("replace"),
  MERGE("merge"),
  DEEP_MERGE("deepMerge");

  /** As the protocol says it. */
  final String wire;

  Strategy(String wire) {
    this.wire = wire;
  }
}
