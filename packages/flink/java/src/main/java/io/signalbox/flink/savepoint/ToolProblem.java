package io.signalbox.flink.savepoint;

/** An expected end of the tool: what is wrong with what it was given, and what to do. The code is stable; savepoint-tool.ts reads it. */
final class ToolProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  final String code;
  final String cure;

  ToolProblem(String code, String message, String cure) {
    super(message);
    this.code = code;
    this.cure = cure;
  }

  static ToolProblem of(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) if (t instanceof ToolProblem) return (ToolProblem) t;
    return null;
  }
}
