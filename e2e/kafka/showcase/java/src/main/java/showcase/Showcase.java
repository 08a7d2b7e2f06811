package showcase;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.apache.flink.statefun.sdk.java.Context;
import org.apache.flink.statefun.sdk.java.StatefulFunctionSpec;
import org.apache.flink.statefun.sdk.java.StatefulFunctions;
import org.apache.flink.statefun.sdk.java.TypeName;
import org.apache.flink.statefun.sdk.java.ValueSpec;
import org.apache.flink.statefun.sdk.java.handler.RequestReplyHandler;
import org.apache.flink.statefun.sdk.java.io.KafkaEgressMessage;
import org.apache.flink.statefun.sdk.java.message.Message;
import org.apache.flink.statefun.sdk.java.message.MessageBuilder;
import org.apache.flink.statefun.sdk.java.slice.Slices;
import org.apache.flink.statefun.sdk.java.types.SimpleType;
import org.apache.flink.statefun.sdk.java.types.Type;

/**
 * Functions for java.yaml on the official StateFun SDK for Java: user counts the logins of its user, greetings writes a line for each to
 * Kafka. Served at the root path, as that module has it.
 */
public final class Showcase {
  private static final TypeName USER = TypeName.typeNameFromString("java.showcase.fns/user");
  private static final TypeName GREETINGS = TypeName.typeNameFromString("java.showcase.fns/greetings");
  private static final TypeName EGRESS = TypeName.typeNameFromString("java.showcase.io/user-greetings");

  private static final ObjectMapper JSON = new ObjectMapper();

  record Login(
      @JsonProperty("user_id") String id,
      @JsonProperty("user_name") String name,
      @JsonProperty("login_type") String from) {}

  record Profile(String name, int seen) {}

  private static final Type<Login> LOGIN =
      json(
          "java.showcase.types/org.apache.flink.statefun.playground.java.showcase.part1.types.UserLogin",
          Login.class);
  private static final Type<Profile> PROFILE = json("java.showcase.types/profile", Profile.class);
  private static final ValueSpec<Integer> SEEN = ValueSpec.named("seen_count").withIntType();

  public static void main(String[] args) throws IOException {
    StatefulFunctions functions =
        new StatefulFunctions()
            .withStatefulFunction(
                StatefulFunctionSpec.builder(USER)
                    .withValueSpec(SEEN)
                    .withSupplier(() -> Showcase::user)
                    .build())
            .withStatefulFunction(
                StatefulFunctionSpec.builder(GREETINGS)
                    .withSupplier(() -> Showcase::greetings)
                    .build());
    RequestReplyHandler handler = functions.requestReplyHandler();
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> answer(exchange, handler));
    server.start();
  }

  private static CompletableFuture<Void> user(Context context, Message message) {
    Login login = message.as(LOGIN);
    int seen = context.storage().get(SEEN).orElse(0) + 1;
    context.storage().set(SEEN, seen);
    context.send(
        MessageBuilder.forAddress(GREETINGS, login.id())
            .withCustomType(PROFILE, new Profile(login.name(), seen))
            .build());
    return context.done();
  }

  private static CompletableFuture<Void> greetings(Context context, Message message) {
    Profile profile = message.as(PROFILE);
    context.send(
        KafkaEgressMessage.forEgress(EGRESS)
            .withTopic("greetings")
            .withUtf8Key(context.self().id())
            .withUtf8Value(profile.name() + " " + profile.seen())
            .build());
    return context.done();
  }

  private static <T> Type<T> json(String typeName, Class<T> kind) {
    return SimpleType.simpleImmutableTypeFrom(
        TypeName.typeNameFromString(typeName),
        JSON::writeValueAsBytes,
        bytes -> JSON.readValue(bytes, kind));
  }

  /** A batch of which anything fails is a 500: nothing of it may take effect. */
  private static void answer(HttpExchange exchange, RequestReplyHandler handler) throws IOException {
    try (exchange) {
      byte[] reply;
      try {
        reply = handler.handle(Slices.wrap(exchange.getRequestBody().readAllBytes())).join().toByteArray();
      } catch (RuntimeException error) {
        System.err.println("invocation failed: " + error);
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      exchange.getResponseHeaders().set("content-type", "application/octet-stream");
      exchange.sendResponseHeaders(200, reply.length == 0 ? -1 : reply.length);
      exchange.getResponseBody().write(reply);
    }
  }
}
