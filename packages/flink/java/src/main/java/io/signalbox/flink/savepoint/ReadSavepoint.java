package io.signalbox.flink.savepoint;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.restore.KeyGroup;
import org.apache.flink.runtime.state.restore.KeyGroupEntry;
import org.apache.flink.runtime.state.restore.SavepointRestoreResult;
import org.apache.flink.runtime.state.restore.ThrowingIterator;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.state.api.runtime.OperatorIDGenerator;
import org.apache.flink.state.api.runtime.SavepointLoader;

/**
 * ReadSavepoint: a canonical savepoint of a StateFun job becomes rows, entry by entry, without a job, a cluster or a state backend: memory holds one entry.
 * Beside the values there are the messages that waited where StateFun keeps them: in flight, batched, in its feedback loop, delayed.
 */
final class ReadSavepoint {
  private static final String LOOP_UID = "feedback_union_uid1";

  private final Frames.Writer out;
  private final Map<String, Integer> declared = new HashMap<>();
  private final Set<String> types = new HashSet<>();
  private final MessageRows messages;
  private int prefixBytes;

  private ReadSavepoint(Frames.Writer out) {
    this.out = out;
    this.messages = new MessageRows(out);
  }

  static void run(String path, Frames.Writer out) throws Exception {
    CheckpointMetadata metadata = metadataOf(path);
    OperatorState functions = operator(metadata, WriteSavepoint.FUNCTIONS_UID);
    if (functions == null)
      throw new ToolProblem(
          "SAVEPOINT_FOREIGN",
          path + " is a savepoint of a job that does not run StateFun: none of its " + metadata.getOperatorStates().size() + " operators is StateFun's",
          "name a savepoint of a job that runs a module");
    ReadSavepoint read = new ReadSavepoint(out);
    out.begin(Frames.HEADER).number(functions.getParallelism()).number(functions.getMaxParallelism()).end();
    try {
      read.keyed(path, functions);
      OperatorState loop = operator(metadata, LOOP_UID);
      if (loop != null) read.loop(loop);
    } catch (EOFException | FileNotFoundException e) {
      throw new ToolProblem("SAVEPOINT_CUT", path + " is not whole: " + e.getMessage(), "copy the whole folder of the savepoint, or take another");
    }
  }

  private static CheckpointMetadata metadataOf(String path) {
    try {
      return SavepointLoader.loadSavepointMetadata(path);
    } catch (FileNotFoundException e) {
      throw new ToolProblem("SAVEPOINT_MISSING", "there is no savepoint at " + path, "name the folder that holds the file _metadata");
    } catch (EOFException e) {
      throw new ToolProblem("SAVEPOINT_CUT", path + "/_metadata ends early", "copy the whole folder of the savepoint, or take another");
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      throw new ToolProblem("SAVEPOINT_FOREIGN", path + " is no savepoint that this Flink reads: " + e.getMessage(), "name a savepoint that Flink 1.16 or earlier took");
    }
  }

  private static OperatorState operator(CheckpointMetadata metadata, String uid) {
    OperatorID id = OperatorIDGenerator.fromUid(uid);
    for (OperatorState state : metadata.getOperatorStates()) if (state.getOperatorID().equals(id)) return state;
    return null;
  }

  private void keyed(String path, OperatorState functions) throws Exception {
    prefixBytes = CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(functions.getMaxParallelism());
    List<KeyedStateHandle> handles = new ArrayList<>();
    for (OperatorSubtaskState subtask : functions.getStates()) handles.addAll(subtask.getManagedKeyedState());
    for (KeyedStateHandle handle : handles)
      if (!(handle instanceof KeyGroupsSavepointStateHandle))
        throw new ToolProblem(
            "SAVEPOINT_NATIVE",
            path + " is in the native format of a state backend (" + handle.getClass().getSimpleName() + ")",
            "take a savepoint in canonical format: POST /jobs/:id/savepoints {\"formatType\":\"CANONICAL\"}");
    FullSnapshotRestoreOperation<String> restore =
        new FullSnapshotRestoreOperation<>(
            KeyGroupRange.of(0, functions.getMaxParallelism() - 1),
            ReadSavepoint.class.getClassLoader(),
            handles,
            StateSerializerProvider.fromNewRegisteredSerializer(StringSerializer.INSTANCE));
    try (ThrowingIterator<SavepointRestoreResult> results = restore.restore()) {
      while (results.hasNext()) file(results.next());
    }
  }

