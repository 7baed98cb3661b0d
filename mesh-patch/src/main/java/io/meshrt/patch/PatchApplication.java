// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * One run of a patch over one document. Used by one thread, once.
 *
 * <p>The document that came in is never changed: an object or array is copied, without its content,
 * before the first change inside it. So a patch that fails half-way leaves nothing behind, and a
 * small change to a large document costs little.
 */
final class PatchApplication {
  private final Meter meter;

  // Copies made by this run, which it may change.
  private final Set<JsonNode> own = Collections.newSetFromMap(new IdentityHashMap<>());
  private JsonNode root;

  private PatchApplication(JsonNode base, PatchLimits limits) {
    root = base;
    meter = new Meter(limits.maxValueBytes(), limits.maxDepth());
  }

  static JsonNode apply(Patch patch, JsonNode base, PatchLimits limits) {
    int count = patch.operations().size();
    if (count > limits.maxOperations()) {
      throw PatchException.tooLarge(count + " operations, allowed are " + limits.maxOperations());
    }
    var run = new PatchApplication(base, limits);
    for (int i = 0; i < count; i++) {
      try {
        run.perform(patch.operations().get(i));
      } catch (PatchException e) {
        throw e.atOperation(i);
      } catch (IllegalArgumentException e) { // Jackson reads 1e400 as infinity
        throw PatchException.malformed("a value is not JSON").atOperation(i);
      }
    }
    return run.root;
  }

  private void perform(PatchOperation operation) {
    require(meter.addOperation(operation));
    Pointer path = Pointer.parse(operation.path());
    root =
        switch (operation.kind()) {
          case ADD -> add(path, ((PatchOperation.Add) operation).value());
          case REMOVE -> remove(path);
          case REPLACE -> replace(path, ((PatchOperation.Replace) operation).value());
          case MOVE -> move(Pointer.parse(((PatchOperation.Move) operation).from()), path);
          case COPY -> copy(Pointer.parse(((PatchOperation.Copy) operation).from()), path);
          case TEST -> test(path, ((PatchOperation.Test) operation).value());
        };
  }

  private JsonNode add(Pointer path, JsonNode value) {
    if (path.isRoot()) {
      return value;
    }
    JsonNode parent = parentToChange(path);
    if (parent instanceof ObjectNode object) {
      object.set(path.last(), value);
    } else {
      boolean append = path.last().equals("-");
      int index = append ? parent.size() : Pointer.index(path.last(), parent.size() + 1);
      ((ArrayNode) parent).insert(index, value);
    }
    return root;
  }

  private JsonNode remove(Pointer path) {
    if (path.isRoot()) {
      throw PatchException.notApplicable("the whole document cannot be removed");
    }
    JsonNode parent = parentToChange(path);
    step(parent, path.last());
    if (parent instanceof ObjectNode object) {
      object.remove(path.last());
    } else {
      ((ArrayNode) parent).remove(Pointer.index(path.last(), parent.size()));
    }
    return root;
  }

  private JsonNode replace(Pointer path, JsonNode value) {
    if (path.isRoot()) {
      return value;
    }
    JsonNode parent = parentToChange(path);
    step(parent, path.last());
    put(parent, path.last(), value);
    return root;
  }

  private JsonNode move(Pointer from, Pointer path) {
    JsonNode value = find(from);
    if (from.equals(path)) {
      return root;
    }
    if (path.depth() > from.depth()) {
      require(meter.addValue(value, path.depth()));
    }
    remove(from);
    return add(path, value);
  }

  private JsonNode copy(Pointer from, Pointer path) {
    JsonNode value = find(from);
    require(meter.addValue(value, path.depth()));
    return add(path, value.deepCopy());
  }

  private JsonNode test(Pointer path, JsonNode expected) {
    if (!JsonEquality.same(find(path), expected)) {
      throw new PatchException(PatchException.Code.TEST_FAILED, "the value is another one");
    }
    return root;
  }

  private JsonNode find(Pointer path) {
    JsonNode node = root;
    for (String token : path.tokens()) {
      node = step(node, token);
    }
    return node;
  }

  /** The object or array around the end of a path, and everything above it, ready to be changed. */
  private JsonNode parentToChange(Pointer path) {
    if (root.isNull()) {
      root = JsonNodeFactory.instance.objectNode();
    }
    root = ownCopy(root);
    JsonNode parent = root;
    for (String token : path.tokens().subList(0, path.depth() - 1)) {
      JsonNode child = ownCopy(step(parent, token));
      put(parent, token, child);
      parent = child;
    }
    return parent;
  }

  private JsonNode ownCopy(JsonNode node) {
    if (own.contains(node)) {
      return node;
    }
    JsonNode copy;
    if (node instanceof ObjectNode object) {
      copy = JsonNodeFactory.instance.objectNode().setAll(object);
    } else if (node instanceof ArrayNode array) {
      copy = JsonNodeFactory.instance.arrayNode(array.size() + 1).addAll(array);
    } else {
      throw PatchException.notApplicable("the path leads through a value without members");
    }
    own.add(copy);
    return copy;
  }

  private static JsonNode step(JsonNode node, String token) {
    if (node.isArray()) {
      return node.get(Pointer.index(token, node.size()));
    }
    JsonNode member = node.get(token);
    if (member == null) {
      throw PatchException.notApplicable("the path leads to nothing");
    }
    return member;
  }

  private static void put(JsonNode parent, String token, JsonNode value) {
    if (parent instanceof ObjectNode object) {
      object.set(token, value);
    } else {
      ((ArrayNode) parent).set(Pointer.index(token, parent.size()), value);
    }
  }

  private static void require(boolean withinLimits) {
    if (!withinLimits) {
      throw PatchException.tooLarge("the patch passes the limit of bytes or of depth");
    }
  }
}
