package io.signalbox.flink;

import java.util.Locale;
import org.apache.flink.api.java.utils.ParameterTool;
import org.apache.flink.statefun.flink.core.StatefulFunctionsJob;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.CheckpointConfig.ExternalizedCheckpointCleanup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * StateFun's own job with the checkpoints that the gateway wants: Flink 1.16 takes no configuration with a job that is sent by its REST API, and StateFun
 * has no arguments for it. Checkpoints stay when the job ends, whatever the cluster says: a lost job goes on from them.
 */
public final class SignalboxJob {
  private SignalboxJob() {}

  public static void main(String... arguments) throws Exception {
    ParameterTool parameters = ParameterTool.fromArgs(arguments);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    CheckpointConfig checkpoints = environment.getCheckpointConfig();
    checkpoints.setCheckpointInterval(parameters.getLong("signalbox.checkpoint-interval-ms"));
    checkpoints.setCheckpointingMode(modeOf(parameters.getRequired("signalbox.checkpoint-mode")));
    checkpoints.setExternalizedCheckpointCleanup(ExternalizedCheckpointCleanup.RETAIN_ON_CANCELLATION);
    Prepared.use(environment);
    StatefulFunctionsJob.main(arguments);
  }

  /** exactly-once, at-least-once. */
  private static CheckpointingMode modeOf(String word) {
    return CheckpointingMode.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** StateFun asks for an environment itself, and gets this one. Flink forgets it when the main method ends, as it does its own. */
  private static final class Prepared extends StreamExecutionEnvironment {
    static void use(StreamExecutionEnvironment environment) {
      initializeContextEnvironment(configuration -> environment);
    }
  }
}
