package io.signalbox.flink;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.source.RichSourceFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the gateway's ingress log from a position on. The position is part of every checkpoint; once one is complete the gateway is told, and may let go of
 * what lies before it. While the gateway is away, or answers for another run, the source waits where it is.
 */
final class IngressSource extends RichSourceFunction<RoutedMessage> implements CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(IngressSource.class);
  private static final int BATCH_MESSAGES_MAX = 2_000;
  private static final int WAIT_MS = 200;
  private static final int GONE = 410;

  private final GatewayLink link;
  private volatile boolean running = true;
  private long position;
  private transient ListState<Long> state;
  private transient TreeMap<Long, Long> positionAt;

  IngressSource(GatewayLink link) {
    this.link = link;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    positionAt = new TreeMap<>();
    state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("position", Long.class));
    for (long known : state.get()) position = Math.max(position, known);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.clear();
    state.add(position);
    positionAt.put(context.getCheckpointId(), position);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    Long complete = positionAt.get(checkpoint);
    positionAt.headMap(checkpoint, true).clear();
    if (complete == null) return;
    try {
      link.post("/v1/flink/ingress/trim?to=" + complete + "&checkpoint=" + checkpoint, new byte[0]);
    } catch (IOException error) {
      // The next one says as much and more.
      LOG.info("the gateway was not told of checkpoint {}: {}", checkpoint, error.getMessage());
    }
  }

  @Override
  public void run(SourceContext<RoutedMessage> out) throws Exception {
    String told = "";
    while (running) {
      try {
        emit(out);
        told = "";
      } catch (IOException error) {
        if (!running) return;
        if (error instanceof GatewayLink.Refused && ((GatewayLink.Refused) error).status == GONE) throw error;
        if (!told.equals(error.getMessage())) LOG.warn("waiting at position {}: {}", position, error.getMessage());
        told = String.valueOf(error.getMessage());
        Thread.sleep(WAIT_MS);
      }
    }
  }

  /** Frames: u64 the position of the first message, u32 how many, then the messages. The gateway answers an empty frame after a while without any. */
  private void emit(SourceContext<RoutedMessage> out) throws IOException {
    String query = "/v1/flink/ingress?from=" + position + "&max=" + BATCH_MESSAGES_MAX;
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(link.get(query)))) {
      long first = in.readLong();
      int count = in.readInt();
      List<RoutedMessage> batch = new ArrayList<>(Math.min(count, BATCH_MESSAGES_MAX));
      for (int i = 0; i < count; i++) batch.add(RoutedMessage.read(in));
      synchronized (out.getCheckpointLock()) {
        for (RoutedMessage message : batch) out.collect(message);
        position = first + count;
      }
    }
  }

  @Override
  public void cancel() {
    running = false;
  }
}
