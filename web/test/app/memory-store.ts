import type { DeviceStore } from "../../src/app/device-store";

/** Keeps values as IndexedDB does, as copies; `broken` makes writing fail as in a full or private browser. */
export class MemoryStore<T> implements DeviceStore<T> {
  broken = false;
  private readonly items = new Map<string, T>();

  async get(key: string): Promise<T | undefined> {
    return structuredClone(this.items.get(key));
  }

  async set(key: string, value: T): Promise<void> {
    if (this.broken) throw new DOMException("The quota is used up", "QuotaExceededError");
    this.items.set(key, structuredClone(value));
  }

  async delete(key: string): Promise<void> {
    this.items.delete(key);
  }

  async values(): Promise<T[]> {
    return structuredClone([...this.items.values()]);
  }
}
