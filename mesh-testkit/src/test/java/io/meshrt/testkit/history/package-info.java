// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.meshrt.testkit.history;

import org.jspecify.annotations.NullMarked;
