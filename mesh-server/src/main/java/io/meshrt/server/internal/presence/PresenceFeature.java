// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

/** Presence. */
public final class PresenceFeature {}
