import { join } from "node:path";

/** Where a browser with Chromium's engine may be, the first that exists is taken. */
const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Headless, silent on the network, and with WebGPU on the CPU, so that no GPU is needed. */
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
];

/**
 * The path of a browser with Chromium's engine, that in the variable `CHROMIUM` if it is set;
 * undefined without one.
 */
export async function findBrowser(): Promise<string | undefined> {
  const chosen = Deno.env.get("CHROMIUM");
  for (const path of chosen === undefined ? candidates : [chosen]) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}

/** The message of the page when its module is done. */
type Report = { readonly value: unknown } | { readonly error: string };

/** With these a page is cross-origin isolated, so that its threads may share memory. */
const pageHeaders = {
  "content-type": "text/html",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const page = `<!doctype html>
<meta charset="utf-8">
<title>Spikeloop</title>
<script type="module">
const report = (body) => fetch("/report", { method: "POST", body: JSON.stringify(body) });
import("/main.js").then(({ run }) => run()).then(
  (value = null) => report({ value }),
  (error) => report({ error: error?.stack ?? String(error) }),
);
</script>`;

/**
 * Runs an ES module in a headless browser: calls the function `run` that it exports and returns its
 * result, as far as JSON can hold it. The module may import and fetch the files of `folder` from
 * the root. The page comes with `headers`, such as a security policy.
 *
 * @throws {Error} if `run` throws, or the browser ends or is silent for `patience` milliseconds.
 */
export async function runInBrowser(
  browser: string,
  module: Uint8Array | string,
  { patience = 120_000, folder, headers = {} }: {
    readonly patience?: number;
    readonly folder?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<unknown> {
  const profile = await Deno.makeTempDir({ prefix: "spikeloop-browser-" });
  const { promise, resolve } = Promise.withResolvers<Report>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request, { module, folder, headers, report: resolve }),
  );
  const child = new Deno.Command(browser, {
    args: [...flags, `--user-data-dir=${profile}`, `http://127.0.0.1:${server.addr.port}/`],
    env: { HOME: profile, XDG_RUNTIME_DIR: profile },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(
    () => resolve({ error: `The page said nothing for ${patience} ms` }),
    patience,
  );
  child.status.then(({ code }) => resolve({ error: `The browser ended with code ${code}` }));
  try {
    const report = await promise;
    if ("error" in report) throw new Error(`In the browser: ${report.error}`);
    return report.value;
  } finally {
    clearTimeout(timer);
    try {
      child.kill("SIGTERM");
    } catch { /* It has ended already. */ }
    await child.status;
    await server.shutdown();
    await removeStubbornly(profile);
  }
}

interface Site {
  readonly module: Uint8Array | string;
  readonly folder: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly report: (body: Report) => void;
}

async function answer(
  request: Request,
  { module, folder, headers, report }: Site,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/report") {
    report(await request.json());
    return new Response();
  }
  if (pathname === "/") return new Response(page, { headers: { ...pageHeaders, ...headers } });
  const script = { headers: { "content-type": "text/javascript" } };
  if (pathname === "/main.js") return new Response(module as BodyInit, script);
  try {
    if (folder === undefined) throw new Deno.errors.NotFound();
    const file = await Deno.readFile(join(folder, pathname));
    return new Response(file, pathname.endsWith(".js") ? script : undefined);
  } catch {
    return new Response(undefined, { status: 404 });
  }
}

/** The browser's helpers may write for a moment after it has ended. */
async function removeStubbornly(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  console.warn(`Cannot remove ${folder}: another process writes there`);
}
