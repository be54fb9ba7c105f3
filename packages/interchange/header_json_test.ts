import { assertEquals, assertThrows } from "@std/assert";
import { parseHeaderJson, showJson } from "./header_json.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(problem);
};

Deno.test("parseHeaderJson() reads records, lists, texts and counts; the rest stays text", () => {
  const header = parseHeaderJson(' {"a": [1, 20], "b\\u0021" : {"c":"d\\n"}} ', fail);
  assertEquals(header.get("a"), [1, 20]);
  assertEquals(header.get("b!"), new Map([["c", "d\n"]]));
  const others = parseHeaderJson('{"x":[4.0,-1,2e3,true,false,null]}', fail);
  assertEquals(
    others.get("x"),
    ["4.0", "-1", "2e3", "true", "false", "null"].map((raw) => ({ raw })),
  );
});

Deno.test("parseHeaderJson() refuses a name that is there twice, however it is written", () => {
  assertThrows(
    () => parseHeaderJson('{"x":1,"\\u0078":2}', fail),
    SyntaxError,
    '"x" is there twice',
  );
});

Deno.test("parseHeaderJson() says where the header is not JSON", () => {
  const refuse = (text: string, problem: string) =>
    assertThrows(() => parseHeaderJson(text, fail), SyntaxError, problem);
  refuse('{"x":[1 2]}', 'at 8 found "2]}", expected , or ]');
  refuse('{"x" 1}', 'at 5 found "1}", expected :');
  refuse('{"x":01}', 'found "1}", expected , or }');
  refuse("{", 'at 1 it ends, expected "');
  refuse('{"x":nul}', 'found "nul}", expected a value');
});

Deno.test("showJson() cuts long values", () => {
  assertEquals(showJson(undefined), "missing");
  assertEquals(showJson("x".repeat(100)).length, 62);
  assertEquals(showJson([1, [2], { raw: "null" }, "a"]), '[1, [...], null, "a"]');
  assertEquals(showJson(Array(9).fill(0)), "[0, 0, 0, 0, 0, 0, 0, 0, ...]");
  assertEquals(showJson(new Map()), "a record");
});
