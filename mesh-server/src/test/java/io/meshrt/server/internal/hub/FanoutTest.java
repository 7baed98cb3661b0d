// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import io.meshrt.server.internal.transport.IoLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanoutTest {
  private final TestNode node = new TestNode();
  private final Fanout<Reader> fanout = new Fanout<>();
  private final List<Reader> heard = new ArrayList<>();

  private record Reader(Session session) implements Subscriber {}

  /** Runs a task at once, and afterwards what the test wants to happen then, once. */
  private static final class Loop implements IoLoop {
    private Runnable afterwards = () -> {};

    @Override
    public void execute(Runnable task) {
      task.run();
      Runnable next = afterwards;
      afterwards = () -> {};
      next.run();
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public int index() {
      return 0;
    }
  }

  private Reader reader(Loop loop) {
    return new Reader(LivePeer.connect(node.sessions(), Dialect.v1(), loop).session());
  }

  @Test
  void whoComesBackWhileAnActionIsHandedOutGetsTheNextOne() {
    Loop here = new Loop();
    Loop there = new Loop();
    Reader first = reader(here);
    Reader second = reader(there);
    assertThat(fanout.add(first)).isCompleted();
    assertThat(fanout.add(second)).isCompleted();
    assertThat(fanout.remove(first.session())).isCompleted();
    assertThat(fanout.remove(second.session())).isCompleted();

    // Whichever thread comes first, the other one's reader returns before its turn.
    here.afterwards = () -> assertThat(fanout.add(second)).isCompleted();
    there.afterwards = () -> assertThat(fanout.add(first)).isCompleted();
    fanout.forEach(heard::add);
    assertThat(heard).isEmpty();

    fanout.forEach(heard::add);
    assertThat(heard).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void whoTakesAPlaceGetsWhatItsPredecessorWouldHaveGot() {
    Loop here = new Loop();
    Loop there = new Loop();
    Reader first = reader(here);
    Reader second = reader(there);
    Reader firstAgain = new Reader(first.session());
    Reader secondAgain = new Reader(second.session());
    assertThat(fanout.add(first)).isCompleted();
    assertThat(fanout.add(second)).isCompleted();

    here.afterwards = () -> assertThat(fanout.add(secondAgain)).isCompleted();
    there.afterwards = () -> assertThat(fanout.add(firstAgain)).isCompleted();
    fanout.forEach(heard::add);

    assertThat(heard).extracting(Reader::session).doesNotHaveDuplicates().hasSize(2);
    assertThat(fanout.size()).isEqualTo(2);
  }
}
