// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import io.meshrt.tests.cluster.Deployment;

class InMemoryOneNodeIT extends EndpointSuite {
  @Override
  Deployment deployment() {
    return Deployment.inMemory(1);
  }
}
