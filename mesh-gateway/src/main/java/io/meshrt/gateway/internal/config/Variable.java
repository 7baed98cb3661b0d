// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import java.util.List;
import java.util.regex.Pattern;

/** Everything the gateway can be told, in the order in which pages and listings have it. */
public enum Variable {
  PORT("MESH_PORT", "4500", "port to listen on; 0 takes a free one", "MESA_PORT"),
  HOST("MESH_HOST", "0.0.0.0", "address to listen on"),
  PATH("MESH_PATH", "/", "the one path where clients connect", "MESA_PATH"),
  NAMESPACE(
      "MESH_NAMESPACE",
      "gateway",
      "begins every key in Redis; dispatchers and workers need the same",
      "MESA_NAMESPACE"),
  REDIS_URI(
      "MESH_REDIS_URI",
      "",
      "redis://[user[:password]@]host[:port][/database], or rediss; without it one node on its own",
      "REDIS_URI"),
  REDIS_SENTINELS(
      "MESH_REDIS_SENTINELS",
      "",
      "host:port of sentinels, separated by commas; user, password, database and TLS are then those"
          + " of MESH_REDIS_URI, if it is set",
      "REDIS_SENTINELS",
      "REDIS_SENTINEL"),
  REDIS_MASTER("MESH_REDIS_MASTER", "mymaster", "what the sentinels call the master"),
  AUTH(
      "MESH_AUTH",
      "jwt",
      "jwt, or none: no credentials are asked for, and no connection has an identity"),
  JWT_KEY("MESH_JWT_KEY", "", "secret key of HS256, HS384 and HS512", "WS_KEY"),
  JWT_ALGORITHMS(
      "MESH_JWT_ALGORITHMS",
      "HS256",
      "the only algorithms tokens may have: HS, RS, PS or ES with 256, 384 or 512"),
  JWT_PUBLIC_KEY(
      "MESH_JWT_PUBLIC_KEY",
      "",
      "public key or certificate for RS, PS and ES: PEM, or a file that has it"),
  JWT_JWKS_FILE("MESH_JWT_JWKS_FILE", "", "file with a JSON web key set, read at the start"),
  JWT_ID_CLAIM(
      "MESH_JWT_ID_CLAIM", "id,sub", "claim with the id of the user: the first of these that is"),
  JWT_ISSUER("MESH_JWT_ISSUER", "", "what iss has to be"),
  JWT_AUDIENCE("MESH_JWT_AUDIENCE", "", "what aud has to contain, one of these"),
  JWT_REQUIRE_EXP(
      "MESH_JWT_REQUIRE_EXP", "false", "refuse tokens without exp, which would be good for ever"),
  LOG(
      "MESH_LOG",
      "true",
      "log connections that come, authenticate and go; warnings and errors are logged always",
      "ENABLE_LOGGING"),
  ENV("MESH_ENV", "production", "stands in every line of the log", "NODE_ENV"),
  NODE_NAME(
      "MESH_NODE_NAME", "", "name of this replica, in the log and in metrics", "K8S_POD_NAME"),
  STRICT_VERSIONS(
      "MESH_STRICT_VERSIONS",
      "false",
      "refuse clients that do not speak mesh.v1, the protocol of this version",
      "ENFORCE_EQUAL_VERSIONS"),
  TRACE_MESSAGES("MESH_TRACE_MESSAGES", "0", "only 0: messages are not kept", "STORE_MESSAGES"),
  INBOX_ENABLED(
      "MESH_INBOX_ENABLED",
      "false",
      "clients may open the inbox of their identity",
      "SYNC_ENABLED"),
  INBOX_INTERVAL(
      "MESH_INBOX_INTERVAL",
      "0",
      "only 0: kept messages come without a pause",
      "SYNC_REDELIVERY_INTERVAL"),
  INBOX_MAX_LEN(
      "MESH_INBOX_MAX_LEN",
      "1000",
      "messages of one inbox, older ones go; who sends needs the same"),
  INBOX_MAX_AGE("MESH_INBOX_MAX_AGE", "7d", "how long a message is kept; as above"),
  WORKERS_ENABLED(
      "MESH_WORKERS_ENABLED",
      "false",
      "forward commands and the events of connections to workers",
      "PORTALS_ENABLED"),
  WORKER_GROUP("MESH_WORKER_GROUP", "workers", "group of workers that answers"),
  WORKER_DISTRIBUTION(
      "MESH_WORKER_DISTRIBUTION",
      "partition",
      "only partition: in order for each client",
      "PORTAL_DISTRIBUTE_LOAD"),
  HEARTBEAT_ENABLED(
      "MESH_HEARTBEAT_ENABLED", "true", "ask clients whether they are there", "HEARTBEATS_ENABLED"),
  HEARTBEAT_INTERVAL(
      "MESH_HEARTBEAT_INTERVAL", "10000", "how often; 100 ms to 1 h", "HEARTBEAT_INTERVAL"),
  HEARTBEAT_MAX_ATTEMPTS(
      "MESH_HEARTBEAT_MAX_ATTEMPTS",
      "3",
      "unanswered ones that are forgiven",
      "HEARTBEAT_MAX_ATTEMPTS"),
  RECONNECT_ENABLED(
      "MESH_RECONNECT_ENABLED",
      "true",
      "tell clients of Mesa to come back; others decide themselves",
      "RECONNECTS_ENABLED"),
  RECONNECT_INTERVAL(
      "MESH_RECONNECT_INTERVAL", "5000", "after what pause they do", "RECONNECT_INTERVAL"),
  AUTH_TIMEOUT(
      "MESH_AUTH_TIMEOUT",
      "10000",
      "how long a connection may be without identity where one is required; 0 is for ever",
      "AUTH_TIMEOUT"),
  AUTH_REQUIRED(
      "MESH_AUTH_REQUIRED",
      "false",
      "no commands and no messages without identity",
      "AUTH_REQUIRED"),
  AUTH_SEND_USER(
      "MESH_AUTH_SEND_USER",
      "true",
      "answer clients of Mesa with the claims of their token",
      "AUTH_SEND_USER_OBJECT"),
  AUTH_DISCONNECT_ON_FAIL(
      "MESH_AUTH_DISCONNECT_ON_FAIL",
      "true",
      "close connections whose token is refused; else at the fifth",
      "AUTH_DISCONNECT_ON_FAIL"),
  AUTH_TRACK(
      "MESH_AUTH_TRACK", "true", "who is online can be asked for", "AUTH_STORE_CONNECTED_USERS"),
  ROOMS("MESH_ROOMS", "", "rooms clients may join; * stands for anything, commas separate"),
  CHANNELS("MESH_CHANNELS", "", "channels clients may subscribe to; as above"),
  RECORDS("MESH_RECORDS", "", "records clients may read and follow; as above"),
  COMPAT("MESH_COMPAT", "", "older protocols to speak too, on paths of their own: mesa, thinws"),
  ALLOWED_ORIGINS(
      "MESH_ALLOWED_ORIGINS", "*", "pages that may connect, such as https://app.example.com"),
  TRUSTED_PROXIES(
      "MESH_TRUSTED_PROXIES", "", "networks whose X-Forwarded-For is believed, such as 10.0.0.0/8"),
  HEALTH_PORT(
      "MESH_HEALTH_PORT", "", "port of /healthz, /readyz and /metrics; the same unless set"),
  DRAIN_MS("MESH_DRAIN_MS", "10000", "how long clients are sent elsewhere before the end");

