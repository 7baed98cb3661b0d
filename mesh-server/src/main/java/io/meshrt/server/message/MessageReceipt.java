// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.message;

/**
 * What is known of a message that was sent.
 *
 * @param id of the message, unique
 * @param addressed identities or connections it was for, without repeated ones and exceptions; 1
 *     for a room or everyone
 * @param kept identities it is kept for, those included for whom one with its key was kept before
 */
public record MessageReceipt(String id, int addressed, int kept) {}
