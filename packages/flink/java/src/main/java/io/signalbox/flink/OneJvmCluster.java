package io.signalbox.flink;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;

/** JobManager, TaskManager and REST in one JVM, for a laptop and for tests: java io.signalbox.flink.OneJvmCluster CONF-DIR. */
public final class OneJvmCluster {
  private OneJvmCluster() {}

  public static void main(String[] arguments) throws Exception {
    Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[0]);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build());
    cluster.start();
    System.out.println("REST on " + cluster.getRestAddress().get());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> closed(cluster)));
    // Whoever started it holds its standard input: when that ends, so does the cluster.
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void closed(MiniCluster cluster) {
    try {
      cluster.close();
    } catch (Exception error) {
      System.err.println("the cluster did not close: " + error.getMessage());
    }
  }
}
