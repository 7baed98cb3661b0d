// SPDX-License-Identifier: Apache-2.0
/** Collections: servers, clients, nodes, faults. */
@NullMarked
package io.meshrt.tests.collection;

import org.jspecify.annotations.NullMarked;
