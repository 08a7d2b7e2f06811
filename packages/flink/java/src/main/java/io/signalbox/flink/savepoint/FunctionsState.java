package io.signalbox.flink.savepoint;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalListState;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializer;
import org.apache.flink.runtime.state.ttl.TtlValue;
import org.apache.flink.state.api.output.SnapshotUtils;
import org.apache.flink.state.api.output.TaggedOperatorSubtaskState;
import org.apache.flink.state.api.runtime.NeverFireProcessingTimeService;
import org.apache.flink.statefun.flink.core.message.Message;
import org.apache.flink.statefun.flink.core.message.MessageFactory;
import org.apache.flink.statefun.flink.core.message.MessageFactoryKey;
import org.apache.flink.statefun.flink.core.message.MessageFactoryType;
import org.apache.flink.statefun.flink.core.message.MessageTypeInformation;
import org.apache.flink.statefun.flink.core.types.remote.RemoteValueTypeInfo;
import org.apache.flink.statefun.sdk.Address;
import org.apache.flink.statefun.sdk.FunctionType;
import org.apache.flink.statefun.sdk.TypeName;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * FunctionsState: the operator that fills the state of StateFun's "functions" operator, by the names and serializers that StateFun 3.3 gives them: a value state
 * for each state of a function type, the buffer of delayed messages with its index of cancellation tokens, and their timers.
 */
final class FunctionsState extends AbstractStreamOperator<TaggedOperatorSubtaskState>
    implements OneInputStreamOperator<byte[], TaggedOperatorSubtaskState>, BoundedOneInput, Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;
  static final String BUFFER = "delayed-messages-buffer";
  static final String TOKENS = "delayed-message-index";
  static final String TIMERS = "delayed-messages-timer-service";

  private final List<DeclaredState> declared;
  private final long time;
  private final Path path;
  private transient List<ValueState<byte[]>> plain;
  private transient List<ValueState<TtlValue<byte[]>>> expiring;
  private transient InternalListState<String, Long, Message> buffer;
  private transient MapState<String, Long> tokens;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient MessageFactory messages;

  FunctionsState(List<DeclaredState> declared, long time, Path path) {
    this.declared = declared;
    this.time = time;
    this.path = path;
  }

  /** A timer that is due already must not fire here. */
  @Override
  public void setProcessingTimeService(ProcessingTimeService service) {
    super.setProcessingTimeService(new NeverFireProcessingTimeService());
  }

  @Override
  @SuppressWarnings("unchecked")
  public void open() throws Exception {
    super.open();
    plain = new ArrayList<>();
    expiring = new ArrayList<>();
    for (DeclaredState state : declared) {
      TypeSerializer<byte[]> serializer = new RemoteValueTypeInfo(TypeName.parseFrom(state.typename)).createSerializer(getExecutionConfig());
      plain.add(state.expires ? null : getRuntimeContext().getState(new ValueStateDescriptor<>(state.flinkName, serializer)));
      // What enableTimeToLive makes of the descriptor, but with the time of the last use as it was, not as it is now.
      expiring.add(
          state.expires
              ? getRuntimeContext().getState(new ValueStateDescriptor<>(state.flinkName, new TtlSerializer<>(LongSerializer.INSTANCE, serializer)))
              : null);
    }
    MessageFactoryKey key = MessageFactoryKey.forType(MessageFactoryType.WITH_PROTOBUF_PAYLOADS, null);
    messages = MessageFactory.forKey(key);
    TypeSerializer<Message> serializer = new MessageTypeInformation(key).createSerializer(getExecutionConfig());
    tokens = getRuntimeContext().getMapState(new MapStateDescriptor<>(TOKENS, String.class, Long.class));
    buffer =
        (InternalListState<String, Long, Message>)
            (Object) this.<String>getKeyedStateBackend().getOrCreateKeyedState(LongSerializer.INSTANCE, new ListStateDescriptor<>(BUFFER, serializer));
    timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
  }

  @Override
  public void processElement(StreamRecord<byte[]> element) throws Exception {
    byte[] frame = element.getValue();
    Frames.Fields fields = new Frames.Fields(frame);
    fields.text(); // The key, which is set.
    if (frame[0] == Frames.STATE) {
      int index = fields.number();
      long lastUseMs = fields.integer();
      byte[] value = fields.bytes();
      if (declared.get(index).expires) expiring.get(index).update(new TtlValue<>(value, lastUseMs));
      else plain.get(index).update(value);
    } else delay(fields);
  }

  private void delay(Frames.Fields fields) throws Exception {
    long dueMs = fields.integer();
    Address from = address(fields);
    Address to = address(fields);
    TypedValue.Builder payload = TypedValue.newBuilder().setTypename(fields.text());
    byte[] value = fields.bytes();
    if (value != null) payload.setHasValue(true).setValue(ByteString.copyFrom(value));
    String token = fields.text();
    boolean cancellable = token != null && !token.isEmpty();
    buffer.setCurrentNamespace(dueMs);
    buffer.add(cancellable ? messages.from(from, to, payload.build(), token) : messages.from(from, to, payload.build()));
    if (cancellable) tokens.put(token, dueMs);
    timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, dueMs);
  }

  private static Address address(Frames.Fields fields) {
    String type = fields.text();
    String id = fields.text();
    if (type == null) return null;
    TypeName name = TypeName.parseFrom(type);
    return new Address(new FunctionType(name.namespace(), name.name()), id);
  }

  @Override
  public void endInput() throws Exception {
    output.collect(
        new StreamRecord<>(
            SnapshotUtils.snapshot(
                this,
                getRuntimeContext().getIndexOfThisSubtask(),
                time,
                true,
                false,
                getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration(),
                path)));
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {}

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {}
}
