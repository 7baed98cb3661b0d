// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets tests go on soon after what they wait for, and wait as long as a busy machine may need; to
 * be registered as a JUnit extension.
 */
public final class PromptPolling implements Extension, BeforeAllCallback {
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** For JUnit. */
  public PromptPolling() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(INTERVAL);
    Awaitility.setDefaultTimeout(PATIENCE);
  }
}
