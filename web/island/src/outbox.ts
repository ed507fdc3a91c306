/**
 * What waits for a network: sealed messages, kept in the browser's database until the server has
 * them. Sending one twice does no harm, so what is not certain is sent again.
 */

const DATABASE = "gongping-opinion";
const STORE = "outbox";

/** A sealed message on its way. */
export interface Waiting {
  /** What makes a double sending one. */
  readonly id: string;
  /** Where it goes. */
  readonly url: string;
  /** Exact JSON. */
  readonly body: string;
}

/** How a sending ended. */
export type Outcome =
  | { readonly kind: "taken"; readonly answer: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "unreachable" };

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      const request = run(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    opened.close();
  }
}

/** Keeps a message until it is sent. Browsers without a database send at once or not at all. */
export async function keep(message: Waiting): Promise<boolean> {
  try {
    await inStore("readwrite", (store) => store.put(message));
    return true;
  } catch {
    return false;
  }
}

/** Forgets a message. */
export async function forget(id: string): Promise<void> {
  try {
    await inStore("readwrite", (store) => store.delete(id));
  } catch {
    // Then it was never kept.
  }
}

/** All that waits for one address. */
export async function waiting(url: string): Promise<Waiting[]> {
  try {
    const all = await inStore<Waiting[]>("readonly", (store) => store.getAll());
    return all.filter((message) => message.url === url);
  } catch {
    return [];
  }
}

/** Sends JSON and says how it ended. What the server cannot take now counts as unreachable. */
export async function post(url: string, body: string): Promise<Outcome> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "POST",
      body,
      credentials: "same-origin",
      cache: "no-store",
      headers: { "content-type": "application/json", accept: "application/json" },
    });
  } catch {
    return { kind: "unreachable" };
  }
  const busy = answer.status === 429 || answer.status >= 500;
  if (busy) return { kind: "unreachable" };
  const told = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return { kind: "taken", answer: told };
  return { kind: "refused", code: String(told["code"] ?? answer.status), text: String(told["message"] ?? "") };
}
