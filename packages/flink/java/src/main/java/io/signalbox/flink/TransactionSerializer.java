package io.signalbox.flink;

import io.signalbox.flink.EgressSink.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How a transaction stands in a checkpoint: its id, then its records. */
public final class TransactionSerializer extends TypeSerializerSingleton<Transaction> {
  private static final long serialVersionUID = 1L;

  /** What a checkpoint says of this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Transaction> {
    public Snapshot() {
      super(TransactionSerializer::new);
    }
  }

  @Override
  public TypeSerializerSnapshot<Transaction> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public void serialize(Transaction transaction, DataOutputView out) throws IOException {
    out.writeUTF(transaction.id);
    out.writeLong(transaction.checkpoint);
    out.writeInt(transaction.records.size());
    for (byte[] record : transaction.records) {
      out.writeInt(record.length);
      out.write(record);
    }
  }

  @Override
  public Transaction deserialize(DataInputView in) throws IOException {
    String id = in.readUTF();
    long checkpoint = in.readLong();
    int count = in.readInt();
    List<byte[]> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[in.readInt()];
      in.readFully(record);
      records.add(record);
    }
    Transaction transaction = new Transaction(id, records);
    transaction.checkpoint = checkpoint;
    return transaction;
  }

  @Override
  public Transaction deserialize(Transaction reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public Transaction copy(Transaction transaction) {
    Transaction copied = new Transaction(transaction.id, new ArrayList<>(transaction.records));
    copied.checkpoint = transaction.checkpoint;
    copied.sizeBytes = transaction.sizeBytes;
    return copied;
  }

  @Override
  public Transaction copy(Transaction transaction, Transaction reuse) {
    return copy(transaction);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public Transaction createInstance() {
    return new Transaction("", new ArrayList<>());
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public int getLength() {
    return -1;
  }
}
