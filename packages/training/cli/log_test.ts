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

Deno.test("a line that lacks what its type has is no record of a log", () => {
  const path = Deno.makeTempFileSync();
  const good = [
    record(1),
    { type: "episode", step: 1, return: -2, length: 3, seconds: 1 },
    { type: "update", step: 1, losses: { criticLoss: 1 }, seconds: 1 },
    { type: "evaluation", step: 1, mean: 2, seconds: 1 },
  ];
  const bad = [
    { ...record(1), type: "toString" },
    { ...record(1), step: -1 },
    { ...record(1), step: 0.5 },
    { ...record(1), seconds: "1" },
    { ...good[1], return: null },
    { ...good[1], length: undefined },
    { ...good[2], losses: undefined },
    { ...good[2], losses: { criticLoss: null } },
    { ...good[3], mean: "2" },
  ];
  const write = (...lines: unknown[]) =>
    fs.writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  write(...good);
  assertEquals(readLog(path) as unknown[], good);
  for (const line of bad) {
    write(record(1), line, record(2));
    assertThrows(() => readLog(path), Error, "line 2 is no record", JSON.stringify(line));
  }
  Deno.removeSync(path);
});
