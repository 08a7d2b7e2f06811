package io.signalbox.flink.savepoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * SavepointTool: `read SAVEPOINT` writes the rows of a savepoint to standard output; `write FOLDER PARALLELISM` makes a savepoint of the rows of standard
 * input. An expected problem is one line on standard error, `problem<TAB>code<TAB>message<TAB>cure`, and the exit code 3 (savepoint-tool.ts).
 */
public final class SavepointTool {
  private static final int PIPE_BYTES = 1 << 18;

  private SavepointTool() {}

  public static void main(String[] words) {
    OutputStream rows = new FileOutputStream(FileDescriptor.out);
    // Whatever prints must not get between the rows.
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
    try {
      if (words.length == 2 && words[0].equals("read")) {
        Frames.Writer out = new Frames.Writer(new BufferedOutputStream(rows, PIPE_BYTES));
        ReadSavepoint.run(words[1], out);
        out.finish();
      } else if (words.length == 3 && words[0].equals("write")) {
        WriteSavepoint.run(new BufferedInputStream(new FileInputStream(FileDescriptor.in), PIPE_BYTES), words[1], Integer.parseInt(words[2]));
      } else {
        System.err.println("read SAVEPOINT | write FOLDER PARALLELISM");
        System.exit(2);
      }
      System.exit(0);
    } catch (Throwable thrown) {
      ToolProblem problem = ToolProblem.of(thrown);
      if (problem == null) thrown.printStackTrace();
      else tell(problem);
      System.exit(problem == null ? 1 : 3);
    }
  }

  private static void tell(ToolProblem problem) {
    String line = "problem\t" + problem.code + "\t" + oneLine(problem.getMessage()) + "\t" + oneLine(problem.cure) + "\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    System.err.write(bytes, 0, bytes.length);
    System.err.flush();
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.replaceAll("[\\t\\r\\n]+", " ");
  }
}
