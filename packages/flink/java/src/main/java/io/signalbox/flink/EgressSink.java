package io.signalbox.flink;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.base.VoidSerializer;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;
import org.apache.flink.streaming.api.functions.sink.TwoPhaseCommitSinkFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of one checkpoint are one transaction: part of the checkpoint, posted once it is complete. The gateway remembers what it took and takes it once,
 * so that a commit that is tried again, also by the job that goes on after this one, changes nothing.
 */
final class EgressSink extends TwoPhaseCommitSinkFunction<TypedValue, EgressSink.Transaction, Void> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(EgressSink.class);
  /** One post of a transaction that is larger than this has several. */
  private static final int PART_BYTES_MAX = 4 * 1024 * 1024;
  /** All of it is in memory until the next checkpoint. */
  private static final long TRANSACTION_BYTES_MAX = 256L * 1024 * 1024;
  /** Then the job starts again from its checkpoint, and this transaction with it. */
  private static final int COMMIT_WAIT_MS_MAX = 60_000;
  private static final int WAIT_MS = 200;

  private final GatewayLink link;
  private final String egress;

  EgressSink(GatewayLink link, String egress) {
    super(new TransactionSerializer(), VoidSerializer.INSTANCE);
    this.link = link;
    this.egress = egress;
  }

  static final class Transaction {
    final String id;
    final List<byte[]> records;
    /** With which it is complete; 0: none has begun yet. */
    long checkpoint;
    long sizeBytes;

    Transaction(String id, List<byte[]> records) {
      this.id = id;
      this.records = records;
    }
  }

  @Override
  protected Transaction beginTransaction() {
    return new Transaction(UUID.randomUUID().toString(), new ArrayList<>());
  }

  @Override
  protected void invoke(Transaction transaction, TypedValue value, Context context) {
    byte[] record = value.toByteArray();
    transaction.sizeBytes += record.length;
    if (transaction.sizeBytes > TRANSACTION_BYTES_MAX)
      throw new IllegalStateException(
          "egress " + egress + " got more than " + TRANSACTION_BYTES_MAX + " bytes between two checkpoints; let checkpoints come more often");
    transaction.records.add(record);
  }

  @Override
  protected void abort(Transaction transaction) {}

  private transient long snapshotting;

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    snapshotting = context.getCheckpointId();
    super.snapshotState(context);
  }

  /** The gateway is told which checkpoint is complete with it: it starts a job that was lost from none that is older. */
  @Override
  protected void preCommit(Transaction transaction) {
    transaction.checkpoint = snapshotting;
  }

  @Override
  protected void commit(Transaction transaction) {
    List<byte[]> part = new ArrayList<>();
    int bytes = 0;
    int number = 0;
    for (byte[] record : transaction.records) {
      if (!part.isEmpty() && bytes + record.length > PART_BYTES_MAX) {
        post(transaction, number++, part);
        part.clear();
        bytes = 0;
      }
      part.add(record);
      bytes += record.length;
    }
    if (!part.isEmpty()) post(transaction, number, part);
  }

  private void post(Transaction transaction, int number, List<byte[]> records) {
    long endsNs = System.nanoTime() + COMMIT_WAIT_MS_MAX * 1_000_000L;
    for (boolean first = true; ; first = false) {
      try {
        String name = transaction.id + "." + number;
        String what = "egress=" + GatewayLink.encoded(egress) + "&transaction=" + name + "&checkpoint=" + transaction.checkpoint;
        link.post("/v1/flink/egress?" + what, framed(records));
        return;
      } catch (IOException error) {
        if (first) LOG.warn("{} records for egress {} wait: {}", records.size(), egress, error.getMessage());
        if (System.nanoTime() > endsNs) throw new UncheckedIOException(error);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(WAIT_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task ends while its records wait for the gateway", interrupted);
    }
  }

  private static byte[] framed(List<byte[]> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(records.size());
    for (byte[] record : records) {
      out.writeInt(record.length);
      out.write(record);
    }
    return bytes.toByteArray();
  }
}
