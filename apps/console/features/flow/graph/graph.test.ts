import { describe, expect, it } from "vitest";
import { arrangeInColumns } from "./columns.ts";
import { NODE_HEIGHT, NODE_WIDTH, pointAt, routeEdges, type Point } from "./geometry.ts";
import { placesIn } from "./use-places.ts";
import { onwardEdges, placeMissing, type Placeable } from "./placement.ts";

const ingress: Placeable = { id: "ingress:http", kind: "ingress" };
const cart: Placeable = { id: "type:shop/cart", kind: "type" };
const stock: Placeable = { id: "type:shop/stock", kind: "type" };
const receipts: Placeable = { id: "egress:shop/receipts", kind: "egress" };

function edge(from: Placeable, to: Placeable) {
  return { id: `${from.id}→${to.id}`, from: from.id, to: to.id };
}

function covers(left: Point, right: Point): boolean {
  return Math.abs(left.x - right.x) < NODE_WIDTH && Math.abs(left.y - right.y) < NODE_HEIGHT;
}

describe("placing new nodes", () => {
  it("never moves a node that has a place", () => {
    const before = new Map([[cart.id, { x: 10, y: 20 }]]);
    const after = placeMissing([cart, stock, receipts], [edge(cart, stock), edge(stock, receipts)], before);
    expect(after.get(cart.id)).toEqual({ x: 10, y: 20 });
    expect(after.size).toBe(3);
  });
  it("puts a node right of those that send to it and an ingress left of what it feeds", () => {
    const places = placeMissing([stock, ingress], [edge(cart, stock), edge(ingress, cart)], new Map([[cart.id, { x: 0, y: 0 }]]));
    expect(places.get(stock.id)?.x).toBeGreaterThan(NODE_WIDTH);
    expect(places.get(ingress.id)?.x).toBeLessThan(-NODE_WIDTH);
  });
  it("lets no node cover another, however many come", () => {
    const many = Array.from({ length: 60 }, (_, index): Placeable => ({ id: `type:a/t${index}`, kind: "type" }));
    const places = [
      ...placeMissing(
        many,
        many.slice(1).map((node) => edge(cart, node)),
        new Map([[cart.id, { x: 0, y: 0 }]]),
      ).values(),
    ];
    for (const [index, place] of places.entries()) for (const other of places.slice(index + 1)) expect(covers(place, other)).toBe(false);
  });
});

describe("arranging in columns", () => {
  it("follows messages onward and not their answers", () => {
    const onward = onwardEdges(
      [ingress, cart, stock, receipts],
      [edge(stock, cart), edge(cart, stock), edge(ingress, cart), edge(cart, cart), edge(stock, receipts)],
    );
    expect(onward.map(({ id }) => id)).toEqual([edge(cart, stock).id, edge(ingress, cart).id, edge(stock, receipts).id]);
  });
  it("leaves two types in one column that an ingress feeds in as many steps and that send to each other", () => {
    const onward = onwardEdges([ingress, cart, stock], [edge(ingress, cart), edge(ingress, stock), edge(cart, stock), edge(stock, cart)]);
    expect(onward.map(({ id }) => id)).toEqual([edge(ingress, cart).id, edge(ingress, stock).id]);
  });
  it("ends on a ring that no ingress feeds, and leaves no cycle in it", () => {
    expect(onwardEdges([cart, stock], [edge(stock, cart), edge(cart, stock)]).length).toBe(1);
  });
});

describe("places that the browser remembers", () => {
  it("come back unchanged, and any other stored value counts as nothing", () => {
    expect(placesIn({ linked: true, places: { a: { x: 1, y: -2 } } })).toEqual({ linked: true, byId: new Map([["a", { x: 1, y: -2 }]]) });
    for (const broken of [null, 3, [], {}, { linked: true }, { linked: 1, places: {} }, { linked: true, places: { a: { x: "1", y: 2 } } }])
      expect(placesIn(broken)).toBeNull();
  });
});

