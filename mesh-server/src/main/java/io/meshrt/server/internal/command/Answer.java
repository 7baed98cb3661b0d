// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import java.util.function.Consumer;

/**
 * What a built-in returns when something has to come after its reply.
 *
 * @param payload of the reply
 * @param then called once, with whether the reply was sent: false when the command had been
 *     answered before, for example because it took too long. Does not block
 */
public record Answer(Object payload, Consumer<Boolean> then) {}
