// SPDX-License-Identifier: Apache-2.0
// The client does what the test vectors say, which other clients share.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { play } from "./vectors.mjs";

const FOLDER = new URL("../../../../test-data/protocol/client/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

assert.ok(files.length > 0);
for (const file of files) {
  for (const vector of JSON.parse(readFileSync(new URL(file, FOLDER))).vectors) {
    test(`${file}: ${vector.name}`, () => play(vector));
  }
}