describe("the full arrangement", () => {
  const shop = [ingress, cart, stock, receipts];
  it("has the ingress first, a receiver right of its sender, the egress last", () => {
    const places = arrangeInColumns(shop, [edge(ingress, cart), edge(cart, stock), edge(stock, cart), edge(cart, receipts)]);
    const across = shop.map(({ id }) => places.get(id)?.x ?? Number.NaN);
    expect(across).toEqual(across.toSorted((left, right) => left - right));
    expect(new Set(across).size).toBe(4);
  });
  it("keeps the columns of an ingress and an egress without traffic", () => {
    const places = arrangeInColumns(shop, []);
    expect(places.get(ingress.id)?.x).toBeLessThan(places.get(cart.id)?.x ?? 0);
    expect(places.get(receipts.id)?.x).toBeGreaterThan(places.get(stock.id)?.x ?? Infinity);
  });
  it("crosses no lines where none need cross, however the ids are ordered", () => {
    const left = ["a", "b", "c", "d"].map((name): Placeable => ({ id: `type:l/${name}`, kind: "type" }));
    const right = ["z", "y", "x", "w"].map((name): Placeable => ({ id: `type:r/${name}`, kind: "type" }));
    const pairs = left.flatMap((node, index) => (right[index] === undefined ? [] : [edge(node, right[index])]));
    const places = arrangeInColumns([...left, ...right], [...left.map((node) => edge(ingress, node)), ...pairs]);
    for (const { from, to } of pairs) expect(places.get(from)?.y).toBe(places.get(to)?.y);
  });
  it("lets no node cover another and is the same each time, whatever the order of nodes and the rings in them", () => {
    const many = Array.from({ length: 80 }, (_, index): Placeable => ({ id: `type:a/t${index}`, kind: "type" }));
    const edges = many.flatMap((node, index) => [3, 7, 31].map((step) => edge(node, many[(index * step + 1) % many.length] ?? node)));
    const places = arrangeInColumns(many, edges);
    expect(arrangeInColumns(many.toReversed(), edges)).toEqual(places);
    expect(places.size).toBe(80);
    const all = [...places.values()];
    for (const [index, place] of all.entries()) for (const other of all.slice(index + 1)) expect(covers(place, other)).toBe(false);
  });
});

