import { createStore, del, entries, get, set } from "idb-keyval";

/** Values by key that outlive the page. Methods reject when the browser refuses to keep data. */
export interface DeviceStore<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  values(): Promise<T[]>;
}

/** A store in IndexedDB, one database per name. */
export function indexedDbStore<T>(name: string): DeviceStore<T> {
  const store = createStore(name, "items");
  return {
    get: (key) => get<T>(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => del(key, store),
    values: async () => (await entries<string, T>(store)).map(([, value]) => value),
  };
}
