import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** A running file server. */
export interface FileServer {
  /** Where the folder is: an address that ends with a slash. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the files of a folder on this machine.
 *
 * @param port 0 takes any that is free.
 * @param prefix The path below which the folder lies, as on hosts that serve several sites.
 */
export function serveFolder(folder: string, port = 0, prefix = "/"): FileServer {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(prefix)) return new Response("Not here", { status: 404 });
      return fileAnswer(folder, pathname.slice(prefix.length).replace(/(^|\/)$/, "$1index.html"));
    },
  );
  return {
    address: `http://127.0.0.1:${server.addr.port}${prefix}`,
    close: () => server.shutdown(),
  };
}

/** Answers a request for a file of a folder, at a path as in an address. */
export function fileAnswer(folder: string, address: string): Response {
  const path = decodeURIComponent(address);
  // A browser asks for no such path; nothing outside the folder is served.
  if (path.split(/[\\/]/).includes("..")) return new Response("Not here", { status: 404 });
  try {
    const headers = { "content-type": types[extname(path)] ?? "application/octet-stream" };
    // At once, so that no read goes on when the test that began it has ended.
    return new Response(Deno.readFileSync(join(folder, path)), { headers });
  } catch {
    return new Response("No such file", { status: 404 });
  }
}
