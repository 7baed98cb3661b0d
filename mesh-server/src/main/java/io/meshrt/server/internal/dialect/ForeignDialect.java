// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.RequestId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the clients of another system speak. They are forgiven what they say; what their protocol has
 * no words for stays unsaid, and what its built-ins return is written by the dialect itself.
 */
public interface ForeignDialect extends Dialect {
  /** Their requests have none. */
  RequestId NO_ID = RequestId.of(0);

  /** A frame that is not sent. */
  byte[] NOTHING = {};

  @Override
  default boolean strict() {
    return false;
  }

  @Override
  default boolean sharesPushes() {
    return false;
  }

  @Override
  default RawJson builtInResult(Request request, RawJson payload) {
    return payload;
  }

  @Override
  default byte[] builtInFailure(Request request, Failure failure) {
    return failure(request, failure);
  }

  @Override
  default byte[] failure(RequestId id, Failure failure) {
    return NOTHING;
  }

  @Override
  default byte @Nullable [] protest(String message) {
    return null;
  }

  @Override
  default byte @Nullable [] goingAway(long reconnectAfterMillis) {
    return null;
  }

  @Override
  default Optional<byte[]> call(long id, String name, RawJson payload) {
    return Optional.empty();
  }

  @Override
  default List<byte[]> latencyPair(long latencyMillis) {
    return List.of();
  }
}
