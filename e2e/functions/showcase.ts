/** Functions for e2e/kafka/showcase/javascript.yaml on the official JavaScript SDK: counts who is named and writes a line for each to Kafka. */
import { createServer } from "node:http";
import { kafkaEgressMessage, StateFun } from "apache-flink-statefun";

const GreetRequest = StateFun.jsonType("showcase/GreetRequest");

const statefun = new StateFun();
statefun.bind({
  typename: "showcase/serving",
  specs: [{ name: "seen", type: StateFun.intType() }],
  fn(context, message) {
    const seen = (context.storage.seen ?? 0) + 1;
    context.storage.seen = seen;
    const { name } = message.as(GreetRequest) as { name: string };
    context.send(kafkaEgressMessage({ typename: "showcase/greets", topic: "greetings", key: context.self.id, value: `${name} ${seen}` }));
  },
});

const handler = statefun.handler();
createServer((request, response) => void handler(request, response)).listen(Number(process.env["PORT"]), "127.0.0.1");
