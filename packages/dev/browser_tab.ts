/** The width of a page, and what its reader prefers. */
export interface TabLook {
  /** In CSS pixels. */
  readonly width: number;
  readonly height?: number;
  readonly colours?: "light" | "dark";
  readonly reducedMotion?: boolean;
}

/** A message of the DevTools protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  // deno-lint-ignore no-explicit-any -- The shapes of the protocol are its own.
  readonly params?: any;
  // deno-lint-ignore no-explicit-any -- As above.
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** The answer of a tab that is closed. */
const noTab: Message = { error: { message: "the tab is closed" } };

/** The number of a key in events, where the page may ask for it. */
const keyCodes: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ArrowUp: 38,
  ArrowDown: 40,
};

/** Milliseconds until a wait is given up: the machine may be slow and busy. */
const mostPatience = 120_000;

/** A tab of a headless browser, driven over the DevTools protocol. `Browser.open` makes one. */
export class BrowserTab {
  /** Faults of the page since the tab was opened, or since they were taken. */
  #errors: string[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  readonly #answers = new Map<number, (message: Message) => void>();
  /** The protocol's ids of the pages that have loaded. */
  readonly #loaded = new Set<string>();
  #count = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.#closed = new Promise((resolve) => {
      socket.onclose = () => {
        for (const take of this.#answers.values()) take(noTab);
        resolve();
      };
    });
  }

  /** Connects to a tab at the address that the browser gives it. */
  static async connect(address: string): Promise<BrowserTab> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot reach a tab at ${address}`));
    });
    const tab = new BrowserTab(socket);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await tab.send(`${domain}.enable`);
    await tab.send("Page.setLifecycleEventsEnabled", { enabled: true });
    return tab;
  }

  /**
   * Sends a command of the protocol and returns its result.
   *
   * @throws {Error} if the browser refuses it, or has closed the tab.
   */
  // deno-lint-ignore no-explicit-any -- The shapes of the protocol are its own.
  async send(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<any> {
    const id = ++this.#count;
    const { error, result } = await new Promise<Message>((resolve) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return resolve(noTab);
      this.#answers.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Sets the width of the page and what its reader prefers. */
  async look({ width, height = 900, colours, reducedMotion }: TabLook): Promise<void> {
    const features = [
      ...(colours === undefined ? [] : [{ name: "prefers-color-scheme", value: colours }]),
      ...(reducedMotion ? [{ name: "prefers-reduced-motion", value: "reduce" }] : []),
    ];
    await this.send("Emulation.setEmulatedMedia", { features });
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
  }

  /** Goes to a page and waits until it has loaded. */
  async goto(url: string): Promise<void> {
    const { errorText, loaderId } = await this.send("Page.navigate", { url });
    if (errorText !== undefined) throw new Error(`Cannot go to ${url}: ${errorText}`);
    // Another place in the same page is there at once.
    const isThere = () => loaderId === undefined || this.#loaded.has(loaderId);
    await until(isThere, 5, mostPatience, `${url} has loaded`);
  }

  /**
   * Returns the value of an expression in the page, as far as JSON can hold it; a promise is
   * awaited.
   *
   * @throws {Error} if it throws.
   */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails !== undefined) throw new Error(described(exceptionDetails));
    return result.value;
  }

  /**
   * Waits until an expression in the page is true.
   *
   * @throws {Error} if it is not within `patience` milliseconds.
   */
  async waitFor(expression: string, patience: number = mostPatience): Promise<void> {
    await until(() => this.evaluate<boolean>(`Boolean(${expression})`), 30, patience, expression);
  }

  /** Waits until the page has been drawn so many times. */
  async frames(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.evaluate(`new Promise(requestAnimationFrame)`);
  }

  /** Presses and releases a key. */
  async press(key: string, { control = false, shift = false } = {}): Promise<void> {
    const text = key === "Enter" ? "\r" : key.length === 1 && !control ? key : undefined;
    const event = {
      key,
      text,
      code: key.length === 1 ? `Key${key.toUpperCase()}` : key,
      windowsVirtualKeyCode: keyCodes[key] ?? key.toUpperCase().charCodeAt(0),
      modifiers: (control ? 2 : 0) + (shift ? 8 : 0),
    };
    await this.send("Input.dispatchKeyEvent", { ...event, type: text ? "keyDown" : "rawKeyDown" });
    await this.send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }

  /** Types a text where the focus is. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** Returns the exceptions, failed loads and console errors since the last call. */
  takeErrors(): string[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  /** A picture of what is seen, or of the whole page, as a PNG file. */
  async screenshot(whole = false): Promise<Uint8Array> {
    const { data } = await this.send("Page.captureScreenshot", {
      format: "png",
      captureBeyondViewport: whole,
    });
    return Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  }

  /** Closes the tab. */
  async close(): Promise<void> {
    // A tab may be gone before it answers.
    await this.send("Page.close").catch(() => {});
    this.#socket.close();
    await this.#closed;
  }

  #receive({ id, method = "", params, ...answer }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.(answer);
      this.#answers.delete(id);
    }
    if (method === "Page.lifecycleEvent" && params.name === "load") {
      this.#loaded.add(params.loaderId);
    }
    if (method === "Runtime.exceptionThrown") {
      this.#errors.push(described(params.exceptionDetails));
    }
    if (method === "Runtime.consoleAPICalled" && params.type === "error") {
      const args: { value?: unknown; description?: string }[] = params.args;
      this.#errors.push(args.map(({ value, description }) => value ?? description).join(" "));
    }
    if (method === "Log.entryAdded" && params.entry.level === "error") {
      this.#errors.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    }
  }
}

/** Asks again after every `pause` milliseconds whether something holds. */
async function until(
  holds: () => boolean | Promise<boolean>,
  pause: number,
  patience: number,
  what: string,
): Promise<void> {
  const end = performance.now() + patience;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Not true within ${patience} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

interface ExceptionDetails {
  readonly text: string;
  readonly exception?: { readonly description?: string; readonly value?: unknown };
}

function described({ text, exception }: ExceptionDetails): string {
  return `${text} ${exception?.description ?? exception?.value ?? ""}`;
}
