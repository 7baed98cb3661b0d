// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.testkit.MeshCluster;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;

/** {@link ChurnSuite} with nodes that share memory, which is part of what is measured. */
@Tag("full") // its counts are those of the whole process, and its timeouts a second
class ChurnInMemoryIT extends ChurnSuite {
  @Override
  MeshCluster start(
      int nodes, UnaryOperator<MeshServerBuilder> options, Consumer<MeshServer> setUp) {
    return MeshCluster.inMemory(nodes, options, setUp);
  }

  @Override
  Map<String, Integer> shared() {
    return Map.of();
  }
}
