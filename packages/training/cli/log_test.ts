import * as fs from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { LogFile, type LogRecord, readLog } from "./log.ts";

const record = (step: number): LogRecord => ({ type: "checkpoint", step, seconds: step });

Deno.test("a log loses a half-written end, and is replaced at once", () => {
  const path = Deno.makeTempFileSync();
  const log = new LogFile(path, [record(1)]);
  log.add(record(2));
  log.sync();
  log.close();
  fs.appendFileSync(path, '{"type":"checkp');
  assertEquals(readLog(path), [record(1), record(2)]);
  new LogFile(path, [record(3)]).close();
  assertEquals(readLog(path), [record(3)]);
  Deno.removeSync(path);
  assertEquals(readLog(path), []);
});

Deno.test("a log that is damaged before its end is refused, with the line", () => {
  const path = Deno.makeTempFileSync();
  const lines = [record(1), "?", record(2)].map((line) => JSON.stringify(line));
  fs.writeFileSync(path, `${lines.join("\n")}\n`);
  assertThrows(() => readLog(path), Error, `Cannot read ${path}: line 2 is no record`);
  fs.writeFileSync(path, `{"type":"evaluation","step":1,"mean":null}\n${lines[2]}\n`);
  assertThrows(() => readLog(path), Error, `Cannot read ${path}: line 1 is no record`);
  Deno.removeSync(path);
  fs.mkdirSync(path);
  assertThrows(() => readLog(path), Error, `Cannot read ${path}: `);
  Deno.removeSync(path);
});
