// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A listener that writes down what it is told: who is there, who came, changed and went. */
final class CollectionLog<T> implements CollectionListener<T> {
  final List<String> told = new ArrayList<>();
  final List<CollectionUpdate<T>> updates = new ArrayList<>();

  @Override
  public void onUpdate(CollectionUpdate<T> update) {
    updates.add(update);
    StringBuilder text = new StringBuilder();
    text.append(update.reason().name().toLowerCase(Locale.ROOT)).append(' ');
    text.append(shown(update.members()));
    update.added().forEach(member -> text.append(" +").append(member.id()));
    update.changed().forEach(member -> text.append(" ~").append(member.id()));
    update.removed().forEach(member -> text.append(" -").append(shown(member)));
    told.add(text.append(" v").append(update.version()).toString());
  }

  @Override
  public void onEnded(String code) {
    told.add("ended " + code);
  }

  static <T> List<String> shown(List<CollectionMember<T>> members) {
    return members.stream().map(CollectionLog::shown).toList();
  }

  private static String shown(CollectionMember<?> member) {
    return member.id() + "=" + member.value() + "@" + member.version().number();
  }
}
