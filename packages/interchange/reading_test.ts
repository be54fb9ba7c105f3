import { assertEquals, assertThrows } from "@std/assert";
import { checkInput, decodeText, failReading, hintAt, quote } from "./reading.ts";

Deno.test("checkInput() takes bytes and known options only", () => {
  checkInput("a file", new Uint8Array(1), {});
  assertThrows(() => checkInput("a file", [1], {}), TypeError, "Cannot read a file from an array");
  assertThrows(
    () => checkInput("a file", new Uint8Array(1), { backends: 1 }),
    TypeError,
    "did you mean backend?",
  );
});

Deno.test("failReading() throws a SyntaxError that begins with the kind of the file", () => {
  const message = "Cannot read the NIR file: it is empty";
  assertThrows(() => failReading("the NIR file")("it is empty"), SyntaxError, message);
});

Deno.test("hintAt() tells formats by their first bytes, and says nothing of others", () => {
  assertEquals(
    hintAt(Uint8Array.of(0x50, 0x4b, 3, 4)),
    ". It looks like a ZIP archive, " +
      "as checkpoints of PyTorch are: readTorch reads those",
  );
  assertEquals(hintAt(new TextEncoder().encode("hello")), "");
  assertEquals(hintAt(new Uint8Array(0)), "");
});

Deno.test("decodeText() and quote() keep messages short and texts whole", () => {
  const fail = (): never => {
    throw new SyntaxError("not UTF-8");
  };
  assertEquals(decodeText(new TextEncoder().encode("\ufeffπ"), fail), "\ufeffπ");
  assertThrows(() => decodeText(Uint8Array.of(0xff), fail), SyntaxError, "not UTF-8");
  assertEquals(quote('a"' + "b".repeat(100)).length, 63);
});
