// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

/**
 * A connection opened, authenticated or ended. Those of one connection come in order, the end once
 * and last, also when its server died.
 *
 * @param client whose connection it is
 * @param messageId names this event, for ever
 * @param deliveryCount as {@link WorkContext#deliveryCount}
 * @param code of an end: the close code, 1006 when the connection broke or its server died; else 0
 * @param reason of an end, may be empty
 */
public record ConnectionEvent(
    WorkClient client, String messageId, int deliveryCount, int code, String reason) {}
