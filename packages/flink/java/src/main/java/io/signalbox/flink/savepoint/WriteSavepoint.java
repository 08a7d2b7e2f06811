package io.signalbox.flink.savepoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.api.OperatorTransformation;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.state.api.StateBootstrapTransformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * WriteSavepoint: rows from a stream become a savepoint that StateFun resumes from: a small job in this JVM, whose operator fills the state of StateFun's
 * "functions" (FunctionsState). Values are in RocksDB on disk meanwhile, so memory does not follow the number of rows. Rows of one id stay in their order.
 */
final class WriteSavepoint {
  /** FunctionGroupOperator's uid in StateFun's translation. */
  static final String FUNCTIONS_UID = "functions_uid1";

  /** The one input of this process; the job's source runs in this JVM. */
  private static Frames.Reader input;

  private WriteSavepoint() {}

  static void run(InputStream rows, String directory, int parallelism) throws Exception {
    input = new Frames.Reader(rows);
    byte[] first = input.next();
    if (first == null || first[0] != Frames.HEADER) throw new ToolProblem("STREAM_CUT", "the rows have no header", "run the conversion again");
    Frames.Fields header = new Frames.Fields(first);
    int maxParallelism = header.number();
    List<DeclaredState> states = DeclaredState.readAll(header);

    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(192));
    LocalStreamEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    // Streaming: a batch job sorts by key, and its sort does not keep the order of one id's messages.
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.getConfig().enableObjectReuse();
    DataStream<byte[]> frames = environment.fromCollection(new Rows(), PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    StateBootstrapTransformation<byte[]> functions =
        OperatorTransformation.bootstrapWith(frames)
            .keyBy(frame -> new Frames.Fields(frame).text(), Types.STRING)
            .transform((time, path) -> new FunctionsState(states, time, path));
    SavepointWriter.newSavepoint(new EmbeddedRocksDBStateBackend(), maxParallelism).withOperator(FUNCTIONS_UID, functions).write(directory);
    environment.execute("signalbox savepoint");
  }

  static final class Rows implements Iterator<byte[]>, Serializable {
    private static final long serialVersionUID = 1L;
    private transient byte[] ahead;

    @Override
    public boolean hasNext() {
      try {
        if (ahead == null) ahead = input.next();
        return ahead != null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public byte[] next() {
      hasNext();
      byte[] frame = ahead;
      ahead = null;
      return frame;
    }
  }
}
