// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.message;

/**
 * What is known of a message that was sent.
 *
 * @param id of the message, unique
 * @param addressed identities or connections it was for, without repeated ones and exceptions; 1
 *     for a room or everyone
 * @param kept identities it was kept for
 * @param repeated identities that had been sent one with this key before, and get it no second time
 */
public record MessageReceipt(String id, int addressed, int kept, int repeated) {}
