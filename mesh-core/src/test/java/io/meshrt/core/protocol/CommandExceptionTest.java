// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandExceptionTest {
  @ParameterizedTest
  @MethodSource
  void shortFormsCarryTheirCode(CommandException failure, ErrorCode code) {
    assertThat(failure.is(code)).isTrue();
    assertThat(failure.code()).isEqualTo(code.wire());
    assertThat(failure).hasMessage("why").hasToString("CommandException[%s]: why", code.wire());
    assertThat(failure.data()).isEmpty();
  }

  static Stream<Arguments> shortFormsCarryTheirCode() {
    return Stream.of(
        Arguments.of(CommandException.badRequest("why"), ErrorCode.BAD_REQUEST),
        Arguments.of(CommandException.unauthorized("why"), ErrorCode.UNAUTHORIZED),
        Arguments.of(CommandException.accessDenied("why"), ErrorCode.ACCESS_DENIED),
        Arguments.of(CommandException.notFound("why"), ErrorCode.NOT_FOUND),
        Arguments.of(CommandException.conflict("why"), ErrorCode.CONFLICT),
        Arguments.of(CommandException.unavailable("why"), ErrorCode.UNAVAILABLE));
  }

  @Test
  void applicationsHaveCodesAndDataOfTheirOwn() {
    JsonNode left = IntNode.valueOf(3);

    CommandException failure = new CommandException("EOUTOFSTOCK", "sold out", left);

    assertThat(failure.code()).isEqualTo("EOUTOFSTOCK");
    assertThat(failure.data()).contains(left);
    assertThat(failure.is(ErrorCode.SERVER)).isFalse();
  }

  @Test
  void blankCodeIsRefused() {
    assertThatThrownBy(() -> new CommandException(" ", "why"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("code: blank");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks may do
  void missingMessageIsRefused() {
    assertThatThrownBy(() -> new CommandException(ErrorCode.SERVER, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("message");
  }
}
