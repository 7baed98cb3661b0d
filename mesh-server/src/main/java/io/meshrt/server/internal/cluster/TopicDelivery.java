// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what arrives for one topic to its listeners on this node: one thing after the other, holes
 * announced. Implementations of {@link Topics} share it.
 *
 * <p>Thread-safe. {@code offer} methods only append and may be called under a lock; {@link #drain}
 * hands the work to the executor and must not be. At most {@code maxWaiting} publications wait;
 * further ones are dropped and the drop is announced as a gap.
 */
public final class TopicDelivery {
  private static final Logger log = LoggerFactory.getLogger(TopicDelivery.class);
  private static final int BATCH = 256;

  private final Topic topic;
  private final Executor executor;
  private final int maxWaiting;
  private final Runnable onRegression;
  private final List<TopicListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Item> items = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean overflowed;

  // Written only while draining, which one thread does at a time.
  private volatile Heard heard = Heard.NOTHING;
  private volatile Position known = Position.NONE;
  private volatile boolean based;

  /** The epoch that was known before a head of another one came. */
  private String over = "";

  /**
   * Nobody listens yet.
   *
   * @param onRegression called when a position comes that is not beyond the last one: the cluster
   *     has forgotten publications
   */
  public TopicDelivery(Topic topic, Executor executor, int maxWaiting, Runnable onRegression) {
    this.topic = topic;
    this.executor = executor;
    this.maxWaiting = maxWaiting;
    this.onRegression = onRegression;
  }

  /** The topic. */
  public Topic topic() {
    return topic;
  }

  /** Adds a listener; the same one may be added more than once. */
  public void add(TopicListener listener) {
    listeners.add(listener);
  }

  /** Removes one addition of a listener; true if nobody listens any more. */
  public boolean remove(TopicListener listener) {
    listeners.remove(listener);
    return listeners.isEmpty();
  }

  /** Removes all listeners. */
  public void clear() {
    listeners.clear();
  }

  /** The highest position that was heard, announced as missed, or there when listening began. */
  public Position known() {
    return known;
  }

  /** The last publication that was heard. */
  public Heard heard() {
    return heard;
  }

  /** A publication arrived. */
  public void offer(Publication publication) {
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      overflowed = true;
      return;
    }
    items.add(new Item(ItemType.PUBLICATION, publication, Position.NONE));
  }

  /** Where the topic stood at some time after listening had begun. */
  public void offerBase(Position head) {
    items.add(new Item(ItemType.BASE, null, head));
  }

  /** Where the topic stands; what was accepted before and not heard yet counts as missed. */
  public void offerHead(Position head) {
    items.add(new Item(ItemType.HEAD, null, head));
  }

  /** Something may have been missed, nobody knows what. */
  public void offerGap() {
    items.add(new Item(ItemType.GAP, null, Position.NONE));
  }

  /** Sees to it that everything offered reaches the listeners. */
  public void drain() {
    if (running.getAndIncrement() == 0) {
      executor.execute(this::run);
    }
  }

  private void run() {
    int seen = running.get();
    for (int i = 0; i < BATCH; i++) {
      Item item = items.poll();
      if (item != null) {
        handle(item);
      } else if (overflowed) {
        overflowed = false;
        tellGap(known);
      } else {
        seen = running.addAndGet(-seen);
        if (seen == 0) {
          return;
        }
      }
    }
    executor.execute(this::run);
  }

  private void handle(Item item) {
    Publication publication = item.publication();
    if (publication != null) {
      waiting.decrementAndGet();
      onPublication(publication);
      return;
    }
    switch (item.type()) {
      case BASE -> onBase(item.head());
      case HEAD -> onHead(item.head());
      case GAP, PUBLICATION -> tellGap(known);
    }
  }

  private void onPublication(Publication publication) {
    Position position = publication.position();
    if (position.isNumbered() && position.epoch().equals(over)) {
      return; // was on its way when the epoch ended; the gap that was told covers it
    }
    if (position.isNumbered()) {
      Heard before = heard;
      if (position.sameEpoch(before.position())
          && position.offset() <= before.position().offset()) {
        onRegression.run();
        return;
      }
      // What was accepted before the first one heard may well be from before listening began.
      boolean first = !known.isNumbered() && (!based || position.offset() == 1);
      boolean expected = position.sameEpoch(known) && position.offset() <= known.offset() + 1;
      if (!first && !expected) {
        tellGap(position);
      }
      heard = new Heard(position, publication.timeMillis());
      if (!position.sameEpoch(known) || position.offset() > known.offset()) {
        known = position;
      }
    }
    for (TopicListener listener : listeners) {
      try {
        listener.onPublication(publication);
      } catch (RuntimeException e) {
        log.error("listener of {} failed", topic.kind(), e);
      }
    }
  }

  private void onBase(Position head) {
    based = true;
    if (!known.isNumbered()) {
      known = head;
    }
  }

  private void onHead(Position head) {
    boolean older = head.sameEpoch(known) && head.offset() <= known.offset();
    if (!head.isNumbered() || older) {
      return;
    }
    tellGap(head);
    if (!head.sameEpoch(known)) {
      over = known.epoch();
    }
    known = head;
  }

  private void tellGap(Position head) {
    for (TopicListener listener : listeners) {
      try {
        listener.onGap(known, head);
      } catch (RuntimeException e) {
        log.error("listener of {} failed", topic.kind(), e);
      }
    }
  }

  /** A publication by its place and time; both are the same only for the same one. */
  public record Heard(Position position, long timeMillis) {
    /** Before the first one. */
    public static final Heard NOTHING = new Heard(Position.NONE, 0);
  }

  private enum ItemType {
    PUBLICATION,
    BASE,
    HEAD,
    GAP
  }

  private record Item(ItemType type, @Nullable Publication publication, Position head) {}
}
