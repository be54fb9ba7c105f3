import { assertEquals } from "@std/assert";
import { pictures } from "./pictures.ts";

Deno.test("the pictures in docs/images are those that the script draws", async () => {
  for (const [name, svg] of Object.entries(pictures())) {
    const file = new URL(`../../docs/images/${name}.svg`, import.meta.url);
    assertEquals(await Deno.readTextFile(file), `${svg}\n`, `${name}.svg: run deno task pictures`);
  }
});
