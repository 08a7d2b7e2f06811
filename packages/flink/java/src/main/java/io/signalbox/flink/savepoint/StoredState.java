package io.signalbox.flink.savepoint;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.apache.flink.api.common.typeutils.CompositeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializer;
import org.apache.flink.statefun.sdk.TypeName;

/** One state of a savepoint file: what StateFun keeps in it, told from its name and from its serializer. */
final class StoredState {
  enum Kind { VALUE, REQUEST, BATCH, IN_FLIGHT, DELAYED, IGNORED, UNKNOWN }

  static final String REQUEST_SUFFIX = ".request-state";
  static final String BATCH_SUFFIX = ".batch";

  final String name;
  final Kind kind;
  final TypeSerializer<?> serializer;
  /** Of a VALUE. */
  final String typename;
  final boolean expires;
  /** For people. */
  final String what;
  int index;

  private StoredState(String name, Kind kind, TypeSerializer<?> serializer, String typename, boolean expires, String what) {
    this.name = name;
    this.kind = kind;
    this.serializer = serializer;
    this.typename = typename;
    this.expires = expires;
    this.what = what;
  }

  String signature() {
    return name + "\u0000" + typename + "\u0000" + expires;
  }

  static StoredState of(StateMetaInfoSnapshot info) throws Exception {
    String name = info.getName();
    if (info.getBackendStateType() != StateMetaInfoSnapshot.BackendStateType.KEY_VALUE) return new StoredState(name, Kind.IGNORED, null, null, false, "");
    TypeSerializerSnapshot<?> snapshot = info.getTypeSerializerSnapshot(StateMetaInfoSnapshot.CommonSerializerKeys.VALUE_SERIALIZER);
    TypeSerializer<?> serializer = snapshot == null ? null : snapshot.restoreSerializer();
    boolean expires = serializer instanceof TtlSerializer;
    if (expires) serializer = ((TypeSerializer<?>[]) field(CompositeSerializer.class, "fieldSerializers").get(serializer))[1];
    String typename = typenameOf(serializer);
    String stateType = info.getOption(StateMetaInfoSnapshot.CommonOptionsKeys.KEYED_STATE_TYPE);
    String what = stateType + " of " + (serializer == null ? "nothing" : serializer.getClass().getSimpleName());
    return new StoredState(name, kindOf(name, typename), serializer, typename, expires, what);
  }

  private static Kind kindOf(String name, String typename) {
    if (typename != null) return Kind.VALUE;
    if (name.equals("asyncOperations")) return Kind.IN_FLIGHT;
    if (name.equals(FunctionsState.BUFFER)) return Kind.DELAYED;
    // The tokens stand in the messages too.
    if (name.equals(FunctionsState.TOKENS)) return Kind.IGNORED;
    if (name.endsWith(REQUEST_SUFFIX)) return Kind.REQUEST;
    return name.endsWith(BATCH_SUFFIX) ? Kind.BATCH : Kind.UNKNOWN;
  }

  /** StateFun's serializer of remote values is not public. */
  private static String typenameOf(TypeSerializer<?> serializer) throws Exception {
    if (serializer == null || !serializer.getClass().getSimpleName().equals("RemoteValueSerializer")) return null;
    Method type = serializer.getClass().getMethod("getType");
    type.setAccessible(true);
    return ((TypeName) type.invoke(serializer)).canonicalTypenameString();
  }

  private static Field field(Class<?> type, String name) throws Exception {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
