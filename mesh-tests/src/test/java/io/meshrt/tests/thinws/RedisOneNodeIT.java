// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import io.meshrt.tests.cluster.Deployment;

class RedisOneNodeIT extends EndpointSuite {
  @Override
  Deployment deployment() {
    return Deployment.redis(1);
  }
}
