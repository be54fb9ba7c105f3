import { join } from "node:path";
import { BrowserTab } from "./browser_tab.ts";
import { fileAnswer } from "./serve_folder.ts";

/** Where a browser with Chromium's engine may be, the first that exists is taken. */
const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Headless, silent on the network, and with WebGPU. */
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-dev-shm-usage", // of containers, which is small
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--remote-debugging-port=0",
];

/** How long a browser may take to start, in milliseconds: the machine may be slow and busy. */
const startingTime = 300_000;

/** WebGPU on the CPU, so that no GPU is needed. */
const softwareFlags = [
  "--use-webgpu-adapter=swiftshader",
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

/** How a page is run. */
export interface PageOptions {
  /** How long the page may be silent, in milliseconds; five minutes if missing. */
  readonly patience?: number;
  /** The folder whose files the page may import and fetch from the root; none if missing. */
  readonly folder?: string;
  /** Headers of the page, such as a security policy. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A headless browser that runs modules, each in a tab of its own. Starting it takes a second. */
export class Browser {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  /** The address at which it opens and closes tabs. */
  readonly #tabs: string;

  private constructor(process: Deno.ChildProcess, profile: string, tabs: string) {
    this.#process = process;
    this.#profile = profile;
    this.#tabs = tabs;
  }

  /**
   * Starts the browser at a path. To be closed by the one who starts it.
   *
   * @param options Whether WebGPU runs on the machine's GPU instead of the CPU.
   * @throws {Error} if it ends at once or does not listen within five minutes.
   */
  static async start(
    path: string,
    { hardware = false }: { readonly hardware?: boolean } = {},
  ): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "spikeloop-browser-" });
    const process = new Deno.Command(path, {
      args: [
        ...flags,
        ...hardware ? [] : softwareFlags,
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      env: { HOME: profile, XDG_RUNTIME_DIR: profile },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let code: number | undefined;
    process.status.then((status) => code = status.code);
    const latest = performance.now() + startingTime;
    while (code === undefined && performance.now() < latest) {
      const file = join(profile, "DevToolsActivePort");
      const [port, end] = (await Deno.readTextFile(file).catch(() => "")).split("\n");
      if (end) return new Browser(process, profile, `http://127.0.0.1:${port}/json`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await end(process, profile);
    throw new Error(code === undefined ? "It does not listen" : `It ended with code ${code}`);
  }

  /**
   * Runs an ES module in a new tab: calls the function `run` that it exports and returns its
   * result, as far as JSON can hold it.
   *
   * @throws {Error} if `run` throws, or the browser ends or the page is silent for too long.
   */
  async run(
    module: Uint8Array | string,
    { patience = 300_000, folder, headers = {} }: PageOptions = {},
  ): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<Report>();
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => answer(request, { module, folder, headers, report: resolve }),
    );
    const timer = setTimeout(
      () => resolve({ error: `The page said nothing for ${patience} ms` }),
      patience,
    );
    this.#process.status.then(({ code }) =>
      resolve({ error: `The browser ended with code ${code}` })
    );
    try {
      const url = `http://127.0.0.1:${server.addr.port}/`;
      const { id } = await this.#newTab(url);
      const report = await promise;
      await (await fetch(`${this.#tabs}/close/${id}`)).text();
      if ("error" in report) throw new Error(`In the browser: ${report.error}`);
      return report.value;
    } finally {
      clearTimeout(timer);
      await server.shutdown();
    }
  }

  /** Opens an empty tab, to be driven and to be closed. */
  async open(): Promise<BrowserTab> {
    return await BrowserTab.connect((await this.#newTab("about:blank")).webSocketDebuggerUrl);
  }

  async #newTab(
    url: string,
  ): Promise<{ readonly id: string; readonly webSocketDebuggerUrl: string }> {
    return await (await fetch(`${this.#tabs}/new?${url}`, { method: "PUT" })).json();
  }

  /** Ends it and removes its files. */
  async close(): Promise<void> {
    await end(this.#process, this.#profile);
  }
}

async function end(process: Deno.ChildProcess, profile: string): Promise<void> {
  try {
    process.kill("SIGTERM");
  } catch { /* It has ended already. */ }
  await process.status;
  await removeStubbornly(profile);
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
  if (pathname === "/main.js") {
    return new Response(module as BodyInit, { headers: { "content-type": "text/javascript" } });
  }
  return folder === undefined
    ? new Response(undefined, { status: 404 })
    : fileAnswer(folder, pathname.slice(1));
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
