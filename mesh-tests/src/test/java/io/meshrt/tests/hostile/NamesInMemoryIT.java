// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import org.junit.jupiter.api.Tag;

@Tag("full")
class NamesInMemoryIT extends NamesSuite {}
