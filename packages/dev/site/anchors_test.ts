import { assertEquals } from "@std/assert";
import { anchorOf, idsOf, withAnchors } from "./anchors.ts";

Deno.test("headings get ids as hosts of Git make them, each once", () => {
  const html = withAnchors(
    "<h2>Node and Bun</h2><h2>Node and Bun</h2><h3><code>step(x)</code>!</h3>",
  );
  assertEquals([...idsOf(html)], ["node-and-bun", "node-and-bun-1", "stepx"]);
});

Deno.test("anchorOf() leaves markup and punctuation out", () => {
  assertEquals(
    anchorOf("What runs where? (<em>today</em>) &amp; later"),
    "what-runs-where-today--later",
  );
});
