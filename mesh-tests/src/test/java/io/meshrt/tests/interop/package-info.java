// SPDX-License-Identifier: Apache-2.0
/** Programs of other people, unmodified, against ours; they need Node and npm. */
@NullMarked
package io.meshrt.tests.interop;

import org.jspecify.annotations.NullMarked;
