// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A listener that writes down what it is told. */
final class RecordLog<T> implements RecordListener<T> {
  final List<String> told = new ArrayList<>();
  final List<RecordUpdate<T>> updates = new ArrayList<>();

  @Override
  public void onUpdate(RecordUpdate<T> update) {
    updates.add(update);
    String patch = update.patch().map(p -> " by " + p.operations().size()).orElse("");
    told.add(
        "%s %s@%d%s"
            .formatted(
                update.reason().name().toLowerCase(Locale.ROOT),
                update.value(),
                update.version().number(),
                patch));
  }

  @Override
  public void onEnded() {
    told.add("ended");
  }
}
