/** In-memory stand-ins for the stores that throw in a document of opaque origin. */

class MemoryStorage implements Storage {
  [name: string]: unknown;
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(String(key)) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(String(key), String(value));
  }

  removeItem(key: string): void {
    this.#items.delete(String(key));
  }

  clear(): void {
    this.#items.clear();
  }

  keys(): string[] {
    return [...this.#items.keys()];
  }
}

/** A Storage whose items can also be read and written as properties, like the browser's own. */
export function memoryStorage(): Storage {
  const storage = new MemoryStorage();
  return new Proxy(storage, {
    get: (target, key) => {
      if (typeof key === "symbol") return Reflect.get(target, key);
      if (!(key in target)) return target.getItem(key) ?? undefined;
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
    set: (target, key, value) => {
      target.setItem(String(key), value);
      return true;
    },
    has: (target, key) => key in MemoryStorage.prototype || target.getItem(String(key)) !== null,
    deleteProperty: (target, key) => {
      target.removeItem(String(key));
      return true;
    },
    ownKeys: (target) => target.keys(),
    getOwnPropertyDescriptor: (target, key) => {
      const value = target.getItem(String(key));
      return value === null ? undefined : { value, enumerable: true, configurable: true, writable: true };
    },
  });
}

/** A `document.cookie` kept in memory: path, domain and security attributes have no meaning here. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  read(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  write(text: string): void {
    const [pair = "", ...attributes] = text.split(";");
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (attributes.some(isExpired)) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(equals + 1).trim());
  }
}

function isExpired(attribute: string): boolean {
  const [key = "", value = ""] = attribute.split("=").map((part) => part.trim());
  if (/^max-age$/i.test(key)) return Number(value) <= 0;
  return /^expires$/i.test(key) && Date.parse(value) <= Date.now();
}

function refuses(probe: () => unknown): boolean {
  try {
    probe();
    return false;
  } catch {
    return true;
  }
}

/** Installs the stand-ins for those stores that the given window refuses. */
export function installStorageShim(target: Window): void {
  for (const store of ["localStorage", "sessionStorage"] as const) {
    if (!refuses(() => target[store].length)) continue;
    Object.defineProperty(target, store, { value: memoryStorage(), configurable: true });
  }
  if (!refuses(() => target.document.cookie)) return;
  const jar = new CookieJar();
  Object.defineProperty(target.document, "cookie", {
    get: () => jar.read(),
    set: (text: unknown) => jar.write(String(text)),
    configurable: true,
  });
}
