// Asks fast-json-patch about one {before, after, patch} per input line. Answers, line by line, what
// it makes of the patch when it applies it as the JavaScript clients do, in place and with {} for a
// missing value, and which patch it would have made itself.
import { createInterface } from "node:readline";
import jsonPatch from "fast-json-patch";

const kind = (value) =>
  Array.isArray(value) ? "array" : value === null ? "null" : typeof value;

function applied(before, patch) {
  const document = before === null ? {} : structuredClone(before);
  try {
    const { newDocument } = jsonPatch.applyPatch(document, patch, true);
    return { result: newDocument, inPlace: newDocument === document };
  } catch (error) {
    return { error: error.message.split("\n")[0] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { before, after, patch } = JSON.parse(line);
  const comparable = kind(before) === kind(after) && before !== null && typeof before === "object";
  const answer = applied(before, patch);
  answer.patch = comparable ? jsonPatch.compare(before, after) : null;
  console.log(JSON.stringify(answer));
}
