// The event stream of a workspace, read as a browser reads it. No event leaves it that has not been held against the
// schema of its type and against its place: the positions of a stream have no gaps, and none comes twice.
import assert from 'node:assert/strict';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type Api, checkReply, makeReply } from './http.ts';
import { type Json, schemaFaults } from './openapi.ts';

const schemas: Record<string, string> = {
  job: 'Job',
  import: 'Import',
  backtest: 'BacktestEvent',
  category_set: 'CategorySetEvent',
  account: 'AccountEvent',
  trade_plan: 'TradePlanEvent',
  workspace: 'WorkspaceEvent',
  member: 'MemberEvent',
  order: 'OrderEvent',
  candles: 'CandlesEvent',
  reset: 'ResetEvent',
};

export interface StreamEvent {
  id: string; // "12.5": event 12 of the workspace, 5 of the instance
  type: string;
  data: Json;
  at: number; // performance.now() when it had arrived
}

export interface StreamOptions {
  workspace?: string;
  lastEventId?: string;
  /** As `last_event_id` in the address. */
  lastEventIdInQuery?: string;
  headers?: Record<string, string>;
  /** Told of every event as soon as it is here. */
  onEvent?: (event: StreamEvent) => void;
}

export const isFinal = (status: string): boolean => ['completed', 'failed', 'cancelled'].includes(status);

const eventsPath = (workspace: string): string => `/api/v1/workspaces/${workspace}/events`;

function positionOf(id: string): [number, number] {
  const match = /^(\d+)\.(\d+)$/.exec(id);
  assert.ok(match, `an event's id is its place in two logs, not "${id}"`);
  return [Number(match[1]), Number(match[2])];
}

export class EventStream {
  readonly events: StreamEvent[] = [];
  /** When the last sign of life came, by performance.now(); 0: none so far. */
  pingedAt = 0;
  /** When the server ended it, by performance.now(). */
  readonly ended: Promise<number>;
  readonly headers: IncomingHttpHeaders;
  #fault: Error | undefined;
  #isClosed = false;
  #text = '';
  #lastId: string | undefined;
  readonly #onEvent: StreamOptions['onEvent'];
  readonly #waiting = new Set<() => void>();

  private constructor(
    readonly outgoing: ClientRequest,
    incoming: IncomingMessage,
    lastEventId: string | undefined,
    onEvent: StreamOptions['onEvent'],
  ) {
    this.headers = incoming.headers;
    this.#lastId = lastEventId;
    this.#onEvent = onEvent;
    incoming.setEncoding('utf8');
    incoming.on('data', (text: string) => this.#feed(text));
    this.ended = new Promise((resolve) => {
      incoming.on('error', () => {}); // a server that was killed
      incoming.once('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve(performance.now());
      });
    });
  }

  static open(api: Api, options: StreamOptions = {}): Promise<EventStream> {
    const query =
      options.lastEventIdInQuery === undefined
        ? ''
        : `?last_event_id=${encodeURIComponent(options.lastEventIdInQuery)}`;
    const path = eventsPath(options.workspace ?? 'local-workspace') + query;
    const headers: Record<string, string> = { accept: 'text/event-stream', ...options.headers };
    if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
    const position = options.lastEventId ?? options.lastEventIdInQuery;
    return new Promise((resolve, reject) => {
      const outgoing = request(api.origin + path, { headers, agent: false }, (incoming) => {
        const reply = makeReply('GET', path, incoming.statusCode ?? 0, incoming.headers, Buffer.alloc(0));
        try {
          assert.equal(reply.status, 200, `GET ${path} -> ${reply.status}`);
          checkReply(reply, api.engine);
        } catch (error) {
          outgoing.destroy();
          reject(error);
          return;
        }
        outgoing.setTimeout(0);
        resolve(new EventStream(outgoing, incoming, position, options.onEvent));
      });
      outgoing.setTimeout(10_000, () => outgoing.destroy(new Error(`GET ${path}: no answer within 10 s`)));
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  #feed(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      try {
        this.#take(block);
      } catch (error) {
        this.#fault ??= error as Error;
      }
    }
    this.#wake();
  }

  #take(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split('\n')) {
      const colon = line.indexOf(': ');
      assert.ok(colon > 0, `no line of an event stream: ${JSON.stringify(line)}`);
      fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
    if (Object.keys(fields).length === 0) return;
    const { id = this.#lastId ?? '', event: type = '', data = '' } = fields;
    if (fields.data === undefined) return; // only sets the position
    if (type === 'ping') {
      assert.equal(block, 'event: ping\ndata: {}');
      this.pingedAt = performance.now();
      return;
    }
    const schema = schemas[type];
    assert.ok(schema, `an event of a type that the contract does not have: ${block}`);
    const event = { id, type, data: JSON.parse(data), at: performance.now() };
    const faults = schemaFaults(`#/components/schemas/${schema}`, event.data);
    assert.equal(faults, null, `${faults}: ${block}`);
    this.#checkPlace(event);
    this.#lastId = id;
    this.events.push(event);
    this.#onEvent?.(event);
  }

