import { assertEquals } from "@std/assert";
import { anchorOf, idsOf } from "./anchors.ts";

Deno.test("anchorOf() leaves markup and punctuation out", () => {
  assertEquals(
    anchorOf("What runs where? (<em>today</em>) &amp; later"),
    "what-runs-where-today--later",
  );
  assertEquals(anchorOf("<code>step(x)</code>!"), "stepx");
});

Deno.test("idsOf() lists the ids of a page", () => {
  assertEquals([...idsOf(`<h2 id="a">A</h2><p id="b-1">`)], ["a", "b-1"]);
});
