// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.record.RecordPolicy;
import java.time.Duration;
import java.util.regex.Pattern;

/** Which policy is that of a record. Thread-safe. */
final class Policies {
  private final Exposures<RecordPolicy> policies;

  Policies(Guards guards) {
    this.policies = new Exposures<>(guards);
  }

  Runnable add(String id, RecordPolicy policy) {
    return policies.expose(id, null, policy);
  }

  Runnable add(Pattern ids, RecordPolicy policy) {
    return policies.expose(ids, null, policy);
  }

  /** The group of a record; throws when its policy has none for it. */
  String group(String id) {
    return policies.settings(id).map(policy -> group(policy, id)).orElse(id);
  }

  private static String group(RecordPolicy policy, String id) {
    String group = policy.group().apply(id);
    if (group == null) {
      throw new IllegalStateException("a policy has no group for a record");
    }
    return group;
  }

  /** How long a record lives; zero for ever. */
  Duration timeToLive(String id) {
    return policies.settings(id).map(RecordPolicy::timeToLive).orElse(Duration.ZERO);
  }

  boolean isListed(String id) {
    return policies.settings(id).map(RecordPolicy::listed).orElse(true);
  }
}
