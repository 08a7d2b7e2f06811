package io.signalbox.flink.savepoint;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A state value of a function type, as StateFun names it in Flink: `<namespace>.<type>.<name>`. */
final class DeclaredState implements Serializable {
  private static final long serialVersionUID = 1L;
  final String flinkName;
  final String typename;
  final boolean expires;

  DeclaredState(String flinkName, String typename, boolean expires) {
    this.flinkName = flinkName;
    this.typename = typename;
    this.expires = expires;
  }

  static List<DeclaredState> readAll(Frames.Fields fields) {
    int count = fields.number();
    List<DeclaredState> states = new ArrayList<>(count);
    for (int i = 0; i < count; i++) states.add(new DeclaredState(fields.text(), fields.text(), fields.number() == 1));
    return states;
  }
}
