import { assertEquals } from "@std/assert";
import { everyFrame } from "./frames.ts";

Deno.test("everyFrame() draws in every frame, and in fewer for a while after a late one", () => {
  let next = (_now: number) => {};
  let pictures: number[] = [];
  everyFrame((now) => pictures.push(now), (frame) => next = frame);
  const picturesIn = (...frames: number[]) => {
    pictures = [];
    for (const now of frames) next(now);
    return pictures;
  };
  assertEquals(picturesIn(16, 32, 48), [16, 32, 48]);
  assertEquals(picturesIn(98, 114, 130, 146, 162), [98, 130, 162]);
  assertEquals(picturesIn(...Array.from({ length: 312 }, (_, i) => 178 + 16 * i)).slice(-3), [
    5122,
    5138,
    5154,
  ]);
});
