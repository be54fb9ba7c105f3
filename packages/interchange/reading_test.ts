import { assertEquals, assertThrows } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { readNir } from "./nir/read_nir.ts";
import { readSafetensors } from "./read_safetensors.ts";
import { decodeText, failReading, hintAt, quote, startReading } from "./reading.ts";
import { readTorch } from "./torch/read_torch.ts";

Deno.test("startReading() takes bytes and known options only", () => {
  const start = (bytes: unknown, options: unknown = {}) => startReading("a file", bytes, options);
  const refuse = (kind: typeof TypeError, message: string, bytes: unknown, options?: unknown) =>
    assertThrows(() => start(bytes, options), kind, message);
  const bytes = new Uint8Array(1);
  assertEquals(start(bytes).options, { backend: cpu });
  assertEquals(start(bytes, { maxBytes: 1, backend: undefined }).options, { backend: cpu });
  refuse(TypeError, "Cannot read a file from an array", [1]);
  refuse(TypeError, "from shared memory", new Uint8Array(new SharedArrayBuffer(1)));
  refuse(TypeError, "did you mean backend?", bytes, { backends: 1 });
  refuse(TypeError, 'backend is "cpu", expected one such as cpu', bytes, { backend: "cpu" });
  refuse(TypeError, "backend is null", bytes, { backend: null });
  refuse(TypeError, 'maxBytes is "1", expected an integer', bytes, { maxBytes: "1" });
  for (const maxBytes of [0, 0.5, NaN, Infinity, -1]) {
    refuse(RangeError, `maxBytes is ${maxBytes}, expected an integer`, bytes, { maxBytes });
  }
});

Deno.test("startReading() recognizes a pointer of Git LFS in the place of a file", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:${"4d".repeat(32)}
size 12345
`;
  for (const read of [readSafetensors, readTorch, readNir]) {
    assertThrows(
      () => read(new TextEncoder().encode(pointer)),
      SyntaxError,
      "it is a pointer of Git LFS, not the file; `git lfs pull` brings the file",
    );
  }
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
