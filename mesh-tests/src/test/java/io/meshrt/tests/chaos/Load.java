// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import java.util.List;

/** One kind of thing that clients never stop doing, whatever happens to the world. */
interface Load {
  /** Begins. */
  void start() throws Exception;

  /** Waits until everything works, and all agree: nothing goes wrong any more. */
  void settle() throws Exception;

  /** What was seen that must not be. */
  List<String> flaws();

  /** Ends. */
  void stop();
}
