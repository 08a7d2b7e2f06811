package io.signalbox.flink;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;

/** A message of the ingress log on its way to its function. A POJO of public fields, so that Flink's own serializer takes it. */
public class RoutedMessage {
  /** A field that StateFun does not know and keeps: through loops, checkpoints and restores. It names the message. */
  private static final int NAME_FIELD = 15000;

  private static final int PART_BYTES_MAX = 64 * 1024 * 1024;

  public String namespace;
  public String name;
  public String id;
  public String typename;
  public String messageName;
  public boolean hasValue;
  public byte[] value;

  static RoutedMessage read(DataInputStream in) throws IOException {
    RoutedMessage message = new RoutedMessage();
    message.namespace = text(in);
    message.name = text(in);
    message.id = text(in);
    message.typename = text(in);
    message.messageName = text(in);
    message.hasValue = in.readBoolean();
    message.value = bytes(in);
    return message;
  }

  TypedValue toTypedValue() {
    UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(messageName)).build();
    return TypedValue.newBuilder()
        .setTypename(typename)
        .setHasValue(hasValue)
        .setValue(ByteString.copyFrom(value))
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(NAME_FIELD, field).build())
        .build();
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > PART_BYTES_MAX) throw new IOException("a part of a message of the gateway has " + length + " bytes");
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
