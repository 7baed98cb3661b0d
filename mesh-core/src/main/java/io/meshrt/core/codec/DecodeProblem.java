// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Says in the words of JSON where and why a payload does not fit its type, for example {@code
 * payload.items[3].price: expected a number}. Names no class and repeats no value.
 */
final class DecodeProblem {
  private static final String NOT_VALID = "not a valid value";
  private static final int MAX_PATH_LENGTH = 200;
  private static final Set<Class<?>> WHOLE_NUMBERS =
      Set.of(Byte.class, Short.class, Integer.class, Long.class, BigInteger.class);
  private static final Set<Class<?>> OTHER_NUMBERS =
      Set.of(Float.class, Double.class, BigDecimal.class, Number.class);

  private DecodeProblem() {}

  static String describe(Throwable problem) {
    return path(problem) + ": " + reason(problem);
  }

  private static String path(Throwable problem) {
    StringBuilder path = new StringBuilder("payload");
    if (problem instanceof JsonMappingException mapping) {
      for (Reference step : mapping.getPath()) {
        if (step.getFieldName() != null) {
          path.append('.');
          step.getFieldName()
              .codePoints()
              .map(DecodeProblem::visible)
              .forEach(path::appendCodePoint);
        } else if (step.getIndex() >= 0) {
          path.append('[').append(step.getIndex()).append(']');
        }
        if (path.length() > MAX_PATH_LENGTH) {
          path.setLength(MAX_PATH_LENGTH);
          return path.append('…').toString();
        }
      }
    }
    return path.toString();
  }

  /** Keys of maps are the sender's: nothing of them may upset a terminal or a log. */
  private static int visible(int codePoint) {
    return (codePoint > ' ' && codePoint < 0x7F) || Character.isLetterOrDigit(codePoint)
        ? codePoint
        : '?';
  }

  private static String reason(Throwable problem) {
    if (problem instanceof InputCoercionException
        || problem.getCause() instanceof InputCoercionException) {
      return "a number out of range";
    }
    if (problem instanceof UnrecognizedPropertyException) {
      return "unknown field";
    }
    if (problem instanceof InvalidTypeIdException) {
      return "unknown type";
    }
    if (problem instanceof MismatchedInputException mismatch) {
      return reason(mismatch);
    }
    return NOT_VALID;
  }

  private static String reason(MismatchedInputException mismatch) {
    // The only mark of these two is their text; if it changes they are reported as a wrong kind.
    if (mismatch.getOriginalMessage().startsWith("Missing")) {
      return "missing";
    }
    if (mismatch.getOriginalMessage().startsWith("Null value")) {
      return "must not be null";
    }
    Class<?> target = mismatch.getTargetType();
    return target == null
        ? NOT_VALID
        : expected(target, mismatch instanceof InvalidFormatException);
  }

  /** A scalar that fails by its form alone is of the right kind already. */
  private static String expected(Class<?> target, boolean wrongForm) {
    Class<?> type = MethodType.methodType(target).wrap().returnType();
    if (WHOLE_NUMBERS.contains(type)) {
      return "expected a whole number";
    }
    if (OTHER_NUMBERS.contains(type)) {
      return "expected a number";
    }
    if (type == Boolean.class) {
      return "expected true or false";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "expected a text";
    }
    if (type.isEnum()) {
      return "not one of the values allowed here";
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "expected an array";
    }
    boolean ofThePlatform = type.getName().startsWith("java.") && !Map.class.isAssignableFrom(type);
    return wrongForm || ofThePlatform ? NOT_VALID : "expected an object";
  }
}
