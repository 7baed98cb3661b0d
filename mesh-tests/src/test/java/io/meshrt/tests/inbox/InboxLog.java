// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that writes down what it is told. */
class InboxLog implements InboxListener {
  final List<String> told = new CopyOnWriteArrayList<>();
  final List<InboxMessage> messages = new CopyOnWriteArrayList<>();
  final List<InboxGap> gaps = new CopyOnWriteArrayList<>();

  @Override
  public void onMessage(InboxMessage message) {
    messages.add(message);
    told.add(message.payload().asText());
  }

  @Override
  public void onRecovered(long count) {
    told.add("recovered");
  }

  @Override
  public void onGap(InboxGap gap) {
    gaps.add(gap);
    told.add("gap");
  }

  @Override
  public void onEnded() {
    told.add("ended");
  }

  /** Waits until something is told. */
  List<String> awaitTold(String last) {
    await().atMost(Duration.ofSeconds(60)).until(() -> told.contains(last));
    return told;
  }

  /** The messages alone. */
  List<String> texts() {
    return messages.stream().map(message -> message.payload().asText()).toList();
  }
}
