// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPatch } from "../../main/resources/META-INF/resources/mesh/mesh.js";

const applied = (document, ...operations) => applyPatch(document, operations);
const refused = (document, ...operations) =>
  assert.throws(() => applyPatch(document, operations), { name: "MeshError", code: "EBADREQUEST" });

test("adds, replaces and removes members and elements", () => {
  assert.deepEqual(applied({ a: 1 }, { op: "add", path: "/b", value: [1] }), { a: 1, b: [1] });
  assert.deepEqual(applied({ a: 1 }, { op: "add", path: "/a", value: null }), { a: null });
  assert.deepEqual(applied({ a: 1 }, { op: "replace", path: "/a", value: 2 }), { a: 2 });
  assert.deepEqual(applied({ a: 1, b: 2 }, { op: "remove", path: "/a" }), { b: 2 });
  assert.deepEqual(applied([1, 2, 3], { op: "remove", path: "/1" }), [1, 3]);
  assert.deepEqual(applied([1, 3], { op: "add", path: "/1", value: 2 }), [1, 2, 3]);
  assert.deepEqual(applied([1], { op: "add", path: "/1", value: 2 }), [1, 2]);
  assert.deepEqual(applied([1], { op: "add", path: "/-", value: 2 }), [1, 2]);
  assert.deepEqual(applied([1, 2], { op: "replace", path: "/0", value: 0 }), [0, 2]);
});

test("the empty path is the document", () => {
  assert.deepEqual(applied({ a: 1 }, { op: "replace", path: "", value: [1] }), [1]);
  assert.deepEqual(applied(5, { op: "add", path: "", value: 6 }), 6);
  assert.deepEqual(applied({ a: 1 }, { op: "remove", path: "" }), null);
});

test("a document that is nothing begins as an object", () => {
  assert.deepEqual(applied(null, { op: "add", path: "/a", value: 1 }, { op: "add", path: "/b", value: 2 }), { a: 1, b: 2 });
});

test("paths are escaped, and may lead through empty names", () => {
  const document = { "a/b~c": 1, "": { "": 2 }, "~1": 3 };

  assert.equal(applied(document, { op: "replace", path: "/a~1b~0c", value: 9 })["a/b~c"], 9);
  assert.equal(applied(document, { op: "replace", path: "//", value: 9 })[""][""], 9);
  assert.equal(applied(document, { op: "replace", path: "/~01", value: 9 })["~1"], 9);
});

test("the document stays as it is, and what did not change is shared", () => {
  const document = Object.freeze({ kept: Object.freeze({ x: 1 }), list: Object.freeze([Object.freeze({ n: 1 })]) });

  const next = applied(
    document,
    { op: "replace", path: "/list/0/n", value: 2 },
    { op: "add", path: "/list/-", value: { n: 3 } },
  );

  assert.deepEqual(document, { kept: { x: 1 }, list: [{ n: 1 }] });
  assert.deepEqual(next, { kept: { x: 1 }, list: [{ n: 2 }, { n: 3 }] });
  assert.equal(next.kept, document.kept);
});

test("a patch stays as it is when later operations go into what it added", () => {
  const patch = [
    { op: "add", path: "/a", value: { list: [] } },
    { op: "add", path: "/a/list/-", value: 1 },
  ];

  applyPatch({}, patch);

  assert.deepEqual(patch[0].value, { list: [] });
});

test("what makes no sense is refused", () => {
  refused({}, { op: "remove", path: "/a" });
  refused({}, { op: "replace", path: "/a", value: 1 });
  refused({}, { op: "add", path: "/a/b", value: 1 });
  refused({}, { op: "add", path: "a", value: 1 });
  refused({}, { op: "add", path: 7, value: 1 });
  refused({}, { op: "add", path: "/a" });
  for (const op of ["test", "copy", "move", "spoil"]) refused({ a: 1 }, { op, path: "/a", from: "/a", value: 1 });
  refused(5, { op: "add", path: "/a", value: 1 });
  refused({ a: null }, { op: "add", path: "/a/b", value: 1 });
  refused({ a: "text" }, { op: "replace", path: "/a/0", value: 1 });
  for (const index of ["01", "-1", "1.5", "1e0", "2", "x", ""]) refused([1], { op: "add", path: `/${index}`, value: 1 });
  for (const index of ["1", "-", "00", "length"]) refused([1], { op: "replace", path: `/${index}`, value: 1 });
});

test("no path leads to a prototype", () => {
  for (const path of ["/__proto__/x", "/constructor/prototype/x", "/constructor/x", "/prototype/x", "/a/__proto__/x", "/list/__proto__/x"]) {
    for (const op of ["add", "replace"]) refused({ a: {}, list: [] }, { op, path, value: 1 });
    refused({ a: {}, list: [] }, { op: "remove", path });
  }
  refused({}, { op: "add", path: "/__proto__", value: { x: 1 } });
  refused(JSON.parse('{"__proto__":{"x":1}}'), { op: "replace", path: "/__proto__/x", value: 2 });
  refused([], { op: "add", path: "/__proto__", value: { x: 1 } });

  assert.equal({}.x, undefined);
  assert.equal([].x, undefined);
});

test("members that are called like parts of a prototype are members like others", () => {
  const document = applied({}, { op: "add", path: "/constructor", value: { a: 1 } }, { op: "add", path: "/prototype", value: 2 });

  assert.deepEqual(Object.keys(document), ["constructor", "prototype"]);
  assert.deepEqual(applied(document, { op: "replace", path: "/constructor/a", value: 2 }).constructor, { a: 2 });
  assert.equal({}.constructor, Object);
});

test("a member called __proto__ that a value had stays a member of its copy", () => {
  const next = applied(JSON.parse('{"__proto__":{"x":1},"n":1}'), { op: "replace", path: "/n", value: 2 });

  assert.equal(JSON.stringify(next), '{"__proto__":{"x":1},"n":2}');
  assert.equal(next.x, undefined);
});
