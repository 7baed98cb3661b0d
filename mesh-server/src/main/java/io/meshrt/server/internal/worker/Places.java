// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import java.util.HashMap;
import java.util.Map;

/**
 * The places for work of one partition that was read and is not done. One client takes some of
 * them; what it has beyond waits beside, where there are places too, so that a client with a slow
 * handler does not keep the others from being read. Belongs to a lane.
 */
final class Places {
  static final int MAX_JOBS = 256;
  static final int MAX_BYTES = 4 << 20;
  static final int MAX_JOBS_BESIDE = 2_048;
  static final int MAX_BYTES_BESIDE = 4 << 20;

  /** Of one client, before the others wait beside. */
  static final int SHARE_JOBS = 32;

  static final int SHARE_BYTES = 256 << 10;

  private final Map<String, Load> clients = new HashMap<>();
  private final Load all = new Load();
  private final Load beside = new Load();

  private static final class Load {
    int jobs;
    int bytes;

    void add(Job job, int sign) {
      jobs += sign;
      bytes += sign * job.bytes;
    }

    int room(int maxJobs, int maxBytes) {
      return bytes >= maxBytes ? 0 : Math.max(0, maxJobs - jobs);
    }
  }

  /** How many more there is room for, whoever they are of. */
  int room() {
    return Math.min(all.room(MAX_JOBS, MAX_BYTES), beside.room(MAX_JOBS_BESIDE, MAX_BYTES_BESIDE));
  }

  void add(Job job) {
    Load client = clients.computeIfAbsent(job.entry.order(), key -> new Load());
    job.beside = client.room(SHARE_JOBS, SHARE_BYTES) == 0;
    if (job.beside) {
      beside.add(job, 1);
    } else {
      client.add(job, 1);
      all.add(job, 1);
    }
  }

  void remove(Job job) {
    if (job.beside) {
      beside.add(job, -1);
      return;
    }
    all.add(job, -1);
    Load client = clients.get(job.entry.order());
    if (client != null) {
      client.add(job, -1);
      if (client.jobs == 0) {
        clients.remove(job.entry.order());
      }
    }
  }
}
