// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.schedule.Scheduler;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/*
 * What dispatchers publish has no ids, and all nodes hear it. They have to agree on one for each
 * publication, also where the same bytes are published again: the bytes' digest, a token that the
 * first node to hear them stored for as long as they are repeated, and how often they were heard
 * since. A node counts by itself. One that has not heard them all does not count, and names what
 * others have counted already: so it adds nothing.
 */
/** Gives each publication an id that is the same on all nodes. For one caller at a time. */
final class Occurrences {
  /** Nodes hear the same publication within this time. */
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  /** Clocks of nodes differ by less. */
  private static final long MARGIN_MILLIS = 2_000;

  private static final int MAX_KNOWN = 10_000;
  private static final int MAX_TRIES = 64;
  private static final String KEY = "v";

  private final Store store;
  private final String channel;
  private final Scheduler scheduler;

  /** When this node began to hear everything. */
  private volatile long sinceMillis = Long.MAX_VALUE - MARGIN_MILLIS;

  /** What this node counted last, of each digest. Guarded by this. */
  private final Map<String, Count> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /** So many since the token was made, and when that was. */
  private record Count(String token, long madeMillis, long number) {
    String encode() {
      return token + " " + madeMillis + " " + number;
    }
  }

  Occurrences(Store store, String channel, Scheduler scheduler) {
    this.store = store;
    this.channel = channel;
    this.scheduler = scheduler;
  }

  /** From now on every publication is heard. */
  void onHearing() {
    sinceMillis = scheduler.currentTimeMillis();
  }

  /** The id of a publication that was heard now. */
  CompletableFuture<String> id(byte[] publication) {
    String digest = digest(publication);
    return count(digest, new Topic("mesa.bridge", channel + " " + digest), MAX_TRIES)
        .thenApply(count -> digest + "-" + count.token() + "-" + count.number());
  }

  private CompletableFuture<Count> count(String digest, Topic topic, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          CommandException.unavailable("Too many count at the same time."));
    }
    return store
        .read(topic, List.of(KEY))
        .thenCompose(
            found -> {
              Stored stored = found.getOrDefault(KEY, Stored.ABSENT);
              Count theirs = decode(stored);
              Count own = next(digest, theirs);
              Count written = theirs == null || theirs.number() < own.number() ? own : theirs;
              byte[] value = written.encode().getBytes(US_ASCII);
              return store
                  .commit(topic, Store.Write.put(KEY, stored.version(), value, REMEMBERED))
                  .thenCompose(
                      commit ->
                          commit.committed()
                              ? CompletableFuture.completedFuture(remember(digest, own, theirs))
                              : count(digest, topic, tries - 1));
            });
  }

  private synchronized Count next(String digest, @Nullable Count theirs) {
    if (theirs == null) {
      long token = ThreadLocalRandom.current().nextLong();
      return new Count(
          Long.toUnsignedString(token, Character.MAX_RADIX), scheduler.currentTimeMillis(), 1);
    }
    Count before = known.get(digest);
    if (before != null && before.token().equals(theirs.token())) {
      return new Count(theirs.token(), theirs.madeMillis(), before.number() + 1);
    }
    return sinceMillis + MARGIN_MILLIS < theirs.madeMillis()
        ? new Count(theirs.token(), theirs.madeMillis(), 1)
        : theirs;
  }

  /** One that was not counted here is not gone on with either: that very one, not one like it. */
  @SuppressWarnings("ReferenceEquality")
  private synchronized Count remember(String digest, Count count, @Nullable Count theirs) {
    if (count != theirs) {
      known.put(digest, count);
    }
    return count;
  }

  private static @Nullable Count decode(Stored stored) {
    byte[] value = stored.value();
    if (value == null) {
      return null;
    }
    String[] parts = new String(value, US_ASCII).split(" ", -1);
    return parts.length == 3 && parts[1].matches("\\d{1,18}") && parts[2].matches("\\d{1,18}")
        ? new Count(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]))
        : null;
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
