package io.signalbox.flink;

import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.statefun.extensions.ComponentBinder;
import org.apache.flink.statefun.extensions.ExtensionModule;
import org.apache.flink.statefun.flink.io.datastream.SinkFunctionSpec;
import org.apache.flink.statefun.flink.io.datastream.SourceFunctionSpec;
import org.apache.flink.statefun.sdk.Address;
import org.apache.flink.statefun.sdk.FunctionType;
import org.apache.flink.statefun.sdk.TypeName;
import org.apache.flink.statefun.sdk.io.EgressIdentifier;
import org.apache.flink.statefun.sdk.io.IngressIdentifier;
import org.apache.flink.statefun.sdk.io.Router;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;

/**
 * The kinds io.signalbox.v1/ingress and io.signalbox.v1/egress: messages from the gateway and records to it, over HTTP, each exactly once. The spec of
 * either says where the gateway is, for which run of the job it answers, and the token that it wants.
 */
public final class SignalboxModule implements ExtensionModule {
  @Override
  public void configure(Map<String, String> globalConfiguration, Binder binder) {
    binder.bindExtension(
        TypeName.parseFrom("io.signalbox.v1/ingress"),
        (ComponentBinder)
            (component, module) -> {
              GatewayLink link = linkOf(component.specJsonNode());
              IngressIdentifier<RoutedMessage> id = new IngressIdentifier<>(RoutedMessage.class, "io.signalbox", "ingress");
              module.bindIngress(new SourceFunctionSpec<>(id, new IngressSource(link)));
              module.bindIngressRouter(id, SignalboxModule::route);
            });
    binder.bindExtension(
        TypeName.parseFrom("io.signalbox.v1/egress"),
        (ComponentBinder)
            (component, module) -> {
              TypeName name = TypeName.parseFrom(component.specJsonNode().get("id").asText());
              EgressIdentifier<TypedValue> id = new EgressIdentifier<>(name.namespace(), name.name(), TypedValue.class);
              GatewayLink link = linkOf(component.specJsonNode());
              module.bindEgress(new SinkFunctionSpec<>(id, new EgressSink(link, name.canonicalTypenameString())));
            });
  }

  private static GatewayLink linkOf(JsonNode spec) {
    return new GatewayLink(spec.get("gateway").asText(), spec.get("run").asText(), spec.get("token").asText());
  }

  /** What functions take is a TypedValue; a Downstream is typed by its ingress, hence the cast. */
  @SuppressWarnings("unchecked")
  private static void route(RoutedMessage message, Router.Downstream<RoutedMessage> downstream) {
    Address target = new Address(new FunctionType(message.namespace, message.name), message.id);
    ((Router.Downstream<Object>) (Router.Downstream<?>) downstream).forward(target, message.toTypedValue());
  }
}
