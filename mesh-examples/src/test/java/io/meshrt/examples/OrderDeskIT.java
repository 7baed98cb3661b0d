// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import org.junit.jupiter.api.Test;

/** The example of the page about workers runs. */
class OrderDeskIT {
  @Test
  void ordersAreHandled() throws Exception {
    OrderDesk.main(new String[0]);
  }
}
