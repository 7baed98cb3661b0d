// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** What a node hears of a topic, for tests outside this package. */
public final class HeardPublications implements TopicListener {
  private final List<Publication> publications = new CopyOnWriteArrayList<>();

  private HeardPublications() {}

  /** Listens already. */
  public static HeardPublications of(Cluster cluster, Topic topic) {
    HeardPublications heard = new HeardPublications();
    var unused = TestWorld.get(cluster.topics().listen(topic, heard));
    return heard;
  }

  @Override
  public void onPublication(Publication publication) {
    publications.add(publication);
  }

  @Override
  public void onGap(Position lastHeard, Position head) {}

  public List<byte[]> payloads() {
    return publications.stream().map(Publication::payload).toList();
  }

  /** Waits for so many. */
  public void awaitCount(int count) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> publications.size() >= count);
  }
}
