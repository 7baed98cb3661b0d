// SPDX-License-Identifier: Apache-2.0
/**
 * Messages and calls from node to node. The door is {@link
 * io.meshrt.server.internal.mail.NodeMail}.
 */
@NullMarked
package io.meshrt.server.internal.mail;

import org.jspecify.annotations.NullMarked;
