package io.signalbox.flink.savepoint;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.ListDelimitedSerializer;
import org.apache.flink.statefun.flink.core.message.Message;
import org.apache.flink.statefun.flink.core.message.MessageFactory;
import org.apache.flink.statefun.flink.core.message.MessageFactoryKey;
import org.apache.flink.statefun.flink.core.message.MessageFactoryType;
import org.apache.flink.statefun.flink.core.message.MessageTypeInformation;
import org.apache.flink.statefun.sdk.reqreply.generated.Address;
import org.apache.flink.statefun.sdk.reqreply.generated.ToFunction;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;

/**
 * MessageRows: the messages of a StateFun job, from where it keeps them to rows. An entity gets them in the order of the stages: first what was in flight,
 * then what was batched behind it, then what was on its way to it.
 */
final class MessageRows {
  private static final int IN_FLIGHT = 0;
  private static final int BATCHED = 1;
  private static final int LOOPED = 2;
  private static final int DELAYED = 3;
  private static final int LOOP_MAGIC = 710818519;

  private final Frames.Writer out;
  private final MessageFactoryKey key = MessageFactoryKey.forType(MessageFactoryType.WITH_PROTOBUF_PAYLOADS, null);
  private final MessageFactory factory = MessageFactory.forKey(key);
  private final ListDelimitedSerializer lists = new ListDelimitedSerializer();

  MessageRows(Frames.Writer out) {
    this.out = out;
  }

  /** A value of the map "asyncOperations": a request that had no answer yet. */
  void inFlight(String id, TypeSerializer<?> serializer, byte[] bytes) throws IOException {
    DataInputDeserializer value = new DataInputDeserializer(bytes);
    if (value.readBoolean()) return;
    Message message = (Message) ((MapSerializer<?, ?>) serializer).getValueSerializer().deserialize(value);
    Object request = message.payload(factory, MessageRows.class.getClassLoader());
    if (!(request instanceof ToFunction)) throw unknown(request);
    ToFunction.InvocationBatchRequest batch = ((ToFunction) request).getInvocation();
    for (ToFunction.Invocation invocation : batch.getInvocationsList()) invocation(id, IN_FLIGHT, batch.getTarget(), invocation);
  }

  void batched(String id, String flinkType, TypeSerializer<?> serializer, byte[] bytes) throws IOException {
    List<?> batch = lists.deserializeList(bytes, ((ListSerializer<?>) serializer).getElementSerializer());
    // The one stage that does not say its target: the name of its state does, dotted.
    Address target = Address.newBuilder().setType(flinkType).setId(id).build();
    for (Object invocation : batch) invocation(id, BATCHED, target, (ToFunction.Invocation) invocation);
  }

  void delayed(String id, long dueMs, TypeSerializer<?> serializer, byte[] bytes) throws IOException {
    for (Object one : lists.deserializeList(bytes, ((ListSerializer<?>) serializer).getElementSerializer())) message(id, DELAYED, dueMs, (Message) one);
  }

  /** UnboundedFeedbackLogger's raw state: a header, a count and the messages, for each key group. */
  void looped(KeyedStateHandle handle) throws IOException {
    if (!(handle instanceof KeyGroupsStateHandle)) throw unknown(handle);
    KeyGroupsStateHandle groups = (KeyGroupsStateHandle) handle;
    TypeSerializer<Message> serializer = new MessageTypeInformation(key).createSerializer(new org.apache.flink.api.common.ExecutionConfig());
    try (FSDataInputStream stream = groups.openInputStream()) {
      for (Tuple2<Integer, Long> group : groups.getGroupRangeOffsets()) {
        stream.seek(group.f1);
        DataInputViewStreamWrapper in = new DataInputViewStreamWrapper(stream);
        int first = in.readInt();
        if (first != 0 || in.readInt() != LOOP_MAGIC)
          throw new ToolProblem("SAVEPOINT_FOREIGN", "the feedback loop's log was written by another StateFun than 3.x", "take the savepoint with StateFun 3.3.0");
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
          Message message = serializer.deserialize(in);
          if (!message.isBarrierMessage().isPresent()) message(message.target().id(), LOOPED, 0, message);
        }
      }
    }
  }

  private void message(String id, int stage, long dueMs, Message message) throws IOException {
    Object payload = message.payload(factory, MessageRows.class.getClassLoader());
    if (!(payload instanceof TypedValue)) throw unknown(payload);
    begin(id, stage, dueMs);
    org.apache.flink.statefun.sdk.Address from = message.source();
    if (from == null) out.text(null).text(null);
    else out.text(from.type().namespace() + "/" + from.type().name()).text(from.id());
    org.apache.flink.statefun.sdk.Address to = message.target();
    out.text(to.type().namespace() + "/" + to.type().name()).text(to.id());
    value((TypedValue) payload);
    out.text(message.cancellationToken().orElse("")).end();
  }

  private void invocation(String id, int stage, Address target, ToFunction.Invocation invocation) throws IOException {
    begin(id, stage, 0);
    if (invocation.hasCaller()) address(invocation.getCaller());
    else out.text(null).text(null);
    address(target);
    value(invocation.getArgument());
    out.text("").end();
  }

  private void begin(String id, int stage, long dueMs) throws IOException {
    out.begin(Frames.MESSAGE).text(id).number(stage).integer(dueMs);
  }

  private void address(Address address) throws IOException {
    out.text(address.getNamespace().isEmpty() ? address.getType() : address.getNamespace() + "/" + address.getType()).text(address.getId());
  }

  private void value(TypedValue value) throws IOException {
    out.text(value.getTypename()).bytes(value.getHasValue() ? value.getValue().toByteArray() : null);
  }

  private static ToolProblem unknown(Object what) {
    return new ToolProblem(
        "STATE_KIND_UNKNOWN",
        "a message holds " + (what == null ? "nothing" : what.getClass().getName()) + ", which no function behind an endpoint gets",
        "let embedded Java functions end their work before the savepoint is taken");
  }
}
