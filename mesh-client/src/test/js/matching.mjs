// SPDX-License-Identifier: Apache-2.0
// How the frames of a vector are compared.

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is the expected one; with `partly` the outermost object may have more members. */
export function matches(expected, actual, partly = false) {
  if (expected === "$any") return actual !== undefined;
  if (Array.isArray(expected)) {
    const sameLength = Array.isArray(actual) && actual.length === expected.length;
    return sameLength && expected.every((item, i) => matches(item, actual[i]));
  }
  if (!isObject(expected)) return Object.is(expected, actual);
  const names = Object.keys(expected);
  const complete = isObject(actual) && (partly || Object.keys(actual).length === names.length);
  return complete && names.every((name) => Object.hasOwn(actual, name) && matches(expected[name], actual[name]));
}

const NESTED = {
  options: strip,
  operations: (list) => list.map(strip),
};
const DEFAULTS = { historyLimit: 0, mode: "full", silent: false, strategy: "replace" };

/** A request without members that say what is so without them. */
export function withoutDefaults(frame) {
  if (!("command" in frame) || frame.id === undefined) return frame;
  const payload = strip(frame.payload);
  const { payload: _, ...rest } = frame;
  return payload === undefined ? rest : { ...rest, payload };
}

function strip(payload) {
  if (!isObject(payload)) return payload ?? undefined;
  const left = Object.entries(payload)
    .map(([name, value]) => [name, NESTED[name] ? NESTED[name](value) : value])
    .filter(([name, value]) => value !== undefined && value !== DEFAULTS[name])
    .filter(([name]) => !(name === "historyLimit" && payload.recover)); // a position asks for all
  return left.length ? Object.fromEntries(left) : undefined;
}
