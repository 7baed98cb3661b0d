// SPDX-License-Identifier: Apache-2.0
/** Commands and events of connections that workers handle. */
@NullMarked
package io.meshrt.tests.worker;

import org.jspecify.annotations.NullMarked;
