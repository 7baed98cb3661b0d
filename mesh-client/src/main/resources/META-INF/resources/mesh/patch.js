// SPDX-License-Identifier: Apache-2.0
import { MeshError } from "./core.js";

const isContainer = (value) => typeof value === "object" && value !== null;

export function equal(a, b) {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const same = (key) => Object.hasOwn(b, key) && equal(a[key], b[key]);
  return keys.length === Object.keys(b).length && keys.every(same);
}

function refuse(what) {
  throw new MeshError("EBADREQUEST", `patch: ${what}`);
}

export function applyPatch(document, patch) {
  const fresh = new Set(); // made here
  return patch.reduce((root, { op, path, value }) => {
    if (!/^(add|remove|replace)$/.test(op)) refuse(`operation ${op}`);
    if (value === undefined && op !== "remove") refuse("no value");
    const [first, ...tokens] = `${path}`.split("/");
    if (first) refuse(`path ${path}`);
    const names = tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    return change(root ?? {}, names, op, value, fresh);
  }, document);
}

function member(node, token) {
  const own = isContainer(node) && Object.hasOwn(node, token) && token !== "__proto__";
  return own && !(Array.isArray(node) && token === "length") ? node[token] : refuse(`no ${token}`);
}

function change(node, [token, ...rest], how, value, fresh) {
  if (token === undefined) return how === "remove" ? null : value;
  const copy = copyOf(node, fresh);
  if (rest.length) {
    copy[token] = change(member(copy, token), rest, how, value, fresh);
  } else if (how !== "add") {
    member(copy, token);
    if (how === "replace") copy[token] = value;
    else if (Array.isArray(copy)) copy.splice(token, 1);
    else delete copy[token];
  } else if (Array.isArray(copy)) {
    const index = token === "-" ? copy.length : Number(token);
    if (!/^(0|[1-9]\d*|-)$/.test(token) || index > copy.length) refuse(`no ${token}`);
    copy.splice(index, 0, value);
  } else {
    if (token === "__proto__") refuse(`no ${token}`);
    copy[token] = value;
  }
  return copy;
}

function copyOf(node, fresh) {
  if (fresh.has(node)) return node;
  if (!isContainer(node)) refuse("no object");
  const copy = Array.isArray(node) ? [...node] : { ...node };
  fresh.add(copy);
  return copy;
}
