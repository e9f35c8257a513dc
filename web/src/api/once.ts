import { randomUuid } from '~/lib/uuid';
import { describeError } from './problem';

interface Once {
  headers: { 'Idempotency-Key': string };
}

/** What was sent and whose fate is not known: sent again it is the same request to the server. */
const unsettled = new Map<string, string>();

const isUncertain = (error: unknown) => {
  const { status } = describeError(error);
  return status === 0 || status >= 500;
};

/**
 * Sends what makes something, under a key by which the server knows it again: however often the same is sent until
 * an answer comes back, it is made once. After an answer the same words are a new wish. `what` and `body` tell one
 * wish from another.
 */
export async function once<T>(what: string, body: unknown, act: (once: Once) => Promise<T>): Promise<T> {
  const wish = `${what} ${JSON.stringify(body ?? null)}`;
  const key = unsettled.get(wish) ?? randomUuid();
  unsettled.set(wish, key);
  try {
    const made = await act({ headers: { 'Idempotency-Key': key } });
    unsettled.delete(wish);
    return made;
  } catch (error) {
    if (!isUncertain(error)) unsettled.delete(wish);
    throw error;
  }
}