  private static final int LONGEST_NAME = 200;

  /** At least as long as a key of 256 bits. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/=_-]{40,}");

  private static final Pattern PUBLIC =
      Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----[^-]*-----END \\1-----");

  private final String key;
  private final String fallback;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> aliases;

  Variable(String key, String fallback, String meaning, String... aliases) {
    this.key = key;
    this.fallback = fallback;
    this.meaning = meaning;
    this.aliases = List.of(aliases);
  }

  /** Its name in the environment. */
  public String key() {
    return key;
  }

  /** What it is unless set; empty for nothing. */
  public String fallback() {
    return fallback;
  }

  /** One line about it. */
  public String meaning() {
    return meaning;
  }

  /** Names it had in Mega; the first that is set counts. */
  public List<String> aliases() {
    return aliases;
  }

  /** Its value, fit to be shown. */
  String mask(String value) {
    return switch (this) {
      case JWT_KEY -> value.isEmpty() ? "" : "***";
      case REDIS_URI, REDIS_SENTINELS -> withoutPassword(value);
      case JWT_PUBLIC_KEY, JWT_JWKS_FILE ->
          isFileName(value) || isPublic(value) ? inOneLine(value) : "***";
      default -> inOneLine(value);
    };
  }

  /** A password may have all characters, however wrong that is in a URI. */
  private static String withoutPassword(String value) {
    String masked = value.replaceAll("(?s)//.*@", "//***@");
    return masked.contains("@") && !masked.contains("//***@") ? "***" : masked;
  }

  /** Whether a value that ought to be the name of a file cannot be a key by mistake. */
  static boolean isFileName(String value) {
    return value.length() <= LONGEST_NAME
        && !value.contains("-----")
        && value.indexOf('{') < 0
        && value.lines().count() <= 1
        && !BASE64.matcher(value).matches();
  }

  private static boolean isPublic(String pem) {
    return PUBLIC.matcher(pem.strip()).matches();
  }

  private static String inOneLine(String value) {
    return value.strip().replaceAll("\\R", "\\\\n");
  }
}
