// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Writes down what a topic says. */
public final class HeardTopic implements TopicListener {
  private final List<Publication> publications = new CopyOnWriteArrayList<>();
  private final List<String> gaps = new CopyOnWriteArrayList<>();
  private final List<Position> gapHeads = new CopyOnWriteArrayList<>();

  @Override
  public void onPublication(Publication publication) {
    publications.add(publication);
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    gapHeads.add(head);
    gaps.add(lastHeard.offset() + ".." + head.offset());
  }

  /** Text and offset of each, as {@code a@1}. */
  public List<String> all() {
    return publications.stream().map(HeardTopic::show).toList();
  }

  public List<Publication> publications() {
    return publications;
  }

  public List<String> gaps() {
    return gaps;
  }

  public List<Position> gapHeads() {
    return gapHeads;
  }

  /** The events heard, as {@code JOINED anna}. */
  public List<String> events() {
    return publications.stream()
        .map(publication -> MemberEvent.decode(publication.payload()).orElseThrow())
        .map(event -> event.type() + " " + event.member().id())
        .toList();
  }

  public HeardTopic await(Predicate<HeardTopic> fact) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> fact.test(this));
    return this;
  }

  /** Waits until the last publication heard is this one. */
  public HeardTopic awaitLast(String shown) {
    return await(
        heard -> !heard.all().isEmpty() && heard.all().get(heard.all().size() - 1).equals(shown));
  }

  public static String show(Publication publication) {
    return new String(publication.payload(), UTF_8) + "@" + publication.position().offset();
  }
}
