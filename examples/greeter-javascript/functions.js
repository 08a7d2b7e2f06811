/**
 * Greeter: two functions on the official StateFun SDK for JavaScript.
 * example/person (id: a name) counts its visits in its own state and tells example/greeter, which writes a greeting to an egress.
 */
"use strict";

const http = require("node:http");
const { StateFun, messageBuilder, egressMessageBuilder } = require("apache-flink-statefun");

const visitType = StateFun.jsonType("example/visit");
const greetingType = StateFun.jsonType("example/greeting");

const statefun = new StateFun();

statefun.bind({
  typename: "example/person",
  specs: [{ name: "visits", type: StateFun.intType() }],
  fn(context, message) {
    const visits = (context.storage.visits ?? 0) + 1;
    context.storage.visits = visits;
    const visit = { name: context.self.id, visits, said: message.isString() ? message.asString() : "" };
    context.send(messageBuilder({ typename: "example/greeter", id: context.self.id, value: visit, valueType: visitType }));
  },
});

statefun.bind({
  typename: "example/greeter",
  specs: [{ name: "last_greeting", type: greetingType }],
  fn(context, message) {
    const visit = message.as(visitType);
    const greeting = { text: greetingFor(visit), visits: visit.visits };
    context.storage.last_greeting = greeting;
    context.send(egressMessageBuilder({ typename: "example/greetings", value: greeting, valueType: greetingType }));
  },
});

function greetingFor({ name, visits }) {
  if (visits === 1) return `Welcome ${name}!`;
  return `Nice to see you again, ${name}: visit number ${visits}.`;
}

const port = Number(process.env.PORT ?? 8000);
const server = http.createServer(statefun.handler());
server.listen(port, "127.0.0.1", () => console.log(`greeter functions on http://127.0.0.1:${server.address().port}/statefun`));
process.once("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
