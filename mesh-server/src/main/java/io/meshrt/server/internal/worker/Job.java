// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.work.WorkEntry;

/**
 * One piece of work while a tenure has it. Belongs to the lane.
 *
 * <p>Not a record: each is one of its own.
 */
final class Job {
  final Tenure tenure;
  final WorkEntry entry;
  final Position position;
  final int bytes;

  Job(Tenure tenure, WorkEntry entry, Position position, int bytes) {
    this.tenure = tenure;
    this.entry = entry;
    this.position = position;
    this.bytes = bytes;
  }
}
