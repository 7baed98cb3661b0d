// SPDX-License-Identifier: Apache-2.0
/**
 * The client an application uses to talk to a server. The doors are {@link
 * io.meshrt.client.MeshClient} and its builder; everything else here is their vocabulary.
 */
@NullMarked
package io.meshrt.client;

import org.jspecify.annotations.NullMarked;
