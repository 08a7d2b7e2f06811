package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
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
import org.apache.flink.statefun.sdk.java.message.EgressMessageBuilder;
import org.apache.flink.statefun.sdk.java.message.Message;
import org.apache.flink.statefun.sdk.java.message.MessageBuilder;
import org.apache.flink.statefun.sdk.java.slice.Slice;
import org.apache.flink.statefun.sdk.java.slice.Slices;
import org.apache.flink.statefun.sdk.java.types.SimpleType;
import org.apache.flink.statefun.sdk.java.types.Type;

/**
 * Greeter: two functions on the official StateFun SDK for Java, served by the JDK's own HTTP server. example/person (id: a name) counts its
 * visits in its own state and tells example/greeter, which writes a greeting to an egress.
 */
public final class Greeter {
  private static final TypeName PERSON = TypeName.typeNameFromString("example/person");
  private static final TypeName GREETER = TypeName.typeNameFromString("example/greeter");
  private static final TypeName GREETINGS = TypeName.typeNameFromString("example/greetings");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a person tells the greeter. */
  record Visit(String name, int visits, String said) {}

  /** The greeter's state and what leaves. */
  record Greeting(String text, int visits) {}

  private static final Type<Visit> VISIT = json("example/visit", Visit.class);
  private static final Type<Greeting> GREETING = json("example/greeting", Greeting.class);

  private static final ValueSpec<Integer> VISITS = ValueSpec.named("visits").withIntType();
  private static final ValueSpec<Greeting> LAST_GREETING =
      ValueSpec.named("last_greeting").withCustomType(GREETING);

  public static void main(String[] args) throws IOException {
    StatefulFunctions functions =
        new StatefulFunctions()
            .withStatefulFunction(
                StatefulFunctionSpec.builder(PERSON)
                    .withValueSpec(VISITS)
                    .withSupplier(() -> Greeter::person)
                    .build())
            .withStatefulFunction(
                StatefulFunctionSpec.builder(GREETER)
                    .withValueSpec(LAST_GREETING)
                    .withSupplier(() -> Greeter::greeter)
                    .build());
    serve(functions.requestReplyHandler());
  }

  private static CompletableFuture<Void> person(Context context, Message message) {
    int visits = context.storage().get(VISITS).orElse(0) + 1;
    context.storage().set(VISITS, visits);
    String name = context.self().id();
    Visit visit = new Visit(name, visits, message.isUtf8String() ? message.asUtf8String() : "");
    context.send(MessageBuilder.forAddress(GREETER, name).withCustomType(VISIT, visit).build());
    return context.done();
  }

  private static CompletableFuture<Void> greeter(Context context, Message message) {
    Visit visit = message.as(VISIT);
    Greeting greeting = new Greeting(greetingFor(visit), visit.visits());
    context.storage().set(LAST_GREETING, greeting);
    context.send(
        EgressMessageBuilder.forEgress(GREETINGS).withCustomType(GREETING, greeting).build());
    return context.done();
  }

  private static String greetingFor(Visit visit) {
    return visit.visits() == 1
        ? "Welcome " + visit.name() + "!"
        : "Nice to see you again, " + visit.name() + ": visit number " + visit.visits() + ".";
  }

  private static <T> Type<T> json(String typeName, Class<T> kind) {
    return SimpleType.simpleImmutableTypeFrom(
        TypeName.typeNameFromString(typeName),
        JSON::writeValueAsBytes,
        bytes -> JSON.readValue(bytes, kind));
  }

  private static void serve(RequestReplyHandler handler) throws IOException {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8006"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/statefun", exchange -> answer(exchange, handler));
    server.start();
    System.out.println(
        "greeter functions on http://127.0.0.1:" + server.getAddress().getPort() + "/statefun");
  }

  /** A batch of which anything fails is a 500: nothing of it may take effect. */
  private static void answer(HttpExchange exchange, RequestReplyHandler handler) throws IOException {
    try (exchange) {
      Slice request = Slices.wrap(exchange.getRequestBody().readAllBytes());
      byte[] reply;
      try {
        reply = handler.handle(request).join().toByteArray();
      } catch (RuntimeException error) {
        System.err.println("invocation failed: " + error);
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      exchange.getResponseHeaders().set("content-type", "application/octet-stream");
      exchange.sendResponseHeaders(200, reply.length == 0 ? -1 : reply.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(reply);
      }
    }
  }
}
