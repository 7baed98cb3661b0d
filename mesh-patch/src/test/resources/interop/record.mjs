// Records what fast-json-patch does, for the test that runs without Node:
//   npm install fast-json-patch@3 && node record.mjs > ../fast-json-patch-cases.json
import jsonPatch from "fast-json-patch";

const compared = [
  [{}, { count: 1 }],
  [{ count: 1 }, { count: 1, name: "x" }],
  [{ count: 1, name: "x" }, { name: "x" }],
  [{ count: 1, name: "x", list: [1, 2, 3] }, { name: "y", list: [1, 3], "a/b~c": null }],
  [{ user: { name: { first: "Ada" } } }, { user: { name: { first: "Eve", last: "L" } } }],
  [{ a: [1, 2, 3] }, { a: [] }],
  [{ a: [] }, { a: [[], {}, null, false, 0, ""] }],
  [{ a: {} }, { a: [] }],
  [{ a: [1] }, { a: { 0: 1 } }],
  [{ a: null }, { a: 0 }],
  [{ a: 0 }, { a: false }],
  [{ a: 1 }, { a: null, b: undefined }],
  [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]],
  [[{ id: 1, n: 0 }, { id: 2, n: 0 }, { id: 3, n: 0 }], [{ id: 2, n: 7 }, { id: 3, n: 0 }, { id: 4, n: 0 }]],
  [[[1, [2]], [3]], [[1, [2, 4]], []]],
  [{ "": 1, "~1": 2, "/": 3, "~": 4 }, { "": 5, "~1": 6, "/": 7, "~": 8 }],
  [{ é: "ü", "🙂": ["🙂"] }, { é: "Ü", "🙂": ["🙃", "🙂"] }],
  [{ length: 1, toString: 2, constructor: 3 }, { length: 2, toString: 3, constructor: { a: 1 } }],
  [{ 0: "a", 10: "b", 9: "c" }, { 0: "a", 10: "c", 8: "d" }],
  [{ n: 1.5, m: 1e21, z: -0.000001 }, { n: 2, m: 1e22, z: 9007199254740991 }],
];

const written = [
  [{ a: 1 }, [{ op: "add", path: "", value: [1] }]],
  [{ a: 1 }, [{ op: "replace", path: "", value: "text" }]],
  [[1, 2], [{ op: "add", path: "/-", value: 3 }, { op: "add", path: "/0", value: 0 }]],
  [{ l: [1, 2] }, [{ op: "move", from: "/l/0", path: "/l/-" }]],
  [{ l: [1, 2, 3] }, [{ op: "move", from: "/l/2", path: "/l/0" }]],
  [{ a: { b: 1 } }, [{ op: "move", from: "/a/b", path: "/c" }]],
  [{ a: { b: 1 } }, [{ op: "move", from: "/a", path: "" }]],
  [{ a: 1, b: 2 }, [{ op: "move", from: "/a", path: "/b" }]],
  [{ a: { b: [1] } }, [{ op: "copy", from: "/a", path: "/c" }, { op: "add", path: "/c/b/-", value: 2 }]],
  [{ l: [1, 2] }, [{ op: "copy", from: "/l/1", path: "/l/0" }]],
  [{ a: { x: 1, y: [2] } }, [{ op: "test", path: "/a", value: { y: [2], x: 1 } }, { op: "remove", path: "/a/x" }]],
  [{ "a/b": { "~": 1 } }, [{ op: "replace", path: "/a~1b/~0", value: 2 }]],
];

const cases = [
  ...compared.map(([before, after]) => [before, jsonPatch.compare(before, after)]),
  ...written,
].map(([before, patch]) => {
  const { newDocument } = jsonPatch.applyPatch(before, patch, true, false);
  return { before, patch, after: newDocument };
});

console.log("[\n" + cases.map((each) => "  " + JSON.stringify(each)).join(",\n") + "\n]");