  /** What is logged stands one further than the event before it; what is not logged stands where that one does. */
  #checkPlace({ id, type }: StreamEvent): void {
    const now = positionOf(id);
    const isFirst = this.events.length === 0;
    if (isFirst) assert.equal(type, 'candles', 'a stream begins with the candles');
    const before = this.events.at(-1)?.id;
    if (before === undefined) return;
    const [a, b] = positionOf(before);
    const steps = [now[0] - a, now[1] - b];
    const expected = type === 'candles' || type === 'reset' ? 0 : 1;
    assert.ok(
      steps.every((step) => step >= 0) && (steps[0] as number) + (steps[1] as number) === expected,
      `${type} ${id} after ${before}: an event is missing, or comes twice`,
    );
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  get lastId(): string | undefined {
    return this.#lastId;
  }

  /** Throws what was wrong with the stream so far. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  /** The first event, of those received and those to come, that is wanted. */
  async find(
    what: string,
    isWanted: (event: StreamEvent) => boolean,
    { timeoutMs = 10_000, from = 0 }: { timeoutMs?: number; from?: number } = {},
  ): Promise<StreamEvent> {
    const deadline = performance.now() + timeoutMs;
    for (let at = from; ; at++) {
      while (at >= this.events.length) {
        this.check();
        assert.ok(!this.#isClosed, `the stream ended before ${what}:\n${this.summary()}`);
        const left = deadline - performance.now();
        assert.ok(left > 0, `${what}: not within ${timeoutMs} ms; the last ones:\n${this.summary()}`);
        await this.#change(left);
      }
      const event = this.events[at] as StreamEvent;
      if (isWanted(event)) return event;
    }
  }

  /** Until a sign of life has come, from now on. */
  async ping(timeoutMs: number): Promise<void> {
    const now = performance.now();
    while (this.pingedAt <= now) {
      this.check();
      const left = now + timeoutMs - performance.now();
      assert.ok(left > 0 && !this.#isClosed, `no ping within ${timeoutMs} ms`);
      await this.#change(left);
    }
  }

  /** Until something arrives or the stream ends, but no longer than that. */
  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(look, timeoutMs);
      this.#waiting.add(look);
    });
  }

  /** The last events, a line each. */
  summary(): string {
    const line = ({ id, type, data }: StreamEvent): string =>
      `${id} ${type} ${data.status ?? ''} ${data.id ?? ''}`;
    return this.events.slice(-20).map(line).join('\n');
  }

  /** The job's event in that state. */
  job(id: string, status: string, timeoutMs = 10_000): Promise<StreamEvent> {
    return this.find(
      `job ${id} ${status}`,
      (e) => e.type === 'job' && e.data.id === id && e.data.status === status,
      {
        timeoutMs,
      },
    );
  }

  /** Of one job, as below. */
  statesOf(id: string): string[] {
    return statesOf(this.events, id);
  }

  close(): void {
    this.outgoing.destroy();
    this.check();
  }
}

/** The states of a job in the order in which they were told; that a running one has come further is no new state. */
export function statesOf(events: StreamEvent[], id: string): string[] {
  const told = events.filter((e) => e.type === 'job' && e.data.id === id).map((e) => e.data.status as string);
  return told.filter((status, i) => status !== 'running' || told[i - 1] !== 'running');
}

/** The backtests, or what else is under `path`, when they have ended, each told by the events of its workspace. */
export async function allEnded(
  api: Api,
  ids: string[],
  { workspace = 'local-workspace', path = 'backtests', timeoutMs = 10_000 } = {},
): Promise<Json[]> {
  const base = `/api/v1/workspaces/${workspace}/${path}`;
  const stream = await EventStream.open(api, { workspace });
  const deadline = performance.now() + timeoutMs;
  const backtests: Json[] = [];
  for (const id of ids) {
    const { json } = await api.get(`${base}/${id}`, { expect: 200 });
    if (!isFinal(json.status)) {
      await stream.find(
        `the end of backtest ${id}`,
        (e) => e.type === 'backtest' && e.data.id === id && isFinal(e.data.status),
        { timeoutMs: deadline - performance.now() },
      );
    }
    backtests.push(isFinal(json.status) ? json : (await api.get(`${base}/${id}`, { expect: 200 })).json);
  }
  stream.close();
  return backtests;
}

/** One backtest when it has ended. */
export async function ended(
  api: Api,
  id: string,
  options: { workspace?: string; path?: string; timeoutMs?: number } = {},
): Promise<Json> {
  return (await allEnded(api, [id], options))[0];
}
