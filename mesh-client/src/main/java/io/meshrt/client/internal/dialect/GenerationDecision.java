// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.Generation;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which generation a server speaks, from what it sends: not from the subprotocol it
 * agreed to, because common WebSocket servers agree to anything. Knows no time and no socket; used
 * by one connection on the state thread.
 *
 * <ul>
 *   <li>The first frame is a welcome: our own generation. A welcome that comes later is not one.
 *   <li>An id is assigned: the generation in whose name it is.
 *   <li>Nothing of that for a while: both prefixed generations are asked to do nothing. Whoever
 *       knows the command gives itself away, be it by refusing to run it; when both are unknown the
 *       server has no prefix.
 * </ul>
 */
public final class GenerationDecision {
  /** What to do next. */
  public enum Next {
    /** Wait for more. */
    WAIT,
    /** Send {@link #probes} and wait for more. */
    PROBE,
    /** {@link #greeting} is there. */
    DECIDED,
    /** The server does not speak what it should; {@link #problem} says so. */
    REFUSED,
    /** Nothing was found out in time; another attempt may do better. */
    UNCLEAR
  }

  private static final List<Generation> PROBED = List.of(Generation.MESH, Generation.REALTIME);

  private final @Nullable Generation wanted;
  private final long[] probeIds = new long[PROBED.size()];
  private boolean sawFrame;
  private boolean probing;
  private int unknown;
  private @Nullable Greeting greeting;
  private String problem = "";

  /**
   * A decision still to be made.
   *
   * @param wanted the generation the application insists on; null to find out
   */
  public GenerationDecision(@Nullable Generation wanted) {
    this.wanted = wanted;
  }

  /** Whether to offer our own subprotocol in the upgrade request. */
  public static boolean offersSubprotocol(@Nullable Generation wanted) {
    return wanted == null || wanted == Generation.V1;
  }

  /** The socket is open. */
  public Next onOpen() {
    return wanted == Generation.BARE ? decided(Generation.BARE, null, null) : Next.WAIT;
  }

  /** A frame came. One that decides nothing is to be handled as a legacy frame. */
  public Next onFrame(Envelope envelope) {
    boolean first = !sawFrame;
    sawFrame = true;
    String command = envelope.command();
    if (envelope.hasId()) {
      return wanted == Generation.V1 ? notV1() : onReply(envelope);
    }
    if (Names.WELCOME.equals(command) && first && offersSubprotocol(wanted)) {
      return onWelcome(envelope.payload());
    }
    if (wanted == Generation.V1) {
      return notV1();
    }
    for (Generation generation : PROBED) {
      if ((Names.prefix(generation) + Names.ASSIGN_ID).equals(command) && isWanted(generation)) {
        return decided(generation, LegacyPayload.text(envelope.payload()), null);
      }
    }
    return Next.WAIT;
  }

  /** No frame has decided for as long as a greeting may take. */
  public Next onQuiet() {
    if (wanted == Generation.V1) {
      return Next.WAIT;
    }
    if (wanted != null) {
      return decided(wanted, null, null);
    }
    probing = true;
    return Next.PROBE;
  }

  /** The frames that ask both prefixed generations; {@code firstId} and the next are used. */
  public List<byte[]> probes(long firstId) {
    probeIds[0] = firstId;
    probeIds[1] = firstId + 1;
    return List.of(
        Dialect.of(PROBED.get(0)).callBuiltIn(probeIds[0], Names.NOOP, RawJson.EMPTY_OBJECT),
        Dialect.of(PROBED.get(1)).callBuiltIn(probeIds[1], Names.NOOP, RawJson.EMPTY_OBJECT));
  }

  /** The probes were not answered in time. */
  public Next onProbesUnanswered() {
    problem = "the server did not show which generation of the protocol it speaks";
    return Next.UNCLEAR;
  }

  /** The outcome after {@link Next#DECIDED}. */
  public Greeting greeting() {
    Greeting decided = greeting;
    if (decided == null) {
      throw new IllegalStateException("not decided");
    }
    return decided;
  }

  /** Why, after {@link Next#REFUSED} and {@link Next#UNCLEAR}. */
  public String problem() {
    return problem;
  }

  private Next onReply(Envelope envelope) {
    RequestId id = envelope.id();
    if (!probing || id == null || envelope.error() != null) {
      return Next.WAIT;
    }
    for (int i = 0; i < probeIds.length; i++) {
      if (id.number() == probeIds[i]) {
        return onProbeReply(PROBED.get(i), envelope.payload());
      }
    }
    return Next.WAIT;
  }

  private Next onProbeReply(Generation generation, RawJson payload) {
    CommandException failure = LegacyPayload.failure(payload);
    if (failure != null && failure.is(ErrorCode.NOT_FOUND)) {
      unknown++;
      return unknown == PROBED.size() ? decided(Generation.BARE, null, null) : Next.WAIT;
    }
    boolean known = failure != null || payload.equals(RawJson.TRUE);
    return known ? decided(generation, null, null) : Next.WAIT;
  }

  private Next onWelcome(RawJson payload) {
    try {
      Welcome welcome = Welcome.fromJson(payload);
      return decided(Generation.V1, welcome.connectionId(), welcome);
    } catch (IllegalArgumentException e) {
      return refused("the server's welcome is malformed: " + e.getMessage());
    }
  }

  private boolean isWanted(Generation generation) {
    return wanted == null || wanted == generation;
  }

  private Next notV1() {
    return refused("the server does not speak " + Names.SUBPROTOCOL);
  }

  private Next refused(String reason) {
    problem = reason;
    return Next.REFUSED;
  }

  private Next decided(
      Generation generation, @Nullable String connectionId, @Nullable Welcome welcome) {
    greeting = new Greeting(Dialect.of(generation), connectionId, welcome);
    return Next.DECIDED;
  }
}
