import { assertEquals } from "@std/assert";
import { canonical, closest, didYouMean } from "./mod.ts";

const names = ["vThreshold", "vReset", "vDecay"];

Deno.test("closest() finds names that differ by case, separators or a few letters", () => {
  assertEquals(closest("V_THRESHOLD", names), ["vThreshold"]);
  assertEquals(closest("vRest", names), ["vReset"]);
  assertEquals(closest("surrogate", names), []);
  assertEquals(closest("", names), []);
});

Deno.test("closest() reads no more than the first hundred letters", () => {
  assertEquals(closest("vThreshold".repeat(1e5), names), []);
  assertEquals(closest(`vThreshold${" ".repeat(90)}${"x".repeat(1e6)}`, names), ["vThreshold"]);
});

Deno.test("didYouMean() suggests all close names, or nothing", () => {
  assertEquals(didYouMean("vRest", names), "; did you mean vReset?");
  assertEquals(didYouMean("vDest", ["vRest", "vTest"]), "; did you mean vRest or vTest?");
  assertEquals(didYouMean("surrogate", names), "");
});

Deno.test("canonical() drops case and separators", () => {
  for (const name of ["vThreshold", "V_THRESHOLD", "v-threshold", "v threshold"]) {
    assertEquals(canonical(name), "vthreshold");
  }
});
