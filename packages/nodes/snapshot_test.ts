import { assertEquals, assertStrictEquals } from "@std/assert";
import { ones, zeros } from "@spikeloop/tensor";
import { restoreSnapshot, takeSnapshot, tensorsIn } from "./snapshot.ts";

/** Changes a field and puts it back. */
function changeAndRestore<F>(field: F, change: (root: { field: F }) => void): F {
  const root = { field };
  const snapshot = takeSnapshot(root);
  change(root);
  restoreSnapshot(root, snapshot);
  return root.field;
}

Deno.test("a field gets back its value, and the same object", () => {
  const list = [1, 2];
  assertStrictEquals(changeAndRestore(list, (root) => root.field = []), list);
  assertStrictEquals(changeAndRestore(list, (root) => root.field.push(3)), list);
  assertEquals(list, [1, 2]);
  assertEquals(changeAndRestore<number | undefined>(1, (root) => root.field = undefined), 1);
});

Deno.test("fields that are new vanish, and deleted ones come back", () => {
  const root: Record<string, unknown> = { first: 1, second: { a: 1 } };
  const snapshot = takeSnapshot(root);
  Object.assign(root, { third: 3 });
  delete root.first;
  restoreSnapshot(root, snapshot);
  assertEquals({ ...root }, { first: 1, second: { a: 1 } });
});

Deno.test("arrays, records, Maps, Sets and typed arrays get back their contents, however deep", () => {
  const field = {
    list: [[1], [2, [3]]] as unknown[],
    map: new Map<string, unknown>([["a", [1]]]),
    set: new Set([1, 2]),
    counts: new Float32Array([1, 2]),
    bare: Object.assign(Object.create(null), { x: 1 }),
  };
  const copy = structuredClone({ ...field, bare: { ...field.bare } });
  changeAndRestore(field, ({ field }) => {
    (field.list[1] as unknown[]).length = 0;
    field.list.reverse();
    (field.map.get("a") as number[]).push(2);
    field.map.delete("a");
    field.map.set("b", 1);
    field.set.clear();
    field.counts.fill(9);
    field.bare.y = 2;
  });
  assertEquals({ ...field, bare: { ...field.bare } }, copy);
});

Deno.test("frozen objects, read-only fields and references in circles are no obstacle", () => {
  const frozen = Object.freeze([Object.freeze({ list: [1] })]);
  changeAndRestore(frozen, ({ field }) => field[0].list.push(2));
  assertEquals(frozen[0].list, [1]);
  const fixed = Object.defineProperty({ x: 1 }, "y", { value: 2, enumerable: true });
  changeAndRestore(fixed, ({ field }) => field.x = 3);
  assertEquals({ ...fixed }, { x: 1, y: 2 } as { x: number });
  const circle: { self?: unknown; x: number } = { x: 1 };
  circle.self = circle;
  changeAndRestore(circle, ({ field }) => field.x = 2);
  assertStrictEquals(circle.x, 1);
});

Deno.test("objects that save themselves do, also if they refer to each other", () => {
  class Counter {
    #count = 0;
    other?: Counter;
    saveState(): unknown {
      return { fields: takeSnapshot(this), count: this.#count };
    }
    restoreState(saved: { fields: ReturnType<typeof takeSnapshot>; count: number }): void {
      restoreSnapshot(this, saved.fields);
      this.#count = saved.count;
    }
    count(): number {
      return ++this.#count;
    }
  }
  const [a, b] = [new Counter(), new Counter()];
  [a.other, b.other] = [b, a];
  changeAndRestore([a, b], () => {
    a.count();
    b.count();
    a.other = undefined;
  });
  assertEquals([a.count(), b.count()], [1, 1]);
  assertStrictEquals(a.other, b);
});

Deno.test("instances of other classes are left alone", () => {
  class Place {
    x = 1;
  }
  const place = new Place();
  changeAndRestore(place, () => place.x = 2);
  assertEquals(place.x, 2);
});

Deno.test("tensorsIn() finds tensors in arrays, records, Maps and Sets, once each", () => {
  const [x, y, z] = [ones([1]), zeros([2]), ones([3])];
  const found = tensorsIn({ x, list: [x, [y]], map: new Map([[x, new Set([z])]]), n: 1 });
  assertEquals(new Set(found), new Set([x, y, z]));
  assertEquals(found.length, 3);
  assertEquals(tensorsIn(undefined), []);
});
