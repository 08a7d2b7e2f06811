/**
 * Two functions for tests of what a disk does: `counter` counts its messages and tells `total` of the same id, which counts too.
 * The value of a message is only weight.
 */
import { createServer } from "node:http";
import { type Context, messageBuilder, StateFun } from "apache-flink-statefun";

const specs = [{ name: "count", type: StateFun.intType() }];

function count(context: Context): void {
  context.storage.count = ((context.storage.count as number | null) ?? 0) + 1;
}

const statefun = new StateFun();
statefun.bind({
  typename: "signalbox.disks/counter",
  specs,
  fn(context: Context) {
    count(context);
    context.send(
      messageBuilder({ typename: "signalbox.disks/total", id: context.self.id, value: "counted", valueType: StateFun.stringType() }),
    );
  },
});
statefun.bind({ typename: "signalbox.disks/total", specs, fn: count });

const handler = statefun.handler();
createServer((request, response) => void handler(request, response)).listen(Number(process.env["PORT"]), "127.0.0.1");
