// SPDX-License-Identifier: Apache-2.0
/**
 * The client's one state thread and its clock. {@link io.meshrt.client.internal.loop.Loop} is what
 * the other rooms see; {@link io.meshrt.client.internal.loop.LoopThread} is the real one. Only here
 * is the time read.
 */
@NullMarked
package io.meshrt.client.internal.loop;

import org.jspecify.annotations.NullMarked;