  private void file(SavepointRestoreResult result) throws Exception {
    List<StateMetaInfoSnapshot> infos = result.getStateMetaInfoSnapshots();
    StoredState[] states = new StoredState[infos.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = StoredState.of(infos.get(i));
      declare(states[i]);
    }
    try (ThrowingIterator<KeyGroup> groups = result.getRestoredKeyGroups()) {
      while (groups.hasNext()) {
        try (ThrowingIterator<KeyGroupEntry> entries = groups.next().getKeyGroupEntries()) {
          while (entries.hasNext()) {
            KeyGroupEntry entry = entries.next();
            row(states[entry.getKvStateId()], entry);
          }
        }
      }
    }
  }

  private void declare(StoredState state) throws IOException {
    if (state.kind == StoredState.Kind.REQUEST) {
      String type = state.name.substring(0, state.name.length() - StoredState.REQUEST_SUFFIX.length());
      if (types.add(type)) out.begin(Frames.TYPE).text(type).end();
    }
    if (state.kind != StoredState.Kind.VALUE) return;
    Integer known = declared.get(state.signature());
    if (known == null) {
      known = declared.size();
      declared.put(state.signature(), known);
      out.begin(Frames.DECLARE).text(state.name).text(state.typename).number(state.expires ? 1 : 0).end();
    }
    state.index = known;
  }

  private void row(StoredState state, KeyGroupEntry entry) throws Exception {
    switch (state.kind) {
      case VALUE:
        {
          DataInputDeserializer value = new DataInputDeserializer(entry.getValue());
          long lastUseMs = state.expires ? value.readLong() : 0;
          byte[] bytes = new byte[value.readInt()];
          value.readFully(bytes);
          out.begin(Frames.STATE).text(keyOf(entry)).number(state.index).integer(lastUseMs).bytes(bytes).end();
          break;
        }
      case IN_FLIGHT:
        messages.inFlight(keyOf(entry), state.serializer, entry.getValue());
        break;
      case BATCH:
        messages.batched(keyOf(entry), state.name.substring(0, state.name.length() - StoredState.BATCH_SUFFIX.length()), state.serializer, entry.getValue());
        break;
      case DELAYED:
        {
          DataInputDeserializer key = new DataInputDeserializer(entry.getKey());
          key.skipBytesToRead(prefixBytes);
          String id = StringSerializer.INSTANCE.deserialize(key);
          messages.delayed(id, key.readLong(), state.serializer, entry.getValue());
          break;
        }
      case REQUEST:
      case IGNORED:
        break;
      case UNKNOWN:
        throw new ToolProblem(
            "STATE_KIND_UNKNOWN",
            "the state " + state.name + " is " + state.what + ", which no function behind an endpoint has (an embedded Java function's)",
            "move what it holds by hand; Signalbox keeps values of remote functions");
    }
  }

  private String keyOf(KeyGroupEntry entry) throws IOException {
    DataInputDeserializer key = new DataInputDeserializer(entry.getKey());
    key.skipBytesToRead(prefixBytes);
    return StringSerializer.INSTANCE.deserialize(key);
  }

  /** Messages between functions that crossed the savepoint's barrier. */
  private void loop(OperatorState loop) throws Exception {
    for (OperatorSubtaskState subtask : loop.getStates())
      for (KeyedStateHandle handle : subtask.getRawKeyedState()) messages.looped(handle);
  }
}
