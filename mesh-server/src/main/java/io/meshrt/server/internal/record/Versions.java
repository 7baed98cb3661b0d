// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.record.RecordVersion;
import java.util.HashMap;
import java.util.Map;

/** Versions as applications see them. */
final class Versions {
  private Versions() {}

  static RecordVersion of(Version version) {
    return new RecordVersion(version.number(), version.stamp());
  }

  /** Of a record that a job was about. */
  static RecordVersion of(Map<String, Job.Done> done, String id) {
    Job.Done one = done.get(id);
    return one == null ? RecordVersion.NONE : of(one.version());
  }

  /** Of all records that a job was about. */
  static Map<String, RecordVersion> of(Map<String, Job.Done> done) {
    Map<String, RecordVersion> versions = new HashMap<>();
    done.forEach((id, one) -> versions.put(id, of(one.version())));
    return versions;
  }
}
