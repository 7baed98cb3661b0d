// SPDX-License-Identifier: Apache-2.0
/**
 * Tools for testing programs over real sockets. Doors: {@code MeshExtension}, {@code MeshCluster}
 * and {@code ChildNode}, servers to try programs on; {@code RawWebSocket} and {@code RawFrame}, a
 * client that sends exactly the bytes it is told to.
 */
@NullMarked
package io.meshrt.testkit;

import org.jspecify.annotations.NullMarked;
