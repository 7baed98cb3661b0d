// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Version;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A patch that led from one version to another. */
record Step(Version base, Version version, RawJson patch) {
  private static final int MAX_STEPS = 64;
  private static final int MAX_BYTES = 64 * 1024;

  /** A chain with one more step, without the oldest ones where it becomes too long. */
  static List<Step> append(List<Step> chain, Step step) {
    int bytes = step.patch.length();
    int from = chain.size();
    while (from > 0
        && chain.size() - from + 1 < MAX_STEPS
        && bytes + chain.get(from - 1).patch.length() <= MAX_BYTES) {
      from--;
      bytes += chain.get(from).patch.length();
    }
    List<Step> appended = new ArrayList<>(chain.size() - from + 1);
    appended.addAll(chain.subList(from, chain.size()));
    appended.add(step);
    return List.copyOf(appended);
  }

  /** All steps of a chain from a version on as one patch; empty if it does not reach back there. */
  static Optional<RawJson> since(Version version, List<Step> chain) {
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (chain.get(i).base.equals(version)) {
        return Optional.of(join(chain.subList(i, chain.size())));
      }
    }
    return Optional.empty();
  }

  private static RawJson join(List<Step> steps) {
    if (steps.size() == 1) {
      return steps.get(0).patch;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String between = "[";
    for (Step step : steps) {
      byte[] patch = step.patch.toByteArray();
      bytes.writeBytes(between.getBytes(UTF_8));
      bytes.write(patch, 1, patch.length - 2);
      between = ",";
    }
    bytes.write(']');
    return RawJson.ofValid(bytes.toByteArray());
  }
}