describe("routing edges", () => {
  const places = new Map([
    [ingress.id, { x: 0, y: 0 }],
    [cart.id, { x: 400, y: 0 }],
    [stock.id, { x: 400, y: 200 }],
  ]);
  it("starts and ends on the nodes' borders", () => {
    const curve = routeEdges([edge(ingress, cart)], places).get(edge(ingress, cart).id);
    expect(curve?.start).toEqual({ x: NODE_WIDTH, y: NODE_HEIGHT / 2 });
    expect(curve?.end).toEqual({ x: 400, y: NODE_HEIGHT / 2 });
  });
  it("keeps both ways between two types apart", () => {
    const curves = routeEdges([edge(cart, stock), edge(stock, cart)], places);
    const there = curves.get(edge(cart, stock).id);
    const back = curves.get(edge(stock, cart).id);
    expect(there).toBeDefined();
    expect(back).toBeDefined();
    if (there === undefined || back === undefined) return;
    expect(Math.abs(pointAt(there, 0.5).x - pointAt(back, 0.5).x)).toBeGreaterThan(8);
    expect(there.label).not.toEqual(back.label);
  });
  it("puts no label on another or on the controls over the graph, however many edges run side by side", () => {
    const many = Array.from({ length: 12 }, (_, index): Placeable => ({ id: `type:a/t${index}`, kind: "type" }));
    const pairs = many.flatMap((from, index) => many.slice(index + 1, index + 4).flatMap((to) => [edge(from, to), edge(to, from)]));
    const over = { x: 240, y: 0, width: NODE_WIDTH, height: 200 };
    const curves = [...routeEdges(pairs, arrangeInColumns(many, pairs), [over]).values()].filter(({ labelFits }) => labelFits);
    expect(curves.length).toBeGreaterThan(5);
    const onEachOther = curves.filter(({ label }, index) =>
      curves.slice(index + 1).some((other) => Math.abs(other.label.x - label.x) < 118 && Math.abs(other.label.y - label.y) < 16),
    );
    expect(onEachOther).toEqual([]);
    const underIt = ({ label: { x, y } }: { label: Point }): boolean =>
      x > over.x - 59 && x < over.x + over.width + 59 && y > over.y - 8 && y < over.y + over.height + 8;
    expect(curves.filter(underIt)).toEqual([]);
  });
  it("puts no label across lines where types send to each other both ways, and leaves most of them their label", () => {
    const node = (id: string): Placeable => ({
      id,
      kind: id.startsWith("type:") ? "type" : id.startsWith("ingress:") ? "ingress" : "egress",
    });
    const [demo, driver, passenger, cell, ride] = ["ingress:demo", "type:t/driver", "type:t/passenger", "type:t/cell", "type:t/ride"].map(
      node,
    );
    const [demand, fares] = ["egress:t/demand", "egress:t/fares"].map(node);
    const all = [demo, driver, passenger, cell, ride, demand, fares].filter((each) => each !== undefined);
    const ways = [
      ...[
        [demo, driver],
        [demo, passenger],
        [driver, driver],
        [driver, cell],
        [driver, ride],
        [ride, driver],
        [passenger, ride],
        [ride, passenger],
      ],
      ...[
        [ride, cell],
        [cell, ride],
        [ride, ride],
        [cell, demand],
        [ride, fares],
      ],
    ].flatMap(([from, to]) => (from === undefined || to === undefined ? [] : [edge(from, to)]));
    const curves = [...routeEdges(ways, arrangeInColumns(all, ways)).values()];
    const labelled = curves.filter(({ labelFits }) => labelFits);
    const onIt = ({ label }: { label: Point }) => {
      const points = curves.flatMap((curve) => Array.from({ length: 101 }, (_, step) => pointAt(curve, step / 100)));
      return points.filter(({ x, y }) => Math.abs(x - label.x) < 46 && Math.abs(y - label.y) < 7).length;
    };
    expect(labelled.filter((curve) => onIt(curve) > 8)).toEqual([]);
    expect(labelled.length).toBeGreaterThan(6);
  });
  it("puts no label over a leg of a loop", () => {
    const all = [
      ...["ingress:shop/window", "type:mail/letter", "type:shop/cart", "type:shop/receipt", "type:shop/stock", "type:taxi/cell"],
      ...["type:taxi/driver", "type:taxi/passenger", "type:taxi/ride", "egress:demo/receipts", "egress:taxi/receipts"],
      ...["egress:taxi/demand", "ingress:demo", "ingress:http"],
    ].map((id): Placeable => ({ id, kind: id.startsWith("type:") ? "type" : id.startsWith("ingress:") ? "ingress" : "egress" }));
    const ways = [
      ...["demo>shop/cart", "shop/cart>shop/stock", "shop/cart>shop/receipt", "shop/receipt>demo/receipts", "demo>taxi/driver"],
      ...["taxi/driver>taxi/cell", "demo>taxi/passenger", "taxi/passenger>taxi/ride", "taxi/ride>taxi/cell", "taxi/cell>taxi/ride"],
      ...["taxi/ride>taxi/driver", "taxi/driver>taxi/ride", "taxi/ride>taxi/passenger", "taxi/driver>taxi/driver"],
      ...["taxi/ride>taxi/receipts", "shop/window>shop/cart", "http>shop/cart", "http>mail/letter", "taxi/cell>taxi/demand"],
      ...["taxi/ride>taxi/ride", "shop/stock>shop/cart", "shop/cart>shop/cart"],
    ].flatMap((way) => {
      const [from, to] = way.split(">").map((name) => all.find(({ id }) => id.endsWith(`:${name}`)));
      return from === undefined || to === undefined ? [] : [edge(from, to)];
    });
    const curves = [...routeEdges(ways, arrangeInColumns(all, ways)).values()];
    const points = curves.flatMap((curve) => Array.from({ length: 401 }, (_, step) => pointAt(curve, step / 400)));
    const labelled = curves.filter(({ labelFits }) => labelFits);
    const crossed = labelled.filter(({ label }) => points.some(({ x, y }) => Math.abs(x - label.x) < 48 && Math.abs(y - label.y) < 6));
    expect(crossed.map(({ label }) => label)).toEqual([]);
    expect(labelled.length).toBeGreaterThan(9);
  });
  it("draws a loop for a type that sends to itself", () => {
    const curve = routeEdges([edge(cart, cart)], places).get(edge(cart, cart).id);
    expect(curve && pointAt(curve, 0.5).y).toBeLessThan(-20);
  });
  it("leaves out edges whose nodes have no place", () => {
    expect(routeEdges([edge(cart, receipts)], places).size).toBe(0);
  });
});
