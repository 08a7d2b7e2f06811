package io.signalbox.flink.savepoint;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Frames: rows between this tool and frames.ts, which documents them: four bytes of length, a byte that says the kind, the fields. Big-endian; a text or a value
 * is its length in bytes and the bytes, -1 for none. The last frame counts the others, so that a stream that was cut is seen.
 */
final class Frames {
  static final byte HEADER = 'H';
  static final byte STATE = 'S';
  static final byte MESSAGE = 'M';
  static final byte DECLARE = 'D';
  static final byte TYPE = 'T';
  static final byte END = 'E';

  /** A value has at most 128 MiB; its names have a MiB each. */
  static final int FRAME_BYTES_MAX = 144 * 1024 * 1024;

  private Frames() {}

  static final class Reader {
    private final DataInputStream in;
    private long rows;
    private boolean ended;

    Reader(InputStream in) {
      this.in = new DataInputStream(in);
    }

    /** Null at the end; throws where the stream ends before its last frame. */
    byte[] next() throws IOException {
      if (ended) return null;
      byte[] frame;
      try {
        int length = in.readInt();
        if (length < 1 || length > FRAME_BYTES_MAX) throw broken("a row of " + length + " bytes");
        frame = new byte[length];
        in.readFully(frame);
      } catch (EOFException e) {
        throw broken("the rows end after " + rows + ", before their last one");
      }
      if (frame[0] != END) {
        rows++;
        return frame;
      }
      long told = new Fields(frame).integer();
      if (told != rows) throw broken(rows + " rows came of " + told);
      ended = true;
      return null;
    }

    private static ToolProblem broken(String what) {
      return new ToolProblem("STREAM_CUT", what, "run the conversion again");
    }
  }

  /** The fields of a frame, one after the other. */
  static final class Fields {
    private final byte[] frame;
    private int at = 1;

    Fields(byte[] frame) {
      this.frame = frame;
    }

    int number() {
      int n = (frame[at] & 255) << 24 | (frame[at + 1] & 255) << 16 | (frame[at + 2] & 255) << 8 | frame[at + 3] & 255;
      at += 4;
      return n;
    }

    long integer() {
      return (long) number() << 32 | number() & 0xffffffffL;
    }

    byte[] bytes() {
      int length = number();
      if (length < 0) return null;
      byte[] bytes = new byte[length];
      System.arraycopy(frame, at, bytes, 0, length);
      at += length;
      return bytes;
    }

    String text() {
      int length = number();
      if (length < 0) return null;
      at += length;
      return new String(frame, at - length, length, StandardCharsets.UTF_8);
    }
  }

  static final class Writer {
    private final DataOutputStream out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream fields = new DataOutputStream(bytes);
    private long rows;

    Writer(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    Writer begin(byte kind) throws IOException {
      bytes.reset();
      fields.write(kind);
      return this;
    }

    Writer number(int n) throws IOException {
      fields.writeInt(n);
      return this;
    }

    Writer integer(long n) throws IOException {
      fields.writeLong(n);
      return this;
    }

    Writer text(String text) throws IOException {
      return bytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    Writer bytes(byte[] value) throws IOException {
      fields.writeInt(value == null ? -1 : value.length);
      if (value != null) fields.write(value);
      return this;
    }

    void end() throws IOException {
      out.writeInt(bytes.size());
      bytes.writeTo(out);
      rows++;
    }

    /** The last frame; a reader takes no stream for whole without it. */
    void finish() throws IOException {
      long told = rows;
      begin(END).integer(told).end();
      out.flush();
    }
  }
}
