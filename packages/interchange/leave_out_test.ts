import { assertEquals, assertThrows } from "@std/assert";
import { leaveOut } from "./leave_out.ts";
import { failReading } from "./reading.ts";

Deno.test("leaveOut() hides a name, and says why when somebody asks for it", () => {
  const record: Record<string, number> = Object.create(null);
  record.a = 1;
  leaveOut(record, "__proto__", failReading("the file"), '"__proto__" is a set');
  record.b = 2;
  assertEquals(Object.entries(record), [["a", 1], ["b", 2]]);
  assertEquals({ ...record }, { a: 1, b: 2 });
  assertThrows(
    () => record["__proto__"],
    SyntaxError,
    'Cannot read the file: "__proto__" is a set',
  );
});
