import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { serveFolder } from "./serve_folder.ts";

Deno.test("serveFolder() serves files below a path, and index.html for a folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-serve-" });
  await Deno.writeTextFile(join(folder, "index.html"), "home");
  await Deno.writeTextFile(join(folder, "a.js"), "1");
  const server = serveFolder(folder, 0, "/docs/");
  const get = async (path: string) => {
    const response = await fetch(new URL(path, server.address));
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  assertEquals(await get(""), [200, "text/html; charset=utf-8", "home"]);
  assertEquals(await get("a.js"), [200, "text/javascript; charset=utf-8", "1"]);
  assertEquals((await get("none.html"))[0], 404);
  assertEquals((await get("/a.js"))[0], 404);
  assertEquals((await get("%2e%2e%2fa.js"))[0], 404);
  await server.close();
  await Deno.remove(folder, { recursive: true });
});
