// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import io.meshrt.gateway.internal.token.TokenRules;
import io.meshrt.server.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway is to do, checked.
 *
 * @param redis null for a node on its own
 * @param workerGroup null when nothing is forwarded
 * @param heartbeat null when clients are not asked
 * @param mesaNamespace that of Mesa's dispatchers; null for those without
 * @param log whether connections that come and go are logged
 * @param nodeName empty without
 */
public record Settings(
    Listening listening,
    @Nullable RedisOptions redis,
    Authenticating authentication,
    Keeping inbox,
    @Nullable String workerGroup,
    @Nullable Beating heartbeat,
    Reconnecting reconnect,
    Opened opened,
    Set<Compatibility> compatibility,
    @Nullable String mesaNamespace,
    boolean strictVersions,
    boolean log,
    String nodeName,
    Duration drain) {
  /** Older protocols. */
  public enum Compatibility {
    MESA("/mesa"),
    THINWS("/thinws");

    private final String path;

    Compatibility(String path) {
      this.path = path;
    }

    /** Where its clients connect. */
    public String path() {
      return path;
    }
  }

  /**
   * Where, and who may come.
   *
   * @param healthPort null for the same port
   * @param origins empty for all
   */
  public record Listening(
      String host,
      int port,
      String path,
      @Nullable Integer healthPort,
      List<String> origins,
      List<String> proxies) {}

  /**
   * Who clients are.
   *
   * @param tokens null when no tokens are taken
   */
  public record Authenticating(
      @Nullable TokenRules tokens,
      Duration timeout,
      boolean required,
      boolean sendUser,
      boolean disconnectOnFail,
      boolean track) {}

  /** Inboxes. */
  public record Keeping(boolean enabled, int maxMessages, Duration maxAge) {}

  /** How clients are asked whether they are there. */
  public record Beating(Duration interval, int maxAttempts) {}

  /** What clients of Mesa are told about coming back. */
  public record Reconnecting(boolean enabled, Duration interval) {}

  /** Names clients may use. */
  public record Opened(List<Pattern> rooms, List<Pattern> channels, List<Pattern> records) {}
}
