import { isPresent } from '~/lib/presence';
import { askFor, type Need, needOf } from './needs';

const BUSY_TRIES = 3;
const LONGEST_WAIT_S = 10;
const BACKGROUND = 'X-TL-Background';

/** The `code` of a problem; empty for any other answer. */
async function codeOf(reply: Response): Promise<string> {
  const body: unknown = await reply
    .clone()
    .json()
    .catch(() => undefined);
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Whole seconds that the server wants to be left alone. */
export function retryAfter_s(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 1;
}

function pause(seconds: number, signal: AbortSignal) {
  return new Promise<void>((done, fail) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      fail(signal.reason);
    });
  });
}

/**
 * fetch, with what every request to this server has in common. A busy server is asked again when it says so. What
 * the person has to do first (sign in again, give the password) they are asked for, each thing once; then the
 * request is repeated as it was. What a page sends while nobody is there keeps no session alive.
 */
export async function send(request: Request): Promise<Response> {
  const asked = new Set<Need>();
  let waits = 0;
  if (!isPresent()) request.headers.set(BACKGROUND, '1');
  for (;;) {
    // `fetch` is looked up at each call, so that tests can put their own in its place.
    const reply = await globalThis.fetch(request.clone());
    if (reply.ok) return reply;
    const code = await codeOf(reply);
    if (reply.status === 503 && code === 'busy' && waits < BUSY_TRIES) {
      waits += 1;
      await pause(Math.min(retryAfter_s(reply.headers), LONGEST_WAIT_S), request.signal);
      continue;
    }
    const need = needOf(reply.status, code);
    if (need === undefined || asked.has(need) || !(await askFor(need))) return reply;
    asked.add(need);
  }
}
