// SPDX-License-Identifier: Apache-2.0
/** What an application says about handing channels and records to stores of its own. */
@NullMarked
package io.meshrt.server.persistence;

import org.jspecify.annotations.NullMarked;
